"""A fork from the list: another way from an event on, by default from the conclusion or the last plan."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from sre_core.events import ConclusionReached, Event, PlanProposed
from ui import person, places
from ui.listing import as_text

_ASKED = "incidents-fork"
TURNS = (PlanProposed.__name__, ConclusionReached.__name__)
"""Events after which another way begins."""
FIRST = 1


def ask(investigation_id: str) -> None:
    """Have the form drawn for this one."""
    st.session_state[_ASKED] = investigation_id


def form(bench: Workbench) -> None:
    """Draw it where it was asked for."""
    id_ = st.session_state.get(_ASKED)
    if not id_ or not person.may_act():
        return
    try:
        turns = {event.seq: _named(event) for event in bench.timeline.read_of(id_, TURNS)}
        title = next((one.title for one in bench.investigations() if one.id == id_), id_)
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    turns = turns or {FIRST: "the alert"}
    with st.container(key="incidents-fork", border=True, gap="small"):
        st.markdown(f"**Fork** {as_text(title)}")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            seqs = list(turns)
            at = st.selectbox(
                "The same up to",
                seqs,
                index=len(seqs) - 1,
                key=f"fork-at-{id_}",
                width=300,
                format_func=lambda seq: f"event {seq}: {turns[seq]}",
            )
            said = st.text_input(
                "And then (optional)", key=f"fork-words-{id_}", placeholder="such as: look at the cache first"
            )
            if st.button("Fork", key="fork-now", type="primary", width="content"):
                _fork(bench, id_, at, said)
            st.button("Cancel", key="fork-not", width="content", on_click=ask, args=("",))
        st.caption(
            "The fork begins with the same events; approvals do not count in it. It waits with its plan until you say go on."
        )


def _named(event: Event) -> str:
    match event.happening:
        case PlanProposed(plan=plan):
            return f"plan {plan.revision}"
        case _:
            return "the conclusion"


def _fork(bench: Workbench, id_: str, at: int, said: str) -> None:
    try:
        fork = bench.fork(id_, at, by=person.person(), guidance=said)
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    ask("")
    st.switch_page(places.investigate(), query_params={"inv": fork})
