"""An export that is being made, or is ready: how far it has come, a way to cancel it, and where it is fetched."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.api.routes import export_pass
from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.errors import WorkbenchError
from sre_core.export.desk import ExportStanding
from ui import person, process
from ui.listing import as_text
from ui.settings.parts import room, text

_BEGUN = "export-begun"
LOOK_AGAIN = 0.5
FETCHED_WITHIN = 12 * 3600.0
"""Seconds that a link to an export is good for."""


def begin(bench: Workbench, ids: Sequence[str]) -> None:
    """Have one made of these."""
    try:
        st.session_state[_BEGUN] = bench.exports.begin(ids, person.person())
    except WorkbenchError as error:
        st.toast(as_text(str(error)), icon=":material/error:")


def standing(bench: Workbench) -> None:
    """Draw the one that this page has begun, if there is one."""
    found = _found(bench)
    if found is not None:
        again = LOOK_AGAIN if found.status == "running" else None
        st.fragment(_standing, run_every=again)(bench, found.status)


def _found(bench: Workbench) -> ExportStanding | None:
    id_ = st.session_state.get(_BEGUN)
    return bench.exports.standing(id_, person.person()) if id_ else None


def _standing(bench: Workbench, drawn: str) -> None:
    """``drawn``: how it stood when the page was drawn; when that changes, all of the page is drawn anew."""
    found = _found(bench)
    if found is None or found.status != drawn:
        st.rerun()
        return
    with st.container(key="export-standing", border=True, horizontal=True, vertical_alignment="center", gap="small"):
        match found.status:
            case "running":
                _running(bench, found)
            case "done":
                _ready(found)
            case "cancelled":
                st.markdown("The export was cancelled; nothing is left of it.", width="stretch")
            case _:
                st.markdown(f":red[{as_text(found.problem or '')}]", width="stretch")
        if found.status != "running":
            st.button("Dismiss", key="export-dismiss", type="tertiary", width="content", on_click=_dismiss)


def _running(bench: Workbench, found: ExportStanding) -> None:
    step = found.steps[-1] if found.steps else None
    share = step.done / step.of if step and step.of else 0.0
    said = f"Exporting {step.done + 1:,} of {step.of:,}" if step and step.doing else "Exporting"
    st.progress(share, said)
    st.button(
        "Cancel", key="export-cancel", width="content", on_click=bench.exports.cancel, args=(found.id, person.person())
    )


def _ready(found: ExportStanding) -> None:
    made = found.outcome
    if made is None:
        return
    who = person.person()
    token = process.tokens().issue(export_pass(found.id), who.name, who.role, FETCHED_WITHIN)
    held = f"{counted(made.investigations, 'investigation')}, {room(made.size)}"
    st.html(
        f'<a class="export-link" href="api/export/{text(found.id)}?token={text(token)}" download="{text(made.name)}">'
        f"Download {text(made.name)}</a> <span class='hint'>{text(held)}; kept here for a day</span>",
        width="stretch",
    )


def _dismiss() -> None:
    st.session_state.pop(_BEGUN, None)
