"""How an investigation is to run: which telemetry it may look at, what waits for a person, how far it goes, who reasons.

The boxes are the same wherever one is begun: on the start page, and for alerts of the inbox.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from sre_core.bootstrap import Workbench
from sre_core.domain import Autonomy, Pace, ReasonerName
from sre_core.errors import RefusedInput
from sre_core.inbox.desk import HowItRuns
from sre_core.workspaces import sample_incidents
from ui import words
from ui.limits import limits_box, limits_chosen
from ui.memory import beginning

NOTHING, UPLOAD = "none", "upload"


def telemetry_box(usual: str | None = None, about: str = "") -> tuple[str, UploadedFile | None]:
    """What it may look at, and the capsule that was given with it.

    ``usual``: the workspace that is chosen at first; ``about``: what tells the box apart from others of its kind.
    """
    choices = [NOTHING, *(sample.workspace for sample in sample_incidents()), UPLOAD]
    if usual and usual not in choices:
        choices.insert(1, usual)
    telemetry = st.selectbox(
        "Which telemetry may it look at?",
        choices,
        choices.index(usual) if usual else 0,
        key=f"telemetry{about}",
        format_func=telemetry_name,
    )
    if telemetry != UPLOAD:
        return telemetry, None
    return telemetry, st.file_uploader("Incident capsule (.zip)", type="zip", key=f"capsule{about}")


def telemetry_name(choice: str) -> str:
    """What a choice, or a workspace, is called."""
    if choice == NOTHING:
        return "None: reason from the alert and the documents alone"
    if choice == UPLOAD:
        return "Upload an incident capsule (.zip)"
    sample = next((each for each in sample_incidents() if each.workspace == choice), None)
    return f"Sample: {sample.title}" if sample else f"Capsule: {choice.partition(':')[2]}"


def workspace_of(bench: Workbench, telemetry: str, upload: UploadedFile | None) -> str | None:
    """The workspace that was chosen; an upload is kept. Raises ``RefusedInput``."""
    if telemetry == NOTHING:
        return None
    if telemetry != UPLOAD:
        return telemetry
    if upload is None:
        raise RefusedInput("Choose the capsule's .zip file first, or another kind of telemetry.")
    return bench.workspaces.keep(upload.name, upload.getvalue())


def how_it_runs_box(bench: Workbench) -> None:
    """Autonomy, pace, who reasons, and when it stops."""
    st.segmented_control(
        "What waits for your yes",
        list(Autonomy),
        key="autonomy",
        default=_autonomy(bench),
        format_func=words.AUTONOMY.__getitem__,
        required=True,
    )
    st.caption(words.waits(_autonomy(bench), bench.policy.suggest_only))
    st.segmented_control(
        "How far it goes by itself",
        list(Pace),
        key="pace",
        default=_pace(bench),
        format_func=words.PACE.__getitem__,
        required=True,
    )
    st.caption(words.PACE_MEANS[_pace(bench)])
    if bench.models.endpoint is not None:
        st.segmented_control(
            "Who reasons",
            list(words.REASONER),
            key="reasoner",
            default=_reasoner(bench),
            format_func=words.REASONER.__getitem__,
            required=True,
        )
        st.caption(words.REASONER_MEANS[_reasoner(bench)])
    else:
        st.caption("Rules reason. A model can, too: Settings says how.")
    limits_box(bench)


def chosen(bench: Workbench, workspace: str | None) -> HowItRuns:
    """What the boxes say; what nobody has touched is as this person left it last, or as it is set."""
    return HowItRuns(
        workspace=workspace,
        autonomy=_autonomy(bench),
        pace=_pace(bench),
        limits=limits_chosen(bench),
        recall_own=beginning.recalls_own(),
        reasoner=_reasoner(bench),
    )


def _autonomy(bench: Workbench) -> Autonomy:
    return Autonomy(st.session_state.get("autonomy") or beginning.mine(bench).autonomy or bench.settings.autonomy)


def _reasoner(bench: Workbench) -> ReasonerName:
    said: ReasonerName = st.session_state.get("reasoner") or bench.reasoner
    return said


def _pace(bench: Workbench) -> Pace:
    return Pace(st.session_state.get("pace") or beginning.mine(bench).pace or bench.settings.pace)
