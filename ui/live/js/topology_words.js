// What is known of a component, in words: every condition has a word, a sign and an outline, never a colour alone.

import { percent } from "./figures.js";

export const ORDER = ["cause", "suspected", "bad", "clean", "blind"];

export const CONDITIONS = {
  cause: { tone: "red", sign: "◆", title: "Cause", weight: 4 },
  suspected: { tone: "orange", sign: "?", title: "Suspected", weight: 2 },
  bad: { tone: "yellow", sign: "!", title: "Looks bad", weight: 2 },
  clean: { tone: "green", sign: "✓", title: "Clean", weight: 1 },
  blind: { tone: null, sign: "┄", title: "Not examined", weight: 1 },
};

const SHOWED = { bad: "looks bad", clean: "clean", no_data: "no data" };
const VERDICTS = { confirmed: "the cause", likely: "the likely cause" };

export const BLIND = { is: "blind", p: 0, looks: {}, evidence: [], hypotheses: [] };

/** Component -> what is known of it, for all that the section names. */
export function known({ components, clean }) {
  const found = new Map(Object.entries(components).map(([name, one]) => [name, { ...BLIND, ...one }]));
  for (const [sources, names] of Object.entries(clean)) {
    const looks = Object.fromEntries(sources.split(", ").map((source) => [source, "clean"]));
    for (const name of names) found.set(name, { ...BLIND, is: "clean", looks });
  }
  return found;
}

/** How it looks on the map. */
export function mark(one, verdict) {
  const { tone, sign, weight } = CONDITIONS[one.is];
  if (one.is === "blind") return { dashed: true };
  return { tone, weight, word: `${sign} ${short(one, verdict)}` };
}

function short(one, verdict) {
  if (one.is === "cause") return verdict === "likely" ? "likely cause" : "cause";
  if (one.is === "suspected") return `suspected ${percent(one.p)}`;
  return one.is === "bad" ? "looks bad" : "clean";
}

/** The condition in a few words. */
export function said(one, verdict) {
  const looked = Object.keys(one.looks).length ? "" : ", not examined itself";
  switch (one.is) {
    case "cause":
      return `${VERDICTS[verdict] ?? "held to be the cause"}${looked}`;
    case "suspected":
      return `suspected, ${percent(one.p)}${looked}`;
    case "bad":
      return "examined, looks bad";
    case "clean":
      return "examined, clean";
    default:
      return looked ? "not examined" : "looked at, and there was nothing to see";
  }
}

/** What it was looked at through: 'metrics: looks bad, logs: clean'. */
export const looks = (one) => Object.entries(one.looks).map(([source, showed]) => `${source}: ${SHOWED[showed] ?? showed}`).join(", ");
