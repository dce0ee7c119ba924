// All evidence, a line each, the most telling first; each line opens beside its source. What was corrected counts no more.

import { attribute, h, keyed, say, show } from "./dom.js";
import { utc } from "./clock.js";
import { panel } from "./panels.js";
import { factForm } from "./facts.js";

const MOST_EVIDENCE = 8;

export class EvidencePanel {
  constructor(hands) {
    this.hands = hands;
    this.pieces = new Map();
    this.corrected = new Map();
    this.all = false;
    this.list = h("ul", { class: "evidence-list" });
    this.more = h("button", { class: "plain", type: "button", on: { click: () => this.toggle() } });
    this.empty = h("p", { class: "quiet", text: "Nothing found yet." });
    this.fact = factForm(hands);
    const foot = h("p", { class: "panel-foot" }, this.fact.opener, this.more);
    ({ node: this.node, count: this.count } = panel("Evidence", "evidence", this.empty, this.list, foot, this.fact.node));
    show(this.more, false);
  }

  toggle() {
    this.all = !this.all;
    this.draw();
  }

  /** Evidence comes in with the cards, and so does what corrects it. */
  take(events) {
    const known = this.pieces.size + this.corrected.size;
    for (const card of events.flatMap(({ cards }) => cards)) {
      for (const piece of card.evidence ?? []) this.pieces.set(piece.id, piece);
      for (const id of card.corrects ?? []) this.corrected.set(id, card.actor);
    }
    if (this.pieces.size + this.corrected.size !== known) this.draw();
  }

  /** Exactly what these cards bring: another moment is looked at. */
  stand(cards) {
    this.pieces.clear();
    this.corrected.clear();
    this.take([{ cards }]);
    this.draw();
  }

  draw() {
    const stands = (piece) => (this.corrected.has(piece.id) ? 1 : 0);
    const ordered = (this.ordered = [...this.pieces.values()].sort((a, b) => stands(a) - stands(b) || b.strength - a.strength));
    const shown = this.all ? ordered : ordered.slice(0, MOST_EVIDENCE);
    keyed(this.list, shown, (piece) => piece.id, (piece) => this.line(piece), (node, piece) => this.mark(node, piece));
    show(this.empty, ordered.length === 0);
    show(this.more, ordered.length > MOST_EVIDENCE);
    say(this.more, this.all ? "Show fewer" : `Show ${ordered.length - shown.length} more`);
    const gone = this.corrected.size ? ` · ${this.corrected.size} corrected` : "";
    say(this.count, `${ordered.length - this.corrected.size}${gone}`);
  }

  mark(node, { id }) {
    const author = this.corrected.get(id);
    attribute(node, "data-corrected", Boolean(author));
    if (author) say(node.querySelector(".when"), `corrected by ${author}`);
  }

  line(piece) {
    const click = () => this.hands.beside(piece.id, { title: "All evidence", ids: this.ordered.map(({ id }) => id) });
    const parts = [
      h("span", { class: "id", text: piece.id }),
      h("span", { class: "what", text: [piece.component, piece.finding].filter(Boolean).join(" · ") }),
      h("span", { class: "quiet when", text: piece.onset ? utc(piece.onset) : piece.source }),
      h("span", { class: "quote", text: piece.quote }),
    ];
    return h("li", {}, h("button", { class: "evidence-line", type: "button", on: { click }, title: piece.quote }, parts));
  }

  /** Strike in the trace what was corrected, and nothing else. */
  markTrace(root) {
    for (const node of root.querySelectorAll("[data-evidence][data-corrected]")) {
      if (this.corrected.has(node.dataset.evidence)) continue;
      attribute(node, "data-corrected", false);
      node.querySelector(".evidence-top > .corrected-by")?.remove();
    }
    for (const [id, author] of this.corrected) {
      const node = root.querySelector(`[data-evidence="${CSS.escape(id)}"]:not([data-corrected])`);
      if (!node) continue;
      attribute(node, "data-corrected", true);
      node.querySelector(".evidence-top").append(h("span", { class: "badge corrected-by", "data-tone": "violet", text: `corrected by ${author}` }));
    }
  }
}
