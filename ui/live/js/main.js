// The live element: one instance per investigation on the page, kept across Streamlit's reruns.

import { attribute, h } from "./dom.js";
import { every, synchronise } from "./clock.js";
import { Stream, Talk } from "./talk.js";
import { Header } from "./header.js";
import { Trace } from "./trace.js";
import { Tabs, tracePart } from "./tabs.js";
import { Topology } from "./topology.js";
import { Writing } from "./writing.js";
import { Dock } from "./dock.js";
import { Report } from "./report.js";
import { Recalled } from "./memory_card.js";
import { markChanges } from "./reflection_card.js";
import { Briefing, PlanPanel, SpacePanel } from "./panels.js";
import { Hypotheses } from "./hypotheses.js";
import { EvidencePanel } from "./evidence.js";
import { Beside } from "./beside.js";
import { Checks } from "./checks.js";
import { Links } from "./links.js";
import { Questions } from "./questions.js";
import { Opinions } from "./opinions.js";
import { Steering } from "./steering.js";
import { Fork } from "./fork.js";
import { Choices } from "./choices.js";
import { Drafts } from "./drafts.js";
import { Attention } from "./attention.js";
import { Notify } from "./notify.js";
import { Travel } from "./travel.js";
import { Filter } from "./filter.js";
import { liveKeys } from "./live_keys.js";
import { offer } from "./shortcuts.js";

/** What is out of reach while somebody looks at the past. */
const DECIDES = ".acts, .unfolds, .exports, form";

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
    this.stops = [offer("This investigation", liveKeys(this)), every(100, () => this.trace.tick()), every(1000, () => this.tick()), every(10000, () => this.trace.tickAgo())];
  }

  build({ investigation, terms, root, suggest_only, graph }) {
    const hands = this.hands(investigation, terms, root);
    this.notify = new Notify(hands.tell);
    this.travel = new Travel(this, hands);
    this.header = new Header([this.travel.opener, this.notify.node], root, suggest_only);
    this.links = new Links(this.talk);
    this.header.node.append(this.links.node, this.travel.node);
    this.dock = new Dock(hands);
    this.fork = new Fork(hands);
    this.scroller = h("div", { class: "left-scroll" });
    this.columns = h("div", { class: "columns" });
    this.writing = new Writing();
    this.trace = new Trace([this.scroller, this.columns], hands, this.writing.node);
    this.filter = new Filter(this.trace);
    this.recalled = new Recalled(hands);
    this.report = new Report(hands);
    this.opinions = new Opinions(hands);
    this.hypotheses = new Hypotheses(hands);
    this.checks = new Checks(hands);
    this.plan = new PlanPanel();
    this.space = new SpacePanel();
    this.evidence = new EvidencePanel(hands);
    this.beside = new Beside(hands, () => this.evidence.pieces);
    this.questions = new Questions(hands);
    this.steering = new Steering(hands);
    this.briefing = new Briefing(() => this.talk.text(this.travel.asOf(this.path("briefing"))));
    this.remember = [this.recalled, this.evidence, this.questions];
    this.scroller.append(this.trace.node);
    this.topology = new Topology(hands, graph, (number) => this.tabs.count("topology", number, "components changed"));
    this.tabs = new Tabs([tracePart(this.scroller, this.trace), this.mapPart()], (name) => attribute(this.node, "data-tab", name));
    const jump = h("div", { class: "jump-wrap" }, this.trace.pill);
    const panels = [this.recalled, this.report, this.opinions, this.hypotheses, this.checks, this.plan, this.space, this.questions, this.evidence, this.steering, this.briefing];
    this.side = h("aside", { class: "side", "aria-label": "Findings" }, panels.map((part) => part.node));
    this.columns.append(this.scroller, this.topology.node, this.side);
    const beside = [this.fork.node, this.beside.node, hands.choices.node];
    this.node = h("div", { class: "live", "data-testid": "live", "data-loading": "" }, this.header.node, this.tabs.node, this.columns, jump, this.dock.node, beside);
    this.attention = new Attention(this.node);
  }

  /** What every part may do and ask for. */
  hands(investigation, terms, root) {
    return {
      terms,
      root,
      talk: this.talk,
      drafts: new Drafts(investigation),
      choices: (this.choices = new Choices(terms)),
      decide: (happening, tell) => this.decide(happening, tell),
      tell: (sentence) => this.dock.tell(sentence),
      reveal: (selector) => this.inTrace(() => this.trace.reveal(selector)),
      showPlace: (quotation) => this.inTrace(() => this.trace.showPlace(quotation)),
      fetchText: (what) => this.talk.text(this.path(what)),
      toReport: () => this.report.node.scrollIntoView({ block: "start" }),
      beside: (evidence, about) => this.beside.open(evidence, about),
      correct: (evidence) => this.evidence.fact.correct(evidence),
      askToFork: (from) => this.fork.open(from),
      fork: (wanted) => this.sent(() => this.talk.fork(wanted)),
    };
  }

  mapPart() {
    const { topology } = this;
    return { name: "topology", title: "Topology", node: topology.node, shown: () => topology.shown(), left: () => topology.left() };
  }

  /** Whatever leads to a place in the trace shows the trace. */
  inTrace(lead) {
    this.tabs.show("trace");
    return lead();
  }

  path(what) {
    const [head, ...rest] = what.split("/");
    return [head, this.talk.investigation, ...rest].join("/");
  }

  /** News are always taken note of; the page shows them unless somebody looks at the past. */
  take(message) {
    synchronise(message.now);
    this.choices.update(message.state);
    if (message.state.header) this.call(message.state.header);
    const { away } = this.travel;
    this.travel.heard(message);
    if (!away && !this.travel.away) this.show(message);
  }

  show({ events, state }) {
    if (events.length) this.writing.clear();
    const added = this.trace.take(events);
    for (const part of this.remember) part.take(events);
    this.takeSections(state);
    if (events.length) this.briefing.refresh();
    if (state.changes) this.changes = state.changes;
    if (this.changes.length && (events.length || state.changes)) markChanges(this.trace.list, this.changes);
    if (events.length) this.evidence.markTrace(this.trace.list);
    this.filter.refresh();
    this.trace.after(added);
  }

  /** Somebody who does not look at this page is told what is so now, whatever moment is on it. */
  call(header) {
    this.attention.update(header);
    this.notify.update(header);
  }

  /** Exactly these cards, as `History.cardsAt` has them; `news` are the ids of those that the last event changed. */
  showCards(cards, news) {
    this.writing.clear();
    if (this.trace.stand(cards, news)) this.frozen = null;
    const models = cards.map(([model]) => model);
    for (const part of this.remember) part.stand(models);
    this.evidence.markTrace(this.trace.list);
    this.filter.refresh();
    this.header.tick();
  }

  showSections(state) {
    this.takeSections(state);
    this.changes = state.changes ?? this.changes;
    markChanges(this.trace.list, this.changes);
    this.briefing.refresh();
    this.freeze();
    this.trace.settle();
  }

  /** Whether what stands beside the trace is of another moment for now. */
  busy(yes) {
    attribute(this.side, "aria-busy", yes ? "true" : null);
    attribute(this.node, "data-filling", yes);
  }

  /** The past is on the page, or is not any more. */
  past(yes) {
    attribute(this.node, "data-past", yes);
    attribute(this.header.spoken, "aria-live", yes ? "off" : "polite");
    this.freeze();
  }

  /** Where the reader was; `backToPresent` takes them there again, and no click that was meant for the past approves. */
  leavePresent() {
    return this.trace.place;
  }

  backToPresent(place) {
    if (place) this.trace.place = place;
    else this.trace.jump();
    if (this.dock.approval.model) this.dock.approval.arm();
  }

  /** What is being written goes below the last card, what a tool does into the card of its action. */
  write(draft) {
    if (this.travel.away) return;
    if (draft.steps) this.trace.tell(draft);
    else this.writing.update(draft);
    this.trace.after(0);
  }

  takeSections(state) {
    if (state.dock) this.takeDock(state.dock);
    if (state.hypotheses) this.hypotheses.update(state.hypotheses);
    if (state.hypotheses) this.topology.hypotheses(state.hypotheses.rows);
    if (state.topology) this.topology.update(state.topology);
    if (state.plan !== undefined) this.plan.update(state.plan);
    if (state.checks !== undefined) this.checks.update(state.checks);
    if (state.links) this.links.update(state.links);
    if (state.space) this.space.update(state.space);
    if (state.steering) this.steering.update(state.steering);
    if (state.conclusion !== undefined) this.report.update(state.conclusion);
    if (state.opinion !== undefined) this.opinions.update(state.opinion);
    if (state.rating !== undefined) this.report.rating.update(state.rating);
    if (!state.header) return;
    attribute(this.node, "data-loading", null);
    this.header.update(state.header);
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
    const past = this.travel.seq !== null;
    for (const node of this.node.querySelectorAll(".changes-it")) node.inert = this.looksOn || this.stopped || past;
    const where = past === this.frozen ? [this.side, this.dock.node] : [this.side, this.dock.node, this.trace.list];
    if (past || this.frozen) for (const part of where) for (const node of part.querySelectorAll(DECIDES)) node.inert = past;
    this.frozen = past;
  }

  /** True when it was recorded; otherwise the reason is said in a sentence, where the person is or above the bar. */
  async decide(happening, tell = (sentence) => this.dock.tell(sentence)) {
    if (this.travel.away) return tell("You look at the past: nothing was recorded. Go back to now to decide."), false;
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
    this.travel.destroy();
    this.filter.destroy();
    this.topology.destroy();
    this.node.remove();
  }
}

export const mount = (component) => new Live(component);
