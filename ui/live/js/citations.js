// Links to the documents that are cited, at the cited lines. We make the address; what is cited is only ever its parameters.

import { h } from "./dom.js";

export function citation({ doc, lines, title }, { root, investigation }) {
  const address = new URL(`${root}knowledge`, document.baseURI);
  for (const [name, value] of Object.entries({ doc, lines, inv: investigation })) address.searchParams.set(name, value);
  const place = `${doc}:${lines}`;
  return h(
    "a",
    { class: "citation", href: address.href, target: "_blank", rel: "noopener", title: `Open ${place}` },
    title ? h("span", { text: title }) : null,
    h("span", { class: "place", text: place }),
  );
}

/** All of them in a line, or nothing. */
export function citations(all, talk) {
  return all.length ? h("p", { class: "citations", "data-testid": "citations" }, all.map((one) => citation(one, talk))) : null;
}
