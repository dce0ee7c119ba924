// Notifications, for who wants them: asked for by a click, and only while nobody is looking at the page.

import { attribute, h } from "./dom.js";
import { icon } from "./icons.js";

const KEY = "sre:notify";
const WORDS = { waiting: "Waiting for you", failed: "Something broke on our side", concluded: "Concluded" };
const REFUSED = "This browser does not allow notifications from this page; its site settings can.";

export class Notify {
  constructor(tell) {
    this.tell = tell;
    this.status = null;
    this.node = h("button", { type: "button", class: "iconic bell", "aria-label": "Notify me", title: "Notify me when it waits for me or has ended", "data-testid": "notify", on: { click: () => this.toggle() } }, icon("bell"));
    this.on = kept() && globalThis.Notification?.permission === "granted";
    this.draw();
  }

  draw() {
    attribute(this.node, "aria-pressed", String(this.on));
    attribute(this.node, "hidden", !("Notification" in globalThis));
  }

  async toggle() {
    const granted = this.on ? true : (await Notification.requestPermission()) === "granted";
    if (!granted) return this.tell(REFUSED);
    this.on = !this.on;
    keep(this.on);
    return this.draw();
  }

  /** Once for each change of who has to do something; what was so when the page came is no change. */
  update({ id, title, status, now, best }) {
    const changed = this.status !== null && this.status !== status;
    this.status = status;
    if (!changed || !this.on || !document.hidden || !WORDS[status]) return;
    const said = new Notification(`${WORDS[status]}: ${title}`, { body: status === "concluded" ? best?.name ?? "" : now, tag: id });
    said.onclick = () => (window.focus(), said.close());
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

function keep(yes) {
  try {
    localStorage.setItem(KEY, yes ? "yes" : "no");
  } catch {
    // not kept: the next page asks again
  }
}
