// Was the conclusion right? One click, or what it really was in one's own words; and a way to have the search go on.

import { attribute, h, say, show } from "./dom.js";
import { utc } from "./clock.js";
import { Form, choice, field } from "./forms.js";

const RATINGS = [["right", "Right"], ["partly", "Partly"], ["wrong", "Wrong"]];
const SAYS = { right: "the conclusion is right", partly: "the conclusion is partly right", wrong: "the conclusion is wrong" };
const HELD = [["", "not known"], ["yes", "it held"], ["no", "it did not hold"]];

export class Rating {
  constructor(hands) {
    this.hands = hands;
    this.said = h("p", { class: "quiet", "data-testid": "rated", hidden: true });
    this.buttons = RATINGS.map(([rating, text]) => h("button", { type: "button", "data-rating": rating, "aria-pressed": "false", text, on: { click: () => this.choose(rating) } }));
    this.rating = h("input", { type: "text", name: "rating", hidden: true });
    this.means = h("p", { class: "quiet" });
    this.form = new Form({ label: "Tell the cause, or the fix …", send: "Save", build: () => this.fields(), submit: (form) => this.submit(form), drafts: hands.drafts, draft: "rating" });
    this.form.node.setAttribute("aria-label", "What was it really?");
    this.form.onOpen = () => this.opened();
    this.form.onClose = () => this.press();
    if (this.form.isOpen) this.opened();
    this.keepLooking = keepLookingForm(hands);
    const group = h("div", { class: "segments", role: "group", "aria-label": "Was this right?" }, this.buttons);
    const line = h("div", { class: "rating-line acts" }, h("h3", { text: "Was this right?" }), group, this.form.opener);
    this.node = h("div", { class: "part rating", "data-testid": "rating" }, line, this.said, this.form.node, h("p", { class: "steers" }, this.keepLooking.opener), this.keepLooking.node);
  }

  fields() {
    const { choices } = this.hands;
    const what = choices.faultBox("what", { placeholder: "a fault from the list, or your own words", maxlength: "1000" });
    return [
      this.rating,
      this.means,
      h("div", { class: "pair" }, field("Where it really was", choices.componentBox("component", { placeholder: "not known" })), field("What it really was", what)),
      h("div", { class: "pair" }, field("The fix", h("textarea", { name: "fix", rows: "2", maxlength: "4000", placeholder: "what ended it" })), field("Did the fix hold?", choice({ name: "held" }, HELD))),
      field("Note", h("textarea", { name: "note", rows: "2", maxlength: "4000", placeholder: "anything else; kept as a note" })),
    ];
  }

  /** Right takes one click and keeps what was told of the fix; another rating asks what it was. */
  choose(rating) {
    if (rating !== "right") {
      this.form.open();
      return this.set(rating);
    }
    if (this.form.isOpen) return this.set(rating);
    const { fix = "", fix_held = null, note = "" } = this.model ?? {};
    return this.hands.decide({ type: "ConclusionRated", rating, fix, fix_held, note });
  }

  /** What was told before stands in the form, so that the last word does not take back what it does not repeat. */
  opened() {
    const boxes = this.form.node.elements;
    for (const [name, text] of Object.entries(this.told())) if (!this.hands.drafts.has(`rating.${name}`)) boxes[name].value = text;
    this.set(this.rating.value || this.model?.rating || "partly");
  }

  told() {
    if (!this.model) return {};
    const { component, fault, cause, fix, fix_held, note } = this.model;
    const held = { true: "yes", false: "no" }[fix_held] ?? "";
    return { component: component ?? "", what: cause || this.hands.choices.faultLabel(fault), fix, held, note };
  }

  set(rating) {
    this.rating.value = rating;
    this.rating.dispatchEvent(new Event("change"));
    say(this.means, `You say: ${SAYS[rating]}.`);
    this.press();
  }

  /** While the form is open, what it will save is pressed; else what was saved. */
  press() {
    const pressed = this.form.isOpen ? this.rating.value : this.model?.rating;
    for (const button of this.buttons) attribute(button, "aria-pressed", String(button.dataset.rating === pressed));
  }

  async submit(form) {
    const what = form.value("what");
    const fault = this.hands.choices.faultTerm(what) ?? null;
    const told = { component: form.value("component") || null, fault, cause: fault ? "" : what, fix: form.value("fix"), note: form.value("note") };
    const fix_held = { yes: true, no: false }[form.value("held")] ?? null;
    const done = await this.hands.decide({ type: "ConclusionRated", rating: form.value("rating"), ...told, fix_held }, (sentence) => form.tell(sentence));
    if (done) this.rating.value = "";
    return done;
  }

  update(model) {
    this.model = model;
    show(this.said, Boolean(model));
    this.press();
    if (model) say(this.said, `${model.by}, ${utc(model.at)}: ${model.text}`).title = model.signed;
  }
}

function keepLookingForm({ decide, drafts }) {
  const build = () => field("Why it is not this", h("input", { type: "text", name: "reason", maxlength: "1000", placeholder: "optional", autocomplete: "off" }), "It is ruled out, the plan is made again, and the search goes on.");
  const submit = (form) => decide({ type: "ConclusionRefuted", reason: form.value("reason") }, (sentence) => form.tell(sentence));
  return new Form({ label: "Keep looking: it is not this …", send: "Keep looking", build, submit, drafts, draft: "refute" });
}
