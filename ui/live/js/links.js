// The links of the alert's payload, at hand below the head: what each leads to, and to which host. Only the web, and never with us in tow.

import { h, redraw, show } from "./dom.js";
import { icon } from "./icons.js";
import { pageAddress } from "./memory_card.js";

export class Links {
  constructor(talk) {
    this.talk = talk;
    this.list = h("ul", { class: "chips" });
    this.node = h("nav", { class: "line links", "aria-label": "Links of the alert", "data-testid": "alert-links", hidden: true }, this.list);
  }

  update(links) {
    show(this.node, links.length > 0);
    redraw(this.list, links, (all) => all.flatMap((one) => [...one.documents.map((path) => this.here(path)), away(one)]));
  }

  /** A runbook that is kept here opens here. */
  here(path) {
    const href = pageAddress(this.talk, "knowledge", { doc: path, inv: this.talk.investigation });
    return h("li", {}, h("a", { class: "chip link-chip", href, target: "_blank", rel: "noopener", title: path }, icon("search_runbooks"), h("b", { text: "Runbook" }), h("span", { class: "quiet", text: "kept here" })));
  }
}

function away({ word, icon: name, host, address }) {
  if (!/^https?:\/\//i.test(address)) return null;
  const label = h("span", { class: "quiet link-host", text: host });
  return h("li", {}, h("a", { class: "chip link-chip", href: address, target: "_blank", rel: "noreferrer noopener", referrerpolicy: "no-referrer", title: address }, icon(name), h("b", { text: word }), label));
}
