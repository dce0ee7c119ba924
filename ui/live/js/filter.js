// Search and filter over the trace: which kinds of cards are shown, where the words stand, and from one place to the next.

import { attribute, h, keyed, say, show } from "./dom.js";
import { icon } from "./icons.js";
import { Marker } from "./highlight.js";
import { KINDS, kindsOf, wordsOf } from "./card_kinds.js";

export class Filter {
  constructor(trace) {
    this.trace = trace;
    this.chosen = new Set();
    this.admitted = new Set();
    this.found = [];
    this.at = null;
    this.marker = new Marker();
    this.box = h("input", { type: "search", "aria-label": "Search the trace", placeholder: "Search the trace", autocomplete: "off", spellcheck: "false", maxlength: "200", "data-testid": "trace-search", on: { input: () => this.typed(), keydown: (event) => this.key(event) } });
    this.count = h("span", { class: "found", role: "status", "data-testid": "trace-found" });
    this.before = h("button", { type: "button", class: "iconic mirrored-up", "aria-label": "Match before", title: "Match before (Shift+Enter)", on: { click: () => this.go(-1) } }, icon("down"));
    this.after = h("button", { type: "button", class: "iconic", "aria-label": "Next match", title: "Next match (Enter)", on: { click: () => this.go(1) } }, icon("down"));
    this.kinds = h("div", { class: "kinds", role: "group", "aria-label": "Kinds of cards to show" });
    this.said = h("span", {});
    this.note = h("p", { class: "filter-note", role: "status", hidden: true, "data-testid": "filter-note" }, this.said, h("button", { type: "button", class: "plain", text: "Show everything", on: { click: () => this.reset() } }));
    const search = h("div", { class: "search", role: "search" }, icon("search_web"), this.box, this.count, this.before, this.after);
    this.node = h("div", { class: "trace-tools" }, search, this.kinds, this.note);
    trace.node.prepend(this.node);
    trace.onReveal = (card) => this.admit(card);
    trace.list.addEventListener("toggle", () => this.refresh(), true);
    this.draw();
  }

  get words() {
    return this.box.value.trim().toLowerCase();
  }

  focus() {
    this.box.focus();
    this.box.select();
  }

  /** After anything changed in the trace: once for all that comes together. */
  refresh() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  draw() {
    const cards = [...this.trace.cards.values()].filter(({ node }) => !node.hidden);
    const counts = new Map(KINDS.map(([kind]) => [kind, 0]));
    for (const card of cards) {
      const kinds = kindsOf(card.model);
      for (const kind of kinds) counts.set(kind, counts.get(kind) + 1);
      const isOff = this.chosen.size > 0 && !kinds.some((kind) => this.chosen.has(kind)) && !this.admitted.has(card.model.id);
      attribute(card.node, "data-off", isOff);
    }
    this.drawKinds(counts, cards.length);
    this.search(cards.filter(({ node }) => !node.hasAttribute("data-off")));
    this.tell(cards);
  }

  drawKinds(counts, all) {
    const there = KINDS.filter(([kind]) => counts.get(kind) || this.chosen.has(kind));
    keyed(this.kinds, [["", "All"], ...there], ([kind]) => kind, ([kind, name]) => this.chip(kind, name), (node, [kind]) => {
      attribute(node, "aria-pressed", String(kind ? this.chosen.has(kind) : !this.chosen.size));
      say(node.lastChild, kind ? counts.get(kind) : all);
    });
  }

  chip(kind, name) {
    return h("button", { type: "button", class: "chip", "data-kind": kind || "all", on: { click: () => this.choose(kind) } }, h("span", { text: name }), h("span", { class: "quiet" }));
  }

  choose(kind) {
    this.admitted.clear();
    if (!kind) this.chosen.clear();
    else if (!this.chosen.delete(kind)) this.chosen.add(kind);
    this.draw();
    this.trace.after(0);
  }

  reset() {
    this.box.value = "";
    this.at = null;
    this.choose("");
  }

  typed() {
    this.at = null;
    this.draw();
  }

  search(cards) {
    const { words } = this;
    this.found = words ? cards.filter(({ model }) => wordsOf(model).includes(words)) : [];
    const current = this.found.find(({ model }) => model.id === this.at);
    this.marker.mark(this.found.map(({ node }) => node), words, current?.node);
    for (const way of [this.before, this.after, this.count]) show(way, Boolean(words));
    for (const way of [this.before, this.after]) way.disabled = !this.found.length;
    const place = current ? `${this.found.indexOf(current) + 1} of ` : "";
    say(this.count, this.found.length ? `${place}${this.found.length} ${this.found.length === 1 && !place ? "card" : place ? "" : "cards"}`.trim() : "no match");
  }

  /** What is hidden, and what was shown in spite of that: nobody should look for a card that a filter keeps back. */
  tell(cards) {
    const shown = cards.filter(({ node }) => !node.hasAttribute("data-off"));
    const through = shown.filter(({ model }) => this.admitted.has(model.id) && !kindsOf(model).some((kind) => this.chosen.has(kind)));
    const sentences = [
      this.words && !this.found.length && "Nothing matches.",
      cards.length > 0 && !shown.length && "No card is of these kinds.",
      through.length && `Shown though it is filtered out: ${through.map(({ model }) => model.title || model.text).join(", ")}.`,
    ].filter(Boolean);
    say(this.said, sentences.join(" "));
    show(this.note, sentences.length > 0);
  }

  /** A link leads to this card: it is shown, whatever is filtered, and the note says so. */
  admit(node) {
    const card = [...this.trace.cards.values()].find((one) => one.node === node);
    if (!card || !node.hasAttribute("data-off")) return;
    this.admitted.add(card.model.id);
    this.draw();
  }

  key(event) {
    if (event.key === "Escape" && this.box.value) this.box.value = "";
    else if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.typed();
    else this.go(event.shiftKey ? -1 : 1);
  }

  /** To the next card with a match, round the ends; what is folded in it is opened when the match is in there. */
  go(step) {
    const count = this.found.length;
    if (!count) return;
    const at = this.found.findIndex(({ model }) => model.id === this.at);
    const next = this.found[at < 0 ? (step > 0 ? 0 : count - 1) : (at + step + count) % count];
    this.at = next.model.id;
    if (!this.marker.place(next.node)) unfold(next.node);
    this.draw();
    this.trace.bring(next.node);
    this.marker.place(next.node)?.scrollIntoView({ block: "center" });
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
    this.marker.clear();
  }
}

/** What is folded in it is made when it is opened, and marked when it is there. */
function unfold(card) {
  for (const fold of card.querySelectorAll("details:not([open])")) if (!fold.hidden) fold.open = true;
}
