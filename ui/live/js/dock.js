// What a person can say at any moment, always at the foot of the page: how far to go, where to look, stop.

import { attribute, h, say, show } from "./dom.js";
import { icon } from "./icons.js";
import { Approval } from "./approval.js";

const PACES = [
  ["plan", "pause", "Pause", "Finish what runs, then wait"],
  ["step", "step", "One step", "One check, then wait"],
  ["slow", "slow", "Slow", "Go on with a pause between checks"],
  ["full", "full", "Full speed", "Go on as fast as it can"],
];

export class Dock {
  constructor(hands) {
    this.hands = hands;
    this.decide = hands.decide;
    this.approval = new Approval(hands);
    this.approval.onLeft = () => this.node.focus();
    this.notice = h("div", { class: "notice", role: "alert", hidden: true, "data-testid": "notice" });
    this.held = h("div", { class: "held", hidden: true, "data-testid": "held" });
    this.paces = h("div", { class: "paces", role: "group", "aria-label": "How far to go" }, PACES.map((pace) => this.pace(pace)));
    this.words = h("textarea", { rows: "1", maxlength: "4000", "aria-label": "Redirect in words", placeholder: "Redirect: “look at the last deploy of cart” …" });
    this.send = h("button", { type: "submit", "aria-label": "Send redirection", class: "iconic" }, icon("send"));
    this.form = h("form", { class: "redirect", on: { submit: (event) => this.redirect(event) } }, this.words, this.send);
    this.stop = h("button", { type: "button", class: "stop", text: "Stop", "aria-expanded": "false", on: { click: () => this.confirm(true) } });
    this.confirming = this.confirmation();
    this.bar = h("div", { class: "bar acts" }, this.paces, this.form, h("span", { class: "stop-wrap" }, this.stop, this.confirming));
    this.lookOn = h("p", { class: "looks-on", "data-testid": "looks-on", text: "You are looking on: your role is viewer. A responder can steer, ask and decide." });
    this.node = h("footer", { class: "dock", "aria-label": "Controls", tabindex: "-1" }, this.notice, this.approval.node, this.held, this.bar, this.lookOn);
    this.words.addEventListener("keydown", (event) => this.typed(event));
    this.words.addEventListener("input", () => this.grow());
    if (hands.drafts.keep("redirect", this.words)) requestAnimationFrame(() => this.grow());
  }

  pace([pace, name, label, title]) {
    const click = () => this.decide({ type: "PaceSet", pace });
    return h("button", { type: "button", title, "data-pace": pace, on: { click } }, icon(name), h("span", { text: label }));
  }

  confirmation() {
    const yes = h("button", { type: "button", class: "danger", text: "Stop it", on: { click: () => this.stopIt() } });
    const no = h("button", { type: "button", text: "Keep going", on: { click: () => this.confirm(false) } });
    const words = h("p", { text: "Stop this investigation for good? What was found stays." });
    const escape = (event) => event.key === "Escape" && this.confirm(false);
    return h("div", { class: "confirm", role: "dialog", "aria-label": "Stop this investigation?", hidden: true, on: { keydown: escape } }, words, h("div", { class: "answers" }, no, yes));
  }

  confirm(yes) {
    show(this.confirming, yes);
    this.stop.setAttribute("aria-expanded", String(yes));
    (yes ? this.confirming.querySelector("button") : this.stop).focus();
  }

  async stopIt() {
    show(this.confirming, false);
    await this.decide({ type: "InvestigationStopped" });
  }

  update(model) {
    this.approval.update(model.asks);
    this.updateHeld(model);
    show(this.paces, !model.over && !model.held && !model.failed && !model.over_budget);
    show(this.stop.parentElement, !model.over);
    show(this.form, model.redirectable);
    show(this.bar, !model.over || model.redirectable);
    for (const button of this.paces.children) {
      attribute(button, "aria-pressed", String(button.dataset.pace === model.pace && !model.held));
    }
    this.words.placeholder = model.over ? "Ask to look further: this opens the case again …" : "Redirect: “look at the last deploy of cart” …";
  }

  /** The one line above the bar that says what it waits for. */
  updateHeld(model) {
    const line = heldLine(model);
    show(this.held, Boolean(line));
    const drawn = line && JSON.stringify([line.text, line.budget]);
    if (!line || this.heldDrawn === drawn) return;
    this.heldDrawn = drawn;
    const buttons = line.buttons.map(([label, happening, strong]) =>
      h("button", { type: "button", class: strong ? "strong" : false, text: label, on: { click: () => this.decide(happening) } }),
    );
    const raise = line.budget ? raiseForm(line.budget, this.decide) : [];
    this.held.replaceChildren(h("span", { text: line.text }), ...[raise].flat(), h("span", { class: "answers acts" }, buttons));
  }

  async redirect(event) {
    event.preventDefault();
    const text = this.words.value.trim();
    if (!text) return this.words.focus();
    if (await this.decide({ type: "GuidanceGiven", text })) {
      this.words.value = "";
      this.hands.drafts.clear("redirect");
      this.grow();
    }
  }

  typed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.redirect(event);
  }

  grow() {
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight + 2, 120)}px`;
  }

  /** A sentence that must be read; stays until the next thing is decided. */
  tell(sentence) {
    show(this.notice, Boolean(sentence));
    const close = h("button", { type: "button", class: "iconic", "aria-label": "Dismiss", on: { click: () => this.tell("") } }, icon("cross"));
    this.notice.replaceChildren(...(sentence ? [h("span", { text: sentence }), close] : []));
  }
}

function heldLine(model) {
  const pace = (to) => ({ type: "PaceSet", pace: to });
  if (model.failed) {
    return { text: "Something broke on our side. Nothing is lost.", buttons: [["Try again", { type: "RetryRequested" }, true]] };
  }
  if (model.over_budget) {
    const go = { type: "ReasonerSet", reasoner: "rules" };
    return { text: `${model.over_budget.text} Raise it, or go on without a model.`, budget: model.over_budget, buttons: [["Go on with the rules", go]] };
  }
  if (!model.held) return null;
  const text = model.at_plan ? "The plan is ready. Change it in words below, or press Go." : "Waiting for you to say how to go on.";
  return { text, buttons: [["Go", pace("full"), true], ["One step", pace("step")], ["Slow", pace("slow")]] };
}

/** By how much each limit of a model is raised: what is used up is filled in, the others are left as they are. */
function raiseForm({ limits, raises }, decide) {
  const box = ({ name, label, by, whole }) => h("label", { class: "number" }, h("input", { type: "number", name, min: "0", step: whole ? "1" : "0.01", value: by, required: true }), h("span", { class: "label", text: label }));
  const submit = (event) => {
    event.preventDefault();
    const raised = raises.map(({ name, from, whole }) => {
      const to = Number(from) + Number(form.elements[name].value);
      return [name, whole ? Math.round(to) : to.toFixed(2)];
    });
    const wanted = raised.filter(([name]) => Number(form.elements[name].value) > 0);
    return decide({ type: "LimitsSet", limits: { ...limits, ...Object.fromEntries(wanted) } });
  };
  const form = h("form", { class: "raise acts", "aria-label": "Raise by", on: { submit } }, h("span", { text: "Raise by" }), raises.map(box), h("button", { type: "submit", class: "strong", text: "Raise and go on" }));
  return form;
}
