"""The Memory tab of the Incidents page: incidents that are remembered, and what else was learned from them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench
from ui.memory.attempt import last_done
from ui.memory.calibration import calibration
from ui.memory.dead_ends import dead_ends
from ui.memory.facts import facts
from ui.memory.listed import listed
from ui.memory.opened import opened
from ui.memory.patterns import recurring
from ui.memory.profile import profile

STYLES = Path(__file__).with_name("memory.css")
PART = "memory-part"
PARTS = {
    "Incidents": listed,
    "Patterns": recurring,
    "Calibration": calibration,
    "Dead ends": dead_ends,
    "Facts": facts,
    "My profile": profile,
}
"""What is remembered, by the name of its part."""


def memory(bench: Workbench) -> None:
    """Draw the part that is chosen."""
    st.html(STYLES)
    last_done()
    names = list(PARTS)
    chosen = st.segmented_control(
        "What is remembered", names, key=PART, default=names[0], required=True, label_visibility="collapsed"
    )
    PARTS[chosen or names[0]](bench)


def one_memory(bench: Workbench, incident_id: str, investigation: str | None = None) -> None:
    """Draw the one that is asked for. ``investigation``: the one that recalled it."""
    st.html(STYLES)
    last_done()
    opened(bench, incident_id, investigation)
