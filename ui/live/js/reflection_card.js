// What an observation means: the evidence, how the hypotheses moved, what is out of the race.

import { h, scrolls } from "./dom.js";
import { utc } from "./clock.js";
import { percent } from "./figures.js";
import { sparkline } from "./spark.js";
import { paragraph } from "./cards.js";
import { menu } from "./menu.js";
import { citations } from "./citations.js";
import { evidenceChip } from "./panels.js";
import { passage } from "./passage.js";

const MOST_IN_FULL = 3;
const MOST_LINES = 3;

export function reflectionBody(model, tools) {
  return {
    nodes: [
      paragraph(model.text),
      pieces(model.evidence, tools),
      moves(model.deltas.filter(({ before, after }) => percent(before) !== percent(after))),
      listOf("New", model.new.map((text) => ({ text }))),
      listOf("Ruled out", model.ruled_out.map(({ statement, reason }) => ({ text: statement, after: reason }))),
      listOf("Answered", model.answered.map((text) => ({ text }))),
      listOf("Dropped", model.dropped.map((text) => ({ text }))),
      model.next === "replan" ? h("p", { class: "quiet", text: "The plan is made again." }) : null,
    ],
  };
}

/** A person's own evidence, and what it did. */
export function factBody(model, tools) {
  const corrects = model.corrects.length ? h("p", { class: "quiet", text: `Corrects ${model.corrects.join(", ")}.` }) : null;
  return { nodes: [model.evidence.map((piece) => evidenceBlock(piece, tools)), corrects, moves(model.deltas.filter(({ before, after }) => percent(before) !== percent(after)))] };
}

/** The most telling pieces in full; the others are there, folded. */
function pieces(evidence, tools) {
  const block = (piece) => evidenceBlock(piece, tools);
  const ordered = [...evidence].sort((a, b) => b.strength - a.strength);
  const rest = ordered.slice(MOST_IN_FULL).map(block);
  const more = rest.length ? h("details", { class: "fold" }, h("summary", {}, h("span", { text: `${rest.length} more ${rest.length === 1 ? "finding" : "findings"}` })), rest) : null;
  return [ordered.slice(0, MOST_IN_FULL).map(block), more];
}

function moves(deltas) {
  return deltas.length ? h("ul", { class: "deltas", "aria-label": "How the hypotheses moved" }, deltas.map(delta)) : null;
}

function delta({ name, before, after }) {
  const up = after > before;
  return h(
    "li",
    { "data-up": up },
    h("span", { class: "arrow", "aria-hidden": "true", text: up ? "▲" : "▼" }),
    h("span", { class: "name", text: name }),
    h("span", { class: "from", text: percent(before) }),
    h("span", { "aria-label": "to", text: "→" }),
    h("b", { text: percent(after) }),
  );
}

const drawn = new WeakMap();

/** Marks changes that were found since in the pictures of their component's metrics. */
export function markChanges(root, changes) {
  for (const node of root.querySelectorAll("[data-evidence]")) {
    const shown = drawn.get(node);
    if (!shown) continue;
    const { series, component } = shown.piece;
    const here = changes.filter((one) => one.component === component).map((one) => one.at);
    const marks = [...new Set([...series.changes, ...here])].sort((a, b) => a - b);
    if (marks.length === shown.marks) continue;
    shown.marks = marks.length;
    const picture = sparkline({ ...series, changes: marks });
    shown.picture.replaceWith(picture);
    shown.picture = picture;
  }
}

export function evidenceBlock(piece, { correct, talk, beside }) {
  const where = [piece.component, piece.finding].filter(Boolean).join(" · ");
  const onset = piece.onset && h("span", { class: "onset-at", text: `since ${utc(piece.onset)} UTC` });
  const picture = piece.series ? sparkline(piece.series) : null;
  const node = h(
    "div",
    { class: "evidence", "data-evidence": piece.id, tabindex: "-1", "data-testid": `evidence-${piece.id}` },
    h(
      "div",
      { class: "evidence-top" },
      evidenceChip(piece.id, { beside }),
      h("b", { text: where }),
      h("span", { class: "quiet", text: piece.source }),
      onset || null,
      menu(`About ${piece.id}`, () => [["This is wrong …", () => correct(piece.id)]]),
    ),
    scrolls(piece.cites ? h("blockquote", { class: "passage" }, passage(piece.quote)) : h("blockquote", { text: piece.quote })),
    picture,
    piece.cites ? citations([piece.cites], talk) : piece.locator ? h("p", { class: "quiet locator", text: piece.locator }) : null,
    piece.weights.length ? h("p", { class: "weights" }, piece.weights.map(weight)) : null,
  );
  if (picture) drawn.set(node, { piece, picture, marks: piece.series.changes.length });
  return node;
}

function weight({ name, log_odds }) {
  const strength = Math.abs(log_odds) >= 2 ? "strongly " : Math.abs(log_odds) >= 1 ? "" : "weakly ";
  return h("span", { "data-for": log_odds > 0, text: `${strength}${log_odds > 0 ? "for" : "against"} ${name}` });
}

function listOf(label, items) {
  if (!items.length) return null;
  const lines = items.map(line);
  const rest = lines.slice(MOST_LINES);
  const more = rest.length ? h("details", { class: "fold" }, h("summary", {}, h("span", { text: `${rest.length} more` })), h("ul", {}, rest)) : null;
  return h("div", { class: "labelled" }, h("span", { class: "label", text: label }), h("div", {}, h("ul", {}, lines.slice(0, MOST_LINES)), more));
}

function line({ text, after }) {
  return h("li", {}, h("span", { text }), after ? h("span", { class: "quiet", text: ` — ${after}` }) : null);
}
