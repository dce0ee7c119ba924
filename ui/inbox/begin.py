"""How alerts of the inbox become an investigation: with the same choices as on the start page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import WorkbenchError
from ui import person, places, running
from ui.inbox.listed import let_go_now
from ui.listing import as_text
from ui.memory import beginning


def begin(bench: Workbench, alert_ids: Sequence[str], usual: str | None, label: str = "Investigate") -> None:
    """Draw the choices and the button. ``usual``: the workspace that the alert is about."""
    if not person.may_act():
        st.caption("A responder can investigate this. You look on.")
        return
    about = f"-{alert_ids[0]}"
    telemetry, upload = running.telemetry_box(usual, about)
    context = st.text_input(
        "What else do you know? (optional)",
        key=f"begin-context{about}",
        placeholder="such as: the deploy of cart went out at 14:00",
    )
    pressed = st.button(label, type="primary", key="begin", icon=":material/play_arrow:")
    knew = _shown(bench, alert_ids, f"begin-knew{about}")
    said = st.container()
    running.how_it_runs_box(bench)
    beginning.own_box()
    if not pressed:
        return
    try:
        how = running.chosen(bench, running.workspace_of(bench, telemetry, upload))
        investigation_id = bench.inbox.investigate(alert_ids, how, person.person(), context, knew)
    except WorkbenchError as error:
        said.error(as_text(str(error)), icon=":material/error:")
        return
    let_go_now()
    places.go_to_investigation(investigation_id)


def _shown(bench: Workbench, alert_ids: Sequence[str], key: str) -> dict[str, int]:
    """How many investigations of each alert were on the page when the button was pressed."""
    now = {one.id: len(one.investigations) for one in bench.inbox.some(alert_ids)}
    before: dict[str, int] = st.session_state.get(key, now)
    st.session_state[key] = now
    return before
