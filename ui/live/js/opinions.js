// A second opinion: two conclusions from the same evidence beside each other, and how far they agree. The verdict stays.

import { fold, h, redraw, show } from "./dom.js";
import { evidenceChip, panel } from "./panels.js";

const OFFER =
  "Have somebody else conclude from the same evidence, who does not see this conclusion: the rules where a model concluded, a model where the rules did. The verdict stays as it is.";
const OFFER_EARLY = "Have rules and model conclude from what is known so far; neither sees what the other says. Nothing is settled by it.";

const NOBODY = "Where a model is set up (Settings), it and the rules each conclude from the same evidence, unseen by the other.";

export class Opinions {
  constructor(hands) {
    this.hands = hands;
    this.ask = h("button", { type: "button", text: "Second opinion", on: { click: () => this.wanted() } });
    this.body = h("div", { "aria-live": "polite" });
    ({ node: this.node } = panel("Second opinion", "opinion", this.body, h("div", { class: "acts" }, this.ask)));
    show(this.node, false);
  }

  update(model) {
    show(this.node, Boolean(model));
    if (!model) return;
    show(this.ask, model.possible && !model.making);
    this.ask.textContent = model.given ? "Another second opinion" : "Second opinion";
    redraw(this.body, model, () => this.build(model));
  }

  build({ making, given, stands, possible }) {
    if (making) return h("p", { class: "quiet thinking" }, h("i", { class: "spin" }), h("span", { text: "concluding from the same evidence, without seeing what was concluded …" }));
    if (!given) return h("p", { class: "quiet", text: possible ? (stands ? OFFER : OFFER_EARLY) : NOBODY });
    return [
      given.said ? h("p", { class: "agreement", "data-testid": "agreement", "data-tone": given.tone, text: given.said }) : null,
      given.trouble ? h("p", { class: "trouble", "data-testid": "opinion-trouble", text: given.trouble }) : null,
      h("div", { class: "opinions" }, given.opinions.map(opinion)),
      given.contradictions.length ? this.part("They contradict each other", h("ul", { class: "tight" }, given.contradictions.map((text) => h("li", { "data-tone": "red", text })))) : null,
      given.groups.map(({ title, claims }) => this.part(title, h("ul", { class: "tight" }, claims.map((said) => this.claims(said))))),
    ];
  }

  part(title, body) {
    return h("div", { class: "part" }, h("h3", { text: title }), body);
  }

  /** What both say stands in one line each, the words of the first and those of the second. */
  claims(said) {
    return h("li", {}, said.map(({ by, text, evidence, verified }) => h("p", {}, by ? h("span", { class: "quiet", text: `${by}: ` }) : null, h("span", { text: `${text} ` }), verified ? null : unverified(), evidence.map((id) => evidenceChip(id, this.hands, { title: by ? `${by} says` : "Both say", text, ids: evidence })))));
  }

  async wanted() {
    this.ask.disabled = true;
    await this.hands.decide({ type: "SecondOpinionAsked" });
    this.ask.disabled = false;
  }
}

function opinion({ name, verdict, tone, headline, where, why }) {
  return h(
    "article",
    { class: "opinion", "data-testid": "one-opinion" },
    h("p", { class: "opinion-top" }, h("b", { text: name }), h("span", { class: "badge", "data-tone": tone, text: verdict })),
    h("p", { class: "text", text: headline }),
    where ? h("p", { class: "quiet", text: where }) : null,
    why ? fold("Why", () => h("p", { class: "quiet", text: why })) : null,
  );
}

function unverified() {
  return h("span", { class: "badge", "data-tone": "yellow", title: "Its figures or quotes were not found in the evidence it cites.", text: "unverified" });
}
