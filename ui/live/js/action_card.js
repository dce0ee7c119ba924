// One action is one card: proposed, waiting, running, done. It changes in place, and what is open stays open.

import { attribute, fold, h, redraw, say, show } from "./dom.js";
import { lasting } from "./clock.js";
import { codeBlock, fetched } from "./cards.js";
import { decision } from "./signed.js";
import { citations } from "./citations.js";

export function actionBody(model, { fetchText, talk }) {
  const parts = {
    subject: h("span", { class: "subject" }),
    status: h("span", { class: "badge", "data-testid": "action-status" }),
    time: h("span", { class: "lasting" }),
    decisions: h("div", { class: "decisions" }),
    steps: h("ol", { class: "steps", hidden: true, "aria-label": "What it is doing", "aria-live": "polite", "data-testid": "steps" }),
    outcome: h("p", { class: "outcome" }),
    byHand: h("div", { class: "by-hand", "data-testid": "by-hand" }),
    key: h("p", { class: "quiet idempotency" }),
    cites: h("div"),
    excerpt: h("div"),
    result: fold("Result", () => fetched(`output/${model.action}`, "Result", fetchText), { hidden: true, "data-testid": "result" }),
  };
  const effect = model.effect === "writes" ? h("span", { class: "badge", "data-tone": model.effect_tone, text: "write", title: "It changes something" }) : null;
  const why = model.why ? h("p", { class: "why", text: model.why }) : null;
  const given = fold("Arguments", () => codeBlock(model.arguments, "Arguments"), { "data-testid": "arguments" });
  return {
    beside: h("span", { class: "beside" }, parts.subject, effect, parts.status, parts.time),
    nodes: [why, parts.decisions, parts.steps, parts.outcome, parts.byHand, parts.key, parts.cites, h("div", { class: "folds" }, given, parts.result)],
    update: (next) => update(parts, next, talk),
    tell: (told) => tell(parts, told),
  };
}

/** The last steps of a tool while it runs, the newest below; they may come before the news that it runs, and go when it has ended. */
function tell(parts, told) {
  parts.told = told;
  if (parts.running) drawSteps(parts);
}

function drawSteps({ steps, told }) {
  show(steps, Boolean(told));
  if (!told) return;
  const earlier = told.before ? [h("li", { class: "quiet", text: `${told.before} earlier` })] : [];
  steps.replaceChildren(...earlier, ...told.steps.map((text) => h("li", { text })));
}

/** What is only suggested: the command to do it by hand, how to undo that, and who may feel it. */
function byHand(it) {
  if (!it) return null;
  const facts = [["Undo", it.undo], ["May feel it", it.affected]].map(([name, value]) => [h("dt", { text: name }), h("dd", { text: value })]);
  return [it.command ? codeBlock(it.command, "Command to do it by hand") : null, h("dl", { class: "facts" }, facts)];
}

function update(parts, next, talk) {
  say(parts.subject, next.subject).title = next.subject;
  if (parts.running && !next.running) parts.told = null;
  parts.running = next.running;
  if (next.running) drawSteps(parts);
  else show(parts.steps, false);
  say(parts.status, next.status);
  attribute(parts.status, "data-tone", next.tone);
  show(parts.status, next.status !== "done");
  redraw(parts.decisions, next.decisions, (all) => all.map(decision));
  show(parts.outcome, Boolean(next.outcome));
  say(parts.outcome, next.outcome);
  redraw(parts.byHand, next.by_hand, byHand);
  say(parts.key, next.key && `Idempotency key ${next.key}`);
  show(parts.key, Boolean(next.key));
  redraw(parts.cites, next.cites, (all) => citations(all, talk));
  show(parts.result, next.has_output);
  attribute(parts.time, "data-running-since", next.running ? new Date(next.started).getTime() : null);
  if (!next.running) say(parts.time, next.seconds === null ? "" : lasting(next.seconds * 1000));
}
