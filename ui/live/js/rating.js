// Was the conclusion right? One click, or a few words about what it really was; and a way to have the search go on.

import { attribute, h, say, show } from "./dom.js";
import { utc } from "./clock.js";
import { Form, field } from "./forms.js";
import { NO_SUCH_FAULT } from "./choices.js";

const RATINGS = [["right", "Right"], ["partly", "Partly"], ["wrong", "Wrong"]];

export class Rating {
  constructor(hands) {
    this.hands = hands;
    this.said = h("p", { class: "quiet", "data-testid": "rated", hidden: true });
    this.buttons = RATINGS.map(([rating, text]) => h("button", { type: "button", "data-rating": rating, "aria-pressed": "false", text, on: { click: () => this.choose(rating) } }));
    this.wanted = "wrong";
    this.form = new Form({ label: "What was it really?", send: "Save", build: () => this.fields(), submit: (form) => this.submit(form), drafts: hands.drafts, draft: "rating" });
    this.keepLooking = keepLookingForm(hands);
    const group = h("div", { class: "segments", role: "group", "aria-label": "Was this right?" }, this.buttons);
    const line = h("div", { class: "rating-line acts" }, h("h3", { text: "Was this right?" }), group);
    this.node = h("div", { class: "part rating", "data-testid": "rating" }, line, this.said, this.form.node, h("p", { class: "steers" }, this.keepLooking.opener), this.keepLooking.node);
  }

  fields() {
    const { choices } = this.hands;
    return [
      h("div", { class: "pair" }, field("Where it really was", choices.componentBox("component", { placeholder: "not known" })), field("What it really was", choices.faultBox("fault"))),
      field("Note", h("input", { type: "text", name: "note", maxlength: "1000", autocomplete: "off" })),
    ];
  }

  choose(rating) {
    if (rating === "right") return this.hands.decide({ type: "ConclusionRated", rating });
    this.wanted = rating;
    return this.form.open();
  }

  submit(form) {
    const fault = this.hands.choices.faultTerm(form.value("fault"));
    if (fault === undefined) return form.tell(NO_SUCH_FAULT), false;
    const said = { type: "ConclusionRated", rating: this.wanted, component: form.value("component") || null, fault, note: form.value("note") };
    return this.hands.decide(said, (sentence) => form.tell(sentence));
  }

  update(model) {
    show(this.said, Boolean(model));
    for (const button of this.buttons) attribute(button, "aria-pressed", String(button.dataset.rating === model?.rating));
    if (model) say(this.said, `${model.by}, ${utc(model.at)}: ${model.text}`).title = model.signed;
  }
}

function keepLookingForm({ decide, drafts }) {
  const build = () => field("Why it is not this", h("input", { type: "text", name: "reason", maxlength: "1000", placeholder: "optional", autocomplete: "off" }), "It is ruled out, the plan is made again, and the search goes on.");
  const submit = (form) => decide({ type: "ConclusionRefuted", reason: form.value("reason") }, (sentence) => form.tell(sentence));
  return new Form({ label: "Keep looking: it is not this …", send: "Keep looking", build, submit, drafts, draft: "refute" });
}
