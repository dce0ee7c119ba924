// Who, when, from where: the same words wherever a decision is told.

import { h } from "./dom.js";
import { utc, utcDay } from "./clock.js";

/** "approved by Ada · 14:02:11 · browser at 10.0.0.7" */
export function decision({ text, at, via, role }) {
  return h("p", { class: "decision", title: [role, `${utcDay(at)} UTC`].filter(Boolean).join(" · ") }, [text, utc(at), via].filter(Boolean).join(" · "));
}
