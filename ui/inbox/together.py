"""Several alerts as one investigation: which one leads, what the others add, and the button that begins it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.inbox.desk import MOST_TOGETHER
from sre_core.inbox.received import InboxAlert
from sre_core.intake.clues import LOUDEST_FIRST
from ui import places
from ui.inbox import shown
from ui.inbox.begin import begin
from ui.listing import as_text


def together(bench: Workbench, alert_ids: Sequence[str]) -> None:
    """Draw it, or say that they are gone."""
    with st.container(key="back"):
        st.page_link(places.inbox(), label="Inbox", icon=":material/arrow_back:")
    found = bench.inbox.some(alert_ids[:MOST_TOGETHER])
    if not found:
        st.subheader("These alerts are not here", anchor=False)
        st.markdown("They may have made room for newer ones. Choose others in the inbox.")
        return
    st.subheader(f"Investigate {counted(len(found), 'alert')} as one", anchor=False)
    st.caption(
        "One of them leads: it is what is investigated. The others stand in its context, each with why it belongs."
    )
    by_id = {one.id: one for one in found}
    alerts, choices = st.columns([3, 2], gap="large")
    with alerts:
        lead = _lead(by_id)
        others = [one.id for one in found if one.id != lead.id]
        ties = [tie for tie in bench.inbox.groups_with(lead.id) if tie.id in others]
        st.markdown("**In its context**")
        shown.ties(ties, len(ties), found, "together")
        _alone([by_id[id_] for id_ in others if id_ not in {tie.id for tie in ties}])
    with choices, st.container(border=True, key="inbox-begin"):
        begin(bench, [lead.id, *others], lead.workspace, f"Investigate {len(found)} as one")


def _lead(by_id: dict[str, InboxAlert]) -> InboxAlert:
    """The loudest that fires, unless somebody chooses another."""
    ordered = sorted(by_id.values(), key=_urgent)
    chosen = st.radio(
        "Which one leads?",
        [one.id for one in ordered],
        key="inbox-lead",
        format_func=lambda id_: _named(by_id[id_]),
    )
    return by_id[chosen or ordered[0].id]


def _urgent(one: InboxAlert) -> tuple[bool, int, float]:
    return one.resolved_at is not None, LOUDEST_FIRST.index(one.alert.severity), one.began.timestamp()


def _named(one: InboxAlert) -> str:
    over = ", resolved" if one.resolved_at else ""
    return as_text(f"{one.alert.title} ({one.alert.severity.value}{over})")


def _alone(others: Sequence[InboxAlert]) -> None:
    for one in others:
        st.markdown(f"{_named(one)}  :gray[nothing ties it to the one that leads; you put it there]")
