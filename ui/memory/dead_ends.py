"""Checks that never helped for a kind of alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import DeadEnd
from sre_core.memory.dead_ends import FEWEST, DeadEndEdit
from sre_core.people import Role
from ui import person, words
from ui.danger import irreversible_button
from ui.listing import ago, as_text
from ui.memory import said
from ui.memory.attempt import attempt
from ui.turning import a_page, narrowed, turning

ORDERS: Mapping[str, Callable[[DeadEnd], Any]] = {
    "Latest first": lambda one: -one.last_at.timestamp(),
    "Most often": lambda one: (-one.runs, -one.last_at.timestamp()),
    "Component": lambda one: (one.component, -one.last_at.timestamp()),
}


def dead_ends(bench: Workbench) -> None:
    """Draw them, or say what becomes one."""
    found = bench.memory_desk.dead_ends()
    if not found:
        st.markdown(
            f"**No dead ends yet.** A check that was made in {FEWEST} incidents with such an alert, and never brought a "
            "finding, is listed here, and is expected to bring half as much the next time."
        )
    chosen = narrowed(
        found, "dead-ends", lambda one: f"{one.tool} {one.target} {one.kind} {one.component} {one.note}", ORDERS
    )
    for one in a_page(chosen, "dead-ends"):
        with st.container(border=True, key=f"dead-end-{one.id}", gap="xsmall"):
            _drawn(bench, one)
    turning(chosen, "dead-ends", len(found))


def _drawn(bench: Workbench, one: DeadEnd) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{as_text(words.tool(one.tool))}**  {as_text(one.target)}", width="stretch")
        st.badge("minded" if one.minded else "not minded", color="blue" if one.minded else "gray")
        if person.may_act():
            _change(bench, one)
    at = f" at {one.component}" if one.component else ""
    turned_out = words.listed(words.plain(fault) for fault in one.faults)
    facts = (
        f"{one.kind}{at}",
        f"{said.counted(one.runs, 'time')} for nothing",
        f"it was {turned_out}" if turned_out else "",
        ago(one.last_at),
        one.note,
    )
    st.caption(" · ".join(as_text(fact) for fact in facts if fact))


def _change(bench: Workbench, one: DeadEnd) -> None:
    with st.popover("Change …"):
        note = st.text_input("Note", one.note, key=f"dead-note-{one.id}", max_chars=1000)
        minded = st.checkbox("Mind it in new investigations", one.minded, key=f"dead-minded-{one.id}")
        if st.button("Save", key=f"dead-save-{one.id}", type="primary"):
            change = DeadEndEdit(note=note.strip(), minded=minded)
            attempt(lambda: bench.memory_desk.edit_dead_end(one.id, change, person.person()), "Saved.")
    if person.role().covers(Role.ADMIN) and irreversible_button(
        "Erase …",
        f"the {said.counted(one.runs, 'look')} that it was learned from, and its note.",
        key=f"dead-erase-{one.id}",
        confirm="Erase it for good",
        stays="the investigations that looked; looks of later ones count anew.",
    ):
        attempt(lambda: bench.memory_desk.erase_dead_end(one.id, person.person()), "Erased.")
