// What every page has: the list of keys under `?`, one colour scheme for the page and for what floats above it, and the live
// element's modules, loaded while nothing else is to do: who then opens an investigation waits for none of them.

import { h } from "./dom.js";
import { areOn, listen, offer, offered, turn } from "./shortcuts.js";

class Page {
  constructor({ data, parentElement }) {
    this.pages = data.pages;
    this.list = h("div", { class: "keys-list" });
    this.onOff = h("input", { type: "checkbox", checked: areOn(), on: { change: () => turn(this.onOff.checked) } });
    this.dialog = this.build();
    this.button = h("button", { type: "button", class: "keys-button", "aria-label": "Keyboard shortcuts", title: "Keyboard shortcuts (?)", "aria-haspopup": "dialog", text: "?", on: { click: () => this.open() } });
    this.node = h("div", {}, this.button, this.dialog);
    parentElement.append(this.node);
    this.ends = [listen(), offer("Everywhere", this.keys()), followScheme()];
    (window.requestIdleCallback ?? setTimeout)(() => import("./main.js"));
  }

  build() {
    const close = h("button", { type: "button", text: "Close", autofocus: true, on: { click: () => this.dialog.close() } });
    const off = h("label", { class: "keys-off" }, this.onOff, h("span", { text: "Use these keys in this browser" }));
    const heading = h("h2", { id: "keys-heading", text: "Keyboard shortcuts" });
    const note = h("p", { text: "None of them decides anything for good, and none is heard while you type." });
    return h("dialog", { class: "keys", "aria-labelledby": "keys-heading", "data-testid": "shortcuts" }, heading, note, this.list, h("div", { class: "keys-foot" }, off, close));
  }

  keys() {
    const lead = ({ title, path }, index) => ({ keys: `g ${index + 1}`, text: title, act: () => goTo(path) });
    return [{ keys: "?", text: "Show this list", act: () => this.open() }, ...this.pages.map(lead)];
  }

  open() {
    const row = ({ keys, text }) => [h("dt", {}, keys.split(" ").map((key) => h("kbd", { text: key }))), h("dd", { text })];
    const part = ([heading, keys]) => h("section", {}, h("h3", { text: heading }), h("dl", {}, keys.map(row)));
    this.list.replaceChildren(...offered().map(part));
    this.onOff.checked = areOn();
    this.dialog.showModal();
  }

  update({ data }) {
    this.pages = data.pages;
  }

  destroy() {
    this.ends.forEach((end) => end());
    this.node.remove();
  }
}

/** By the link of the menu where there is one: then the page changes without being loaded anew. */
function goTo(path) {
  const wanted = new URL(path, document.baseURI);
  const link = [...document.querySelectorAll('[data-testid="stTopNavLink"]')].find((one) => one.pathname === wanted.pathname);
  if (link) link.click();
  else location.assign(wanted);
}

/** Streamlit says light or dark for its page alone, and puts what floats above it (a menu, a dialog) outside of that. */
function followScheme() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app) return () => {};
  const follow = () => (document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme);
  const watch = new MutationObserver(follow);
  watch.observe(app, { attributes: true, attributeFilter: ["class", "style"] });
  follow();
  return () => watch.disconnect();
}

export const mount = (component) => new Page(component);
