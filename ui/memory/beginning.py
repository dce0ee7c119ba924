"""What memory does to the start page: a person's defaults, and the same alert once more with what was left out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Autonomy, Pace
from sre_core.errors import WorkbenchError
from sre_core.investigation import Investigation
from sre_core.memory.profiles import Profile
from ui import opening, person
from ui.listing import as_text

AGAIN = "again"
"""What an address says: the investigation whose alert is to be investigated once more."""
OWN = "recall-own"


def mine(bench: Workbench) -> Profile:
    """The defaults of whoever sits there; empty where nothing is remembered of them."""
    return bench.memory_desk.profile(person.person()) or Profile(name=person.name())


def own_box() -> None:
    """Whether memories of the very recording that is investigated may be recalled."""
    st.checkbox(
        "Also recall what is remembered of this very recording",
        key=OWN,
        help="A sample or a capsule is one incident. What was concluded from it before would be the answer, so it is left out "
        "unless you ask for it here. A live alert has no such rule.",
    )


def recalls_own() -> bool:
    """What the box says."""
    return bool(st.session_state.get(OWN))


def once_more(bench: Workbench, autonomy: Autonomy, pace: Pace) -> None:
    """At the head of the start page, when somebody came from a recall card that left something out."""
    before = st.query_params.get(AGAIN)
    if not before:
        return
    try:
        state = bench.state(before)
    except WorkbenchError:
        st.query_params.pop(AGAIN, None)
        return
    with st.container(border=True, key="once-more", gap="xsmall"):
        st.markdown(f"**Investigate once more: {as_text(state.alert.title)}**")
        st.caption(
            "A new investigation of the same alert, which also recalls what is remembered of this very recording. What it "
            "is told may be the answer; the investigation before stays as it is."
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Investigate and recall",
                type="primary",
                key="again-go",
                disabled=not person.may_act(),
                on_click=opening.pressed(AGAIN, partial(_begin, bench, state, autonomy, pace)),
            )
            if st.button("Not now", key="again-no"):
                st.query_params.pop(AGAIN, None)
                st.rerun()
        opening.trouble(AGAIN)


def _begin(bench: Workbench, before: Investigation, autonomy: Autonomy, pace: Pace) -> str:
    begun = bench.open(
        before.alert,
        workspace=before.workspace,
        by=person.person(),
        autonomy=autonomy,
        pace=pace,
        recall_own=True,
    )
    st.query_params.pop(AGAIN, None)
    return begun
