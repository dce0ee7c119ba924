// The map of this investigation: the same stream colours it. The graph and vis-network are fetched when somebody first looks.

import { attribute, h, redraw, say, show } from "./dom.js";
import { ORDER, CONDITIONS, BLIND, known, mark } from "./topology_words.js";
import { TopologyCard } from "./topology_card.js";
import { topologyTable } from "./topology_table.js";

const EMPTY = { components: {}, clean: {}, affected: [], towards: null, verdict: null, counts: {} };

export class Topology {
  /** `modules`: where the graph's modules are served; `onNews(number)`: so many components changed while nobody looked. */
  constructor(hands, modules, onNews) {
    this.hands = hands;
    this.modules = modules;
    this.onNews = onNews;
    this.known = new Map();
    this.seen = null;
    this.map = null;
    this.graph = null;
    this.asked = "";
    this.section = EMPTY;
    this.card = new TopologyCard(hands, (id) => this.select(id));
    this.node = this.build();
  }

  build() {
    this.legend = h("ul", { class: "map-legend", "aria-label": "What the outlines mean, and how many there are", "data-testid": "map-legend" });
    this.host = h("div", { class: "map-host", "data-testid": "map" });
    this.note = h("p", { class: "map-note quiet", role: "status", text: "Fetching the map …" });
    this.tools = h("div", { class: "map-tools", role: "group", "aria-label": "The view" }, this.tool("+", "Closer", () => this.graph?.zoom(1.35)), this.tool("−", "Further away", () => this.graph?.zoom(1 / 1.35)), this.tool("⤢", "All of it", () => this.graph?.fit()));
    this.path = h("p", { class: "map-path", "data-testid": "map-path", hidden: true });
    this.rows = h("div", { class: "map-rows", tabindex: "0", role: "region", "aria-label": "The map as a table" });
    this.table = h("details", { class: "fold map-table", on: { toggle: () => this.draw() } }, h("summary", {}, h("span", { text: "As a table" })), this.rows);
    const stage = h("div", { class: "map-stage" }, this.host, this.note, this.tools, this.card.node);
    return h("section", { class: "map-pane", "data-testid": "topology" }, this.legend, this.path, stage, this.table);
  }

  tool(sign, title, click) {
    return h("button", { type: "button", class: "iconic", title, "aria-label": title, on: { click } }, h("span", { "aria-hidden": "true", text: sign }));
  }

  get isShown() {
    return !this.node.hasAttribute("data-away");
  }

  update(section) {
    this.section = section;
    this.known = known(section);
    if (this.isShown) this.draw();
    else this.tellNews();
  }

  hypotheses(rows) {
    this.card.hypotheses = new Map(rows.map((row) => [row.id, row]));
    if (this.isShown) this.fillCard();
  }

  /** Whoever comes back sees how many components changed meanwhile; of an old investigation, all that are known. */
  tellNews() {
    const changed = [...this.known].filter(([id, one]) => one.is !== "blind" && this.seen?.get(id) !== one.is);
    this.onNews(changed.length);
  }

  shown() {
    this.node.parentElement.scrollTop = 0; // on a narrow screen all of it scrolls together
    this.seen = new Map([...this.known].map(([id, one]) => [id, one.is]));
    this.draw();
    this.graph?.network.redraw();
  }

  left() {
    this.seen = new Map([...this.known].map(([id, one]) => [id, one.is]));
  }

  draw() {
    this.fetchWhereNeeded();
    if (!this.map) return;
    redraw(this.legend, this.countsNow(), (counts) => ORDER.map((is) => legendRow(is, counts[is] ?? 0)));
    this.paint();
    this.fillCard();
    if (this.table.open) redraw(this.rows, [this.map.digest, this.section], () => topologyTable(this));
  }

  /** Of every component in the whole topology, one condition each: what nobody named was not examined. */
  countsNow() {
    const { counts } = this.section;
    const named = Object.values(counts).reduce((sum, one) => sum + one, 0);
    const beyond = [...this.known.keys()].filter((id) => this.map.foreign.has(id)).length;
    return { ...counts, blind: (counts.blind ?? 0) + Math.max(0, this.map.total + beyond - named) };
  }

  paint() {
    if (!this.graph) return;
    const { verdict, affected, towards } = this.section;
    const trail = this.trailOf(this.map.edges, affected, towards);
    this.graph.paint(new Map(this.map.nodes.map(({ id }) => [id, mark(this.of(id), verdict)])), trail);
    const [longest, ...others] = this.chainsOf(trail);
    show(this.path, Boolean(longest));
    const also = others.length ? `; also from ${others.map(([end]) => end).join(", ")}` : "";
    say(this.path, longest ? `Affected path: ${longest.join(" → ")}${also}` : "").title = this.path.textContent;
  }

  of(id) {
    return this.known.get(id) ?? BLIND;
  }

  select(id) {
    this.selected = this.map?.byId.has(id) ? id : null;
    this.graph?.select(this.selected, true);
    this.fillCard();
  }

  fillCard() {
    const node = this.selected && this.map?.byId.get(this.selected);
    this.card.show(node && { node, one: this.of(node.id), verdict: this.section.verdict, map: this.map });
  }

  /** Once at the first look; again when something is coloured that the part of the world we have does not show. */
  fetchWhereNeeded() {
    const missing = [...this.known].filter(([id, one]) => one.is !== "clean" && !this.map?.byId.has(id)).map(([id]) => id);
    const wanted = this.map ? missing.sort().join("\n") : "first";
    if (!wanted || wanted === this.asked) return;
    this.asked = wanted;
    this.fetch().catch((error) => {
      this.asked = "";
      say(this.note, `The map cannot be shown: ${error.message}`);
      show(this.note, true);
    });
  }

  async fetch() {
    const [{ Graph }, { chains, trail }, text] = await Promise.all([this.module("graph.js"), this.module("trail.js"), this.hands.fetchText("topology")]);
    Object.assign(this, { trailOf: trail, chainsOf: chains });
    this.take(JSON.parse(text));
    if (!this.graph && this.map.nodes.length && !this.gone) {
      const label = "Map of the components. The table below says the same in words.";
      this.graph = new Graph(this.host, { onSelect: (id) => this.select(id), label });
    }
    this.draw();
    this.graph?.show(this.map);
  }

  module(name) {
    return import(new URL(`${this.modules}${name}`, document.baseURI).href);
  }

  take({ total, left_out, outside, source, drawing: { digest, nodes, edges } }) {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    this.map = { total, digest, nodes, edges, byId, source, foreign: new Set(outside) };
    show(this.note, !nodes.length || left_out > 0 || total === 0);
    if (!nodes.length) say(this.note, "No topology is connected, and no component has been named yet. What is examined will stand here.");
    else if (total === 0) say(this.note, "No topology is connected: these are the components that were named, and nothing says what depends on what.");
    else if (left_out) say(this.note, `What this is about: ${nodes.length} of ${total} components. The others are on the Topology page.`);
    attribute(this.node, "data-bare", !nodes.length);
  }

  destroy() {
    this.gone = true;
    this.graph?.destroy();
  }
}

function legendRow(is, number) {
  const { sign, title, tone } = CONDITIONS[is];
  return h("li", { "data-tone": tone ?? "gray", "data-condition": is }, h("i", { class: "map-sign", "aria-hidden": "true", text: sign }), h("span", { text: title }), h("b", { text: number }));
}
