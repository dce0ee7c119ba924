"""Data: what takes how much room, a copy of everything, and erasing it."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.holdings import PartHolding
from ui.incidents import exporting
from ui.settings import erasing
from ui.settings.parts import Standing, room, table

AT_ONCE = 200_000_000
"""Bytes of a database up to which it is looked through without being asked."""
SIZES_HOLD = 300.0
_MEASURE = "data-measure"


def standing(bench: Workbench) -> Standing | None:
    """There is nothing to set up."""
    return None


def draw(bench: Workbench) -> None:
    """Draw it."""
    _sizes(bench)
    st.markdown("**Export**")
    _export(bench)
    st.markdown("**Erase**")
    erasing.draw(bench)


def _sizes(bench: Workbench) -> None:
    if bench.database_holding().size > AT_ONCE and not st.session_state.get(_MEASURE):
        st.button(
            "What takes the room?", key=_MEASURE, icon=":material/database:", help="Reads all of the database once."
        )
        return
    table(("Kind", "How many", "Takes"), (_row(one) for one in _parts(bench, str(bench.folder.path))))


@st.cache_data(ttl=SIZES_HOLD, show_spinner="Looking through the database …")
def _parts(_bench: Workbench, home: str) -> list[PartHolding]:
    """``home`` tells one workbench from another."""
    return _bench.database_parts()


def _row(one: PartHolding) -> tuple[str, str, str]:
    return one.name, f"{one.count:,} {one.things}", "–" if one.size is None else room(one.size)


def _export(bench: Workbench) -> None:
    ids = [one.id for one in bench.investigations()]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Export every investigation",
            key="export-everything",
            icon=":material/archive:",
            disabled=not ids,
            on_click=exporting.begin,
            args=(bench, ids),
        )
        said = f"{counted(len(ids), 'investigation')} in one zip: timelines with hash chains, outputs, reports, postmortems."
        st.caption(said if ids else "There is no investigation to export yet.", width="stretch")
    exporting.standing(bench)
    st.caption(
        "Some of them: choose them under *Incidents*. On the command line: `python -m sre_core export --all --to FILE.zip`."
    )
