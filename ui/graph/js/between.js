// How an edge is known: by its ends.

export const between = (from, to) => `${from}\n${to}`;
