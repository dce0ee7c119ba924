// One small set of line drawings, 16 by 16.

import { svg } from "./dom.js";

const PATHS = {
  alert: "M8 2.2 14.4 13.4H1.6L8 2.2ZM8 6.6v3.2M8 11.6v.1",
  memory: "M2.4 8a5.6 5.6 0 1 0 1.7-4M2.2 2.4v2.8H5M8 5v3.2l2.2 1.3",
  plan: "M2 4l1.1 1.1L5 3.2M2 8.3l1.1 1.1L5 7.5M2 12.6l1.1 1.1L5 11.8M7.4 4.2H14M7.4 8.5H14M7.4 12.8H14",
  reflection: "M5.6 10.6C4.4 9.8 3.6 8.4 3.6 6.8a4.4 4.4 0 0 1 8.8 0c0 1.6-.8 3-2 3.8v1.2H5.6v-1.2ZM6.2 14h3.6",
  conclusion: "M3.4 14V2.4M3.4 3h8.8l-1.8 2.9 1.8 2.9H3.4",
  guidance: "M2.4 3.4h11.2v7.4H7.2L4.4 13.2v-2.4h-2V3.4Z",
  failure: "M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 0 0 8 1.9ZM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  query_metrics: "M1.6 8.6h2.8l1.8-5 3 9 2-6 1 2h2.2",
  read_logs: "M3 2.4h7.4L13 5v8.6H3V2.4ZM5.4 6.6h5.2M5.4 9h5.2M5.4 11.4h3",
  read_traces: "M2 3.6h7M4.4 8h7M7 12.4h7",
  read_signals: "M4 11.2V7a4 4 0 0 1 8 0v4.2l1.2 1.2H2.8L4 11.2ZM6.8 14h2.4",
  list_changes: "M4.4 2.2v11.6M4.4 9.4c0-3 7-1.6 7-5M11.4 4.4a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6",
  run_diagnostic: "M2 3h12v10H2V3ZM4.4 6l2 2-2 2M8 10.2h3.2",
  inspect_topology: "M8 5.2v2.4M8 7.6 4 10.4M8 7.6l4 2.8M6.6 2.4h2.8v2.8H6.6zM2.4 10.6h2.8v2.8H2.4zM10.8 10.6h2.8v2.8h-2.8z",
  search_runbooks: "M8 4.2C6.6 3.2 4.6 2.8 2.2 2.8v9.4c2.4 0 4.4.4 5.8 1.4 1.4-1 3.4-1.4 5.8-1.4V2.8c-2.4 0-4.4.4-5.8 1.4ZM8 4.2v9.4",
  recall_incidents: "M2.4 8a5.6 5.6 0 1 0 1.7-4M2.2 2.4v2.8H5M8 5v3.2l2.2 1.3",
  calculate: "M3.4 2h9.2v12H3.4V2ZM5.6 4.4h4.8v2H5.6zM5.8 9h.1M8 9h.1M10.2 9h.1M5.8 11.6h.1M8 11.6h.1M10.2 11.6h.1",
  apply_remediation: "M9.8 5.4a3 3 0 0 1 3.8-3.8L11.6 3.6l.8 1.6 1.8.2.4-1.6a3 3 0 0 1-3.9 3.8L5.4 13a1.6 1.6 0 0 1-2.3-2.3l5.5-5.3",
  tool: "M3 8h10M8 3v10",
  pace: "M4 3l8 5-8 5V3Z",
  stop: "M4 4h8v8H4z",
  retry: "M13.2 8A5.2 5.2 0 1 1 11.6 4.2M13.4 2v2.8h-2.8",
  limit: "M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 0 0 8 1.9ZM8 4.6V8l2.2 1.4",
  closed: "M2.6 8.4l3.4 3.4 7.4-7.6",
  erased: "M3 4.4h10M6.2 4.2V2.6h3.6v1.6M4.2 4.6l.6 9h6.4l.6-9",
  copy: "M5.6 5.6h7.8v7.8H5.6zM10.4 5.4V2.6H2.6v7.8h2.8",
  check: "M2.6 8.4l3.4 3.4 7.4-7.6",
  cross: "M3.6 3.6l8.8 8.8M12.4 3.6l-8.8 8.8",
  down: "M8 2.6v10.4M3.8 9l4.2 4.2L12.2 9",
  download: "M8 2.2v8.2M4.6 7.2 8 10.6l3.4-3.4M2.8 13.4h10.4",
  send: "M2.4 8h10.2M8.4 3.6 12.8 8l-4.4 4.4",
  pause: "M5.4 3.4v9.2M10.6 3.4v9.2",
  step: "M3.4 3.4 9.6 8l-6.2 4.6V3.4ZM12.2 3.4v9.2",
  slow: "M5 3.4 11 8l-6 4.6V3.4Z",
  full: "M2.4 3.4 8 8l-5.6 4.6V3.4ZM8 3.4 13.6 8 8 12.6V3.4Z",
};

export function icon(name, props = {}) {
  const path = PATHS[name] ?? PATHS.tool;
  return svg("svg", { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true", ...props }, svg("path", { d: path }));
}
