// One output, line by line, with the words marked that are cited. All of it is text, whatever it says.

import { attribute, h, say, show } from "./dom.js";
import { utc } from "./clock.js";
import { copyButton } from "./cards.js";
import { icon } from "./icons.js";

const LINES_TOGETHER = 200;
const MOST_HITS = 500;

export class SourceView {
  /** `label`: what it is for who hears the page; `close`: takes it away, where it can be. */
  constructor(label, close = null) {
    this.rows = new Map();
    this.title = h("h3", { class: "source-title" });
    this.told = h("p", { class: "quiet source-told" });
    this.note = h("p", { class: "source-note", role: "status", hidden: true });
    this.place = new Steps("citation", (index) => this.toMark(index));
    this.hits = new Steps("hit", (index) => this.toHit(index));
    this.box = h("input", { type: "search", class: "source-find", placeholder: "Find in it", "aria-label": `Find in ${label}`, on: { input: () => this.find(), keydown: (event) => this.typed(event) } });
    this.wrap = h("button", { type: "button", class: "iconic", "aria-pressed": "true", "aria-label": "Wrap long lines", title: "Wrap long lines", on: { click: () => this.wrapped(!this.wraps) } }, icon("wrap"));
    const leave = close && h("button", { type: "button", class: "iconic", "aria-label": "Take this away", title: "Take this away", on: { click: close } }, icon("cross"));
    this.body = h("div", { class: "source-lines", tabindex: "0", role: "region", "aria-label": label, "data-testid": "source-lines" });
    const tools = h("div", { class: "source-tools" }, this.place.node, h("span", { class: "source-search" }, this.box, this.hits.node), this.wrap, copyButton(() => this.text()));
    this.node = h("section", { class: "source", "data-testid": "source" }, h("div", { class: "source-top" }, this.title, leave), this.told, tools, this.note, this.body);
    this.wrapped(true);
  }

  get wraps() {
    return this.wrap.getAttribute("aria-pressed") === "true";
  }

  wrapped(yes) {
    attribute(this.wrap, "aria-pressed", String(yes));
    attribute(this.body, "data-wrap", yes);
  }

  waiting() {
    say(this.title, "Fetching …");
    say(this.told, "");
    this.body.replaceChildren();
    show(this.note, false);
    Object.assign(this, { source: null, rows: new Map(), marks: [], found: [] }); // nothing of another source is copied or found
    this.place.count(0);
    this.find();
  }

  failed(sentence) {
    say(this.title, "It cannot be shown");
    show(say(this.note, sentence), true);
  }

  /** The output, with this piece of evidence in view. `name`: what is done to get it, in words. */
  show(source, evidence, name) {
    if (this.source !== source) this.draw(source, name);
    this.evidence = evidence;
    this.marks = source.citations.filter((one) => one.evidence === evidence);
    for (const row of this.rows.values()) row.draw(this.marks, []);
    this.find();
    this.tell(source, evidence);
    this.place.count(groups(this.marks).length);
    this.toMark(0);
  }

  draw(source, name) {
    this.source = source;
    say(this.title, `${name} · ${source.action}`);
    say(this.told, [source.at ? `${utc(source.at)} UTC` : "", source.summary].filter(Boolean).join(" · ")).title = source.summary;
    this.rows = new Map();
    const blocks = [];
    source.lines.forEach((line, index) => {
      if (index % LINES_TOGETHER === 0) blocks.push(h("div", { class: "source-block" }));
      const row = new Row(line);
      if (line.number) this.rows.set(line.number, row);
      blocks.at(-1).append(row.node);
    });
    this.body.style.setProperty("--gutter", `${String(source.lines.at(-1)?.number ?? 1).length + 1}ch`);
    this.body.replaceChildren(...blocks);
  }

  /** What is missing, cut, or not quoted word for word. */
  tell(source, evidence) {
    const cited = source.cited.find((one) => one.id === evidence);
    const sentences = [
      source.missing,
      source.left_out ? `Cut: ${source.left_out.toLocaleString("en")} of ${source.characters.toLocaleString("en")} characters are left out; what is cited is shown.` : "",
      cited && !source.missing && !cited.found ? `The words of ${evidence} do not stand in it one by one: they sum it up.` : "",
      cited?.found && !cited.exact ? `${evidence} was worked out from what is marked; these are not its words.` : "",
    ].filter(Boolean);
    show(say(this.note, sentences.join(" ")), sentences.length > 0);
  }

  text() {
    return this.source?.lines.map(({ number, text }) => (number ? text : `[${text}]`)).join("\n") ?? "";
  }

  toMark(index) {
    const starts = groups(this.marks ?? []);
    for (const row of this.rows.values()) row.current(false);
    if (!starts.length) return (this.body.scrollTop = 0);
    const at = this.place.to(index);
    for (const line of starts[at]) this.rows.get(line)?.current(true);
    this.into(starts[at][0]);
  }

  find() {
    const wanted = this.box.value.trim().toLocaleLowerCase();
    const found = wanted.length > 1 ? [...this.rows.values()].filter((row) => row.holds(wanted)).slice(0, MOST_HITS) : [];
    for (const row of this.found ?? []) if (!found.includes(row)) row.draw(this.marks ?? [], []);
    for (const row of found) row.draw(this.marks ?? [], row.places(wanted));
    this.found = found;
    this.hits.count(found.length, wanted.length > 1);
  }

  toHit(index) {
    if (!this.found?.length) return;
    this.into(this.found[this.hits.to(index)].number);
  }

  typed(event) {
    if (event.key === "Escape" && this.box.value) {
      this.box.value = "";
      this.find();
    } else if (event.key === "Enter") this.toHit(this.hits.at + (event.shiftKey ? -1 : this.hits.began ? 1 : 0));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  into(number) {
    const row = this.rows.get(number);
    const show = () => row?.node.scrollIntoView({ block: "center", inline: "nearest" });
    show();
    requestAnimationFrame(() => requestAnimationFrame(show)); // blocks that were only estimated have their true height by then
  }
}

/** One line: its number, and its text with what is cited and what was looked for marked. */
class Row {
  constructor({ number, text }) {
    this.number = number;
    this.letters = [...text];
    this.low = null;
    this.words = h("span", { class: "source-text", text });
    this.node = h("div", { class: number ? "source-line" : "source-line source-gap", "data-number": number ?? "…" }, this.words);
    this.drawn = "";
  }

  get text() {
    return (this.low ??= this.letters.join("").toLocaleLowerCase());
  }

  holds(wanted) {
    return this.text.includes(wanted);
  }

  places(wanted) {
    const found = [];
    for (let at = this.text.indexOf(wanted); at >= 0 && found.length < 50; at = this.text.indexOf(wanted, at + wanted.length)) {
      const first = [...this.text.slice(0, at)].length;
      found.push([first, first + [...wanted].length, "hit"]);
    }
    return found;
  }

  current(yes) {
    attribute(this.node, "data-current", yes && this.cited);
  }

  draw(marks, hits) {
    const cited = marks.filter(({ line }) => line === this.number).map(({ first, last }) => [first, last, "cited"]);
    this.cited = cited.length > 0;
    const wanted = JSON.stringify([cited, hits]);
    if (this.drawn === wanted || (!cited.length && !hits.length && this.drawn === "")) return;
    this.drawn = cited.length || hits.length ? wanted : "";
    attribute(this.node, "data-cited", this.cited);
    this.words.replaceChildren(...pieces(this.letters, [...cited, ...hits]));
  }
}

/** The text in pieces, each with all the marks that lie on it. */
function pieces(letters, marks) {
  const cuts = [...new Set([0, letters.length, ...marks.flatMap(([first, last]) => [first, last])])].filter((at) => at <= letters.length).sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const on = [...new Set(marks.filter(([first, last]) => first <= start && end <= last).map(([, , kind]) => kind))];
    const text = letters.slice(start, end).join("");
    return on.length ? h("mark", { class: on.join(" "), text }) : h("span", { text });
  });
}

/** Cited lines that follow each other are one place. */
function groups(marks) {
  const lines = [...new Set(marks.map(({ line }) => line))].sort((a, b) => a - b);
  return lines.reduce((all, line) => (all.at(-1)?.at(-1) === line - 1 ? all.at(-1).push(line) : all.push([line]), all), []);
}

/** "2 of 5", with a way to the next and the one before; it goes round. */
class Steps {
  constructor(what, go) {
    Object.assign(this, { at: 0, of: 0, began: false });
    const to = (step) => () => go(this.at + step);
    const button = (label, name, step) => h("button", { type: "button", class: "iconic", "aria-label": label, title: label, on: { click: to(step) } }, icon(name));
    this.words = h("span", { class: "quiet source-count", "aria-live": "polite" });
    this.what = what;
    this.node = h("span", { class: "source-steps", hidden: true }, button(`The ${what} before`, "up", -1), button(`Next ${what}`, "down", 1), this.words);
  }

  count(of, wanted = of > 0) {
    Object.assign(this, { at: 0, of, began: false });
    show(this.node, wanted);
    this.say();
  }

  to(index) {
    this.at = ((index % this.of) + this.of) % this.of;
    this.began = true;
    this.say();
    return this.at;
  }

  say() {
    say(this.words, this.of ? (this.began ? `${this.at + 1} of ${this.of}` : `${this.of}`) : `no ${this.what}`);
  }
}
