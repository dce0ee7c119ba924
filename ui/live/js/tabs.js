// Trace | Topology over the left column: one is looked at, the other goes on. The trace stays laid out, so it keeps its place.

import { attribute, h, say, show } from "./dom.js";

const KEYS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export class Tabs {
  /** `parts`: `{ name, title, node, shown?, left? }`, where `shown` and `left` are told when that part comes and goes. */
  constructor(parts, onShow = () => {}) {
    this.parts = parts;
    this.onShow = onShow;
    this.buttons = parts.map((part) => this.button(part));
    this.node = h("div", { class: "tabs", role: "tablist", "aria-label": "What happened, or where" }, this.buttons);
    this.node.addEventListener("keydown", (event) => this.key(event));
    for (const part of parts) this.prepare(part);
    this.open = parts[0].name;
    this.mark();
  }

  button({ name, title }) {
    const props = { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `pane-${name}`, "data-testid": `tab-${name}` };
    const count = h("span", { class: "tab-count", hidden: true }, h("b"), h("span", { class: "unseen" }));
    return h("button", { ...props, on: { click: () => this.show(name) } }, h("span", { text: title }), count);
  }

  prepare({ name, node }) {
    node.id = `pane-${name}`;
    attribute(node, "role", "tabpanel");
    attribute(node, "aria-labelledby", `tab-${name}`);
  }

  /** Open one of them. Whoever leads somewhere in the trace shows the trace first. */
  show(name) {
    if (name === this.open) return;
    this.part(this.open).left?.();
    this.open = name;
    this.mark();
    this.count(name, 0);
    this.onShow(name);
    this.part(name).shown?.();
  }

  part(name) {
    return this.parts.find((part) => part.name === name);
  }

  mark() {
    this.parts.forEach(({ name, node }, index) => {
      const isOpen = name === this.open;
      attribute(this.buttons[index], "aria-selected", String(isOpen));
      this.buttons[index].tabIndex = isOpen ? 0 : -1;
      attribute(node, "data-away", !isOpen);
      node.inert = !isOpen;
    });
  }

  /** What is new in a part that nobody looks at; `words` says to a screen reader what the number counts. */
  count(name, number, words = "") {
    const badge = this.buttons[this.parts.findIndex((part) => part.name === name)].querySelector(".tab-count");
    const news = name === this.open ? 0 : number;
    show(badge, news > 0);
    say(badge.firstChild, news || "");
    say(badge.lastChild, ` ${words}`);
    attribute(badge, "title", words || null);
  }

  key(event) {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    const last = this.parts.length - 1;
    const now = this.parts.findIndex((part) => part.name === this.open);
    const moved = now + KEYS[event.key];
    const next = Number.isFinite(moved) ? (moved + this.parts.length) % this.parts.length : moved > 0 ? last : 0;
    this.show(this.parts[next].name);
    this.buttons[next].focus();
  }
}

/** The trace as a part: on a narrow screen it scrolls with the whole page, so its place is kept here while it is away. */
export function tracePart(node, trace) {
  let kept = null;
  return {
    name: "trace",
    title: "Trace",
    node,
    left: () => (kept = trace.place),
    shown: () => (trace.place = kept),
  };
}
