// The lines that never move: what is the best explanation, how sure, who has to do something, since when.

import { attribute, h, keyed, redraw, say, show } from "./dom.js";
import { clockFace, now } from "./clock.js";
import { percent } from "./figures.js";

const STATUS = {
  working: "Working",
  waiting: "Waiting for YOU",
  concluded: "Done",
  stopped: "Stopped",
  failed: "Waiting for YOU",
};

const FOR_OTHERS = "Waiting for a responder";

const MOST_CHIPS = 4;

export class Header {
  /** `bell`: the switch for notifications; `suggestOnly`: what that means, empty where it does not hold. */
  constructor(bell, root, suggestOnly) {
    this.bell = bell;
    this.root = root;
    this.title = h("h1", { class: "title" });
    this.severity = h("span", { class: "badge", "data-testid": "severity" });
    this.status = h("span", { class: "pill", "data-testid": "status" }, h("i", { class: "dot" }), h("b"));
    this.now = h("span", { class: "now", "data-testid": "now" });
    this.mode = h("span", { class: "badge", "data-tone": "gray", "data-testid": "suggest-only", hidden: !suggestOnly, text: "suggest only", title: suggestOnly });
    this.tookOver = h("span", { class: "badge", "data-tone": "yellow", "data-testid": "took-over", hidden: true, text: "rules took over" });
    this.elapsed = h("span", { class: "elapsed", title: "Time since the alert was opened" });
    this.label = h("span", { class: "label", text: "Best explanation" });
    this.best = h("span", { class: "best-name", "data-testid": "best" });
    this.verdict = h("span", { class: "badge", "data-testid": "verdict", hidden: true });
    this.chance = h("b", { class: "chance", "data-testid": "chance" });
    this.bar = h("i", { class: "fill" });
    this.chips = h("span", { class: "chips" });
    this.origin = h("div", { class: "line origin", "data-testid": "origin", hidden: true });
    this.link = h("span", { class: "link", role: "status", hidden: true, text: "Connection lost, trying again …" });
    this.spoken = h("div", { class: "unseen", role: "status", "aria-live": "polite", "data-testid": "spoken" });
    this.node = this.build();
    this.model = null;
  }

  build() {
    const first = h("div", { class: "line" }, this.severity, this.title, this.link, this.mode, this.tookOver, this.now, this.status, this.elapsed, this.bell);
    const best = h(
      "div",
      { class: "best" },
      this.label,
      this.verdict,
      this.best,
      h("span", { class: "track", "aria-hidden": "true" }, this.bar),
      this.chance,
    );
    const affected = h("div", { class: "affected" }, h("span", { class: "label", text: "Affected" }), this.chips);
    return h("header", { class: "head" }, first, this.origin, h("div", { class: "line second" }, best, affected), this.spoken);
  }

  update(model) {
    this.model = model;
    say(this.title, model.title).title = model.title;
    say(this.severity, model.severity === "unknown" ? "severity unknown" : model.severity);
    attribute(this.severity, "data-tone", model.severity_tone);
    attribute(this.status, "data-tone", model.status_tone);
    attribute(this.status, "data-status", model.status);
    say(this.status.querySelector("b"), this.word(model.status));
    const doing = [model.now, model.meanwhile && `meanwhile: ${model.meanwhile}`].filter(Boolean).join(" · ");
    say(this.now, doing).title = doing;
    show(this.tookOver, Boolean(model.took_over));
    this.tookOver.title = model.took_over;
    this.updateOrigin(model);
    this.updateBest(model);
    this.updateAffected(model.affected);
    this.speak(model);
    this.tick();
  }

  /** Somebody who only looks on is not who is waited for. */
  word(status) {
    return this.looksOn && (status === "waiting" || status === "failed") ? FOR_OTHERS : STATUS[status];
  }

  updateBest({ best, verdict }) {
    say(this.best, best ? best.name : "nothing yet").title = best?.name ?? "";
    say(this.chance, best ? percent(best.p) : "");
    this.bar.style.width = `${(best?.p ?? 0) * 100}%`;
    attribute(this.node, "data-unexamined", best ? !best.examined : false);
    say(this.label, best && !best.examined ? "First guess, nothing examined yet" : "Best explanation");
    show(this.verdict, Boolean(verdict));
    if (verdict) attribute(say(this.verdict, verdict.text), "data-tone", verdict.tone);
  }

  updateOrigin({ id, origin, title }) {
    show(this.origin, Boolean(origin));
    if (!origin) return;
    const [first, at] = origin;
    const page = (path) => new URL(`${this.root}${path}`, document.baseURI).href;
    redraw(this.origin, [id, origin, title], () => [
      h("span", {}, h("span", { text: "Fork of " }), h("a", { href: page(`?inv=${encodeURIComponent(first)}`), text: title }), h("span", { text: ` at event ${at} · ` })),
      h("a", { href: page(`compare?inv=${encodeURIComponent(id)}&with=${encodeURIComponent(first)}`), text: "Compare" }),
    ]);
  }

  updateAffected(names) {
    const shown = names.length > MOST_CHIPS ? [...names.slice(0, MOST_CHIPS), `+${names.length - MOST_CHIPS}`] : names;
    keyed(this.chips, shown.length ? shown : ["none known yet"], String, (name) =>
      h("span", { class: names.length ? "chip" : "quiet", text: name }),
    );
    this.chips.title = names.join(", ");
  }

  /** For screen readers: only what changes who has to do something, or what it is. */
  speak({ status, now: what, best, verdict }) {
    const sure = verdict ? `, ${verdict.text}` : "";
    const words = status === "waiting" || status === "failed" ? `${this.word(status)}: ${what}` : STATUS[status];
    say(this.spoken, status === "concluded" && best ? `Done: ${best.name}${sure}` : words);
  }

  tick() {
    if (!this.model?.opened) return;
    const end = this.model.ended ? new Date(this.model.ended).getTime() : now();
    say(this.elapsed, clockFace(end - new Date(this.model.opened).getTime()));
  }

  linked(yes) {
    show(this.link, !yes);
  }
}
