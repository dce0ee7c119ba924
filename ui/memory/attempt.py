"""What a button does, and the sentence that is said when it may not or cannot."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from sre_core.errors import WorkbenchError
from ui.listing import as_text

_SAID = "memory-said"


def attempt(act: Callable[[], object], done: str = "", then: Callable[[], object] | None = None) -> None:
    """Do it, and ``then`` the rest, and draw the page anew with what was done; or say why not: then nothing typed is lost."""
    try:
        act()
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    if then:
        then()
    if done:
        st.session_state[_SAID] = done
    st.rerun()


def last_done() -> None:
    """Say what the last button did, once."""
    if done := st.session_state.pop(_SAID, ""):
        st.toast(as_text(done), icon=":material/check:")
