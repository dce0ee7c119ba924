// One maker per kind of card. A card is {node, update}; an update changes only what differs.

import { attribute, copyText, fold, h, redraw, say, show } from "./dom.js";
import { ago, utc, utcDay } from "./clock.js";
import { icon } from "./icons.js";
import { actionBody } from "./action_card.js";
import { memoryBody } from "./memory_card.js";
import { menu } from "./menu.js";
import { questionBody } from "./questions.js";
import { factBody, reflectionBody } from "./reflection_card.js";

const BODIES = {
  alert: alertBody,
  memory: memoryBody,
  plan: planBody,
  action: actionBody,
  reflection: reflectionBody,
  conclusion: conclusionBody,
  guidance: guidanceBody,
  failure: failureBody,
  fact: factBody,
  question: questionBody,
};

const TAKES_ITS_TOOL = (model) => (model.kind === "action" ? model.tool : model.icon ?? model.kind);

export function makeCard(model, tools) {
  return model.kind === "row" ? thinRow(model, tools) : fullCard(model, tools);
}

/** What is worth knowing but not worth a card: one line, with who said it and from where. */
function thinRow(model, tools) {
  const read = model.call && fold("Prompt and answer", () => fetched(`call/${model.call}`, "Prompt and answer", tools.fetchText), { "data-testid": "call" });
  const said = h("span", { class: "said" }, h("span", { text: model.text }), read || null, signature(model.signed.split(" · ").slice(1).join(" · "), model.signed));
  const node = h(
    "li",
    { class: "row", id: `card-${model.id}`, tabindex: "-1", "data-tone": model.tone, "data-kind": model.icon, "data-testid": "row" },
    h("span", { class: "knob" }, icon(model.icon)),
    said,
    stamp(model),
    more(() => model, tools),
  );
  return { node, update: () => {} };
}

function fullCard(model, tools) {
  let latest = model;
  const body = BODIES[model.kind](model, tools);
  const knob = h("span", { class: "knob" }, icon(TAKES_ITS_TOOL(model)));
  const title = h("h3", { text: model.title });
  const actor = h("span", { class: "actor", text: model.actor, title: model.signed });
  const top = h("div", { class: "top" }, title, body.beside ?? null, h("span", { class: "gap" }), actor, stamp(model), more(() => latest, tools));
  const node = h(
    "li",
    { class: "card", id: `card-${model.id}`, tabindex: "-1", "data-kind": model.kind, "data-testid": `card-${model.kind}` },
    knob,
    h("div", { class: "inner" }, top, model.kind === "action" ? null : signature(model.signed), body.nodes),
  );
  const update = (next) => {
    latest = next;
    attribute(node, "data-tone", next.tone);
    attribute(node, "data-status", next.status);
    attribute(node, "data-running", next.running ?? false);
    body.update?.(next);
  };
  update(model);
  return { node, update, tell: body.tell };
}

/** "Ada · responder · browser at 10.0.0.7", where a person said it; a line that names them already leaves the name out. */
function signature(text, title = "") {
  return text ? h("span", { class: "signature", text, title }) : null;
}

function more(latest, { askToFork }) {
  const from = () => ({ seq: latest().seq, name: latest().title || latest().text });
  return menu("More", () => [["Fork from here …", () => askToFork(from())]]);
}

function stamp(model) {
  const text = `${utc(model.at)} · ${ago(model.at)}`;
  return h("time", { datetime: model.at, title: `${utcDay(model.at)} UTC`, "data-ago": model.at, text });
}

export function paragraph(text, className = "text") {
  return text ? h("p", { class: className, text }) : null;
}

export function copyButton(text, label = "Copy") {
  const words = h("span", { text: label });
  const copy = async (event) => {
    event.stopPropagation();
    await copyText(typeof text === "function" ? text() : text);
    say(words, "Copied");
    setTimeout(() => say(words, label), 1500);
  };
  return h("button", { class: "copy", type: "button", "aria-label": label, on: { click: copy } }, icon("copy"), words);
}

/** A long text in code, fetched when it is looked at. */
export function fetched(what, label, fetchText) {
  const body = h("div", { class: "quiet", text: "Fetching …" });
  fetchText(what).then(
    (text) => redraw(body, text, () => [codeBlock(text, label)]),
    (error) => say(body, error.message),
  );
  return body;
}

export function codeBlock(text, label) {
  return h("div", { class: "code" }, h("pre", { text, tabindex: "0", "aria-label": label }), copyButton(text));
}

function alertBody(model) {
  const facts = h("dl", { class: "facts" });
  const update = (next) => redraw(facts, next.facts, (all) => all.map(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]));
  const context = model.context && h("p", { class: "said-by-person", text: model.context });
  const raw = model.raw && fold("The alert as it arrived", () => codeBlock(model.raw, "Raw alert"));
  return {
    nodes: [paragraph(model.text, "lead"), paragraph(model.more), context || null, facts, raw || null],
    update,
  };
}

export const STEP_WORDS = { open: "to do", doing: "doing now", asking: "waits for a decision", answered: "answered", dropped: "dropped: no longer worth it" };

export function checklist(steps) {
  return steps.map((step) =>
    h(
      "li",
      { "data-status": step.status, title: step.why },
      h("span", { class: "box", role: "img", "aria-label": STEP_WORDS[step.status] }, boxOf(step.status)),
      h("span", { text: step.question }),
    ),
  );
}

function boxOf(status) {
  if (status === "answered") return icon("check");
  if (status === "dropped") return icon("cross");
  return status === "doing" ? h("i", { class: "spin" }) : null;
}

function planBody(model) {
  const list = h("ol", { class: "checklist" });
  const changed = h("div");
  const update = (next) => {
    redraw(list, next.steps, checklist);
    redraw(changed, next.changed, changes);
  };
  return { nodes: [paragraph(model.text, "quiet"), changed, list], update };
}

export function changes(lines) {
  if (!lines.length) return null;
  return h("ul", { class: "changes" }, lines.map((line) => h("li", { text: line })));
}

function conclusionBody(model, { toReport }) {
  const badge = h("span", { class: "badge", "data-tone": model.tone, text: model.verdict });
  const open = h("button", { class: "plain", type: "button", text: "Read the report", on: { click: toReport } });
  return { beside: badge, nodes: [paragraph(model.text, "lead"), paragraph(model.why, "quiet"), h("p", {}, open)] };
}

function guidanceBody(model) {
  const status = h("span", { class: "badge", "data-tone": "violet", "data-testid": "guidance-status" });
  const effect = h("div");
  const update = (next) => {
    say(status, next.status === "applied" ? `applied in plan ${next.revision ?? ""}`.trim() : "received");
    redraw(effect, next.changed, (lines) => (lines.length ? [h("p", { class: "quiet", text: "What that changed:" }), changes(lines)] : null));
  };
  return { beside: status, nodes: [h("p", { class: "said-by-person", text: model.text }), effect], update };
}

function failureBody(model, { decide }) {
  const retry = h("button", { class: "strong acts", type: "button", text: "Try again", on: { click: () => decide({ type: "RetryRequested" }) } });
  const id = h("p", { class: "quiet", text: `Nothing is lost: the investigation goes on from here. For the log: ${model.error_id}` });
  const update = (next) => show(retry, !next.resolved);
  return { nodes: [paragraph(model.text), id, retry], update };
}
