// The words of a document, line by line: commands as code, items of lists as items. All of it is text, whatever it says.

import { h } from "./dom.js";

const FENCE = /^\s*(```|~~~)/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+/;

/** Nodes for the lines of a quotation; a fence that is never closed lasts to the end. */
export function passage(text) {
  const nodes = [];
  let code = null;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (FENCE.test(line)) {
      if (!code) nodes.push(pre((code = [])));
      else code = null;
    } else if (code) code.push(line);
    else nodes.push(plain(line));
  }
  return nodes.map((node) => (typeof node === "function" ? node() : node));
}

/** Made when all its lines are known. */
function pre(lines) {
  return () => h("pre", { text: lines.join("\n") });
}

function plain(line) {
  const item = line.match(ITEM);
  return h("p", { class: item ? "item" : line.trim() ? null : "blank", text: line });
}
