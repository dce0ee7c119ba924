// The approval panel: always in the same place, never armed before it could be read, never in the way of the keyboard.

import { attribute, h, redraw, say, show } from "./dom.js";
import { now, until } from "./clock.js";
import { details } from "./ask_details.js";
import { editForm, likeThisForm, rejectForm } from "./ask_forms.js";

const ARMED_AFTER = 500;

export class Approval {
  constructor(hands) {
    this.hands = hands;
    this.asks = [];
    this.model = null;
    this.forms = [];
    this.heading = h("h2", { id: "ask-heading", tabindex: "-1" });
    this.expiry = h("span", { class: "expiry", "data-testid": "expiry" });
    this.count = h("span", { class: "quiet" });
    this.other = h("button", { class: "plain", type: "button", text: "Show the other", on: { click: () => this.turn() } });
    this.several = h("span", { class: "several", hidden: true, "data-testid": "several" }, this.count, this.other);
    this.away = h("button", { class: "plain away", type: "button", "aria-expanded": "true", on: { click: () => this.putAway(!this.node.hasAttribute("data-away")) } });
    this.body = h("div", { class: "ask-body" });
    this.over = h("p", { class: "over", hidden: true, text: "The time to answer is over, so it was not run. Look at it once more and ask anew." });
    this.approve = h("button", { class: "strong", type: "button", text: "Approve", disabled: true, "data-testid": "approve", on: { click: () => this.yes() } });
    this.openers = h("span", { class: "openers" });
    this.unfolded = h("div");
    this.node = this.build();
  }

  build() {
    const top = h("div", { class: "ask-top" }, this.heading, this.several, this.expiry, this.away);
    this.answers = h("div", { class: "answers acts" }, this.approve, this.openers);
    const lookOn = h("p", { class: "looks-on", text: "You are looking on. A responder decides." });
    const props = { class: "ask", role: "region", "aria-labelledby": "ask-heading", "data-testid": "approval", hidden: true };
    return h("section", props, top, this.body, this.over, this.answers, lookOn, this.unfolded);
  }

  /** What was looked at stays, however many wait; the next one comes when it is decided. */
  update(asks) {
    this.asks = asks;
    const shown = this.model;
    const model = asks.find((ask) => ask.action === shown?.action) ?? asks[0];
    if (!model) return this.hide();
    show(this.node, true);
    if (key(model) !== key(shown)) this.display(model);
    this.counted();
  }

  display(model) {
    this.model = model;
    this.putAway(false);
    this.arm();
    say(this.heading, model.remedies ? "May this be done?" : "May this run?");
    redraw(this.body, model, (ask) => details(ask, this.hands));
    this.node.scrollTop = 0;
    this.forms = [editForm, likeThisForm, rejectForm].map((make) => make(model, this.hands)).filter(Boolean);
    for (const form of this.forms) form.onOpen = form.onClose = () => this.unfold();
    this.unfold();
    this.openers.replaceChildren(...this.forms.map((form) => form.opener));
    this.unfolded.replaceChildren(...this.forms.map((form) => form.node));
    this.tick();
  }

  /** While one answer is being written, the others are out of reach: nobody approves what they are about to edit. */
  unfold() {
    const [first, ...others] = this.forms.filter((form) => form.isOpen);
    for (const form of others) form.close();
    show(this.answers, !first);
    first?.node.scrollIntoView({ block: "nearest" });
  }

  counted() {
    show(this.several, this.asks.length > 1);
    say(this.count, `${this.place() + 1} of ${this.asks.length} waiting`);
  }

  place() {
    return this.asks.findIndex((ask) => ask.action === this.model.action);
  }

  turn() {
    this.display(this.asks[(this.place() + 1) % this.asks.length]);
    this.counted();
  }

  /** On a narrow screen it covers most of what it asks about; its head stays, and a new question is shown whole. */
  putAway(yes) {
    attribute(this.node, "data-away", yes);
    attribute(this.away, "aria-expanded", String(!yes));
    say(this.away, yes ? "Show" : "Hide");
  }

  hide() {
    const hadFocus = this.node.contains(this.node.getRootNode().activeElement);
    show(this.node, false);
    this.approve.disabled = true;
    this.model = null;
    clearTimeout(this.timer);
    if (hadFocus) this.onLeft?.();
  }

  /** A click meant for something else must not approve: dead for half a second after it appears or changes. */
  arm() {
    if (this.node.getRootNode().activeElement === this.approve) this.heading.focus();
    this.approve.disabled = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.approve.disabled = false), ARMED_AFTER);
  }

  /** How long an answer still counts; after that, the only yes is to be asked anew. */
  tick() {
    if (!this.model) return;
    const left = this.model.expires ? new Date(this.model.expires).getTime() - now() : null;
    const over = left !== null && left <= 0;
    say(this.expiry, left === null || over ? "" : `expires in ${until(left)}`);
    show(this.over, over);
    say(this.approve, over ? "Ask anew" : "Approve");
  }

  async yes() {
    const { action, digest, request } = this.model;
    this.approve.disabled = true;
    const done = await this.hands.decide({ type: "ActionApproved", action_id: action, digest, request });
    if (!done && this.model) this.arm();
  }
}

const key = (ask) => ask && `${ask.action}:${ask.request}:${ask.digest}`;
