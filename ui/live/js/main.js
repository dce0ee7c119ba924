// The live element: one instance per investigation on the page, kept across Streamlit's reruns.

import { attribute, h } from "./dom.js";
import { every, synchronise } from "./clock.js";
import { Stream, Talk } from "./talk.js";
import { Header } from "./header.js";
import { Trace } from "./trace.js";
import { Writing } from "./writing.js";
import { Dock } from "./dock.js";
import { Report } from "./report.js";
import { Recalled } from "./memory_card.js";
import { markChanges } from "./reflection_card.js";
import { Briefing, PlanPanel, SpacePanel } from "./panels.js";
import { Hypotheses } from "./hypotheses.js";
import { EvidencePanel } from "./evidence.js";
import { Questions } from "./questions.js";
import { Opinions } from "./opinions.js";
import { Steering } from "./steering.js";
import { Fork } from "./fork.js";
import { Choices } from "./choices.js";
import { Drafts } from "./drafts.js";
import { Attention } from "./attention.js";
import { Notify } from "./notify.js";

export class Live {
  constructor(component) {
    const { data, parentElement } = component;
    this.component = component;
    this.changes = [];
    this.stopped = false;
    this.talk = new Talk(data);
    this.build(data);
    this.mayDecide(data.role);
    parentElement.append(this.node);
    this.stream = new Stream(this.talk, {
      onMessage: (message) => this.take(message),
      onDraft: (draft) => this.write(draft),
      onLink: (up) => this.header.linked(up),
      onRefused: () => this.component.setTriggerValue("renew", Date.now()),
    });
    this.stops = [every(100, () => this.trace.tick()), every(1000, () => this.tick()), every(10000, () => this.trace.tickAgo())];
  }

  build({ investigation, terms, root, suggest_only }) {
    const hands = this.hands(investigation, terms);
    this.notify = new Notify(hands.tell);
    this.header = new Header(this.notify.node, root, suggest_only);
    this.dock = new Dock(hands);
    this.fork = new Fork(hands);
    this.scroller = h("div", { class: "left-scroll" });
    this.columns = h("div", { class: "columns" });
    this.writing = new Writing();
    this.trace = new Trace([this.scroller, this.columns], hands, this.writing.node);
    this.recalled = new Recalled(hands);
    this.report = new Report(hands);
    this.opinions = new Opinions(hands);
    this.hypotheses = new Hypotheses(hands);
    this.plan = new PlanPanel();
    this.space = new SpacePanel();
    this.evidence = new EvidencePanel(hands);
    this.questions = new Questions(hands);
    this.steering = new Steering(hands);
    this.briefing = new Briefing(hands.fetchText);
    this.scroller.append(this.trace.node);
    const jump = h("div", { class: "jump-wrap" }, this.trace.pill);
    const panels = [this.recalled, this.report, this.opinions, this.hypotheses, this.plan, this.space, this.questions, this.evidence, this.steering, this.briefing];
    this.side = h("aside", { class: "side", "aria-label": "Findings" }, panels.map((part) => part.node));
    this.columns.append(this.scroller, this.side);
    const beside = [this.fork.node, hands.choices.node];
    this.node = h("div", { class: "live", "data-testid": "live" }, this.header.node, this.columns, jump, this.dock.node, beside);
    this.attention = new Attention(this.node);
  }

  /** What every part may do and ask for. */
  hands(investigation, terms) {
    return {
      terms,
      talk: this.talk,
      drafts: new Drafts(investigation),
      choices: (this.choices = new Choices(terms)),
      decide: (happening, tell) => this.decide(happening, tell),
      tell: (sentence) => this.dock.tell(sentence),
      reveal: (selector) => this.trace.reveal(selector),
      showPlace: (quotation) => this.trace.showPlace(quotation),
      fetchText: (what) => this.talk.text(this.path(what)),
      toReport: () => this.report.node.scrollIntoView({ block: "start" }),
      correct: (evidence) => this.evidence.fact.correct(evidence),
      askToFork: (from) => this.fork.open(from),
      fork: (wanted) => this.sent(() => this.talk.fork(wanted)),
    };
  }

  path(what) {
    const [head, ...rest] = what.split("/");
    return [head, this.talk.investigation, ...rest].join("/");
  }

  take({ now, events, state }) {
    synchronise(now);
    this.choices.update(state);
    if (events.length) this.writing.clear();
    this.trace.take(events);
    this.recalled.take(events);
    this.evidence.take(events);
    this.questions.take(events);
    this.takeSections(state);
    if (events.length) this.briefing.refresh();
    if (state.changes) this.changes = state.changes;
    if (this.changes.length && (events.length || state.changes)) markChanges(this.trace.list, this.changes);
    if (events.length) this.evidence.markTrace(this.trace.list);
    this.trace.after(0);
  }

  /** What is being written goes below the last card, what a tool does into the card of its action. */
  write(draft) {
    if (draft.steps) this.trace.tell(draft);
    else this.writing.update(draft);
    this.trace.after(0);
  }

  takeSections(state) {
    if (state.dock) this.takeDock(state.dock);
    if (state.hypotheses) this.hypotheses.update(state.hypotheses);
    if (state.plan !== undefined) this.plan.update(state.plan);
    if (state.space) this.space.update(state.space);
    if (state.steering) this.steering.update(state.steering);
    if (state.conclusion !== undefined) this.report.update(state.conclusion);
    if (state.opinion !== undefined) this.opinions.update(state.opinion);
    if (state.rating !== undefined) this.report.rating.update(state.rating);
    if (!state.header) return;
    this.header.update(state.header);
    this.attention.update(state.header);
    this.notify.update(state.header);
  }

  takeDock(dock) {
    this.dock.update(dock);
    this.stopped = !dock.redirectable;
    this.freeze();
  }

  tick() {
    this.header.tick();
    this.dock.approval.tick();
  }

  /** Who only looks on sees everything and no control; the server would refuse them anyway. */
  mayDecide(role) {
    this.looksOn = role === "viewer";
    this.header.looksOn = this.looksOn;
    attribute(this.node, "data-looks-on", this.looksOn);
    this.freeze();
  }

  /** What a person has stopped is not steered any more; it can be asked, rated and forked. */
  freeze() {
    attribute(this.node, "data-stopped", this.stopped);
    for (const node of this.node.querySelectorAll(".changes-it")) node.inert = this.looksOn || this.stopped;
  }

  /** True when it was recorded; otherwise the reason is said in a sentence, where the person is or above the bar. */
  async decide(happening, tell = (sentence) => this.dock.tell(sentence)) {
    try {
      await this.sent(() => this.talk.decide(happening));
      this.dock.tell("");
      return true;
    } catch (error) {
      tell(error.message.replaceAll("person:", ""));
      return false;
    }
  }

  /** A pass that has run out (a laptop that slept) is renewed, and it is sent again; a second refusal stands. */
  async sent(send) {
    try {
      return await send();
    } catch (error) {
      if (error.status !== 401) throw error;
      await this.renewed();
      return send();
    }
  }

  /** Streamlit runs again and brings a fresh pass; after five seconds without one we go on with what we have. */
  renewed() {
    return new Promise((done) => {
      this.onRenewed = done;
      setTimeout(done, 5000);
      this.component.setTriggerValue("renew", Date.now());
    });
  }

  /** Streamlit ran again: the same element, perhaps with a fresh pass or another name. */
  update(component) {
    this.component = component;
    this.talk.token = component.data.token;
    this.mayDecide(component.data.role);
    this.onRenewed?.();
  }

  destroy() {
    this.stream.close();
    this.stops.forEach((stop) => stop());
    this.attention.destroy();
    this.node.remove();
  }
}

export const mount = (component) => new Live(component);
