"""A press that opens an investigation. It is opened before Streamlit draws anything, so what is drawn next is the investigation.

Streamlit would otherwise draw the page of the button once more, and the browser with it: a third of the time to the first card.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from sre_core.errors import WorkbenchError
from ui.listing import as_text

_LAST, _TROUBLE = "opened_last", "opening_trouble"


def pressed(where: str, open_it: Callable[[], str | None]) -> Callable[[], None]:
    """What a button of the start page calls (``on_click``): ``open_it`` returns the investigation's id; None: not yet.

    A second click on what was drawn before the first one leads to what that opened. What goes wrong is said by
    ``trouble(where)``, which is to be called where the button stands.
    """
    return partial(_open, where, open_it, st.session_state.get(_LAST))


def _open(where: str, open_it: Callable[[], str | None], before: str | None) -> None:
    opened = st.session_state.get(_LAST)
    if opened == before:
        try:
            opened = open_it()
        except WorkbenchError as error:
            st.session_state[_TROUBLE] = (where, str(error))
            return
    if opened:
        st.session_state[_LAST] = st.query_params["inv"] = opened


def trouble(where: str) -> bool:
    """Say once why nothing was opened; False when nothing went wrong there."""
    place, sentence = st.session_state.get(_TROUBLE, ("", ""))
    if place != where:
        return False
    del st.session_state[_TROUBLE]
    st.error(as_text(sentence), icon=":material/error:")
    return True
