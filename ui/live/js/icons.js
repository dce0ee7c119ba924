// A drawing by its name. The drawings themselves, 16 by 16, stand in ui/drawings.py; the server makes tokens.js of them.

import { svg } from "./dom.js";
import { DRAWINGS } from "./tokens.js";

export function icon(name, props = {}) {
  const path = DRAWINGS[name] ?? DRAWINGS.tool;
  return svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true", ...props }, svg("path", { d: path }));
}
