// Whether this happened before: what is claimed stands out with all that is known of it, what is merely alike is folded away.

import { fold, h } from "./dom.js";
import { percent } from "./figures.js";

/** The address of one of our pages; what is remembered is only ever its parameters. */
export function pageAddress({ root }, page, asked) {
  const address = new URL(`${root}${page}`, document.baseURI);
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  return address.href;
}

/** What is claimed stays in sight beside the trace, which runs on: one line that leads to the card. */
export class Recalled {
  constructor({ reveal }) {
    this.reveal = reveal;
    this.node = h("p", { class: "recalled", "data-testid": "recalled", hidden: true });
  }

  take(events) {
    const card = events.flatMap(({ cards }) => cards).find(({ kind, claimed }) => kind === "memory" && claimed.length);
    if (!card) return;
    const [{ title, cause }] = card.claimed;
    const open = h("button", { class: "plain", type: "button", text: title, on: { click: () => this.reveal(`[id="card-${card.id}"]`) } });
    this.node.replaceChildren(h("b", { text: "This happened before: " }), open, h("span", { class: "quiet", text: cause ? ` ${cause}` : "" }));
    this.node.hidden = false;
  }

  /** Exactly what these cards bring: another moment is looked at. */
  stand(cards) {
    this.node.hidden = true;
    this.take([{ cards }]);
  }
}

export function memoryBody(model, { talk }) {
  const claimed = model.claimed.map((one) => told(one, talk, true));
  const near = model.near.length ? fold(`${model.near.length} somewhat alike`, () => model.near.map((one) => told(one, talk, false)), { "data-testid": "near-memories" }) : null;
  return {
    beside: claimed.length ? h("span", { class: "badge", "data-tone": "blue", text: "a lead, not a verdict" }) : null,
    nodes: [
      line(model.text),
      claimed,
      line(model.lead),
      model.same.map((one) => told(one, talk, false)),
      line(model.counts),
      model.left_out ? leftOut(model, talk) : null,
      h("div", { class: "folds" }, near, listed("Said about these components", model.facts), listed("Checks that never helped for such alerts", model.dead_ends)),
    ],
  };
}

function told(one, talk, claimed) {
  const badges = [
    h("b", { class: "likeness", text: one.same_alert ? "the same alert" : `${percent(one.similarity)} alike` }),
    one.standing ? h("span", { class: "badge", "data-tone": one.standing.tone, text: one.standing.text }) : null,
    one.pinned ? h("span", { class: "badge", "data-tone": "violet", text: "pinned" }) : null,
    one.when ? h("span", { class: "quiet", text: one.when }) : null,
  ];
  return h(
    "div",
    { class: "memory", "data-claimed": claimed, "data-testid": claimed ? "claimed-memory" : "near-memory" },
    h("p", { class: "memory-title" }, titleLink(one, talk)),
    h("p", { class: "chips" }, badges),
    h("dl", { class: "facts" }, facts(one, talk)),
    one.cautions.length ? h("ul", { class: "tight cautions" }, one.cautions.map((text) => h("li", { text }))) : null,
    h("p", { class: "quiet" }, link(memoryAddress(one, talk), "All that is remembered of it")),
  );
}

function titleLink(one, talk) {
  if (one.investigation) return link(pageAddress(talk, "", { inv: one.investigation }), one.title);
  return link(memoryAddress(one, talk), one.title);
}

const memoryAddress = (one, talk) => pageAddress(talk, "incidents", { memory: one.id, inv: talk.investigation });

function facts(one, talk) {
  const rows = [
    ["Matches", phrases(one.matched)],
    ["Differs", phrases(one.differs)],
    ["Cause then", [one.cause && h("b", { text: one.cause }), one.cause && one.statement ? " — " : null, one.statement]],
    ["Told by", one.told],
    ["Looked at", one.examined],
    ["Not it", one.ruled_out],
    [one.fix, [one.resolution, one.resolution && one.held ? " " : null, one.held && h("span", { class: "quiet", text: one.held })]],
    ["Note", one.note],
    ["Runbook", one.runbooks.map((path, index) => [index ? ", " : null, link(pageAddress(talk, "knowledge", { doc: path, inv: one.investigation ?? talk.investigation }), path)])],
    ["Resolved by", one.by],
    ["Took", one.took],
  ];
  return rows.map(([name, value]) => [name, [value].flat(Infinity).filter(Boolean)]).filter(([, value]) => value.length).map(([name, value]) => [h("dt", { text: name }), h("dd", {}, value)]);
}

/** Text nodes are made of strings, so nothing remembered becomes markup. */
const phrases = (all) => all.join("; ");

function leftOut(model, talk) {
  const again = link(pageAddress(talk, "", { again: talk.investigation }), "Investigate the same alert again, and recall them");
  return h("p", { class: "quiet", "data-testid": "left-out" }, `${model.left_out} `, again);
}

function listed(title, lines) {
  return lines.length ? fold(`${title} (${lines.length})`, () => h("ul", { class: "tight" }, lines.map((text) => h("li", { text })))) : null;
}

const line = (text) => (text ? h("p", { class: "quiet", text }) : null);

const link = (href, text) => h("a", { class: "citation", href, text });
