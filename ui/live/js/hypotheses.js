// The hypotheses, best first, with what speaks for and against each, and what a person can do about one.

import { attribute, h, keyed, redraw, say, show } from "./dom.js";
import { percent } from "./figures.js";
import { menu } from "./menu.js";
import { evidenceChip, panel } from "./panels.js";
import { proposeForm, ruleOutForm } from "./hypothesis_forms.js";

const MOST_SHOWN = 6;

export class Hypotheses {
  constructor(hands) {
    this.hands = hands;
    this.list = h("ul", { class: "hypotheses" });
    this.rest = h("p", { class: "quiet" });
    this.all = false;
    this.more = h("button", { class: "plain", type: "button", on: { click: () => this.toggle() } });
    this.empty = h("p", { class: "quiet", text: "None yet: they come with the plan." });
    this.propose = proposeForm(hands);
    const foot = h("p", { class: "panel-foot" }, this.propose.opener, this.more);
    ({ node: this.node, count: this.count } = panel("Hypotheses", "hypotheses", this.empty, this.list, this.rest, foot, this.propose.node));
  }

  toggle() {
    this.all = !this.all;
    this.update(this.model);
  }

  update(model) {
    this.model = model;
    const running = model.rows.filter((row) => !row.out);
    const ordered = [...running, ...model.rows.filter((row) => row.out)];
    const shown = this.all ? ordered : running.slice(0, MOST_SHOWN);
    keyed(this.list, shown, (row) => row.id, (row) => this.make(row), (node, row) => this.fill(node, row));
    const hidden = ordered.length - shown.length;
    const out = ordered.length - running.length;
    show(this.empty, ordered.length === 0);
    show(this.rest, ordered.length > 0);
    say(this.rest, `Something else: ${percent(model.rest)}${out ? ` · ${out} ruled out` : ""}`);
    show(this.more, hidden > 0 || this.all);
    say(this.more, this.all ? "Show fewer" : `Show ${hidden} more`);
  }

  make({ id }) {
    const name = h("span", { class: "name" });
    const chance = h("b", { class: "chance" });
    const bar = h("i", { class: "fill" });
    const prior = h("span", { class: "prior quiet", hidden: true });
    const top = h("summary", {}, name, chance, prior, h("span", { class: "track", "aria-hidden": "true" }, bar));
    const body = h("div", { class: "fold-body" });
    const node = h("li", { "data-testid": "hypothesis" }, h("details", {}, top, body), menu("About this hypothesis", () => this.choices(node)));
    if (this.hands.drafts.has(`rule-out-${id}.reason`)) this.ruleOut(node, id);
    return Object.assign(node, { parts: { name, chance, prior, bar, body } });
  }

  choices(node) {
    const { id, out } = node.row;
    const pick = () => this.hands.decide({ type: "HypothesisPicked", hypothesis_id: id });
    return out ? [["Bring back", pick]] : [["Examine first", pick], ["Rule out …", () => this.ruleOut(node, id).open()]];
  }

  /** The form stands outside of what is drawn anew, so that news do not take it away from who is typing. */
  ruleOut(node, id) {
    if (!node.form) node.append((node.form = ruleOutForm(id, this.hands)).node);
    return node.form;
  }

  fill(node, row) {
    node.row = row;
    const { name, chance, prior, bar, body } = node.parts;
    say(name, row.name).title = row.statement;
    say(chance, row.out ? "ruled out" : percent(row.p));
    bar.style.width = `${row.p * 100}%`;
    attribute(node, "data-out", Boolean(row.out));
    const unseen = !row.examined && !row.out;
    attribute(node, "data-unexamined", unseen);
    show(prior, unseen);
    say(prior, row.grounds);
    redraw(body, row, () => this.details(row));
  }

  details(row) {
    const facts = [
      ["Says", row.statement],
      ["Stands on", row.examined && row.grounds],
      ["Put up by", row.origin],
      ["Predicts", row.predicts],
      ["Change", row.change],
      ["Ruled out", row.out],
    ].filter(([, value]) => value);
    const ids = [...new Set([...row.for, ...row.against])];
    const sides = Object.fromEntries([...row.for.map((id) => [id, "for it"]), ...row.against.map((id) => [id, "against it"])]);
    const about = { title: `Hypothesis, ${percent(row.p)}`, text: row.statement, ids, sides };
    const chips = (some) => [...new Set(some)].map((id) => evidenceChip(id, this.hands, about));
    return [
      h("dl", { class: "facts" }, facts.map(([term, value]) => [h("dt", { text: term }), h("dd", { text: value })])),
      row.for.length ? h("p", { class: "chips" }, h("span", { class: "label", text: "For" }), chips(row.for)) : null,
      row.against.length ? h("p", { class: "chips" }, h("span", { class: "label", text: "Against" }), chips(row.against)) : null,
    ];
  }
}
