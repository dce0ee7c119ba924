// What a person needs to decide: what it does, who may feel it, how to undo it, what it rests on, and exactly what will run.

import { h } from "./dom.js";
import { codeBlock } from "./cards.js";
import { evidenceChip } from "./panels.js";
import { decision } from "./signed.js";

export function details(ask, hands) {
  const writes = ask.effect === "writes";
  const effect = h("span", { class: "badge", "data-tone": ask.effect_tone, text: writes ? "Changes something." : "Only looks; changes nothing." });
  const facts = [
    ["Effect", effect],
    ["May feel it", ask.affected.length ? ask.affected.join(", ") : writes ? "not known" : "nobody"],
    ["Undo", ask.undo || (writes ? "not known" : "")],
    ["Why asked", ask.reason],
    ["Takes", ask.takes],
    ["Why", ask.why],
    ["Rests on", ask.rests_on.length ? h("span", { class: "chips" }, ask.rests_on.map((id) => evidenceChip(id, hands, { title: "Asked for", text: `${ask.title} ${ask.subject}`, ids: ask.rests_on }))) : null],
    ["Tells apart", ask.tests],
  ].filter(([, value]) => value);
  return [
    h("p", { class: "lead" }, h("b", { text: ask.title }), h("span", { text: ask.subject ? ` · ${ask.subject}` : "" })),
    ask.edited && decision(ask.edited),
    h("dl", { class: "facts" }, facts.map(([term, value]) => [h("dt", { text: term }), h("dd", {}, value)])),
    h("p", { class: "label", text: `Exact arguments of ${ask.tool}` }),
    codeBlock(ask.arguments, "Exact arguments"),
    ask.no_scopes ? h("p", { class: "quiet", text: ask.no_scopes }) : null,
  ];
}
