// A fact of a person's own: what they know, what it says about which hypothesis, and which evidence it puts right.

import { h, redraw, show } from "./dom.js";
import { Form, choice, field } from "./forms.js";
import { icon } from "./icons.js";

export function factForm({ decide, drafts, choices }) {
  const leanings = h("div", { class: "leanings" });
  const corrects = h("input", { type: "text", name: "corrects", hidden: true });
  const told = h("p", { class: "chips corrects" });
  const more = h("button", { type: "button", class: "plain start", text: "It says something about a hypothesis …", on: { click: () => leanings.append(leaning(choices)) } });
  const build = () => [
    told,
    corrects,
    field("What you know", h("textarea", { name: "text", rows: "2", maxlength: "4000", required: true })),
    field("Component", choices.componentBox("component", { placeholder: "none in particular" })),
    leanings,
    more,
  ];
  const submit = async (form) => {
    const fact = {
      type: "FactStated",
      text: form.value("text"),
      component: form.value("component") || null,
      leanings: [...leanings.children].map((row) => row.says()).filter(Boolean),
      corrects: listed(corrects.value),
    };
    const done = await decide(fact, (sentence) => form.tell(sentence));
    if (done) leanings.replaceChildren();
    return done;
  };
  const form = new Form({ label: "Add a fact …", send: "Add", build, submit, drafts, draft: "fact" });
  const set = (ids) => {
    corrects.value = ids.join(" ");
    corrects.dispatchEvent(new Event("input"));
    tell();
  };
  const tell = () => redraw(told, listed(corrects.value), (ids) => (ids.length ? [h("span", { class: "label", text: "Corrects" }), ids.map((id) => chip(id, set))] : []));
  form.node.addEventListener("reset", () => set([]));
  form.correct = (id) => {
    set([...new Set([...listed(corrects.value), id])]);
    form.open();
  };
  tell();
  return form;

  function chip(id) {
    const drop = () => set(listed(corrects.value).filter((other) => other !== id));
    return h("button", { type: "button", class: "id", "aria-label": `${id}: do not correct it`, on: { click: drop } }, h("span", { text: id }), icon("cross"));
  }
}

const listed = (text) => text.split(" ").filter(Boolean);

/** One row: which hypothesis, for or against, how strongly. The figures are the server's. */
function leaning(choices) {
  const { terms } = choices;
  const which = choices.hypothesisBox({ "aria-label": "Hypothesis" });
  const way = choice({ "aria-label": "For or against" }, [["1", "speaks for it"], ["-1", "speaks against it"]]);
  const strength = choice({ "aria-label": "How strongly" }, terms.strengths.map(([name, odds]) => [String(odds), name]));
  strength.selectedIndex = Math.floor(terms.strengths.length / 2);
  const drop = h("button", { type: "button", class: "iconic plain", "aria-label": "Leave this out" }, icon("cross"));
  const row = h("div", { class: "leaning" }, which, way, strength, drop);
  drop.addEventListener("click", () => row.remove());
  row.says = () => which.value && { hypothesis_id: which.value, log_odds: Number(way.value) * Number(strength.value) };
  return row;
}
