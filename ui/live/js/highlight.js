// Marks words in cards without touching their nodes (CSS Custom Highlight API); a browser without it shows which card matches.

import { attribute } from "./dom.js";

const ALL = "trace-match";
const CURRENT = "trace-match-now";
const MOST_MARKED = 2000;

export class Marker {
  constructor() {
    this.current = null;
  }

  /** Mark these words in these cards, and one of the cards as where one is. */
  mark(cards, words, current) {
    if (this.current !== current) attribute(this.current ?? document.createElement("i"), "data-found", false);
    this.current = current;
    if (current) attribute(current, "data-found", true);
    if (!globalThis.CSS?.highlights) return;
    const ranges = [];
    for (const card of words ? cards : []) if (card !== current && ranges.length < MOST_MARKED) ranges.push(...places(card, words));
    CSS.highlights.set(ALL, new Highlight(...ranges));
    CSS.highlights.set(CURRENT, new Highlight(...(words && current ? places(current, words) : [])));
    this.words = words;
  }

  /** Where the words are first to be seen in this card, as it is folded now. */
  place(card) {
    return places(card, this.words).find((range) => range.getClientRects().length > 0)?.startContainer.parentElement;
  }

  clear() {
    for (const name of [ALL, CURRENT]) globalThis.CSS?.highlights?.delete(name);
  }
}

function places(card, words) {
  const found = [];
  const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.toLowerCase();
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) found.push(range(texts.currentNode, at, at + words.length));
  }
  return found;
}

function range(node, from, to) {
  const one = document.createRange();
  one.setStart(node, from);
  one.setEnd(node, Math.min(to, node.length));
  return one;
}
