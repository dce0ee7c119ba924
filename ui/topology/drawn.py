"""The map on the Topology page: an element that is made once and told what changed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sre_core.topology.drawing import Drawing
from ui import graph, tokens
from ui.live import loader
from ui.topology import address

KEY = "topology-map"

_ELEMENT = st.components.v2.component(
    "sre_topology_map", css=tokens.css() + graph.STYLES.read_text(encoding="utf-8"), js=loader("map.js")
)


def drawn(
    drawing: Drawing,
    marks: dict[str, Any],
    trail: list[str],
    legend: list[list[str]],
    *,
    selected: str | None,
    note: str,
    on_group: bool,
) -> None:
    """Draw it. ``on_group``: what is clicked is a group, and no component."""
    data = {
        "modules": f"{graph.modules_path()}/",
        "drawing": drawing.model_dump(mode="json"),
        "marks": marks,
        "trail": trail,
        "legend": legend,
        "selected": selected,
        "note": note,
        "label": "Map of what depends on what. The table below says the same in words.",
    }
    _ELEMENT(key=KEY, data=data, on_picked_change=_group_picked if on_group else _picked)


def _picked() -> None:
    address.open_component(st.session_state[KEY].picked)


def _group_picked() -> None:
    if group := st.session_state[KEY].picked:
        st.session_state[address.GROUP] = group
