"""What cannot be undone looks like it, and says what is lost before it is done: one way for every page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def irreversible_button(
    label: str,
    lost: str,
    *,
    key: str,
    confirm: str,
    stays: str = "",
    icon: str = ":material/delete:",
    disabled: bool = False,
    asks: Callable[[], object] | None = None,
) -> bool:
    """Draw a red button; pressed, it opens what is lost and the one button that does it. True in the run that says yes.

    ``lost`` and ``stays`` are Markdown: text of other people goes through ``listing.as_text``. ``confirm`` says what is done
    ("Forget it for good"). ``key`` is the key of the confirming button, so ``.st-key-KEY button`` is what a test presses.
    ``asks`` draws what is asked before: why, or how far.
    A popover of its own: do not draw it inside a form, or inside another popover.
    """
    opener = f"irreversible-{key}"
    with st.container(key=opener, width="content"), st.popover(label, icon=icon, disabled=disabled):
        st.markdown(f"**Goes, for good:** {lost}")
        if stays:
            st.markdown(f"**Stays:** {stays}")
        if asks:
            asks()
        with st.container(key=f"{opener}-yes"):
            return st.button(confirm, key=key, type="primary", icon=":material/delete_forever:", disabled=disabled)
