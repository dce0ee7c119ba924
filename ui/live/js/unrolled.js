// A long past is laid out from its end upwards, a piece at a time: what is looked at first is there first, and nothing moves.

import { attribute } from "./dom.js";

const PIECE = 40;
const MANY = 3 * PIECE;
const soon = globalThis.requestIdleCallback ?? ((then) => setTimeout(then, 30));

/** `list`: everything that has come. `place`: what to do around a change above the reader, so that they stay where they are. */
export function unroll(list, place) {
  if (list.childElementCount < MANY) return;
  const rolled = [...list.children].slice(0, -PIECE);
  for (const node of rolled) attribute(node, "data-rolled", true);
  const next = () => {
    const piece = rolled.splice(-PIECE);
    if (!piece.length || !list.isConnected) return;
    place(piece[0], () => piece.forEach((node) => attribute(node, "data-rolled", false)));
    soon(next);
  };
  soon(next);
}
