// Which edges must go round something: a straight line through a third component would seem to end there.

import { between } from "./between.js";

const [ACROSS, DOWN] = [80, 26];

/** Edges (`between`) whose straight line crosses a component that is neither of their ends. */
export function roundabout(nodes, edges) {
  const places = new Map(nodes.map((node) => [node.id, node]));
  const isBlocked = ({ from, to }) => nodes.some((node) => node.id !== from && node.id !== to && crosses(places.get(from), places.get(to), node));
  return new Set(edges.filter(isBlocked).map(({ from, to }) => between(from, to)));
}

/** Whether the line from a to b is within the box of a component at the height of its middle. */
function crosses(a, b, { x, y }) {
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  if (top === bottom) return Math.abs(y - top) < DOWN && x > Math.min(a.x, b.x) && x < Math.max(a.x, b.x);
  if (y <= top || y >= bottom) return false;
  return Math.abs(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x) - x) < ACROSS;
}
