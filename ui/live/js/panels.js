// Beside the trace: the plan, the search space, what the reasoner was told; and what all panels have in common.

import { fold, h, redraw, say, show } from "./dom.js";
import { spaceChart } from "./spark.js";
import { checklist } from "./cards.js";

export function panel(title, id, ...children) {
  const count = h("span", { class: "count" });
  const node = h("section", { class: "panel", id, "data-testid": id, "aria-label": title }, h("h2", {}, h("span", { text: title }), count), children);
  return { node, count };
}

/** `about`: what cites it, as `Beside.open` takes it. */
export function evidenceChip(id, { beside }, about = {}) {
  const click = () => beside(id, about);
  return h("button", { class: "id", type: "button", title: `Show ${id} beside its source`, text: id, on: { click } });
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
    const done = model.steps.filter((step) => step.status === "answered" || step.status === "dropped").length;
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
