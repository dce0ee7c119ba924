// The affected path: shortest chains of dependencies from where it is felt to where it comes from.

import { between } from "./between.js";

/** Edges (`between`) on the chains from each of `affected` to `towards`; an edge points from who depends to who is depended on. */
export function trail(edges, affected, towards) {
  if (!towards) return new Set();
  const users = new Map();
  for (const { from, to } of edges) users.set(to, [...(users.get(to) ?? []), from]);
  const next = nextOnTheWay(users, towards);
  const found = new Set();
  for (const one of affected) {
    for (let at = one; next.has(at); at = next.get(at)) {
      if (found.has(between(at, next.get(at)))) break;
      found.add(between(at, next.get(at)));
    }
  }
  return found;
}

/** The same as chains of names, from each end where it is felt first to where it comes from; the longest first. */
export function chains(trail) {
  const next = new Map([...trail].map((pair) => pair.split("\n")));
  const within = new Set(next.values());
  const ends = [...next.keys()].filter((name) => !within.has(name));
  return ends.map((end) => walk(next, end)).sort((a, b) => b.length - a.length);
}

function walk(next, from) {
  const chain = [from];
  while (next.has(chain.at(-1))) chain.push(next.get(chain.at(-1)));
  return chain;
}

/** From everywhere that depends on it, directly or not: the next one on a shortest way there. */
function nextOnTheWay(users, towards) {
  const next = new Map();
  let edge = [towards];
  while (edge.length) {
    const further = [];
    for (const at of edge) {
      for (const user of users.get(at) ?? []) {
        if (user === towards || next.has(user)) continue;
        next.set(user, at);
        further.push(user);
      }
    }
    edge = further.sort();
  }
  return next;
}
