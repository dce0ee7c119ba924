// The answers to an approval that need more than a click: other arguments, all like this, and no.

import { h } from "./dom.js";
import { Form } from "./forms.js";

export function editForm(ask, { decide, drafts }) {
  const box = h("textarea", { name: "arguments", class: "mono", rows: "6", spellcheck: "false", "aria-label": "Arguments to propose instead" });
  box.defaultValue = ask.arguments;
  box.rows = Math.min(14, Math.max(3, ask.arguments.split("\n").length + 1));
  const submit = async (form) => {
    const { value, wrong } = parsed(box.value);
    if (wrong) return form.tell(wrong), false;
    return decide({ type: "ActionEdited", action_id: ask.action, request: ask.request, arguments: value }, (sentence) => form.tell(sentence));
  };
  const build = (form) => {
    box.addEventListener("input", () => form.tell(parsed(box.value).wrong ?? ""));
    return [h("p", { class: "quiet", text: "It is proposed anew with these, checked, and asked about again." }), box];
  };
  return new Form({ label: "Edit …", send: "Propose with these", opener: "", build, submit, drafts, draft: `edit-${ask.action}` });
}

/** {value} or {wrong}: a sentence that says where it is no JSON. */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    const fits = value !== null && typeof value === "object" && !Array.isArray(value);
    return fits ? { value } : { wrong: "Arguments are an object: names and values between { and }." };
  } catch (error) {
    return { wrong: `This is not JSON yet: ${error.message.replace(/ is not valid JSON$/, "")}.` };
  }
}

/** Null where everything is approved one by one. */
export function likeThisForm(ask, { decide, drafts }) {
  if (!ask.scopes.length || ask.no_scopes) return null;
  const radios = ask.scopes.map(({ text }, index) =>
    h("label", { class: "radio" }, h("input", { type: "radio", name: "scope", value: String(index), checked: index === 0 }), h("span", { text })),
  );
  const build = () => [
    h("p", { class: "quiet", text: "These run without asking until you revoke it, as long as they only look:" }),
    h("div", { class: "radios", role: "radiogroup", "aria-label": "What may run unasked" }, radios),
  ];
  const submit = (form) => {
    const { tool, component } = ask.scopes[Number(form.node.elements.scope.value)];
    return decide({ type: "StandingApprovalGiven", tool, component, effect: "reads" }, (sentence) => form.tell(sentence));
  };
  return new Form({ label: "All like this …", send: "Approve all like this", opener: "", build, submit, drafts: NO_DRAFTS, draft: "" });
}

const NO_DRAFTS = { keep: () => false, clear: () => {} };

export function rejectForm(ask, { decide, drafts }) {
  const words = h("input", { type: "text", name: "reason", "aria-label": "Reason in your own words", placeholder: "or in your own words", maxlength: "1000" });
  const no = (form, reason) => decide({ type: "ActionRejected", action_id: ask.action, reason }, (sentence) => form.tell(sentence));
  const quickly = (form, reason) => form.submitted(undefined, () => no(form, reason));
  const build = (form) => {
    const quick = ask.reasons.map((reason) => h("button", { type: "button", class: "quick", text: reason, on: { click: () => quickly(form, reason) } }));
    return [h("p", { class: "quiet", text: "Why not? The reasoner is told." }), h("div", { class: "quicks" }, quick), words];
  };
  const submit = (form) => (form.value("reason") ? no(form, form.value("reason")) : (words.focus(), false));
  return new Form({ label: "Reject …", send: "Reject", opener: "", build, submit, drafts, draft: `reject-${ask.action}` });
}
