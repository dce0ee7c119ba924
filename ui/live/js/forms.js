// A form that unfolds when it is asked for. Escape folds it, a draft survives a reload, and what was refused stays to be mended.

import { attribute, h, say, show } from "./dom.js";

export class Form {
  /** `build(form)`: its fields; `submit(form)`: sends them, true when recorded; `draft`: the name that its texts are kept under. */
  constructor({ label, send, build, submit, drafts, draft, opener = "plain", danger = false }) {
    Object.assign(this, { submit, drafts, draft });
    this.opener = h("button", { type: "button", class: `${opener} acts`, text: label, "aria-expanded": "false", on: { click: () => this.toggle() } });
    this.wrong = h("p", { class: "wrong", role: "alert", hidden: true });
    this.send = h("button", { type: "submit", class: danger ? "danger" : false, text: send });
    const never = h("button", { type: "button", class: "plain", text: "Cancel", on: { click: () => this.close() } });
    const on = { submit: (event) => this.submitted(event), keydown: (event) => this.pressed(event) };
    this.node = h("form", { class: "unfolds acts", "aria-label": label.replace(" …", ""), hidden: true, on });
    this.node.append(...[build(this)].flat(Infinity).filter(Boolean), this.wrong, h("div", { class: "answers" }, this.send, never));
    if (this.restore()) this.open(false);
  }

  /** Every named box gets back what was typed into it. */
  restore() {
    return [...this.node.elements].filter((box) => box.name && this.drafts.keep(`${this.draft}.${box.name}`, box)).length > 0;
  }

  value(name) {
    return this.node.elements[name].value.trim();
  }

  get isOpen() {
    return !this.node.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open(focus = true) {
    this.cameFrom = this.node.getRootNode().activeElement;
    show(this.node, true);
    attribute(this.opener, "aria-expanded", "true");
    this.onOpen?.();
    if (focus) this.node.querySelector("input:not([hidden]), textarea, select, button")?.focus();
  }

  close() {
    const hadFocus = this.node.contains(this.node.getRootNode().activeElement);
    show(this.node, false);
    attribute(this.opener, "aria-expanded", "false");
    this.onClose?.();
    if (hadFocus) (this.cameFrom ?? this.opener).focus();
  }

  /** A sentence beside the fields; empty takes it away. */
  tell(sentence) {
    show(say(this.wrong, sentence), Boolean(sentence));
  }

  pressed(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.close();
  }

  /** The draft goes first: the news of what was sent may come before the answer, and draw this form anew. */
  async submitted(event, send = this.submit) {
    event?.preventDefault();
    this.tell("");
    this.send.disabled = true;
    this.drafts.clear(this.draft);
    const done = await send(this);
    this.send.disabled = false;
    if (done) this.done();
    else this.rewrite();
  }

  rewrite() {
    for (const box of this.node.elements) if (box.name) box.dispatchEvent(new Event("change"));
  }

  done() {
    this.node.reset();
    this.close();
  }
}

export function field(label, box, hint = "") {
  return h("label", { class: "field" }, h("span", { class: "label", text: label }), box, hint ? h("span", { class: "label", text: hint }) : null);
}

/** A choice of one; `options` are [value, text]. */
export function choice(props, options) {
  return h("select", props, options.map(([value, text]) => h("option", { value, text })));
}
