// Side by side: what is claimed at the left, the raw output that it stands on at the right; or two outputs beside each other.

import { attribute, h, redraw, say, show } from "./dom.js";
import { icon } from "./icons.js";
import { choice } from "./forms.js";
import { citations } from "./citations.js";
import { passage } from "./passage.js";
import { sparkline } from "./spark.js";
import { SourceView } from "./source_view.js";

export class Beside {
  /** `pieces()`: all evidence by id, as it stands in the panel. */
  constructor(hands, pieces) {
    Object.assign(this, { hands, pieces });
    this.fetched = new Map();
    this.heading = h("h2", { id: "beside-heading", text: "Evidence and its source" });
    this.claim = h("div", { class: "beside-claim" });
    this.list = h("ol", { class: "beside-list", "aria-label": "What it cites" });
    this.first = new SourceView("the source");
    this.second = new SourceView("the other source", () => this.compare(""));
    this.other = choice({ "aria-label": "Compare with other evidence" }, []);
    this.other.addEventListener("change", () => this.compare(this.other.value));
    this.together = h("input", { type: "checkbox" });
    this.both = h("label", { class: "beside-together", hidden: true }, this.together, h("span", { text: "Scroll together" }));
    this.node = this.build();
    this.scrollTogether();
  }

  build() {
    const close = h("button", { type: "button", class: "iconic", "aria-label": "Close", title: "Close (Esc)", on: { click: () => this.node.close() } }, icon("cross"));
    const trace = h("button", { type: "button", on: { click: () => this.toTrace() } }, "Show in the trace");
    const top = h("header", { class: "beside-top" }, this.heading, h("span", { class: "beside-tools" }, this.both, this.other, trace, close));
    const left = h("div", { class: "beside-left", tabindex: "0", role: "region", "aria-label": "What is claimed" }, this.claim, this.list);
    const panes = h("div", { class: "beside-panes" }, left, this.first.node, this.second.node);
    const on = { close: () => this.closed(), click: (event) => event.target === this.node && this.node.close() };
    return h("dialog", { class: "dialog side-by-side", "aria-labelledby": "beside-heading", "data-testid": "beside", on }, top, panes);
  }

  /** `id`: the evidence to show first; `about`: {title, text, ids: what it all cites, sides: id -> "for" or "against"}. */
  open(id, about = {}) {
    this.about = { title: "Evidence", text: "", sides: {}, ...about, ids: [...new Set([...(about.ids ?? []), id])] };
    this.fetched.clear();
    this.compare("");
    redraw(this.claim, [this.about.title, this.about.text], ([title, text]) => [h("p", { class: "label", text: title }), text ? h("p", { class: "beside-text", text }) : null]);
    if (!this.node.open) this.node.showModal();
    this.choose(id);
    this.list.querySelector('[aria-current="true"]')?.focus();
  }

  async choose(id) {
    this.current = id;
    this.drawList();
    this.offerOthers();
    await this.into(this.first, id, () => this.current === id);
  }

  /** Another output in the second pane; none takes it away. */
  async compare(id) {
    this.against = id;
    this.other.value = id;
    show(this.second.node, Boolean(id));
    show(this.both, Boolean(id));
    attribute(this.node, "data-two", Boolean(id));
    if (id) await this.into(this.second, id, () => this.against === id);
  }

  async into(view, id, wanted) {
    const known = this.fetched.has(id);
    if (!known) view.waiting();
    try {
      const source = await this.source(id);
      if (wanted()) view.show(source, id, source.tool ? this.words(source.tool) : "Said by a person");
    } catch (error) {
      this.fetched.delete(id);
      if (wanted()) view.failed(error.message);
    }
  }

  /** One output is fetched once, however many pieces of evidence stand in it. */
  source(id) {
    if (!this.fetched.has(id)) {
      const asked = this.hands.fetchText(`source/${encodeURIComponent(id)}`).then((text) => this.same(JSON.parse(text)));
      this.fetched.set(id, asked);
    }
    return this.fetched.get(id);
  }

  same(source) {
    for (const { id } of source.cited) if (!this.fetched.has(id)) this.fetched.set(id, Promise.resolve(source));
    return source;
  }

  words(tool) {
    const plain = tool.replaceAll("_", " ");
    return plain[0].toUpperCase() + plain.slice(1);
  }

  drawList() {
    this.list.replaceChildren(...this.about.ids.map((id) => this.line(id)));
  }

  line(id) {
    const piece = this.pieces().get(id);
    const isCurrent = id === this.current;
    const side = this.about.sides[id];
    const top = [
      h("span", { class: "id", text: id }),
      h("b", { text: [piece?.component, piece?.finding].filter(Boolean).join(" · ") || "evidence" }),
      side ? h("span", { class: "quiet", text: side }) : null,
    ];
    const button = h("button", { type: "button", class: "beside-line", "aria-current": isCurrent ? "true" : false, on: { click: () => this.choose(id) } }, top);
    return h("li", { "data-evidence-line": id }, button, isCurrent && piece ? this.details(piece) : null);
  }

  details(piece) {
    return h(
      "div",
      { class: "beside-details" },
      piece.cites ? h("blockquote", { class: "passage" }, passage(piece.quote)) : h("blockquote", { text: piece.quote }),
      piece.series ? sparkline(piece.series) : null,
      piece.cites ? citations([piece.cites], this.hands.talk) : piece.locator ? h("p", { class: "quiet", text: piece.locator }) : null,
    );
  }

  offerOthers() {
    const others = [...this.pieces().values()].filter(({ id }) => id !== this.current);
    const named = others.map(({ id, component, finding }) => [id, `${id} · ${[component, finding].filter(Boolean).join(" · ")}`]);
    const chosen = this.against;
    redraw(this.other, named, (all) => [["", "Compare with …"], ...all].map(([value, text]) => h("option", { value, text })));
    this.other.value = chosen ?? "";
    show(this.other, named.length > 0);
  }

  scrollTogether() {
    const [one, other] = [this.first.body, this.second.body];
    let leads = null;
    const follow = (from, to) => () => {
      if (!this.together.checked || this.second.node.hidden || leads === to) return;
      leads = from;
      to.scrollTop = from.scrollTop;
      requestAnimationFrame(() => (leads = null));
    };
    one.addEventListener("scroll", follow(one, other), { passive: true });
    other.addEventListener("scroll", follow(other, one), { passive: true });
  }

  toTrace() {
    this.node.close();
    this.hands.reveal(`[data-evidence="${CSS.escape(this.current)}"]`);
  }

  closed() {
    this.fetched.clear();
  }
}
