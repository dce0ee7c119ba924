// Beside the trace: the hypotheses, the plan, the search space, the evidence, what the reasoner was told.

import { attribute, fold, h, keyed, redraw, say, show } from "./dom.js";
import { utc } from "./clock.js";
import { percent } from "./figures.js";
import { spaceChart } from "./spark.js";
import { checklist } from "./cards.js";

const MOST_SHOWN = 6;
const MOST_EVIDENCE = 8;

export function panel(title, id, ...children) {
  const count = h("span", { class: "count" });
  const node = h("section", { class: "panel", id, "data-testid": id, "aria-label": title }, h("h2", {}, h("span", { text: title }), count), children);
  return { node, count };
}

export function evidenceChip(id, reveal) {
  const click = () => reveal(`[data-evidence="${CSS.escape(id)}"]`);
  return h("button", { class: "id", type: "button", title: `Show evidence ${id} in the trace`, text: id, on: { click } });
}

export class Hypotheses {
  constructor(reveal) {
    this.reveal = reveal;
    this.list = h("ul", { class: "hypotheses" });
    this.rest = h("p", { class: "quiet" });
    this.all = false;
    this.more = h("button", { class: "plain", type: "button", on: { click: () => this.toggle() } });
    this.empty = h("p", { class: "quiet", text: "None yet: they come with the plan." });
    ({ node: this.node, count: this.count } = panel("Hypotheses", "hypotheses", this.empty, this.list, this.rest, this.more));
  }

  toggle() {
    this.all = !this.all;
    this.update(this.model);
  }

  update(model) {
    this.model = model;
    const running = model.rows.filter((row) => !row.out);
    const ordered = [...running, ...model.rows.filter((row) => row.out)];
    const shown = this.all ? ordered : running.slice(0, MOST_SHOWN);
    keyed(this.list, shown, (row) => row.id, () => this.make(), (node, row) => this.fill(node, row));
    const hidden = ordered.length - shown.length;
    const out = ordered.length - running.length;
    show(this.empty, ordered.length === 0);
    show(this.rest, ordered.length > 0);
    say(this.rest, `Something else: ${percent(model.rest)}${out ? ` · ${out} ruled out` : ""}`);
    show(this.more, hidden > 0 || this.all);
    say(this.more, this.all ? "Show fewer" : `Show ${hidden} more`);
  }

  make() {
    const name = h("span", { class: "name" });
    const chance = h("b", { class: "chance" });
    const bar = h("i", { class: "fill" });
    const top = h("summary", {}, name, chance, h("span", { class: "track", "aria-hidden": "true" }, bar));
    const body = h("div", { class: "fold-body" });
    const node = h("li", { "data-testid": "hypothesis" }, h("details", {}, top, body));
    return Object.assign(node, { parts: { name, chance, bar, body } });
  }

  fill(node, row) {
    const { name, chance, bar, body } = node.parts;
    say(name, row.name).title = row.statement;
    say(chance, row.out ? "ruled out" : percent(row.p));
    bar.style.width = `${row.p * 100}%`;
    attribute(node, "data-out", Boolean(row.out));
    redraw(body, row, () => this.details(row));
  }

  details(row) {
    const facts = [
      ["Says", row.statement],
      ["Put up by", row.origin],
      ["Predicts", row.predicts],
      ["Change", row.change],
      ["Ruled out", row.out],
    ].filter(([, value]) => value);
    const chips = (ids) => [...new Set(ids)].map((id) => evidenceChip(id, this.reveal));
    return [
      h("dl", { class: "facts" }, facts.map(([term, value]) => [h("dt", { text: term }), h("dd", { text: value })])),
      row.for.length ? h("p", { class: "chips" }, h("span", { class: "label", text: "For" }), chips(row.for)) : null,
      row.against.length ? h("p", { class: "chips" }, h("span", { class: "label", text: "Against" }), chips(row.against)) : null,
    ];
  }
}

export class PlanPanel {
  constructor() {
    this.list = h("ol", { class: "checklist" });
    ({ node: this.node, count: this.count } = panel("Plan", "plan", this.list));
    show(this.node, false);
  }

  update(model) {
    show(this.node, Boolean(model));
    if (!model) return;
    const done = model.steps.filter((step) => step.status !== "open" && step.status !== "doing").length;
    say(this.count, `${done} of ${model.steps.length}${model.revision > 1 ? ` · revision ${model.revision}` : ""}`);
    redraw(this.list, model.steps, checklist);
  }
}

export class SpacePanel {
  constructor() {
    this.body = h("div");
    ({ node: this.node } = panel("Search space left", "space", this.body));
  }

  update(model) {
    redraw(this.body, model, spaceChart);
  }
}

/** Evidence comes in with the cards; each piece is one line here, the most telling first, and the line leads to the card. */
export class EvidencePanel {
  constructor(reveal) {
    this.reveal = reveal;
    this.pieces = new Map();
    this.all = false;
    this.list = h("ul", { class: "evidence-list" });
    this.more = h("button", { class: "plain", type: "button", on: { click: () => this.toggle() } });
    this.empty = h("p", { class: "quiet", text: "Nothing found yet." });
    ({ node: this.node, count: this.count } = panel("Evidence", "evidence", this.empty, this.list, this.more));
    show(this.more, false);
  }

  toggle() {
    this.all = !this.all;
    this.draw();
  }

  take(events) {
    const before = this.pieces.size;
    const found = events.flatMap(({ cards }) => cards.flatMap((card) => card.evidence ?? []));
    for (const piece of found) this.pieces.set(piece.id, piece);
    if (this.pieces.size !== before) this.draw();
  }

  draw() {
    const ordered = [...this.pieces.values()].sort((a, b) => b.strength - a.strength);
    const shown = this.all ? ordered : ordered.slice(0, MOST_EVIDENCE);
    keyed(this.list, shown, (piece) => piece.id, (piece) => this.line(piece));
    show(this.empty, ordered.length === 0);
    show(this.more, ordered.length > MOST_EVIDENCE);
    say(this.more, this.all ? "Show fewer" : `Show ${ordered.length - shown.length} more`);
    say(this.count, String(ordered.length));
  }

  line(piece) {
    const click = () => this.reveal(`[data-evidence="${CSS.escape(piece.id)}"]`);
    const parts = [
      h("span", { class: "id", text: piece.id }),
      h("span", { class: "what", text: [piece.component, piece.finding].filter(Boolean).join(" · ") }),
      h("span", { class: "quiet", text: piece.onset ? utc(piece.onset) : piece.source }),
      h("span", { class: "quote", text: piece.quote }),
    ];
    return h("li", {}, h("button", { class: "evidence-line", type: "button", on: { click }, title: piece.quote }, parts));
  }
}

/** What the reasoner was told: fetched when it is looked at, and again as long as it is open. */
export class Briefing {
  constructor(fetchText) {
    this.fetchText = fetchText;
    this.text = h("pre", { class: "briefing", tabindex: "0", text: "Fetching …", "data-testid": "briefing" });
    this.node = fold("What the reasoner was told", () => this.text, { class: "fold panel" });
    this.node.addEventListener("toggle", () => this.refresh());
    this.timer = null;
  }

  refresh() {
    if (!this.node.open || this.timer) return;
    this.timer = setTimeout(async () => {
      this.timer = null;
      say(this.text, await this.fetchText("briefing").catch((error) => error.message));
    }, 150);
  }
}
