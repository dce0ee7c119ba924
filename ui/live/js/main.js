// The live element: one instance per investigation on the page, kept across Streamlit's reruns.

import { h } from "./dom.js";
import { every, synchronise } from "./clock.js";
import { Stream, Talk } from "./talk.js";
import { Header } from "./header.js";
import { Trace } from "./trace.js";
import { Dock } from "./dock.js";
import { Report } from "./report.js";
import { markChanges } from "./reflection_card.js";
import { Briefing, EvidencePanel, Hypotheses, PlanPanel, SpacePanel } from "./panels.js";

export class Live {
  constructor(component) {
    const { data, parentElement } = component;
    this.component = component;
    this.changes = [];
    this.talk = new Talk(data);
    this.build();
    parentElement.append(this.node);
    this.stream = new Stream(this.talk, {
      onMessage: (message) => this.take(message),
      onLink: (up) => this.header.linked(up),
      onRefused: () => this.component.setTriggerValue("renew", Date.now()),
    });
    this.stops = [every(100, () => this.trace.tick()), every(1000, () => this.header.tick()), every(10000, () => this.trace.tickAgo())];
  }

  build() {
    const reveal = (selector) => this.trace.reveal(selector);
    const fetchText = (what) => this.talk.text(this.path(what));
    const decide = (happening) => this.decide(happening);
    this.header = new Header();
    this.dock = new Dock(decide);
    this.scroller = h("div", { class: "left-scroll" });
    this.columns = h("div", { class: "columns" });
    this.trace = new Trace([this.scroller, this.columns], { decide, fetchText, toReport: () => this.toReport() });
    this.report = new Report({ reveal, talk: this.talk, notice: (text) => this.dock.tell(text) });
    this.hypotheses = new Hypotheses(reveal);
    this.plan = new PlanPanel();
    this.space = new SpacePanel();
    this.evidence = new EvidencePanel(reveal);
    this.briefing = new Briefing(fetchText);
    this.scroller.append(this.trace.node);
    const jump = h("div", { class: "jump-wrap" }, this.trace.pill);
    const side = [this.report, this.hypotheses, this.plan, this.space, this.evidence, this.briefing].map((part) => part.node);
    this.side = h("aside", { class: "side", "aria-label": "Findings" }, side);
    this.columns.append(this.scroller, this.side);
    this.node = h("div", { class: "live", "data-testid": "live" }, this.header.node, this.columns, jump, this.dock.node);
  }

  path(what) {
    const [head, ...rest] = what.split("/");
    return [head, this.talk.investigation, ...rest].join("/");
  }

  take({ now, events, state }) {
    synchronise(now);
    this.trace.take(events);
    this.evidence.take(events);
    if (state.header) this.header.update(state.header);
    if (state.dock) this.dock.update(state.dock);
    if (state.hypotheses) this.hypotheses.update(state.hypotheses);
    if (state.plan !== undefined) this.plan.update(state.plan);
    if (state.space) this.space.update(state.space);
    if (state.conclusion !== undefined) this.report.update(state.conclusion);
    if (events.length) this.briefing.refresh();
    if (state.header) this.titled(state.header);
    if (state.changes) this.changes = state.changes;
    if (this.changes.length && (events.length || state.changes)) markChanges(this.trace.list, this.changes);
    this.trace.after(0);
  }

  /** Somebody who looks at another tab sees who has to do something. */
  titled({ title, status }) {
    const mark = { waiting: "● Waiting for you: ", failed: "● Waiting for you: ", concluded: "✓ " }[status] ?? "";
    document.title = `${mark}${title}`;
  }

  /** True when it was recorded; otherwise the reason is said in a sentence. */
  async decide(happening) {
    try {
      await this.talk.decide(happening).catch((error) => this.onceMore(error, happening));
      this.dock.tell("");
      return true;
    } catch (error) {
      this.dock.tell(error.message.replaceAll("person:", ""));
      return false;
    }
  }

  /** A pass that has run out (a laptop that slept) is renewed, and the decision sent again; a second refusal stands. */
  async onceMore(error, happening) {
    if (error.status !== 401) throw error;
    await this.renewed();
    return this.talk.decide(happening);
  }

  /** Streamlit runs again and brings a fresh pass; after five seconds without one we go on with what we have. */
  renewed() {
    return new Promise((done) => {
      this.onRenewed = done;
      setTimeout(done, 5000);
      this.component.setTriggerValue("renew", Date.now());
    });
  }

  toReport() {
    this.report.node.scrollIntoView({ block: "start" });
  }

  /** Streamlit ran again: the same element, perhaps with a fresh pass or another name. */
  update(component) {
    this.component = component;
    this.talk.token = component.data.token;
    this.onRenewed?.();
  }

  destroy() {
    this.stream.close();
    this.stops.forEach((stop) => stop());
    this.node.remove();
  }
}

export const mount = (component) => new Live(component);
