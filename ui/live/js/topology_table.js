// The map in words, a row each, what matters first: for whoever reads rather than looks.

import { h } from "./dom.js";
import { CONDITIONS, ORDER, looks, said } from "./topology_words.js";

const HEAD = ["Component", "Condition", "Looked at", "Depends on", "Used by"];

/** `map`, `of(id)`, `section`, `select(id)` of the topology. */
export function topologyTable(topology) {
  const { edges, nodes } = topology.map;
  const listed = (pairs) => pairs.join(", ") || "–";
  const rows = nodes
    .map(({ id }) => [id, topology.of(id)])
    .sort(([a, one], [b, other]) => ORDER.indexOf(one.is) - ORDER.indexOf(other.is) || other.p - one.p || a.localeCompare(b));
  const row = ([id, one]) => [
    h("th", { scope: "row" }, h("button", { type: "button", class: "plain", text: id, on: { click: () => topology.select(id) } })),
    h("td", { text: `${CONDITIONS[one.is].sign} ${said(one, topology.section.verdict)}` }),
    h("td", { text: looks(one) || "–" }),
    h("td", { text: listed(edges.filter(({ from }) => from === id).map(({ to }) => to)) }),
    h("td", { text: listed(edges.filter(({ to }) => to === id).map(({ from }) => from)) }),
  ];
  const head = h("thead", {}, h("tr", {}, HEAD.map((text) => h("th", { scope: "col", text }))));
  return [h("table", {}, head, h("tbody", {}, rows.map((one) => h("tr", {}, row(one)))))];
}
