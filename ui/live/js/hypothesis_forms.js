// What a person says about explanations in more than a click: one of their own, and why another is out.

import { h } from "./dom.js";
import { Form, field } from "./forms.js";
import { NO_SUCH_FAULT } from "./choices.js";

export function proposeForm({ decide, drafts, choices }) {
  const build = () => [
    h("div", { class: "pair" }, field("Component", choices.componentBox("component", { required: true })), field("Fault", choices.faultBox("fault"))),
    field("What you think happened", h("input", { type: "text", name: "statement", maxlength: "1000", required: true, autocomplete: "off" })),
  ];
  const submit = (form) => {
    const fault = choices.faultTerm(form.value("fault"));
    if (fault === undefined) return form.tell(NO_SUCH_FAULT), false;
    const proposed = { type: "HypothesisProposed", component: form.value("component"), statement: form.value("statement") };
    return decide(fault ? { ...proposed, fault } : proposed, (sentence) => form.tell(sentence));
  };
  return new Form({ label: "Propose one …", send: "Propose", build, submit, drafts, draft: "propose" });
}

export function ruleOutForm(id, { decide, drafts }) {
  const build = () => field("Why is it not this?", h("input", { type: "text", name: "reason", maxlength: "1000", required: true, autocomplete: "off" }));
  const submit = (form) =>
    decide({ type: "HypothesisDismissed", hypothesis_id: id, reason: form.value("reason") }, (sentence) => form.tell(sentence));
  return new Form({ label: "Rule out …", send: "Rule out", build, submit, drafts, draft: `rule-out-${id}` });
}
