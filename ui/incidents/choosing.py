"""Which investigations are chosen, over all pages of the list; and what can be done with them together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from ui import places
from ui.incidents import exporting
from ui.listing import as_text

_CHOSEN = "incidents-chosen"
TWO = 2


def chosen() -> list[str]:
    """Their ids, in the order in which they were chosen."""
    ids: list[str] = st.session_state.setdefault(_CHOSEN, [])
    return ids


def box(id_: str, title: str) -> None:
    """The box before a row."""
    key = f"choose-{id_}"
    st.session_state[key] = id_ in chosen()
    st.checkbox(f"Choose {as_text(title)}", key=key, label_visibility="collapsed", on_change=_flip, args=(id_,))


def forget_gone(there: Collection[str]) -> None:
    """What was erased meanwhile is not chosen any more."""
    st.session_state[_CHOSEN] = [id_ for id_ in chosen() if id_ in there]


def bar(bench: Workbench, found: Sequence[str], many: int) -> None:
    """How many there are, and what can be done with those that are chosen."""
    those = chosen()
    with st.container(key="incidents-chosen-bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{len(found):,} of {many:,}", width="content")
        if not those:
            if found:
                st.button(
                    "Choose all", key="choose-all", type="tertiary", width="content", on_click=_set, args=(found,)
                )
            st.page_link(places.compare(), label="Compare two", icon=":material/compare_arrows:")
            return
        st.markdown(f"**{len(those):,} chosen**", width="content")
        st.button(
            "Export",
            key="export-chosen",
            icon=":material/archive:",
            width="content",
            on_click=exporting.begin,
            args=(bench, tuple(those)),
        )
        if len(those) == TWO:
            both = {"inv": those[0], "with": those[1]}
            st.page_link(places.compare(), label="Compare them", icon=":material/compare_arrows:", query_params=both)
        if set(found) - set(those):
            st.button(
                f"Choose all {len(found):,}",
                key="choose-all",
                type="tertiary",
                width="content",
                on_click=_set,
                args=(found,),
            )
        st.button("Choose none", key="choose-none", type="tertiary", width="content", on_click=_set, args=((),))


def _flip(id_: str) -> None:
    those = chosen()
    st.session_state[_CHOSEN] = [each for each in those if each != id_] if id_ in those else [*those, id_]


def _set(ids: Sequence[str]) -> None:
    st.session_state[_CHOSEN] = list(ids)
