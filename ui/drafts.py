"""What somebody is typing on the start page outlives a reload: the browser keeps it, keystroke by keystroke, until it is used.

Streamlit hears of a box when it is left; what was typed until then is known to the browser alone. And when a click on a link
is what leaves the box, Streamlit first follows the link and then, for the box, draws the old page again: so the browser
follows such a link by itself. When it is a click on a button, the box is left when the button is let go, not when it is pressed:
what Streamlit shows of the box would move the button away from under the mouse, and the click would be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

BOXES = ("payload", "context")
"""Keys of the boxes; Streamlit gives each a class ``st-key-KEY``."""

_KEY, _USED = "drafts", "draft_used"

_KEPT = st.components.v2.component(
    "sre_drafts",
    js="""
const SHELF = "sre-draft";
const box = (name) => document.querySelector(`.st-key-${name} :is(textarea, input)`);
let leave = null;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(SHELF)) ?? {};
  } catch {
    return {};
  }
}

function keep(boxes) {
  const text = Object.fromEntries(boxes.map((name) => [name, box(name)?.value ?? ""]));
  try {
    if (Object.values(text).some(Boolean)) localStorage.setItem(SHELF, JSON.stringify(text));
    else localStorage.removeItem(SHELF);
  } catch {
    // a full or forbidden shelf: nothing is kept, and nothing is broken
  }
}

function listen(boxes) {
  let typing = false;
  let leaving = false;
  let left = null;
  const ours = (target) => boxes.some((name) => target === box(name));
  const heard = {
    input: (event) => {
      if (!ours(event.target)) return;
      typing = true;
      keep(boxes);
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
    leave = null;
  };
}

export default function ({ data, setTriggerValue }) {
  const { boxes, used } = data;
  if (used) {
    localStorage.removeItem(SHELF);
    return;
  }
  if (leave) return leave;
  leave = listen(boxes);
  const before = kept();
  const untouched = boxes.every((name) => !box(name)?.value);
  if (untouched && boxes.some((name) => before[name])) setTriggerValue("found", before);
  return leave;
}
""",
)


def keep() -> None:
    """Draw nothing; keep what is typed, and bring back what a reload took. Before the boxes are drawn."""
    _KEPT(key=_KEY, data={"boxes": BOXES, "used": False}, on_found_change=_bring_back, height=1)


def use() -> None:
    """The draft has become an investigation."""
    st.session_state[_USED] = True


def forget_used() -> None:
    """Where the start page leads to: nothing is left to bring back."""
    if st.session_state.get(_USED):
        _KEPT(key=f"{_KEY}-used", data={"boxes": BOXES, "used": True}, height=1)


def _bring_back() -> None:
    found: Any = st.session_state[_KEY].get("found")
    if not isinstance(found, Mapping):
        return
    for name in BOXES:
        text = found.get(name)
        if isinstance(text, str) and text and not st.session_state.get(name):
            st.session_state[name] = text
