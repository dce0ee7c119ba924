// The timeline under the header: a slider over all events, marks of what they are, and the keys of a player.

import { attribute, h, redraw, say, show, svg } from "./dom.js";
import { utc } from "./clock.js";
import { icon } from "./icons.js";
import { PACES } from "./player.js";

/** Kind, how it is drawn around 0,0, and what it is called. The form tells them apart, not a colour. */
const KINDS = [
  ["plan", "M-3.500 -3.500h7v7h-7Z", "plan"],
  ["action", "M0 -5v10", "action"],
  ["finding", "M0 -5 5 0 0 5 -5 0Z", "finding"],
  ["reflection", "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "reflection"],
  ["person", "M0 -4.500 5 4H-5Z", "a person’s word"],
  ["conclusion", "M-3 6V-5H5L2.500 -2 5 1H-3", "conclusion"],
  ["trouble", "M-4 -4 4 4M4 -4-4 4", "trouble"],
];
const FORMS = new Map(KINDS.map(([kind, form]) => [kind, form]));

export class TravelBar {
  constructor(travel) {
    this.travel = travel;
    this.opener = h("button", { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": "timeline", title: "Look at an earlier moment, or replay", "data-testid": "timeline-open", on: { click: () => this.open(!this.isOpen) } }, icon("memory"), h("span", { text: "Timeline" }));
    this.range = h("input", { type: "range", min: "1", max: "1", step: "1", value: "1", "aria-label": "Moment of the investigation", "data-testid": "timeline", on: { input: () => this.dragged() } });
    this.marks = svg("svg", { class: "marks", "aria-hidden": "true", on: { click: (event) => this.pointed(event) } });
    this.play = key("pace", "Play", () => travel.player.toggle());
    this.back = key("step", "One event back", () => travel.step(-1));
    this.back.classList.add("mirrored");
    this.on = key("step", "One event on", () => travel.step(1));
    this.pace = h("select", { "aria-label": "Pace of the replay", on: { change: () => travel.player.at(this.pace.value) } }, PACES.map(([value, text]) => h("option", { value, text })));
    this.label = h("span", { class: "moment-label", "aria-hidden": "true" });
    this.isOpen = false;
    this.node = this.build();
  }

  build() {
    const keys = h("div", { class: "travel-keys", role: "group", "aria-label": "Replay" }, this.back, this.play, this.on, this.pace);
    const legend = h("p", { class: "legend", "aria-hidden": "true" }, KINDS.map(([kind, form, name]) => h("span", {}, svg("svg", { viewBox: "-7 -7 14 14", "data-mark": kind }, svg("path", { d: form })), name)));
    return h("div", { class: "travel", id: "timeline", hidden: true }, keys, h("div", { class: "track-of-time" }, this.marks, this.range), this.label, legend);
  }

  /** Its place in the page, with the line that says where one is. */
  frame(band) {
    return h("section", { class: "time", "aria-label": "Timeline" }, this.node, band);
  }

  open(yes) {
    this.isOpen = yes;
    show(this.node, yes);
    attribute(this.opener, "aria-expanded", String(yes));
    if (yes) this.grow();
    else if (this.travel.seq !== null) this.travel.toNow();
  }

  dragged() {
    this.travel.take(Number(this.range.value));
  }

  pointed(event) {
    const mark = event.target.closest("[data-seq]");
    if (mark) this.travel.take(Number(mark.dataset.seq));
  }

  /** More events: the slider gets longer. Drawn once for all that come together. */
  grow() {
    if (!this.isOpen || this.growing) return;
    this.growing = requestAnimationFrame(() => {
      this.growing = null;
      redraw(this.marks, this.travel.last, () => this.drawn());
      this.update();
    });
  }

  drawn() {
    const { history, last } = this.travel;
    return history.marks.filter(({ kind }) => FORMS.has(kind)).map((mark) => drawing(mark, last, this.travel.words(mark.seq)));
  }

  update() {
    if (!this.isOpen || !this.travel.last) return;
    const { travel } = this;
    const seq = travel.seq ?? travel.last;
    this.range.max = travel.last;
    this.range.value = seq;
    attribute(this.range, "aria-valuetext", travel.seq === null ? `now, event ${seq}` : travel.words(seq));
    say(this.label, travel.seq === null ? `now · ${seq} events` : `${seq} / ${travel.last} · ${utc(travel.history.mark(seq).at)}`);
    this.back.disabled = seq <= 1;
    this.on.disabled = travel.seq === null;
    this.pace.value = travel.player.pace;
    this.playKey(travel.player.playing);
  }

  playKey(playing) {
    redraw(this.play, playing, () => icon(playing ? "pause" : "pace"));
    attribute(this.play, "aria-label", playing ? "Pause" : "Play");
    this.play.title = playing ? "Pause" : "Play";
  }
}

function key(drawing, label, click) {
  return h("button", { type: "button", class: "iconic", "aria-label": label, title: label, on: { click } }, icon(drawing));
}

/** At its place in per cent; the strip is as long as the way of the slider's knob. */
function drawing({ seq, kind }, last, words) {
  const x = last > 1 ? `${((seq - 1) / (last - 1)) * 100}%` : "0%";
  const form = svg("path", { d: FORMS.get(kind) });
  return svg("svg", { x, y: "8", overflow: "visible", "data-mark": kind, "data-seq": seq }, svg("title", { text: words }), form);
}
