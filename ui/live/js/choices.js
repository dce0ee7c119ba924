// Names to choose from where a person says where something is and what is wrong with it.

import { h, redraw } from "./dom.js";

export class Choices {
  constructor(terms) {
    this.terms = terms;
    this.hypotheses = [];
    this.boxes = new Set();
    this.components = h("datalist", { id: "known-components" });
    this.faults = h("datalist", { id: "known-faults" }, terms.faults.map(([, label]) => h("option", { value: label })));
    this.node = h("div", { hidden: true }, this.components, this.faults);
  }

  update({ components, hypotheses }) {
    if (components) redraw(this.components, components, (names) => names.map((value) => h("option", { value })));
    if (!hypotheses) return;
    this.hypotheses = hypotheses.rows.map((row) => [row.id, row.name]);
    for (const box of this.boxes) if (box.isConnected) this.fill(box);
    else this.boxes.delete(box);
  }

  /** Which hypothesis: the list grows with the investigation, and what was chosen stays chosen. */
  hypothesisBox(props) {
    const box = this.fill(h("select", props));
    this.boxes.add(box);
    return box;
  }

  fill(box) {
    const chosen = box.value;
    redraw(box, this.hypotheses, (all) => all.map(([value, text]) => h("option", { value, text })));
    if (chosen) box.value = chosen;
    return box;
  }

  componentBox(name, props = {}) {
    return h("input", { type: "text", name, list: "known-components", maxlength: "200", autocomplete: "off", ...props });
  }

  faultBox(name, props = {}) {
    return h("input", { type: "text", name, list: "known-faults", maxlength: "80", autocomplete: "off", placeholder: "not known", ...props });
  }

  /** The term for what was chosen: null for nothing, undefined for what is no fault that we know. */
  faultTerm(text) {
    if (!text) return null;
    const same = (one) => one.toLowerCase() === text.toLowerCase();
    return this.terms.faults.find(([term, label]) => same(term) || same(label))?.[0];
  }

  faultLabel(term) {
    return this.terms.faults.find(([one]) => one === term)?.[1] ?? term ?? "";
  }
}

export const NO_SUCH_FAULT = "Choose a fault from the list, or leave it empty.";
