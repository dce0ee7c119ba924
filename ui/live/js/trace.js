// The trace: append only, one card per thing that happened, following the end unless the reader has scrolled up.

import { attribute, h, say, show } from "./dom.js";
import { ago, lasting, now, utc } from "./clock.js";
import { icon } from "./icons.js";
import { makeCard } from "./cards.js";
import { unroll } from "./unrolled.js";

const NEAR = 48;

/** A card that fills more than this share of the column is shown from its beginning. */
const MOST_OF_IT = 0.8;

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
    this.empty = h("p", { class: "quiet waiting", text: "Loading …" });
    this.node = h("section", { class: "trace-pane", "aria-label": "Trace" }, h("h2", { class: "unseen", text: "What happened" }), this.empty, this.list, last, this.end);
    for (const one of scrollers) one.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  get scroller() {
    const [column, page] = this.scrollers;
    return getComputedStyle(column).overflowY === "visible" ? page : column;
  }

  /** Returns how many cards are new; who called says so to `after` when everything around the trace stands, too. */
  take(events) {
    const fresh = document.createDocumentFragment();
    for (const { seq, cards } of events) for (const model of cards) this.put(model, seq, fresh);
    const added = fresh.childElementCount;
    const first = this.list.childElementCount === 0;
    this.list.append(fresh);
    if (first) unroll(this.list, (above, change) => this.stay(above, change));
    show(this.empty, this.list.childElementCount === 0);
    return added;
  }

  put(model, seq, fresh) {
    const known = this.cards.get(model.id);
    if (known?.model === model) return;
    if (known) return (known.model = model), known.update(model);
    const card = Object.assign(makeCard(model, this.tools), { model });
    card.node.dataset.seq = seq;
    this.cards.set(model.id, card);
    fresh.append(card.node);
  }

  /** Exactly these cards, as they stood at another moment; the others are out of sight. `news`: what came last, to be seen. True: some are new. */
  stand(cards, news) {
    const fresh = document.createDocumentFragment();
    for (const [model, seq] of cards) this.put(model, seq, fresh);
    const isNew = fresh.childElementCount > 0;
    this.list.append(fresh);
    const standing = new Set(cards.map(([model]) => model.id));
    for (const [id, { node }] of this.cards) {
      show(node, standing.has(id));
      attribute(node, "data-moment", news.includes(id));
    }
    show(this.empty, standing.size === 0);
    this.tick();
    this.tickAgo();
    this.newest = this.cards.get(news.at(-1))?.node;
    this.settle();
    return isNew;
  }

  /** The end of what is shown, and in any case the card that came last; again when what is around the trace has changed its size. */
  settle() {
    this.following = true;
    this.after(0);
    const isTall = this.newest?.offsetHeight > this.scroller.clientHeight * MOST_OF_IT;
    this.newest?.scrollIntoView({ block: isTall ? "start" : "nearest" });
  }

  /** Where the reader is. */
  get place() {
    return { following: this.following, top: this.scroller.scrollTop, unread: this.unread };
  }

  set place({ following, top, unread }) {
    Object.assign(this, { following, unread });
    if (following) this.toEnd();
    else this.scroller.scrollTop = top;
    this.scrolled();
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

  /** Something changes its height, from `above` on: the reader stays at the end, or at what they read. */
  stay(above, change) {
    const { scroller } = this;
    const before = this.list.offsetHeight;
    const isAbove = above.getBoundingClientRect().top < scroller.getBoundingClientRect().top;
    change();
    if (this.following) this.toEnd();
    else if (isAbove) scroller.scrollTop += this.list.offsetHeight - before;
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
    const card = node?.closest(".trace > li");
    if (!card || card.hidden) return false;
    this.onReveal?.(card);
    for (let fold = node.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    this.bring(node);
    node.focus({ preventScroll: true });
    return true;
  }

  /** Into view, glowing for a moment; the focus stays where it is. */
  bring(node) {
    this.following = false;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("glow");
    requestAnimationFrame(() => node.classList.add("glow"));
  }

  /** Where a quotation stands: its evidence, else its action, else the card of its event or the last one before it. */
  showPlace({ seq, evidence, action }) {
    const places = [evidence && `[data-evidence="${CSS.escape(evidence)}"]`, action && `[id="card-a${CSS.escape(action)}"]`, `[id="card-e${seq}"]`];
    if (places.some((selector) => selector && this.reveal(selector))) return;
    const before = [...this.list.children].filter((node) => !node.hidden && Number(node.dataset.seq) <= seq).at(-1);
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
