// What this investigation knows of one component: its condition, what was found at it, whom it touches.

import { h, redraw, show } from "./dom.js";
import { percent } from "./figures.js";
import { icon } from "./icons.js";
import { evidenceChip } from "./panels.js";
import { CONDITIONS, looks, said } from "./topology_words.js";

const MOST_NEIGHBOURS = 12;

export class TopologyCard {
  /** `select(id or null)`: look at another one, or at none. */
  constructor(hands, select) {
    this.hands = hands;
    this.select = select;
    this.hypotheses = new Map();
    this.node = h("aside", { class: "map-card", "aria-label": "The component that is looked at", "data-testid": "map-card", hidden: true });
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.select(null));
  }

  show(model) {
    show(this.node, Boolean(model));
    if (!model) return;
    const { node, one, verdict, map } = model;
    const explained = one.hypotheses.map((id) => this.hypotheses.get(id)).filter(Boolean);
    redraw(this.node, [node, one, verdict, map.digest, explained.map(({ id, p, out }) => [id, p, out])], () => this.build(model, explained));
  }

  build({ node, one, verdict, map }, explained) {
    const { sign, tone } = CONDITIONS[one.is];
    const looked = looks(one);
    return [
      h("div", { class: "map-card-top" }, h("h3", { text: node.id }), h("span", { class: "badge", "data-tone": tone ?? "gray", text: `${sign} ${said(one, verdict)}` }), this.close()),
      h("dl", { class: "facts" }, [
        fact("Kind", node.kind),
        looked && fact("Looked at", looked),
        one.evidence.length > 0 && fact("Evidence", h("span", { class: "chips" }, one.evidence.map((id) => evidenceChip(id, this.hands, { title: `Seen at ${node.id}`, ids: one.evidence })))),
        explained.length > 0 && fact("Explanations", h("ul", {}, explained.slice(0, 4).map((row) => h("li", { text: `${row.name}, ${row.out ? "ruled out" : percent(row.p)}` })))),
        fact("Depends on", this.neighbours(map.edges.filter(({ from }) => from === node.id).map(({ to }) => to))),
        fact("Used by", this.neighbours(map.edges.filter(({ to }) => to === node.id).map(({ from }) => from))),
      ]),
      map.total > 0 && h("p", {}, h("a", { href: this.page(node.id, map), text: "Everything known about it" })),
    ];
  }

  close() {
    return h("button", { type: "button", class: "iconic", title: "Close", "aria-label": "Close", on: { click: () => this.select(null) } }, icon("cross"));
  }

  neighbours(ids) {
    if (!ids.length) return h("span", { class: "quiet", text: "nothing that the topology knows" });
    const shown = ids.slice(0, MOST_NEIGHBOURS);
    const buttons = shown.map((id) => h("button", { type: "button", class: "plain", text: id, on: { click: () => this.select(id) } }));
    return h("span", { class: "chips" }, buttons, ids.length > shown.length && h("span", { class: "quiet", text: `and ${ids.length - shown.length} more` }));
  }

  page(component, { source }) {
    const url = new URL(`${this.hands.root}topology`, document.baseURI);
    url.searchParams.set("component", component);
    if (source) url.searchParams.set("source", source);
    return url.href;
  }
}

const fact = (name, value) => [h("dt", { text: name }), h("dd", {}, value)];
