// A small menu behind three dots: quiet until it is wanted, and all of it within reach of the keyboard.

import { attribute, h, show } from "./dom.js";
import { icon } from "./icons.js";

/** `items()` are [text, act] pairs, asked for when it opens. */
export function menu(label, items) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
  const button = h("button", { type: "button", class: "dots", "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false" }, icon("dots"));
  const node = h("span", { class: "menu-wrap acts" }, button, list);
  const close = (focus) => {
    show(list, false);
    attribute(button, "aria-expanded", "false");
    if (focus) button.focus();
  };
  const open = () => {
    list.replaceChildren(...items().map(([text, act]) => item(text, () => (close(true), act()))));
    show(list, true);
    attribute(button, "aria-expanded", "true");
    list.firstElementChild?.focus();
  };
  button.addEventListener("click", () => (list.hidden ? open() : close(true)));
  node.addEventListener("keydown", (event) => pressed(event, list, close));
  node.addEventListener("focusout", (event) => !node.contains(event.relatedTarget) && close(false));
  return node;
}

const item = (text, act) => h("button", { type: "button", role: "menuitem", text, on: { click: act } });

function pressed(event, list, close) {
  if (list.hidden) return;
  const items = [...list.children];
  const at = items.indexOf(list.getRootNode().activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") close(true);
  else if (to !== undefined) items.at(to % items.length)?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
