// Time travel: the whole page as it stood after any event. While somebody looks at the past, news are kept and nothing is decided.

import { show } from "./dom.js";
import { stand, utc } from "./clock.js";
import { History, Sections } from "./moment.js";
import { Player } from "./player.js";
import { TravelBand } from "./travel_band.js";
import { TravelBar } from "./travel_bar.js";
import { kept as addressed, remember } from "./travel_address.js";

const REMEMBERED_AFTER = 250;

export class Travel {
  /** `stage`: what shows cards, sections and the present, see `main.js`. */
  constructor(stage, { talk, askToFork }) {
    this.stage = stage;
    this.talk = talk;
    this.page = location.pathname;
    this.history = new History();
    this.sections = new Sections((seq) => talk.text(`moment/${talk.investigation}?at=${seq}`));
    this.player = new Player(this);
    this.bar = new TravelBar(this);
    this.band = new TravelBand({ back: () => this.toNow(), fork: () => askToFork({ seq: this.seq, name: this.history.mark(this.seq).what }), talk });
    this.node = this.bar.frame(this.band.node);
    this.opener = this.bar.opener;
    this.seq = null;
    this.seen = 0;
    this.wanted = addressed(talk.investigation);
    if (this.wanted) this.bar.open(true);
  }

  /** Whether something else than the present is on the page, or is about to be. */
  get away() {
    return this.seq !== null || this.wanted !== null;
  }

  get last() {
    return this.history.last;
  }

  /** The present goes on, whatever is looked at. */
  heard(message) {
    const known = this.history.caughtUp;
    this.history.take(message);
    if (!known) this.seen = this.last;
    if (message.events.length) this.bar.grow();
    if (this.wanted) this.arrive();
    else if (this.away) this.say();
  }

  /** The moment of the address, as soon as it has come over the stream. */
  arrive() {
    const { at, play } = this.wanted;
    if (at > this.last && !this.history.caughtUp) return;
    this.wanted = null;
    if (at >= this.last && this.history.caughtUp) this.toNow(at > this.last ? `There is no event ${at} yet; this is now.` : "");
    else this.go(at);
    if (play) this.player.play(play);
  }

  /** Show the moment after this event; the last one is the present. */
  go(seq) {
    if (!this.last) return; // nothing has come yet
    const to = Math.max(1, Math.min(this.last, seq));
    if (to === this.last && this.history.caughtUp) return this.toNow();
    if (this.seq === null) this.leave();
    this.seq = to;
    stand(this.history.mark(to).at);
    this.stage.showCards(this.history.cardsAt(to), this.history.mark(to).ids);
    this.say();
    this.remembered();
    return this.fill();
  }

  /** By hand: whoever drags or steps has taken over from the player. */
  take(seq) {
    this.player.pause();
    return this.go(seq);
  }

  step(by) {
    return this.take((this.seq ?? this.last) + by);
  }

  leave() {
    this.seen = this.last;
    this.place = this.stage.leavePresent();
  }

  toNow(notice = "") {
    this.player.pause();
    const { seq, wanted } = this;
    this.seq = this.wanted = null;
    stand(null);
    this.stage.showCards(this.history.cardsAt(this.last), []);
    this.stage.showSections(this.history.state);
    this.stage.backToPresent(this.place);
    this.place = null;
    this.say(notice);
    if (seq !== null || wanted !== null || notice) this.remembered();
  }

  /** What stands beside the trace: one question at a time, and when it is answered only the last wish counts. */
  async fill() {
    if (this.filling) return;
    this.stage.busy((this.filling = true));
    for (let done = null; this.seq !== null && this.seq !== done; ) {
      done = this.seq;
      await this.fillWith(done);
    }
    this.stage.busy((this.filling = false));
  }

  async fillWith(seq) {
    try {
      const state = await this.sections.at(seq);
      if (this.seq === null) return;
      this.stage.showSections(state);
      this.band.wrong("");
    } catch (error) {
      if (this.seq === seq) this.band.wrong(`What stood beside the trace then could not be fetched: ${error.message}`, () => this.fill());
    }
  }

  say(notice = "") {
    const { seq, last, history } = this;
    show(this.band.node, seq !== null || Boolean(notice));
    this.stage.past(seq !== null);
    if (seq !== null) this.band.update({ mark: history.mark(seq), last, news: last - this.seen, now: history.state.header, silence: this.player.silence });
    else if (notice) this.band.notice(notice);
    this.bar.update();
  }

  remembered() {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => remember(this.talk.investigation, this.seq, this.page), REMEMBERED_AFTER);
  }

  /** The address of a text of the server's, as of the moment that is looked at. */
  asOf(path) {
    return this.seq === null ? path : `${path}?at=${this.seq}`;
  }

  /** "event 37 of 120, 14:05:12, action started, Read logs · cart" */
  words(seq) {
    const { at, what, about } = this.history.mark(seq);
    return [`event ${seq} of ${this.last}`, `${utc(at)} UTC`, what, about].filter(Boolean).join(", ");
  }

  destroy() {
    this.player.pause();
    clearTimeout(this.remembering);
    stand(null);
  }
}
