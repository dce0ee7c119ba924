// The moment in the page's address: `?inv=…&at=37`, and `&play=5` to see it go on from there at that pace.

import { PACES } from "./player.js";

/** What the address asks for: `{ at, play }`; null when it is the present, or about another investigation. */
export function kept(investigation) {
  const asked = new URL(location.href).searchParams;
  const at = Number(asked.get("at"));
  if (asked.get("inv") !== investigation || !Number.isInteger(at) || at < 1) return null;
  const play = asked.get("play");
  return { at, play: PACES.some(([pace]) => pace === play) ? play : null };
}

/** The address of a moment of an investigation. */
export function addressOf(investigation, seq) {
  const url = new URL(location.href);
  url.search = "";
  url.hash = "";
  url.searchParams.set("inv", investigation);
  if (seq !== null) url.searchParams.set("at", seq);
  return url.href;
}

/** The address follows what is looked at, so that a reload shows it again; a page that was left meanwhile keeps its own. */
export function remember(investigation, seq, page) {
  if (location.pathname !== page || new URL(location.href).searchParams.get("inv") !== investigation) return;
  history.replaceState(history.state, "", addressOf(investigation, seq));
}
