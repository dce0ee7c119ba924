"""The incidents that are remembered: found by a word, narrowed, ordered, a page at a time; and more of them brought in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Standing
from sre_core.memory.desk import KnownMemory
from ui import listing, places, toned
from ui.listing import titled
from ui.memory import said
from ui.memory.importing import importing

PER_PAGE = 20
ALL = "all"
PINNED = "pinned"

ORDERS: dict[str, Callable[[KnownMemory], Any]] = {
    "Latest first": lambda one: -_last(one),
    "Most often": lambda one: (-max(len(one.incident.occurred), 1), -_last(one)),
    "Component": lambda one: (one.incident.component or "~", -_last(one)),
    "Least trusted": lambda one: (one.trust, -_last(one)),
}


def listed(bench: Workbench) -> None:
    """Draw it, or say what to do when there is none."""
    memories = bench.memory_desk.memories()
    if not memories:
        st.markdown(
            "**Nothing is remembered yet.** An investigation that was concluded is remembered by itself; rate its "
            "conclusion, and the next alert of the kind begins with what was found. Postmortems that you have "
            "can be imported here."
        )
        importing(bench)
        return
    found = _narrowed(memories)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(st.session_state.get("memories-page", 1), pages)
    with st.container(key="rows-memories", gap="xsmall"):
        for number, one in enumerate(found[(page - 1) * PER_PAGE : page * PER_PAGE]):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"memory-row-{number}"):
                _row(one)
    with st.container(horizontal=True, vertical_alignment="center"):
        if pages > 1:
            st.pagination(pages, key="memories-page")
        st.caption(f"{len(found)} of {said.counted(len(memories), 'memory', 'memories')}")
    importing(bench)


def _narrowed(memories: Sequence[KnownMemory]) -> list[KnownMemory]:
    with st.container(key="memories-narrow", horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            "Find",
            key="memories-find",
            placeholder="a word of the alert, the cause, the fix",
            live=True,
            label_visibility="collapsed",
        )
        there = {one.standing for one in memories}
        options = [ALL, *(one.value for one in Standing if one in there), PINNED]
        standing = st.selectbox(
            "Standing",
            options,
            key="memories-standing",
            width=170,
            label_visibility="collapsed",
            format_func=lambda one: (
                {ALL: "of any standing", PINNED: PINNED}.get(one) or said.STANDING[Standing(one)][0]
            ),
        )
        order = st.selectbox("Order", list(ORDERS), key="memories-order", width=160, label_visibility="collapsed")
    wanted = words.casefold().split()
    found = [
        one
        for one in memories
        if all(word in _words_of(one) for word in wanted)
        and (standing in (ALL, one.standing.value) or (standing == PINNED and one.incident.pinned))
    ]
    return sorted(found, key=ORDERS[order])


def _words_of(one: KnownMemory) -> str:
    incident = one.incident
    told = (incident.id, incident.title, incident.alert, incident.statement, incident.resolution, said.cause(incident))
    return " ".join((*told, incident.component or "", incident.fault or "", incident.resolved_by or "")).casefold()


def _last(one: KnownMemory) -> float:
    incident = one.incident
    last = incident.occurred[-1] if incident.occurred else incident.started_at
    return last.timestamp() if last else 0.0


def _row(one: KnownMemory) -> None:
    incident = one.incident
    called, tone = said.STANDING[one.standing]
    with st.container(width=108):
        toned.badge(called, tone)
    label = titled(incident.title, said.cause_or_none(incident))
    st.page_link(places.incidents(), label=label, query_params={"memory": incident.id}, width="stretch")
    if incident.pinned:
        st.badge("pinned", color="violet", icon=":material/keep:")
    if incident.merged:
        st.badge(f"merged ×{len(incident.merged) + 1}", color="gray")
    facts = (
        said.when(incident),
        listing.as_text(incident.resolved_by or ""),
        said.trust(one.trust, incident),
    )
    st.caption(" · ".join(fact for fact in facts if fact), width="content")
