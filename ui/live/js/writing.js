// What a model is writing at this moment, below the last card. It is gone with the next event: nothing of it is kept.

import { h, say, show } from "./dom.js";
import { icon } from "./icons.js";

const DOING = {
  plan: "The model is writing the plan",
  choose: "The model is choosing what to do next",
  reflect: "The model is reflecting on what came back",
  conclude: "The model is writing the conclusion",
  answer: "The model is answering",
  research: "The model is working on the research",
};

const SHOWN = 1200;

export class Writing {
  constructor() {
    this.title = h("h3", {});
    this.wait = h("span", { class: "badge", hidden: true, role: "status" });
    this.text = h("pre", { class: "draft-text" });
    const top = h("div", { class: "top" }, this.title, this.wait);
    this.node = h("div", { class: "writing", hidden: true, "data-testid": "writing" }, h("span", { class: "knob" }, icon("model")), h("div", { class: "inner" }, top, this.text));
  }

  /** `text`: all that was written so far; `seconds`: how long it waits before it is asked again, 0 when it does not. */
  update({ role, text, seconds, why }) {
    show(this.node, true);
    say(this.title, `${DOING[role] ?? "The model is at work"} …`);
    if (text !== undefined) {
      say(this.text, text.length > SHOWN ? `… ${text.slice(-SHOWN)}` : text);
      show(this.wait, false);
    }
    if (seconds === undefined) return;
    show(this.wait, seconds > 0);
    say(this.wait, `${why} Asked again in ${Math.ceil(seconds)} s.`);
  }

  clear() {
    show(this.node, false);
    say(this.text, "");
    show(this.wait, false);
  }
}
