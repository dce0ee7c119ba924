"""What somebody is typing into a large box outlives a reload: the browser keeps it, keystroke by keystroke, until it is used.

Streamlit hears of a box when it is left; what was typed until then is known to the browser alone. And when a click on a link
is what leaves the box, Streamlit first follows the link and then, for the box, draws the old page again: so the browser
follows such a link by itself. When it is a click on a button, the box is left when the button is let go, not when it is pressed:
what Streamlit shows of the box would move the button away from under the mouse, and the click would be lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

START = {"sre-draft": ("payload", "context")}
"""The start page's: the shelf in the browser -> keys of the boxes; Streamlit gives each a class ``st-key-KEY``."""
INBOX = {"sre-draft-inbox": ("inbox-payload", "inbox-context", "template-text")}

_KEY, _USED = "drafts", "draft_used"

_KEPT = st.components.v2.component(
    "sre_drafts",
    js="""
const box = (name) => document.querySelector(`.st-key-${name} :is(textarea, input)`);
const listening = new Map(); // shelf -> how to stop listening for its boxes
const emptied = new Map(); // shelf -> how often it was

function kept(shelf) {
  try {
    return JSON.parse(localStorage.getItem(shelf)) ?? {};
  } catch {
    return {};
  }
}

function keep(shelf, boxes) {
  const text = Object.fromEntries(boxes.map((name) => [name, box(name)?.value ?? ""]));
  try {
    if (Object.values(text).some(Boolean)) localStorage.setItem(shelf, JSON.stringify(text));
    else localStorage.removeItem(shelf);
  } catch {
    // a full or forbidden shelf: nothing is kept, and nothing is broken
  }
}

function empty(shelf) {
  try {
    localStorage.removeItem(shelf);
  } catch {
    // a forbidden shelf is empty
  }
}

function listen(shelf, boxes) {
  let typing = false;
  let leaving = false;
  let left = null;
  const ours = (target) => boxes.some((name) => target === box(name));
  const heard = {
    input: (event) => {
      if (!ours(event.target)) return;
      typing = true;
      keep(shelf, boxes);
    },
    pointerdown: () => {
      leaving = typing && ours(document.activeElement);
      typing = typing && !leaving;
    },
    mousedown: (event) => {
      left = ours(document.activeElement) && event.target.closest?.("button") ? document.activeElement : null;
      if (left) event.preventDefault();
    },
    click: (event) => {
      if (leaving && event.target.closest?.("a[href]")) event.stopImmediatePropagation();
      leaving = false;
      left?.blur();
      left = null;
    },
  };
  for (const [name, hear] of Object.entries(heard)) document.addEventListener(name, hear, true);
  return () => {
    for (const [name, hear] of Object.entries(heard)) document.removeEventListener(name, hear, true);
    listening.delete(shelf);
  };
}

export default function ({ data, setTriggerValue }) {
  const { shelf, boxes, used, round } = data;
  if (used || (emptied.get(shelf) ?? 0) < round) empty(shelf);
  if (used) return;
  emptied.set(shelf, round);
  if (listening.has(shelf)) return listening.get(shelf);
  const leave = listen(shelf, boxes);
  listening.set(shelf, leave);
  const before = kept(shelf);
  const untouched = boxes.every((name) => !box(name)?.value);
  if (untouched && boxes.some((name) => before[name])) setTriggerValue("found", before);
  return leave;
}
""",
)


def keep(boxes: Mapping[str, Sequence[str]] = START) -> None:
    """Draw nothing; keep what is typed, and bring back what a reload took. Before the boxes are drawn."""
    for shelf, names in boxes.items():
        data = {"shelf": shelf, "boxes": names, "used": False, "round": st.session_state.get(_round(shelf), 0)}
        _KEPT(key=_key(shelf), data=data, on_found_change=partial(_bring_back, shelf, names), height=1)


def empty(boxes: Mapping[str, Sequence[str]]) -> None:
    """The draft has become what it was typed for, and the boxes stay on the page for the next one. In a callback."""
    for shelf, names in boxes.items():
        st.session_state[_round(shelf)] = st.session_state.get(_round(shelf), 0) + 1
        for name in names:
            st.session_state[name] = ""


def use(boxes: Mapping[str, Sequence[str]] = START) -> None:
    """The draft has become what it was typed for, and this leads to another page."""
    st.session_state[_USED] = {*st.session_state.get(_USED, ()), *boxes}


def forget_used() -> None:
    """Where a page leads to once its draft was used: nothing is left to bring back."""
    for shelf in sorted(st.session_state.get(_USED, ())):
        _KEPT(key=f"{_key(shelf)}-used", data={"shelf": shelf, "boxes": (), "used": True, "round": 0}, height=1)


def _key(shelf: str) -> str:
    return f"{_KEY}-{shelf}"


def _round(shelf: str) -> str:
    return f"{_KEY}-round-{shelf}"


def _bring_back(shelf: str, names: Sequence[str]) -> None:
    found: Any = st.session_state[_key(shelf)].get("found")
    if not isinstance(found, Mapping):
        return
    for name in names:
        text = found.get(name)
        if isinstance(text, str) and text and not st.session_state.get(name):
            st.session_state[name] = text
