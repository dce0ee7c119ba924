// The trace: append only, one card per thing that happened, following the end unless the reader has scrolled up.

import { h, say, show } from "./dom.js";
import { ago, lasting, now, utc } from "./clock.js";
import { icon } from "./icons.js";
import { makeCard } from "./cards.js";

const NEAR = 48;

export class Trace {
  /** `scrollers`: the column on a wide screen, the whole page on a narrow one. `last`: what always stands at the end. */
  constructor(scrollers, tools, last) {
    this.scrollers = scrollers;
    this.tools = tools;
    this.cards = new Map();
    this.unread = 0;
    this.following = true;
    this.list = h("ol", { class: "trace", "aria-label": "What happened", "data-testid": "trace" });
    this.end = h("div", { class: "end" });
    this.pill = h(
      "button",
      { class: "jump", type: "button", hidden: true, on: { click: () => this.jump() } },
      icon("down"),
      h("span", { text: "Jump to latest" }),
    );
    this.empty = h("p", { class: "quiet waiting", text: "Waiting for the first event …" });
    this.node = h("section", { class: "trace-pane", "aria-label": "Trace" }, this.empty, this.list, last, this.end);
    for (const one of scrollers) one.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  get scroller() {
    const [column, page] = this.scrollers;
    return getComputedStyle(column).overflowY === "visible" ? page : column;
  }

  take(events) {
    const fresh = document.createDocumentFragment();
    for (const { seq, cards } of events) for (const model of cards) this.place(model, seq, fresh);
    const added = fresh.childElementCount;
    this.list.append(fresh);
    show(this.empty, this.list.childElementCount === 0);
    if (events.length) this.after(added);
  }

  place(model, seq, fresh) {
    const known = this.cards.get(model.id);
    if (known) return known.update(model);
    const card = makeCard(model, this.tools);
    card.node.dataset.seq = seq;
    this.cards.set(model.id, card);
    fresh.append(card.node);
  }

  /** What the tool of an action that runs is doing; there is no card of one that nobody was told of yet. */
  tell(steps) {
    this.cards.get(`a${steps.action}`)?.tell?.(steps);
  }

  /** New things came in: stay at the end, or count them for the reader who is elsewhere. */
  after(added) {
    if (this.following) return this.toEnd();
    this.unread += added;
    say(this.pill.querySelector("span"), this.unread ? `Jump to latest · ${this.unread} new` : "Jump to latest");
  }

  overshoot() {
    return this.end.getBoundingClientRect().bottom - this.scroller.getBoundingClientRect().bottom;
  }

  toEnd() {
    const beyond = this.overshoot();
    if (beyond > 0) this.scroller.scrollTop += beyond;
  }

  scrolled() {
    this.following = this.overshoot() < NEAR;
    if (this.following) this.unread = 0;
    show(this.pill, !this.following);
  }

  jump() {
    this.following = true;
    this.toEnd();
    this.scrolled();
  }

  /** Bring a card or a piece of evidence into view and let it glow for a moment. */
  reveal(selector) {
    const node = this.list.querySelector(selector);
    if (!node) return false;
    this.following = false;
    for (let fold = node.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.remove("glow");
    requestAnimationFrame(() => node.classList.add("glow"));
    return true;
  }

  /** Where a quotation stands: its evidence, else its action, else the card of its event or the last one before it. */
  showPlace({ seq, evidence, action }) {
    const places = [evidence && `[data-evidence="${CSS.escape(evidence)}"]`, action && `[id="card-a${CSS.escape(action)}"]`, `[id="card-e${seq}"]`];
    if (places.some((selector) => selector && this.reveal(selector))) return;
    const before = [...this.list.children].filter((node) => Number(node.dataset.seq) <= seq).at(-1);
    if (before) this.reveal(`[id="${before.id}"]`);
  }

  /** Relative times, and what is running. */
  tick() {
    for (const node of this.list.querySelectorAll("[data-running-since]")) {
      say(node, lasting(Math.max(0, now() - Number(node.dataset.runningSince))));
    }
  }

  tickAgo() {
    for (const node of this.list.querySelectorAll("time[data-ago]")) say(node, when(node.dataset.ago));
  }
}

export const when = (at) => `${utc(at)} · ${ago(at)}`;
