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
    this.budget = h("dl", { class: "budget", "data-testid": "budget" });
    this.limits = this.limitsForm();
    this.tools = h("span", {});
    this.stops = h("p", { class: "chips changes-it", "data-testid": "breakpoints" });
    this.node = h("details", { class: "fold panel", "data-testid": "steering" }, h("summary", {}, h("span", { text: "Steering" }), this.line), this.build());
  }

  build() {
    return h(
      "div",
      { class: "fold-body steering" },
      part("Who reasons", this.reasoner),
      part("Ask about", this.autonomy, this.means),
      part("May run unasked", this.none, this.standing),
      part("Stop before a tool", h("div", { class: "inline acts" }, this.tools), this.stops),
      part("Used of what it may", this.budget, this.limits),
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

  /** A model's limits may be left empty: none then. */
  limitsForm() {
    const box = (name, label, rules) => h("label", { class: "number" }, h("input", { type: "number", name, step: "any", ...rules }), h("span", { class: "label", text: label }));
    const needed = { min: "1", required: true };
    const boxes = [
      box("max_actions", "actions", needed),
      box("max_minutes", "minutes", { ...needed, min: "0.1" }),
      box("max_model_calls", "model requests", { min: "1", placeholder: "no limit" }),
      box("max_model_tokens", "model tokens", { min: "1", placeholder: "no limit" }),
      box("max_model_dollars", "US dollars", { min: "0.01", placeholder: "no limit" }),
    ];
    return h("form", { class: "inline acts limits", "aria-label": "Limits", on: { submit: (event) => this.limit(event) } }, boxes, h("button", { type: "submit", text: "Apply" }));
  }

  limit(event) {
    event.preventDefault();
    const given = (name) => this.limits.elements[name].value.trim();
    const whole = (name) => (given(name) ? Math.round(Number(given(name))) : null);
    const { max_minutes: _, ...others } = this.model.limits;
    const time = { max_actions: whole("max_actions"), max_seconds: Number(given("max_minutes")) * 60 };
    const model = { max_model_calls: whole("max_model_calls"), max_model_tokens: whole("max_model_tokens"), max_model_dollars: given("max_model_dollars") || null };
    return this.decide({ type: "LimitsSet", limits: { ...others, ...time, ...model } });
  }

  update(model) {
    this.model = model;
    say(this.line, model.summary);
    for (const button of this.autonomy.children) attribute(button, "aria-pressed", String(button.dataset.value === model.autonomy));
    say(this.means, this.meanings.find(([value]) => value === model.autonomy)?.[2] ?? "");
    for (const button of this.reasoner.children) attribute(button, "aria-pressed", String(button.dataset.value === model.reasoner));
    redraw(this.budget, model.budget, (lines) => lines.flatMap(used));
    show(this.none, model.standing.length === 0);
    keyed(this.standing, model.standing, (one) => one.seq, (one) => this.approval(one));
    redraw(this.stops, model.breakpoints, (tools) => tools.map((tool) => this.stop(tool)));
    redraw(this.tools, [model.tools, model.breakpoints], () => this.chooser(model));
    if (this.limited !== JSON.stringify(model.limits)) this.fillLimits(model.limits);
  }

  fillLimits(limits) {
    this.limited = JSON.stringify(limits);
    for (const box of this.limits.querySelectorAll("input")) box.value = limits[box.name] ?? "";
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

/** One line: what it is, how much of it is used, and how full that is. */
function used({ label, text, share }) {
  const fill = h("i", { class: "fill", "data-full": share >= 1 });
  fill.style.width = `${share * 100}%`;
  const track = share === null ? null : h("span", { class: "track", "aria-hidden": "true" }, fill);
  return [h("dt", { text: label }), h("dd", {}, h("span", { text }), track)];
}
