"""Who sits there: asked once, kept by the browser. It signs decisions; it is not a login."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import streamlit as st

COOKIE = "sre_name"
NOBODY_YET = "operator"
LONGEST_NAME = 40

_KEEP = st.components.v2.component(
    "sre_remember_name",
    js="""
export default function ({ data }) {
  document.cookie = `${data.cookie}=${data.name}; path=/; max-age=31536000; SameSite=Lax`;
}
""",
)


def clean(name: str) -> str:
    """A name that is fit to be an actor: letters, digits, spaces and .-_@ ; never empty."""
    kept = re.sub(r"[^\w .@-]+", "", name).strip()
    return kept[:LONGEST_NAME] or NOBODY_YET


def name() -> str:
    """The name that decisions are signed with."""
    if "person" not in st.session_state:
        kept = st.context.cookies.get(COOKIE)
        st.session_state["person"] = clean(unquote(kept)) if isinstance(kept, str) else NOBODY_YET
    return str(st.session_state["person"])


def actor() -> str:
    """The name as the timeline writes it."""
    return f"person:{name()}"


def _renamed() -> None:
    st.session_state["person"] = clean(st.session_state["person_field"])
    st.session_state["person_renamed"] = True


def name_popover() -> None:
    """Shows the name; opens to change it."""
    label = "Set your name" if name() == NOBODY_YET else name()
    with st.container(key="you"), st.popover(label, icon=":material/person:"):
        st.text_input(
            "Your name",
            value="" if name() == NOBODY_YET else name(),
            placeholder="such as Ada",
            key="person_field",
            on_change=_renamed,
            max_chars=LONGEST_NAME,
        )
        st.caption("Approvals and everything you say are recorded under this name. This browser remembers it.")
    if st.session_state.get("person_renamed"):
        _KEEP(key="remember-name", data={"cookie": COOKIE, "name": quote(name())}, height=1)
