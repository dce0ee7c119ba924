// A fork: the same events up to one of them, and from there on an investigation of its own.

import { h, say, show } from "./dom.js";

export class Fork {
  constructor({ fork, drafts }) {
    this.fork = fork;
    this.drafts = drafts;
    this.where = h("p", { class: "quiet" });
    this.box = h("textarea", { name: "guidance", rows: "3", maxlength: "4000", "aria-label": "What to do differently", placeholder: "What to do differently (optional): “leave the deploy aside, look at the node” …" });
    this.wrong = h("p", { class: "wrong", role: "alert", hidden: true });
    this.send = h("button", { type: "submit", class: "strong", text: "Fork" });
    const never = h("button", { type: "button", text: "Cancel", on: { click: () => this.node.close() } });
    const form = h("form", { on: { submit: (event) => this.go(event) } }, this.box, this.wrong, h("div", { class: "answers" }, never, this.send));
    this.node = h("dialog", { class: "dialog", "aria-labelledby": "fork-heading", "data-testid": "fork" }, h("h2", { id: "fork-heading", text: "Fork from here" }), this.where, form);
    drafts.keep("fork", this.box);
  }

  /** `seq` is the last event that both share. */
  open({ seq, name }) {
    this.at = seq;
    say(this.where, `Everything up to event ${seq}${name ? ` (${name})` : ""} is the same; this investigation stays as it is. The fork plans, and looks at nothing before you say so.`);
    show(this.wrong, false);
    this.node.showModal();
    this.box.focus();
  }

  async go(event) {
    event.preventDefault();
    this.send.disabled = true;
    try {
      const { investigation_id } = await this.fork({ at: this.at, pace: "plan", guidance: this.box.value.trim() });
      this.drafts.clear("fork");
      location.assign(addressOf(investigation_id));
    } catch (error) {
      show(say(this.wrong, error.message), true);
      this.send.disabled = false;
    }
  }
}

export function addressOf(investigation) {
  return new URL(`?inv=${encodeURIComponent(investigation)}`, location.href).href;
}
