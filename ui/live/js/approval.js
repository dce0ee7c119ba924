// The approval panel: always in the same place, never armed before it could be read, never in the way of the keyboard.

import { h, redraw, say, show } from "./dom.js";
import { codeBlock } from "./cards.js";

const ARMED_AFTER = 500;

export class Approval {
  constructor(decide) {
    this.decide = decide;
    this.body = h("div", { class: "ask-body" });
    this.heading = h("h2", { id: "ask-heading", tabindex: "-1" });
    this.approve = h("button", { class: "strong", type: "button", text: "Approve", disabled: true, "data-testid": "approve", on: { click: () => this.yes() } });
    this.reject = h("button", { type: "button", text: "Reject …", "aria-expanded": "false", on: { click: () => this.asking(true) } });
    this.reasons = h("div", { class: "reasons", hidden: true });
    this.node = h(
      "section",
      { class: "ask", role: "region", "aria-labelledby": "ask-heading", "data-testid": "approval", hidden: true },
      this.heading,
      this.body,
      h("div", { class: "answers" }, this.approve, this.reject),
      this.reasons,
    );
    this.model = null;
  }

  update(model) {
    const same = model && this.model && model.action === this.model.action && model.digest === this.model.digest;
    this.model = model;
    if (!model) return this.hide();
    show(this.node, true);
    if (same) return;
    this.arm();
    this.asking(false);
    say(this.heading, model.remedies ? "May this be done?" : "May this run?");
    redraw(this.body, model, details);
    this.node.scrollTop = 0;
    redraw(this.reasons, model.reasons, (reasons) => this.rejectForm(reasons));
  }

  hide() {
    const hadFocus = this.node.contains(this.node.getRootNode().activeElement);
    show(this.node, false);
    this.approve.disabled = true;
    clearTimeout(this.timer);
    if (hadFocus) this.onLeft?.();
  }

  /** A click meant for something else must not approve: dead for half a second after it appears or changes. */
  arm() {
    this.approve.disabled = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.approve.disabled = false), ARMED_AFTER);
  }

  asking(yes) {
    show(this.reasons, yes);
    this.reject.setAttribute("aria-expanded", String(yes));
    if (yes) this.reasons.querySelector("button, textarea")?.focus();
  }

  rejectForm(reasons) {
    const quick = reasons.map((reason) => h("button", { type: "button", class: "quick", text: reason, on: { click: () => this.no(reason) } }));
    const words = h("input", { type: "text", "aria-label": "Reason in your own words", placeholder: "or in your own words", maxlength: "1000" });
    const send = h("button", { type: "submit", text: "Reject" });
    const submit = (event) => {
      event.preventDefault();
      if (words.value.trim()) this.no(words.value.trim());
      else words.focus();
    };
    return [h("p", { class: "quiet", text: "Why not? The reasoner is told." }), h("div", { class: "quicks" }, quick), h("form", { on: { submit } }, words, send)];
  }

  yes() {
    const { action, digest } = this.model;
    return this.answer({ type: "ActionApproved", action_id: action, digest });
  }

  no(reason) {
    return this.answer({ type: "ActionRejected", action_id: this.model.action, reason });
  }

  async answer(decision) {
    this.approve.disabled = true;
    const done = await this.decide(decision);
    if (!done) this.arm();
  }
}

function details(model) {
  const effect = model.effect === "writes" ? "Changes something." : "Only looks; changes nothing.";
  const facts = [
    ["Effect", h("span", { class: "badge", "data-tone": model.effect_tone, text: effect })],
    ["May feel it", model.affected.length ? model.affected.join(", ") : model.effect === "writes" ? "not known" : "nobody"],
    ["Why asked", model.reason],
    ["Why", model.why],
    ["Tells apart", model.tests],
  ].filter(([, value]) => value);
  return [
    h("p", { class: "lead" }, h("b", { text: model.title }), h("span", { text: model.subject ? ` · ${model.subject}` : "" })),
    h("dl", { class: "facts" }, facts.map(([term, value]) => [h("dt", { text: term }), h("dd", {}, value)])),
    h("p", { class: "label", text: `Exact arguments of ${model.tool}` }),
    codeBlock(model.arguments, "Exact arguments"),
  ];
}
