// Small pictures: a metric with its onset and the changes around it; the search space as it shrinks.

import { h, svg } from "./dom.js";
import { utc } from "./clock.js";
import { figure } from "./figures.js";

const WIDTH = 480;
const HEIGHT = 64;

/** The drawn line in pieces: a gap where nothing was read. */
function lines(points) {
  const pieces = [];
  let open = false;
  for (const [x, y] of points) {
    if (y === null) open = false;
    else {
      pieces.push(`${open ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`);
      open = true;
    }
  }
  return pieces.join("");
}

export function sparkline(series) {
  const { values, onset, changes, baseline } = series;
  const times = series.at.map((seconds) => series.from + seconds * 1000);
  const read = values.filter((value) => value !== null);
  if (!read.length) return h("p", { class: "quiet", text: `${series.name}: no readings in this window.` });
  const [low, high] = [Math.min(...read, baseline ?? Infinity), Math.max(...read, baseline ?? -Infinity)];
  const [from, to] = [times[0], times[times.length - 1]];
  const x = (at) => ((at - from) / (to - from || 1)) * WIDTH;
  const y = (value) => HEIGHT - 6 - ((value - low) / (high - low || 1)) * (HEIGHT - 14);
  const inside = (at) => at !== null && at >= from && at <= to;
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": inWords(series, read) },
    inside(onset) && svg("rect", { x: x(onset), y: 0, width: WIDTH - x(onset), height: HEIGHT, class: "after" }),
    baseline !== null && svg("path", { d: `M0 ${y(baseline)}H${WIDTH}`, class: "baseline" }),
    changes.filter(inside).map((at) => svg("path", { d: `M${x(at)} 0V${HEIGHT}`, class: "change" })),
    svg("path", { d: lines(times.map((at, i) => [x(at), values[i] === null ? null : y(values[i])])), class: "line" }),
    inside(onset) && svg("path", { d: `M${x(onset)} 0V${HEIGHT}`, class: "onset" }),
  );
  return h("figure", { class: "spark" }, caption(series, low, high), drawing, axis(series, from, to, inside));
}

function inWords({ name, unit, onset, changes, baseline }, read) {
  const last = read[read.length - 1];
  const parts = [`${name}: from ${figure(read[0])} to ${figure(last)} ${unit}`.trim()];
  if (baseline !== null) parts.push(`normal is ${figure(baseline)}`);
  if (onset) parts.push(`leaves the ordinary at ${utc(onset)} UTC`);
  if (changes.length) parts.push(`changes at ${changes.map(utc).join(", ")} UTC`);
  return parts.join("; ");
}

function caption({ name, unit, baseline }, low, high) {
  const range = `${figure(low)} – ${figure(high)} ${unit}`.trim();
  return h(
    "figcaption",
    {},
    h("span", { class: "name", text: name }),
    h("span", { class: "quiet", text: baseline === null ? range : `${range}, normally ${figure(baseline)}` }),
  );
}

function axis({ onset, changes }, from, to, inside) {
  const at = changes.filter(inside);
  return h(
    "div",
    { class: "axis" },
    h("span", { text: utc(from) }),
    inside(onset) && h("span", { class: "key onset-key", text: `onset ${utc(onset)}` }),
    at.length > 0 && h("span", { class: "key change-key", text: `change ${utc(at[at.length - 1])}` }),
    h("span", { text: `${utc(to)} UTC` }),
  );
}

/** Effective candidates after each event that changed them, as steps down. */
export function spaceChart({ start, points }) {
  if (!points.length) return h("p", { class: "quiet", text: "Measured as soon as there is a plan." });
  if (!start) return h("p", { class: "quiet", text: "No component is known here, so there is nothing to count." });
  const most = Math.max(...points.map(([, left]) => left), 2);
  const wide = 240;
  const tall = 56;
  const x = (i) => (i / points.length) * wide;
  const y = (left) => tall - 4 - ((left - 1) / (most - 1 || 1)) * (tall - 10);
  const steps = points.map(([, left], i) => (i ? `H${x(i).toFixed(1)}V${y(left).toFixed(1)}` : `M0 ${y(left).toFixed(1)}`));
  const path = steps.join("") + `H${wide}`;
  const left = points[points.length - 1][1];
  const words = `${start} components known at the start, ${left.toFixed(1)} candidates effectively left`;
  return h(
    "figure",
    { class: "space" },
    svg(
      "svg",
      { viewBox: `0 0 ${wide} ${tall}`, preserveAspectRatio: "none", role: "img", "aria-label": words },
      svg("path", { d: `${path}V${tall}H0Z`, class: "area" }),
      svg("path", { d: path, class: "line" }),
    ),
    h(
      "figcaption",
      {},
      h("strong", { text: left.toFixed(1) }),
      h("span", { text: ` left of ${start} components` }),
    ),
  );
}
