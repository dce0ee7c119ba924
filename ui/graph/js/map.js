// The Topology page's element: one map, kept across Streamlit's reruns with its place and zoom; a click picks a component.

import { Graph } from "./graph.js";

const TOOLS = [["+", "Closer", (graph) => graph.zoom(1.35)], ["−", "Further away", (graph) => graph.zoom(1 / 1.35)], ["⤢", "All of it", (graph) => graph.fit()]];

class MapElement {
  constructor(component) {
    this.component = component;
    this.host = make("div", { className: "map-host" }, { "data-testid": "map" });
    this.tools = make("div", { className: "map-tools" }, { role: "group", "aria-label": "The view" });
    this.legend = make("ul", { className: "map-legend" }, { "aria-label": "What the outlines mean", "data-testid": "map-legend" });
    this.note = make("p", { className: "map-note" }, { role: "status" });
    const stage = make("div", { className: "map-stage" });
    stage.append(this.host, this.note, this.tools);
    this.node = make("div", { className: "map-page" });
    this.node.append(this.legend, stage);
    component.parentElement.append(this.node);
    const onSelect = (id) => this.component.setTriggerValue("picked", id ?? "");
    this.graph = new Graph(this.host, { onSelect, wheel: "ctrl", label: component.data.label });
    for (const [sign, title, act] of TOOLS) this.tools.append(this.tool(sign, title, act));
    this.update(component);
  }

  tool(sign, title, act) {
    const button = make("button", { type: "button", textContent: sign, title }, { "aria-label": title });
    button.addEventListener("click", () => act(this.graph));
    return button;
  }

  /** Streamlit ran again: only what is different is drawn. */
  update(component) {
    this.component = component;
    const { drawing, marks, trail, selected, legend, note, label } = component.data;
    this.graph.name(label);
    this.graph.paint(new Map(Object.entries(marks)), new Set(trail), "orange");
    this.graph.show(drawing);
    if (selected !== this.shown) this.graph.select(selected, true);
    this.shown = selected;
    this.note.textContent = note;
    this.say(legend);
  }

  say(legend) {
    const body = JSON.stringify(legend);
    if (body === this.said) return;
    this.said = body;
    this.legend.replaceChildren(...legend.map(([look, sign, tone, words]) => entry(look, sign, tone, words)));
  }

  destroy() {
    this.graph.destroy();
    this.node.remove();
  }
}

function entry(look, sign, tone, words) {
  const item = make("li", {}, { "data-tone": tone });
  item.append(make("i", { className: "map-sign", textContent: sign }, { "aria-hidden": "true", "data-look": look }), make("span", { textContent: words }));
  return item;
}

function make(tag, properties, attributes = {}) {
  const node = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

export const mount = (component) => new MapElement(component);
