// A map of components, drawn by vis-network: made once, then only what changed is told to it. Nothing moves by itself.

import { DataSet, Network } from "./vis-network.js";
import { between } from "./between.js";
import { Colours } from "./colours.js";
import { cylinder } from "./cylinder.js";
import { edgeLook, nodeLook } from "./looks.js";
import { roundabout } from "./roundabout.js";

const MANY = 400;
const NEAREST = 1.1;
const SMALLEST_LETTERS = 5;
const STEP = 1.35;
const LEGIBLE = 0.6;
const TELLING = 2;

const isSame = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

export class Graph {
  /** `host`: an element with a size. `onSelect(id or null)`: a person clicked. `wheel`: "zoom", or "ctrl" where a page scrolls. */
  constructor(host, { onSelect = () => {}, wheel = "zoom", label = "" } = {}) {
    this.host = host;
    this.onSelect = onSelect;
    this.colours = new Colours(host);
    this.drawn = { nodes: new Map(), edges: new Map() };
    this.marks = new Map();
    this.trail = new Set();
    this.looks = new Map();
    this.drawStore = (given) => cylinder(given, this.looks.get(given.id)); // vis-network keeps the first it is given
    this.digest = null;
    this.nodes = new DataSet();
    this.edges = new DataSet();
    this.network = new Network(host, { nodes: this.nodes, edges: this.edges }, this.options(wheel));
    this.name(label);
    this.listen(wheel);
    this.sized = new ResizeObserver(() => this.resized());
    this.sized.observe(host);
    this.watch = setInterval(() => this.colours.changed() && this.repaint(), 1000);
    host.graph = this;
  }

  options(wheel) {
    return {
      autoResize: true,
      physics: false,
      layout: { improvedLayout: false },
      interaction: { dragNodes: false, hover: false, keyboard: false, selectConnectedEdges: false, zoomView: wheel === "zoom" },
      nodes: { margin: { top: 7, bottom: 7, left: 10, right: 10 }, widthConstraint: { maximum: 180 }, scaling: { label: { drawThreshold: SMALLEST_LETTERS } } },
      edges: { smooth: false, arrows: { to: { enabled: true, scaleFactor: 0.5 } }, selectionWidth: 0, chosen: false },
    };
  }

  name(label) {
    const canvas = this.host.querySelector("canvas");
    canvas.setAttribute("role", "img");
    if (label) canvas.setAttribute("aria-label", label);
  }

  listen(wheel) {
    this.network.on("click", ({ nodes }) => this.onSelect(nodes[0] ?? null));
    for (const moved of ["dragStart", "zoom"]) this.network.on(moved, () => (this.touched = true));
    if (wheel === "ctrl") this.host.addEventListener("wheel", (event) => this.pinched(event), { passive: false });
  }

  /** A pinch on a touchpad comes as a wheel with Ctrl; a wheel alone scrolls the page. */
  pinched(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? STEP : 1 / STEP);
  }

  /** Another part of the world, or the same: what stays, stays where it is; a new one is brought into view. */
  show({ digest, nodes, edges }) {
    if (digest === this.digest) return;
    const isFirst = this.digest === null;
    this.digest = digest;
    this.many = nodes.length > MANY;
    this.network.setOptions({ interaction: { hideEdgesOnDrag: this.many, hideEdgesOnZoom: this.many } });
    this.models = new Map(nodes.map((node) => [node.id, node]));
    const wires = new Map(edges.map((edge) => [between(edge.from, edge.to), edge]));
    this.wires = wires;
    this.bent = this.many ? new Set() : roundabout(nodes, edges);
    this.keepOnly(this.nodes, this.drawn.nodes, this.models);
    this.keepOnly(this.edges, this.drawn.edges, wires);
    this.repaint();
    this.fit(!isFirst);
    this.network.once("afterDrawing", () => Object.assign(this.host.dataset, { drawn: nodes.length, ready: Math.round(performance.now()) }));
  }

  keepOnly(dataset, drawn, wanted) {
    const gone = [...drawn.keys()].filter((id) => !wanted.has(id));
    for (const id of gone) drawn.delete(id);
    if (gone.length) dataset.remove(gone);
  }

  /** `marks`: id -> {tone, word, weight, dashed, dim}; `trail`: edges (`between`) by which it is felt, in this tone. */
  paint(marks, trail = new Set(), tone = "red") {
    const changed = new Set([...this.marks.keys(), ...marks.keys()].filter((id) => !isSame(this.marks.get(id), marks.get(id))));
    const before = this.trail;
    Object.assign(this, { marks, trail, trailTone: tone });
    this.repaint((id) => changed.has(id), (id) => before.has(id) !== trail.has(id));
  }

  /** All of it, or only these components with what leads to them, and these edges. */
  repaint(isWanted = () => true, isWantedEdge = () => false) {
    if (!this.models) return;
    const models = [...this.models.values()].filter(({ id }) => isWanted(id));
    const wires = [...this.wires].filter(([id, { from, to }]) => isWantedEdge(id) || isWanted(from) || isWanted(to));
    this.update(this.nodes, this.drawn.nodes, models.map((model) => this.look(model)));
    this.update(this.edges, this.drawn.edges, wires.map(([id, edge]) => this.wire(id, edge)));
  }

  /** Only what looks different from what was drawn is told. */
  update(dataset, drawn, looks) {
    const fresh = looks.filter((look) => {
      const body = JSON.stringify(look);
      if (drawn.get(look.id) === body) return false;
      drawn.set(look.id, body);
      return true;
    });
    if (fresh.length) dataset.update(fresh);
  }

  look(model) {
    const look = nodeLook(model, this.marks.get(model.id), model.id === this.selected, this.colours);
    this.looks.set(model.id, look);
    return look.shape === "custom" ? { ...look, ctxRenderer: this.drawStore } : look;
  }

  wire(id, { from, to }) {
    const tone = this.trail.has(id) ? this.trailTone : null;
    const isDim = Boolean(this.marks.get(from)?.dim || this.marks.get(to)?.dim);
    return { id, from, to, ...edgeLook(tone, isDim, this.bent.has(id), this.colours) };
  }

  /** Mark it as the one that is looked at, and where `reveal` is true bring it into view. */
  select(id, reveal = false) {
    const before = this.selected;
    this.selected = this.models?.has(id) ? id : null;
    if (before !== this.selected) this.repaint((one) => one === before || one === this.selected);
    if (this.selected === null) return this.network.unselectAll();
    this.touched = true;
    this.network.selectNodes([this.selected], false);
    if (reveal && !this.isSeen(this.selected)) this.network.focus(this.selected, { scale: Math.max(this.network.getScale(), 0.7), animation: this.glide });
    return undefined;
  }

  isSeen(id) {
    const { x, y } = this.place(id);
    return x > 40 && y > 30 && x < this.host.clientWidth - 40 && y < this.host.clientHeight - 30 && this.network.getScale() > 0.5;
  }

  /** Where it stands in the host, in pixels. */
  place(id) {
    return this.network.canvasToDOM(this.network.getPosition(id));
  }

  get glide() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 250, easingFunction: "easeInOutQuad" };
  }

  /** All of it; where its names would be too small to read, what matters. From now on it keeps to that when its place grows. */
  fit(animated = true) {
    this.touched = false;
    const animation = animated && !this.many ? this.glide : false;
    this.network.fit({ maxZoomLevel: NEAREST });
    const told = [...this.marks].filter(([id, mark]) => mark.weight >= TELLING && this.models?.has(id)).map(([id]) => id);
    if (this.network.getScale() < LEGIBLE && told.length) this.network.fit({ nodes: told, maxZoomLevel: LEGIBLE, animation });
  }

  resized() {
    if (this.touched || !this.models || !this.host.clientHeight) return;
    this.network.redraw();
    this.fit(false);
  }

  zoom(factor) {
    this.touched = true;
    const scale = Math.min(3, Math.max(0.02, this.network.getScale() * factor));
    this.network.moveTo({ scale, animation: false });
  }

  destroy() {
    clearInterval(this.watch);
    this.sized.disconnect();
    this.network.destroy();
  }
}
