// Questions about the investigation, and what its timeline says to them, with where it says so.

import { h, keyed, redraw, say, show } from "./dom.js";
import { panel } from "./panels.js";

const MOST_SHOWN = 3;

export class Questions {
  constructor(hands) {
    this.hands = hands;
    this.asked = new Map();
    this.box = h("input", { type: "text", name: "question", maxlength: "1000", autocomplete: "off", "aria-label": "Your question", placeholder: "“Why was payments ruled out?”" });
    this.send = h("button", { type: "submit", text: "Ask" });
    this.form = h("form", { class: "inline acts", on: { submit: (event) => this.ask(event) } }, this.box, this.send);
    this.list = h("ol", { class: "questions", "aria-live": "polite" });
    this.more = h("button", { type: "button", class: "plain", on: { click: () => this.toggle() } });
    ({ node: this.node, count: this.count } = panel("Ask about this investigation", "questions", this.form, this.list, this.more));
    hands.drafts.keep("question", this.box);
    this.draw();
  }

  toggle() {
    this.all = !this.all;
    this.draw();
  }

  /** Questions come in with their cards, and again with their answers. */
  take(events) {
    const cards = events.flatMap(({ cards }) => cards).filter((card) => card.kind === "question");
    for (const card of cards) this.asked.set(card.id, card);
    if (cards.length) this.draw();
  }

  /** Exactly what these cards bring: another moment is looked at. */
  stand(cards) {
    this.asked.clear();
    this.take([{ cards }]);
    this.draw();
  }

  draw() {
    const ordered = [...this.asked.values()].reverse();
    const shown = this.all ? ordered : ordered.slice(0, MOST_SHOWN);
    keyed(this.list, shown, (card) => card.id, () => this.make(), (node, card) => this.fill(node, card));
    show(this.more, ordered.length > MOST_SHOWN);
    say(this.more, this.all ? "Show fewer" : `Show ${ordered.length - shown.length} more`);
  }

  make() {
    const parts = { asked: h("p", { class: "asked" }), answer: h("div") };
    return Object.assign(h("li", { "data-testid": "question" }, parts.asked, parts.answer), { parts });
  }

  fill(node, card) {
    say(node.parts.asked, card.text).title = card.signed;
    redraw(node.parts.answer, [card.answer, card.quotations], () => [...answered(card, this.hands.showPlace), offered(card, this.hands.decide)]);
  }

  async ask(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) return this.box.focus();
    this.send.disabled = true;
    if (await this.hands.decide({ type: "QuestionAsked", text })) {
      this.box.value = "";
      this.hands.drafts.clear("question");
    }
    this.send.disabled = false;
  }
}

/** What could be looked at to answer it better: a person says whether it is, and it is a redirection like any other. */
function offered({ looks }, decide) {
  const buttons = looks.map((text) => {
    const button = h("button", { type: "button", text: `Have it ${text}`, on: { click: take } });
    async function take() {
      button.disabled = true;
      button.disabled = await decide({ type: "GuidanceGiven", text });
    }
    return button;
  });
  return buttons.length ? h("div", { class: "answers acts steers", "data-testid": "looks" }, buttons) : null;
}

/** The answer in the timeline's words, each quotation a way to where it stands; "thinking" until it is there. */
export function answered({ answer, quotations }, showPlace) {
  if (answer === null) return [h("p", { class: "quiet thinking" }, h("i", { class: "spin" }), h("span", { text: "thinking …" }))];
  const cited = quotations.map((one) =>
    h("li", {}, h("button", { type: "button", class: "id", title: "Show where it says so", text: one.where, on: { click: () => showPlace(one) } }), h("span", { class: "cited", text: one.text })),
  );
  return [h("p", { class: "text", text: answer }), cited.length ? h("ul", { class: "citations" }, cited) : null];
}

export function questionBody(model, { showPlace }) {
  const answer = h("div");
  const update = (next) => redraw(answer, [next.answer, next.quotations], () => answered(next, showPlace));
  return { nodes: [h("p", { class: "said-by-person", text: model.text }), answer], update };
}
