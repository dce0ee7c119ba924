// Elements by calls only: whatever comes from outside becomes text, never markup, and hides nothing from who reads it.

const SVG = "http://www.w3.org/2000/svg";

/** What turns writing round, and signs that nobody sees; an emoji may be joined (U+200D). As `foreign_text.py` has it. */
const UNSEEN =
  /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{0}-\u{8}\u{b}-\u{c}\u{e}-\u{1f}\u{7f}-\u{9f}\u{34f}\u{115f}\u{1160}\u{2800}\u{3164}\u{fe00}-\u{fe0e}\u{ffa0}\u{e0100}-\u{e01ef}]/gu;
const SAID = ["title", "aria-label", "placeholder"];

/** The text with those shown as `\u202e`. */
export function seen(text) {
  return String(text).replace(UNSEEN, (sign) => (sign === "\u200d" ? sign : `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`));
}

/** An element. `text` sets its text, `on` its listeners; other properties become attributes (false and null: none). */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for drawings. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, { text, on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) attribute(node, name, value);
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  if (text !== undefined) node.textContent = seen(text ?? "");
  const there = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...there.map((child) => (typeof child === "object" ? child : seen(child))));
  return node;
}

/** Set, or take away when the value is false or null. */
export function attribute(node, name, value) {
  if (SAID.includes(name) && typeof value === "string") value = seen(value);
  if (value === false || value === null || value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : String(value));
}

/** Change a text only where it differs, so that a selection in it survives. */
export function say(node, text) {
  text = seen(text ?? "");
  if (node.textContent !== text) node.textContent = text;
  return node;
}

export function show(node, yes) {
  if (node.hidden === yes) node.hidden = !yes;
  return node;
}

/** Children for these models: kept by key, made once, updated in place, moved only when the order changed. */
export function keyed(parent, models, key, make, update) {
  const kept = (parent.keyed ??= new Map());
  const wanted = new Set(models.map(key));
  for (const [id, node] of kept) if (!wanted.has(id)) (node.remove(), kept.delete(id));
  models.forEach((model, index) => {
    const id = key(model);
    let node = kept.get(id);
    if (!node) kept.set(id, (node = make(model)));
    update?.(node, model);
    if (parent.children[index] !== node) place(parent, node, parent.children[index] ?? null);
  });
}

/** Where the browser can, a node is moved without losing the focus in it: somebody may be typing there. */
function place(parent, node, before) {
  if (parent.moveBefore && node.parentNode === parent) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

/** Replace what is inside only when what it is made from has changed. */
export function redraw(node, model, build) {
  const body = JSON.stringify(model ?? null);
  if (node.drawn === body) return false;
  node.drawn = body;
  node.replaceChildren(...[build(model)].flat(Infinity).filter(Boolean));
  return true;
}

/** A folded part: `build` is called the first time it is opened. */
export function fold(title, build, props = {}) {
  const body = h("div", { class: "fold-body" });
  const node = h("details", { class: "fold", ...props }, h("summary", {}, h("span", { text: title })), body);
  node.addEventListener("toggle", () => {
    if (node.open && !body.childNodes.length) body.append(...[build()].flat());
  });
  return node;
}

const sized = new ResizeObserver((entries) => {
  for (const { target } of entries) attribute(target, "tabindex", target.scrollHeight > target.clientHeight + 1 ? "0" : false);
});

/** What is cut off in a box of its own can be scrolled with the keyboard as well; where nothing is, it is no stop on the way. */
export function scrolls(node) {
  sized.observe(node);
  return node;
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = h("textarea", { style: "position:fixed;opacity:0" });
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}
