// Replay: events come again at the distances at which they came, so many times faster; long silences are shortened, and said so.

import { run } from "./clock.js";

/** As in the address, and as it is called. */
export const PACES = [
  ["0.5", "0.5×"],
  ["1", "1×"],
  ["2", "2×"],
  ["5", "5×"],
  ["10", "10×"],
  ["even", "one a second"],
];

const LONGEST = 2000;
const EVEN = 1000;

/** How often it is looked whether more of the timeline has been loaded. */
const LOAD = 100;

export class Player {
  constructor(travel) {
    this.travel = travel;
    this.pace = "1";
    this.timer = null;
    this.silence = 0;
  }

  get playing() {
    return this.timer !== null;
  }

  /** From where one looks; from the beginning when that is the present. */
  play(pace = this.pace) {
    this.pace = pace;
    clearTimeout(this.timer);
    this.due = performance.now();
    this.timer = 0;
    if (this.travel.seq === null) this.travel.go(1);
    if (this.travel.seq !== null) this.wait(this.travel.seq);
    else this.pause();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.silence = 0;
    this.travel.bar?.update();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
    this.travel.say();
  }

  /** Change the pace, also while it plays. */
  at(pace) {
    this.pace = pace;
    if (this.playing) this.play();
  }

  /** Until the next event is due; a page that was too slow takes all that are due at once. */
  wait(seq) {
    if (seq >= this.travel.last) return (this.timer = setTimeout(() => this.wait(seq), LOAD));
    let next = seq;
    do this.due += this.gap(next++);
    while (this.due <= performance.now() && next < this.travel.last);
    if (!this.playing) return;
    this.timer = setTimeout(() => this.come(next), Math.max(0, this.due - performance.now()));
    this.travel.say();
  }

  /** Milliseconds from this event to the next, as they are played. */
  gap(seq) {
    const { history } = this.travel;
    const real = Math.max(0, (history.mark(seq + 1)?.at ?? 0) - history.mark(seq).at);
    this.silence = 0;
    if (this.pace === "even") return EVEN;
    const speed = Number(this.pace);
    const shortened = real / speed > LONGEST;
    if (shortened) this.silence = real;
    run(speed, shortened ? history.mark(seq).at + LONGEST * speed : history.mark(seq + 1)?.at);
    return Math.min(real / speed, LONGEST);
  }

  come(seq) {
    this.travel.go(seq);
    if (this.travel.seq === null) this.pause();
    else if (this.playing) this.wait(seq);
  }
}
