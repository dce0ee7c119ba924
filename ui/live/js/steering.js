// What holds until further notice: what runs unasked, what is stopped before, when to stop at all. Folded; its line says it.

import { attribute, h, keyed, redraw, say, show } from "./dom.js";
import { utc } from "./clock.js";
import { icon } from "./icons.js";
import { choice } from "./forms.js";

export class Steering {
  constructor(hands) {
    this.decide = hands.decide;
    this.meanings = hands.terms.autonomy;
    this.line = h("span", { class: "quiet", "data-testid": "steering-line" });
    this.standing = h("ul", { class: "standing" });
    this.none = h("p", { class: "quiet", text: "No standing approvals." });
    this.autonomy = h("div", { class: "segments changes-it", role: "group", "aria-label": "Ask about" }, this.meanings.map(([value, label]) => this.degree(value, label)));
    this.means = h("p", { class: "quiet" });
    this.reasoner = h("div", { class: "segments changes-it", role: "group", "aria-label": "Who reasons" }, hands.terms.reasoners.map(([value, label]) => this.thinker(value, label)));
    this.asked = h("p", { class: "quiet", "data-testid": "spent" });
    this.limits = this.limitsForm();
    this.tools = h("span", {});
    this.stops = h("p", { class: "chips changes-it", "data-testid": "breakpoints" });
    this.node = h("details", { class: "fold panel", "data-testid": "steering" }, h("summary", {}, h("span", { text: "Steering" }), this.line), this.build());
  }

  build() {
    return h(
      "div",
      { class: "fold-body steering" },
      part("Who reasons", this.reasoner, this.asked),
      part("Ask about", this.autonomy, this.means),
      part("May run unasked", this.none, this.standing),
      part("Stop before a tool", h("div", { class: "inline acts" }, this.tools), this.stops),
      part("Stop after", this.limits),
    );
  }

  degree(autonomy, label) {
    const click = () => this.decide({ type: "AutonomySet", autonomy });
    return h("button", { type: "button", "data-value": autonomy, text: label, on: { click } });
  }

  thinker(reasoner, label) {
    const click = () => this.decide({ type: "ReasonerSet", reasoner });
    return h("button", { type: "button", "data-value": reasoner, text: label, on: { click } });
  }

  limitsForm() {
    const number = (name, label) => h("label", { class: "number" }, h("input", { type: "number", name, min: "1", step: "any", required: true }), h("span", { class: "label", text: label }));
    const apply = h("button", { type: "submit", text: "Apply" });
    return h("form", { class: "inline acts", on: { submit: (event) => this.limit(event) } }, number("max_actions", "actions"), number("max_minutes", "minutes"), number("max_model_calls", "model calls"), apply);
  }

  limit(event) {
    event.preventDefault();
    const { max_actions, max_minutes, max_model_calls } = this.limits.elements;
    const { max_minutes: _, ...others } = this.model.limits;
    const set = { max_actions: Math.round(Number(max_actions.value)), max_seconds: Number(max_minutes.value) * 60 };
    const limits = { ...others, ...set, max_model_calls: Math.round(Number(max_model_calls.value)) };
    return this.decide({ type: "LimitsSet", limits });
  }

  update(model) {
    this.model = model;
    say(this.line, model.summary);
    for (const button of this.autonomy.children) attribute(button, "aria-pressed", String(button.dataset.value === model.autonomy));
    say(this.means, this.meanings.find(([value]) => value === model.autonomy)?.[2] ?? "");
    for (const button of this.reasoner.children) attribute(button, "aria-pressed", String(button.dataset.value === model.reasoner));
    say(this.asked, model.spent);
    show(this.none, model.standing.length === 0);
    keyed(this.standing, model.standing, (one) => one.seq, (one) => this.approval(one));
    redraw(this.stops, model.breakpoints, (tools) => tools.map((tool) => this.stop(tool)));
    redraw(this.tools, [model.tools, model.breakpoints], () => this.chooser(model));
    if (this.limited !== JSON.stringify(model.limits)) this.fillLimits(model.limits);
  }

  fillLimits(limits) {
    this.limited = JSON.stringify(limits);
    this.limits.elements.max_actions.value = limits.max_actions;
    this.limits.elements.max_minutes.value = limits.max_minutes;
    this.limits.elements.max_model_calls.value = limits.max_model_calls;
  }

  approval({ seq, what, by, at, signed }) {
    const revoke = h("button", { type: "button", class: "plain acts", text: "Revoke", on: { click: () => this.decide({ type: "StandingApprovalRevoked", given: seq }) } });
    return h("li", { title: signed }, h("span", { text: what }), h("span", { class: "quiet", text: `${by} · ${utc(at)}` }), revoke);
  }

  chooser({ tools, breakpoints }) {
    const set = new Set(breakpoints.map(([tool]) => tool));
    const free = tools.filter(([tool]) => !set.has(tool));
    if (!free.length) return [h("span", { class: "quiet", text: tools.length ? "" : "No tool is planned or used yet." })];
    const select = choice({ "aria-label": "Stop before a tool" }, [["", "Choose a tool …"], ...free]);
    select.addEventListener("change", () => select.value && this.decide({ type: "BreakpointSet", tool: select.value }));
    return [select];
  }

  stop([tool, name]) {
    const clear = () => this.decide({ type: "BreakpointCleared", tool });
    return h("button", { type: "button", class: "chip", "aria-label": `No stop before ${name}`, on: { click: clear } }, h("span", { text: name }), icon("cross"));
  }
}

function part(title, ...body) {
  return h("div", { class: "part" }, h("h3", { text: title }), body);
}
