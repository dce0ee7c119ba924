"""What people said about components that holds beyond one investigation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import ComponentFact
from ui import person, places
from ui.danger import irreversible_button
from ui.listing import ago, as_text
from ui.memory.attempt import attempt
from ui.turning import a_page, narrowed, turning

_ROUND = "facts-round"
ORDERS: Mapping[str, Callable[[ComponentFact], Any]] = {
    "Latest first": lambda one: -one.at.timestamp(),
    "Component": lambda one: (one.component, -one.at.timestamp()),
}


def facts(bench: Workbench) -> None:
    """Draw them, and a form for another one."""
    found = bench.memory_desk.facts()
    if not found:
        st.markdown(
            "**No facts yet.** Say one here, state one about a component in an investigation, or begin a redirection with "
            "“remember that …”. Whoever investigates such a component is told."
        )
    chosen = narrowed(found, "facts", lambda one: f"{one.component} {one.text} {one.by}", ORDERS)
    for one in a_page(chosen, "facts"):
        with st.container(border=True, key=f"fact-{one.id}", gap="xsmall"):
            _drawn(bench, one)
    turning(chosen, "facts", len(found))
    if person.may_act():
        _add(bench)


def _drawn(bench: Workbench, one: ComponentFact) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(as_text(one.component), color="gray", icon=":material/deployed_code:")
        st.markdown(as_text(one.text), width="stretch")
        if person.may_act():
            _change(bench, one)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        edited = f" · edited by {as_text(one.edited_by)}" if one.edited_by else ""
        st.caption(f"{as_text(one.by)} · {ago(one.at)}{edited}", width="content")
        if one.investigation_id:
            asked = {"inv": one.investigation_id}
            st.page_link(places.investigate(), label="said in an investigation", query_params=asked)


def _change(bench: Workbench, one: ComponentFact) -> None:
    with st.popover("Change …"):
        component = st.text_input("Component", one.component, key=f"fact-component-{one.id}", max_chars=200)
        words = st.text_area("What holds of it", one.text, key=f"fact-words-{one.id}", max_chars=4000)
        if st.button("Save", key=f"fact-save-{one.id}", type="primary"):
            attempt(lambda: bench.memory_desk.edit_fact(one.id, component, words, person.person()), "Saved.")
    if bench.memory_desk.may_erase(one, person.person()) and irreversible_button(
        "Erase …",
        f"what {as_text(one.by)} said of {as_text(one.component)}: “{as_text(one.text)}”",
        key=f"fact-erase-{one.id}",
        confirm="Erase it for good",
        stays="the timelines that were told of it.",
    ):
        attempt(lambda: bench.memory_desk.erase_fact(one.id, person.person()), "Erased.")


def _add(bench: Workbench) -> None:
    number = st.session_state.get(_ROUND, 0)
    with st.form("add-fact", border=False), st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        component = st.text_input("Component", key=f"new-fact-component-{number}", width=220, max_chars=200)
        words = st.text_input(
            "What holds of it",
            key=f"new-fact-words-{number}",
            max_chars=4000,
            placeholder="such as: fails over by itself at 3 a.m.",
        )
        pressed = st.form_submit_button("Write it down", key="new-fact-save")
    if pressed:

        def add() -> None:
            bench.memory_desk.add_fact(component, words, person.person())
            st.session_state[_ROUND] = number + 1

        attempt(add, "Written down.")
