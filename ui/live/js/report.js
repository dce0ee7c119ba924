// The report: what happened, how sure, what to do first, and what was not looked at.

import { copyText, fold, h, redraw, say } from "./dom.js";
import { codeBlock } from "./cards.js";
import { citation } from "./citations.js";
import { evidenceChip } from "./panels.js";
import { icon } from "./icons.js";
import { pageAddress } from "./memory_card.js";
import { Rating } from "./rating.js";

const MOST_RULED_OUT = 5;

export class Report {
  constructor(hands) {
    const { talk, tell } = hands;
    Object.assign(this, { hands, talk, notice: tell });
    this.rating = new Rating(hands);
    this.body = h("div");
    this.node = h("section", { class: "panel report", id: "report", "data-testid": "report", "aria-label": "Report", hidden: true }, this.body, this.rating.node);
  }

  update(model) {
    this.node.hidden = !model;
    redraw(this.body, model, () => (model ? this.build(model) : null));
  }

  build(model) {
    return [
      h("div", { class: "report-top" }, h("span", { class: "badge big", "data-tone": model.tone, text: model.verdict }), this.exports()),
      h("h2", { class: "headline", text: model.headline }),
      model.why ? h("p", { class: "quiet", text: model.why }) : null,
      where(model),
      part("What happened", model.claims.length && h("ul", { class: "claims" }, model.claims.map((claim) => this.claim(claim)))),
      part("Leads to follow, not causes", model.leads.length && h("ul", { class: "claims leads" }, model.leads.map((lead) => this.lead(lead)))),
      part("First: stop the bleeding", this.remedies(model.first)),
      part(model.first.length ? "Then: fix the cause" : "What to do", this.remedies(model.then)),
      part("What would settle it", list(model.would_settle)),
      part("Ruled out", this.ruledOutList(model.ruled_out)),
      part("Not examined", list(model.not_examined.map(blindSpot))),
      part("Blast radius", model.blast_radius.length && h("p", { class: "chips" }, model.blast_radius.map((name) => h("span", { class: "chip", text: name })))),
      shrink(model.space),
    ];
  }

  exports() {
    const save = (format, label) =>
      h("button", { class: "plain", type: "button", on: { click: () => this.save(format) } }, icon("download"), h("span", { text: label }));
    const chat = h("button", { class: "plain", type: "button", on: { click: (event) => this.copyForChat(event.currentTarget) } }, icon("copy"), h("span", { text: "Copy for chat" }));
    return h("div", { class: "exports" }, chat, save("md", "Markdown"), save("json", "JSON"), this.postmortem());
  }

  postmortem() {
    const href = pageAddress(this.talk, "postmortem", { inv: this.talk.investigation });
    return h("a", { class: "plain", href, text: "Postmortem draft", "data-testid": "postmortem-link" });
  }

  async save(format) {
    try {
      const text = await this.talk.text(`report/${this.talk.investigation}?format=${format}`);
      const url = URL.createObjectURL(new Blob([text]));
      h("a", { href: url, download: `investigation-${this.talk.investigation}.${format}` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    } catch (error) {
      this.notice(error.message);
    }
  }

  async copyForChat(button) {
    try {
      const text = await this.talk.text(`report/${this.talk.investigation}?format=chat`);
      await copyText(text);
      say(button.querySelector("span"), "Copied");
      setTimeout(() => say(button.querySelector("span"), "Copy for chat"), 1500);
    } catch (error) {
      this.notice(error.message);
    }
  }

  /** `title` and `text`: what it is that cites them. */
  chips(ids, title, text) {
    return ids.map((id) => evidenceChip(id, this.hands, { title, text, ids }));
  }

  claim({ text, evidence, verified }) {
    const doubt = verified ? null : h("span", { class: "badge", "data-tone": "yellow", title: "Its figures or quotes were not found in the evidence it cites.", text: "unverified" });
    return h("li", { "data-verified": verified }, h("span", { text: `${text} ` }), doubt, h("span", { class: "cites" }, this.chips(evidence, "The report says", text)));
  }

  /** What matched: the passage or the past investigation opens beside it. */
  lead({ text, evidence, cites, incident, investigation, where }) {
    const asked = investigation ? ["", { inv: investigation }] : ["incidents", { memory: incident, inv: this.talk.investigation }];
    const then = incident ? h("a", { class: "citation", href: pageAddress(this.talk, ...asked), text: "What was found then" }) : null;
    const place = cites ? citation(cites, this.talk) : then ?? h("span", { class: "quiet", text: where });
    return h("li", { "data-testid": "lead" }, h("span", { text: `${text} ` }), place, " ", h("span", { class: "cites" }, this.chips(evidence, "A lead of the report", text)));
  }

  remedies(items) {
    return items.length ? h("ol", { class: "remedies" }, items.map((item) => this.remedy(item))) : null;
  }

  remedy({ action, kind, command, risk, risk_tone, evidence }) {
    return h(
      "li",
      {},
      h("p", {}, h("b", { text: action })),
      command ? codeBlock(command, "Command") : null,
      h("p", { class: "chips" }, h("span", { class: "quiet", text: kind }), h("span", { class: "badge", "data-tone": risk_tone, text: `${risk} risk` }), this.chips(evidence, "To be done", action)),
    );
  }

  ruledOutList(all) {
    if (!all.length) return null;
    const lines = all.map((out) => this.ruledOut(out));
    const rest = lines.slice(MOST_RULED_OUT);
    const more = rest.length ? fold(`${rest.length} more`, () => h("ul", { class: "tight" }, rest)) : null;
    return [h("ul", { class: "tight" }, lines.slice(0, MOST_RULED_OUT)), more];
  }

  ruledOut({ statement, reason, because }) {
    return h("li", {}, h("span", { text: statement }), h("span", { class: "quiet", text: ` — ${reason} ` }), this.chips(because, "Ruled out", `${statement}: ${reason}`));
  }
}

function where({ where: component, fault, what, change }) {
  if (!component) return null;
  const facts = [["Where", component], ["Fault", fault], ["What", what], ["Change", change]].filter(([, value]) => value);
  return h("dl", { class: "facts where" }, facts.map(([term, value]) => [h("dt", { text: term }), h("dd", { text: value })]));
}

function blindSpot({ source, component, reason }) {
  return `${source}${component ? ` of ${component}` : ""}: ${reason}`;
}

function list(lines) {
  return lines.length ? h("ul", { class: "tight" }, lines.map((text) => h("li", { text }))) : null;
}

function part(title, body) {
  return body ? h("div", { class: "part" }, h("h3", { text: title }), body) : null;
}

function shrink([start, end]) {
  if (!start) return null;
  return h("p", { class: "quiet", text: `Search space: ${start} components known at the start, ${end.toFixed(1)} candidates effectively left.` });
}
