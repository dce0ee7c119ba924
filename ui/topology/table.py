"""The map in words: a row for each component, found by a word, sorted, page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from sre_core.counting import counted
from sre_core.topology.graph import Topology
from ui import tokens
from ui.topology import address
from ui.topology.marks import Mark
from ui.words import listed

PER_PAGE = 25
MOST_NAMED = 4
SORT, PAGE = "topology-sort", "topology-page"
COLUMNS = [
    ["Component", "name"],
    ["Kind", "kind"],
    ["Depends on", "depends"],
    ["Used by", "used"],
    ["Felt by", ""],
    ["To the selected one", ""],
]

_FOLDER = Path(__file__).parent


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


_ELEMENT = st.components.v2.component("sre_topology_table", css=tokens.css() + _read("table.css"), js=_read("table.js"))

_ORDERS: Mapping[str, Callable[[Topology, str], tuple[object, ...]]] = {
    "name": lambda _, id_: (id_,),
    "kind": lambda topology, id_: (topology.components[id_].kind, id_),
    "depends": lambda topology, id_: (-topology.graph.out_degree(id_), id_),
    "used": lambda topology, id_: (-topology.graph.in_degree(id_), id_),
}


def table(whole: Topology, shown: Topology, found: Mapping[str, Mark], selected: str | None) -> None:
    """Rows of what is ``shown``; what they say of neighbours is true of the ``whole``."""
    st.session_state.setdefault(SORT, "name")
    order = _ORDERS[st.session_state[SORT]]
    every = sorted(shown.components, key=lambda id_: order(whole, id_))
    pages = max(1, -(-len(every) // PER_PAGE))
    if st.session_state.get(PAGE, 1) > pages:
        del st.session_state[PAGE]
    first = (st.session_state.get(PAGE, 1) - 1) * PER_PAGE
    rows = [row(whole, id_, found) for id_ in every[first : first + PER_PAGE]]
    told = {"columns": COLUMNS, "rows": rows, "sort": st.session_state[SORT], "selected": selected}
    _ELEMENT(
        key="topology-table",
        data=told | {"label": "The components of the map"},
        on_picked_change=_picked,
        on_sorted_change=_sorted,
    )
    if pages > 1:
        st.pagination(pages, key=PAGE)
    st.caption(counted(len(every), "component"))


def row(whole: Topology, id_: str, found: Mapping[str, Mark]) -> list[str]:
    """One component in words."""
    return [
        id_,
        whole.components[id_].kind,
        _names(whole.depends_on(id_)),
        _names(whole.used_by(id_)),
        str(len(whole.upstream(id_))),
        found[id_].words if id_ in found else "–",
    ]


def _names(names: Sequence[str]) -> str:
    return listed(names, MOST_NAMED) or "–"


def _picked() -> None:
    address.open_component(st.session_state["topology-table"].picked)


def _sorted() -> None:
    st.session_state[SORT] = st.session_state["topology-table"].sorted
