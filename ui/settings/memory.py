"""Memory: what is remembered, and for how long it is recommended."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Incident
from ui import places
from ui.settings.parts import Standing, facts


def standing(bench: Workbench) -> Standing | None:
    """There is nothing to set up."""
    return None


def draw(bench: Workbench) -> None:
    """Draw it."""
    memory = bench.memory
    facts(
        {
            "Incidents": _incidents(memory.incidents.incidents()),
            "Ratings": f"{len(memory.ratings.all()):,}",
            "Dead ends": f"{len(memory.dead_ends.all()):,}",
            "Facts": f"{len(memory.facts.all()):,} about components",
            "Recommended": f"for {bench.settings.memory_days:g} days, unless somebody confirmed it (SRE_MEMORY_DAYS)",
            "Found by": "words and meaning" if memory.incidents.by_meaning else "words",
        }
    )
    st.page_link(places.incidents(), label="To what is remembered", query_params={"show": "memory"})


def _incidents(remembered: Sequence[Incident]) -> str:
    merged = sum(len(one.merged) for one in remembered)
    return f"{len(remembered):,} remembered" + (f", {merged:,} more merged into them" if merged else "")
