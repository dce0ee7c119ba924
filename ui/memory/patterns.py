"""What keeps happening, and which runbooks are cited, or out of date."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.memory.patterns import Pattern
from ui import places, words
from ui.listing import as_text
from ui.memory import said

MOST_CITED = 20


def recurring(bench: Workbench) -> None:
    """Draw them, or say from when on there are any."""
    desk = bench.memory_desk
    st.markdown("**Recurring causes**")
    found = desk.patterns()
    if not found:
        st.caption("Nothing came twice yet. The same component with the same fault, two times or more, is listed here.")
    for number, one in enumerate(found):
        with st.container(border=True, key=f"pattern-{number}", gap="xsmall"):
            _pattern(one)
    _runbooks(bench)
    _stale(bench)


def _pattern(one: Pattern) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(f"×{one.times}", color="orange")
        st.markdown(f"**{as_text(words.cause(one.component, one.fault))}**", width="stretch")
    facts = (
        f"{_days(one.days_between)} between them (median)" if one.days_between is not None else "",
        f"{said.lasted(one.seconds_to_cause)} to the cause (median)" if one.seconds_to_cause is not None else "",
        f"fix held {one.held}, failed {one.failed}" if one.held or one.failed else "whether a fix held is not known",
        ", ".join(f"{moment:%Y-%m-%d}" for moment in one.occurred[-6:]),
    )
    st.caption(" · ".join(as_text(fact) for fact in facts if fact))
    with st.container(horizontal=True, gap="small"):
        for number, id_ in enumerate(one.incidents, 1):
            st.page_link(places.incidents(), label=f"Memory {number}", query_params={"memory": id_})


def _days(days: float) -> str:
    return said.lasted(days * 86_400) if days >= 1 / 86_400 else "no time"


def _runbooks(bench: Workbench) -> None:
    st.markdown("**Runbooks that incidents cite**")
    cited = bench.memory_desk.cited_runbooks()
    if not cited:
        st.caption(
            "None is cited yet. Give your runbooks on the Knowledge page; investigations cite what fits to the line."
        )
    incidents = [known.incident for known in bench.memory_desk.memories()]
    citing = {path: one.investigation_id for one in incidents for path in one.runbooks if one.investigation_id}
    for number, one in enumerate(cited[:MOST_CITED]):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"cited-{number}"):
            asked = {"doc": one.path} | ({"inv": citing[one.path]} if one.path in citing else {})
            st.page_link(places.knowledge(), label=as_text(one.path), query_params=asked, width="stretch")
            last = f" · last {one.last_at:%Y-%m-%d}" if one.last_at else ""
            st.caption(
                f"cited {said.counted(one.times, 'time')}{last} · fix held {one.held}, failed {one.failed}",
                width="content",
            )


def _stale(bench: Workbench) -> None:
    st.markdown("**Stale runbooks**")
    known = bench.memory_desk.components()
    if not known:
        st.caption(
            "Not known: no topology is connected. Add one under Knowledge, Sources; runbooks about components that it does not "
            "name are then listed here."
        )
        return
    stale = bench.memory_desk.stale_runbooks()
    if not stale:
        there = "the one that exists" if len(known) == 1 else f"one of the {len(known)} that exist"
        st.caption(f"None: every runbook that names a component names {there}.")
    for number, one in enumerate(stale):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"stale-{number}"):
            st.page_link(places.knowledge(), label=as_text(one.path), query_params={"doc": one.path}, width="stretch")
            gone = as_text(words.listed(one.missing))
            does = "does" if len(one.missing) == 1 else "do"
            st.caption(
                f":orange[{gone} {does} not exist any more] · cited {said.counted(one.cited, 'time')}", width="content"
            )
