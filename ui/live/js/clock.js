// Times as an engineer reads them. The server's clock counts, so a wrong clock on the viewer's side does no harm.

let offset = 0;
let known = false;

/** Take the server's time (ms); the smallest delay seen is the best guess of the offset. */
export function synchronise(serverNow) {
  const guess = Date.now() - serverNow;
  offset = known ? Math.min(offset, guess) : guess;
  known = true;
}

/** The time it is, whatever moment is looked at. */
export const present = () => Date.now() - offset;

let moment = null;

/** Look at this moment (ms) until told otherwise; null: the present. */
export function stand(at) {
  moment = at === null ? null : { at, since: 0, speed: 0, until: at };
}

/** Let the moment go on, so many times faster than it did, up to `until`. */
export function run(speed, until) {
  if (moment) moment = { at: now(), since: performance.now(), speed, until };
}

/** The time of what is looked at: the present, or a moment of the past. */
export function now() {
  if (!moment) return present();
  return Math.max(moment.at, Math.min(moment.until, moment.at + (performance.now() - moment.since) * moment.speed));
}

const two = (number) => String(number).padStart(2, "0");

/** 14:03:22 in UTC. */
export function utc(at) {
  const date = new Date(at);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** 2026-03-02 14:03 in UTC. */
export function utcDay(at) {
  return new Date(at).toISOString().slice(0, 10) + " " + utc(at).slice(0, 5);
}

/** "2 min ago"; whole days and more as a date. */
export function ago(at) {
  const seconds = Math.max(0, (now() - new Date(at).getTime()) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return utcDay(at).slice(0, 10);
}

/** 42 ms, 3.2 s, 4:07, 2:15:09. */
export function lasting(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)} s`;
  return clockFace(ms);
}

/** 0:42, 4:07, 2:15:09. */
export function clockFace(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** 45 s, 12 min, 2 h. */
export function until(ms) {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** A call every `ms` while `node` is in the page. */
export function every(ms, tick) {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}
