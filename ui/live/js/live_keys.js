// The keys of an investigation: to a part of the page, from card to card, from citation to citation, pause and go on.

const RUNNING = '.paces [data-pace="plan"]';

/** For `shortcuts.offer`. */
export function liveKeys(live) {
  const chosen = new Walk(() => [...live.trace.list.children].filter((node) => !node.hidden), (node) => intoTrace(live, node));
  const cited = new Walk(() => [...live.report.node.querySelectorAll("button.id, a.citation")], (node) => focus(node));
  return [
    { keys: "g t", text: "Go to the trace", act: () => chosen.to(-1) },
    { keys: "/", text: "Search the trace", act: () => search(live) },
    { keys: "g r", text: "Go to the report", act: () => part(live.report.node) },
    { keys: "g h", text: "Go to the hypotheses", act: () => part(live.hypotheses.node) },
    { keys: "g e", text: "Go to the evidence", act: () => part(live.evidence.node) },
    { keys: "g d", text: "Write a redirection", act: () => focus(live.dock.words) },
    { keys: "j", text: "Next card", act: () => chosen.by(1) },
    { keys: "k", text: "Card before", act: () => chosen.by(-1) },
    { keys: "n", text: "Next citation of the report", act: () => cited.by(1) },
    { keys: "N", text: "Citation before", act: () => cited.by(-1) },
    { keys: "a", text: "Go to what waits for your answer", act: () => part(live.dock.approval.node) },
    { keys: "p", text: "Pause, or go on", act: () => pause(live.dock) },
  ];
}

/** One after another; it begins again where the reader is, and stays at the ends. */
class Walk {
  constructor(all, go) {
    Object.assign(this, { all, go, last: null });
  }

  by(step) {
    const all = this.all();
    const active = all[0]?.getRootNode().activeElement;
    const at = all.findIndex((node) => node === active || node.contains(active));
    const from = at >= 0 ? at : all.indexOf(this.last);
    return this.to(from < 0 ? (step > 0 ? 0 : -1) : Math.min(all.length - 1, Math.max(0, from + step)));
  }

  to(index) {
    const node = this.all().at(index);
    if (!node) return false;
    this.last = node;
    return this.go(node);
  }
}

function search(live) {
  live.tabs?.show("trace");
  live.filter.focus();
}

function intoTrace(live, node) {
  live.tabs?.show("trace");
  live.trace.following = false;
  return focus(node);
}

/** A part of the page, though it is no control: it may be focused from here on. */
function part(node) {
  if (!node.hasAttribute("tabindex")) node.tabIndex = -1;
  return focus(node, "start");
}

function focus(node, block = "nearest") {
  if (!node.checkVisibility()) return false;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block });
}

/** Pressed for the person: the button that is there, or none. */
function pause({ node }) {
  const button = [node.querySelector(".held .answers .strong"), node.querySelector(RUNNING)].find((one) => one?.checkVisibility() && !one.closest("[inert]"));
  if (!button) return false;
  button.click();
}
