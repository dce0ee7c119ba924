// The line that nobody overlooks: this is not now. With what came since, and the way back.

import { copyText, h, say, show } from "./dom.js";
import { present, utc } from "./clock.js";
import { icon } from "./icons.js";
import { addressOf } from "./travel_address.js";

const WAITS = { waiting: "now it waits for you", failed: "now it waits for you", concluded: "now it is done", stopped: "now it is stopped", working: "it goes on" };
const COPIED_FOR = 1500;

export class TravelBand {
  constructor({ back, fork, talk }) {
    this.talk = talk;
    this.where = h("b", { "data-testid": "moment" });
    this.what = h("span", { class: "moment-what" });
    this.news = h("span", { class: "moment-news", role: "status", "data-testid": "moment-news" });
    this.error = h("span", { class: "wrong", role: "alert", hidden: true });
    this.again = h("button", { type: "button", class: "plain", text: "Try again", hidden: true });
    this.copied = h("span", { text: "Copy link" });
    this.share = button("copy", this.copied, "Copy the address of this moment", () => this.copy());
    this.fork = button("fork", "Fork from here …", "Begin another investigation with everything up to here", fork);
    this.fork.classList.add("forks");
    this.back = h("button", { type: "button", class: "strong", text: "Back to now", "data-testid": "back-to-now", on: { click: back } });
    const said = h("p", { class: "moment-said" }, icon("memory"), this.where, this.what, this.news, this.error, this.again);
    this.node = h("div", { class: "moment-band", role: "region", "aria-label": "You look at the past", hidden: true, "data-testid": "past" }, said, h("span", { class: "moment-ways" }, this.share, this.fork, this.back));
  }

  update({ mark, last, news, now, silence }) {
    this.seq = mark.seq;
    const end = now?.ended ? new Date(now.ended).getTime() : null;
    const before = end === null ? `${span(present() - mark.at)} before now` : `${span(end - mark.at)} before its end`;
    say(this.where, `You look at event ${mark.seq} of ${last} · ${utc(mark.at)} · ${before}`);
    const what = [silence ? `${span(silence)} of silence follow, shortened` : "", mark.what, mark.about].filter(Boolean).join(" · ");
    say(this.what, what).title = what;
    say(this.news, news ? `${news} new ${news === 1 ? "event" : "events"} since · ${WAITS[now?.status] ?? ""}` : "");
    for (const way of [this.share, this.fork]) show(way, true);
    say(this.back, "Back to now");
  }

  /** A sentence about the address that was asked for; the button puts it away. */
  notice(sentence) {
    say(this.where, sentence);
    for (const part of [this.what, this.news]) say(part, "");
    for (const way of [this.share, this.fork]) show(way, false);
    say(this.back, "All right");
  }

  wrong(sentence, again) {
    show(say(this.error, sentence), Boolean(sentence));
    show(this.again, Boolean(sentence));
    this.again.onclick = again ?? null;
  }

  async copy() {
    await copyText(addressOf(this.talk.investigation, this.seq));
    say(this.copied, "Copied");
    setTimeout(() => say(this.copied, "Copy link"), COPIED_FOR);
  }
}

function button(drawing, label, title, click) {
  return h("button", { type: "button", title, on: { click } }, icon(drawing), typeof label === "string" ? h("span", { text: label }) : label);
}

/** 0.4 s, 45 s, 6 min, 3 h, 12 days. */
export function span(ms) {
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}
