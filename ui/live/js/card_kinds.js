// What a card is, for who filters the trace, and the words in it, for who searches them.

import { seen } from "./dom.js";

/** As it is kept, and as it is called; a card may be of several. */
export const KINDS = [
  ["plan", "Plan"],
  ["action", "Actions"],
  ["finding", "Findings"],
  ["person", "People"],
  ["approval", "Approvals"],
  ["model", "Model calls"],
  ["trouble", "Trouble"],
  ["other", "Other"],
];

const FINDINGS = new Set(["reflection", "fact", "memory", "conclusion"]);
const TROUBLES = new Set(["limit", "failure", "retry"]);

export function kindsOf(model) {
  const { kind, icon } = model;
  const kinds = [];
  if (kind === "plan" || kind === "action") kinds.push(kind);
  if (FINDINGS.has(kind)) kinds.push("finding");
  if (model.signed && kind !== "alert") kinds.push("person");
  if (kind === "action" && (model.decisions.length || model.status.startsWith("waiting"))) kinds.push("approval");
  if (kind === "row" && icon === "model") kinds.push("model");
  if (kind === "failure" || (kind === "action" && model.status === "failed") || (kind === "row" && TROUBLES.has(icon))) kinds.push("trouble");
  return kinds.length ? kinds : ["other"];
}

/** Fields that nobody reads as words: how it is drawn, when it was, what it hangs on. */
const NO_WORDS = /^(id|kind|icon|seq|at|via|role|started|onset|key|series|call|digest|change|origin|running|.*tone)$/;

const known = new WeakMap();

/** Everything that the card says, folded parts too, in small letters. */
export function wordsOf(model) {
  if (!known.has(model)) known.set(model, seen([...spoken(model), ...evidenceIds(model)].join("\n")).toLowerCase());
  return known.get(model);
}

const evidenceIds = ({ evidence }) => (evidence ?? []).map(({ id }) => id);

function* spoken(value) {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const one of value) yield* spoken(one);
  else if (value && typeof value === "object") for (const [name, one] of Object.entries(value)) if (!NO_WORDS.test(name)) yield* spoken(one);
}
