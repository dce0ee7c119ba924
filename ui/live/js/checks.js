// What would be worth a look next, the best first: what it may bring, what it costs, what it risks. A person can overrule it.

import { attribute, h, keyed, redraw, say, show } from "./dom.js";
import { icon } from "./icons.js";
import { panel } from "./panels.js";
import { Form, field } from "./forms.js";

const MOST_SHOWN = 4;

export class Checks {
  constructor(hands) {
    this.hands = hands;
    this.note = h("p", { class: "quiet checks-note" });
    this.list = h("ol", { class: "checks" });
    this.empty = h("p", { class: "quiet" });
    this.more = h("button", { class: "plain", type: "button", on: { click: () => this.toggle() } });
    this.picked = h("div", { class: "checks-said" });
    this.dropped = h("div", { class: "checks-said" });
    this.open = h("p", { class: "quiet checks-open" });
    ({ node: this.node, count: this.count } = panel("Next best checks", "checks", this.note, this.picked, this.list, this.empty, h("p", { class: "panel-foot" }, this.more), this.dropped, this.open));
    Object.assign(this, { all: false, touched: false });
    show(this.node, false);
  }

  toggle() {
    this.all = !this.all;
    this.update(this.model);
  }

  update(model) {
    this.model = model;
    show(this.node, Boolean(model));
    if (!model) return;
    const { rows } = model;
    const most = Math.max(...rows.map((row) => row.bits), 0);
    const shown = this.all ? rows : rows.slice(0, MOST_SHOWN);
    keyed(this.list, shown, key, (row) => this.make(row), (node, row) => this.fill(node, row, most));
    const nodes = [...this.list.children];
    nodes.forEach((node, index) => say(node.parts.rank, index + 1));
    if (!this.touched) nodes.forEach((node, index) => (node.parts.details.open = index === 0));
    say(this.note, model.note);
    show(this.note, rows.length > 0);
    show(say(this.empty, "Nothing is left that would be worth a look."), rows.length === 0);
    show(this.more, rows.length > MOST_SHOWN);
    say(this.more, this.all ? "Show fewer" : `Show ${rows.length - shown.length} more`);
    say(this.count, model.more ? `${rows.length} best of ${rows.length + model.more}` : rows.length || "");
    redraw(this.picked, model.picked, (all) => all.map((one) => said(`To be done next, as ${one.by} said`, one, null)));
    redraw(this.dropped, model.dropped, (all) => all.map((one) => said(`Not this, said ${one.by}: ${one.reason}`, one, this.button("Take it back", one))));
    show(say(this.open, `Also open in the plan: ${model.open.join(" ")}`), model.open.length > 0);
  }

  make(row) {
    const parts = { rank: h("span", { class: "rank" }), name: h("span", { class: "name" }), bits: h("b", { class: "bits" }), bar: h("i", { class: "fill" }), body: h("div", { class: "fold-body" }), chips: h("span", { class: "chips" }) };
    const top = h("summary", {}, parts.rank, parts.name, parts.bits, h("span", { class: "track", "aria-hidden": "true" }, parts.bar), parts.chips);
    const drop = this.dropForm(row);
    const next = this.button("Do this next", row, "strong");
    const answers = h("div", { class: "answers acts steers" }, next, drop.opener);
    const details = (parts.details = h("details", {}, top, h("div", { class: "check-inner" }, parts.body, answers, drop.node)));
    top.addEventListener("click", () => (this.touched = true));
    return Object.assign(h("li", { class: "check", "data-testid": "check" }, details), { parts });
  }

  fill(node, row, most) {
    const { name, bits, bar, body, chips } = node.parts;
    say(name, row.call).title = row.call;
    say(bits, `${row.bits.toFixed(2)} bits`).title = "Expected drop of the doubt. One bit halves the explanations that are left.";
    bar.style.width = `${most ? Math.max(2, (row.bits / most) * 100) : 0}%`;
    attribute(node, "data-left", !row.wanted);
    redraw(chips, row, marks);
    redraw(body, row, told);
  }

  button(label, { tool, arguments: given }, look = "") {
    const button = h("button", { type: "button", class: `${look} acts`.trim(), text: label, on: { click: take } });
    const { decide } = this.hands;
    async function take() {
      button.disabled = true;
      await decide({ type: "CheckPicked", tool, arguments: given });
      button.disabled = false;
    }
    return button;
  }

  dropForm({ tool, arguments: given }) {
    const { decide, drafts } = this.hands;
    const build = () => field("Why not this one?", h("input", { type: "text", name: "reason", maxlength: "1000", required: true, autocomplete: "off" }), "It is not taken, nor the same in other words; whoever reasons is told why.");
    const submit = (form) => decide({ type: "CheckDropped", tool, arguments: given, reason: form.value("reason") }, (sentence) => form.tell(sentence));
    return new Form({ label: "Not this …", send: "Not this", build, submit, drafts, draft: `drop-${tool}-${JSON.stringify(given)}`, opener: "" });
  }
}

const key = ({ tool, arguments: given }) => JSON.stringify([tool, given]);

/** In a word each, with a sign: what a person should know before they open it. */
function marks({ risk, price, asks, wished, fills }) {
  const plain = risk.tone === "gray";
  return [
    plain ? h("span", { class: "quiet plain-risk" }, icon(risk.icon), h("span", { text: `${risk.text} · ${price}` })) : h("span", { class: "badge", "data-tone": risk.tone, text: risk.text }),
    plain ? null : h("span", { class: "quiet", text: price }),
    asks ? h("span", { class: "badge", "data-tone": "violet", text: "asks first", title: asks }) : null,
    wished ? h("span", { class: "badge", "data-tone": "violet", text: "a person asked for it" }) : null,
    fills ? h("span", { class: "badge", "data-tone": "blue", text: "fills a gap", title: fills }) : null,
  ];
}

function told(row) {
  const gain = [`${row.bits.toFixed(2)} bits of doubt`, row.fewer >= 0.05 ? `about ${row.fewer.toFixed(1)} candidates fewer` : ""].filter(Boolean).join(", ");
  const facts = [
    ["Why", row.why],
    ["Tells apart", row.separates],
    ["Expected gain", gain],
    ["Cost", `${row.price}, ${row.time}`],
    ["Risk", [row.risk.text, row.asks ? `asks first: ${row.asks}` : "runs without asking"].join("; ")],
    ["Not examined", row.fills],
    ["For the question", row.step],
  ].filter(([, value]) => value);
  return [h("dl", { class: "facts" }, facts.map(([term, value]) => [h("dt", { text: term }), h("dd", { text: value })]))];
}

function said(words, { call }, button) {
  return h("p", { class: "check-said" }, h("span", {}, h("b", { text: call }), h("span", { class: "quiet", text: ` ${words}` })), button ? h("span", { class: "acts steers" }, button) : null);
}
