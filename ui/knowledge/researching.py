"""Research beside Ask: what leaves is shown before it does, the work while it goes on, and what it came to."""

from __future__ import annotations

from functools import partial

import streamlit as st

from sre_core.background import Standing
from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.errors import WorkbenchError
from sre_core.web.desk import Researched
from sre_core.web.dossier import Mode, Step
from ui import person
from ui.knowledge import dossier
from ui.knowledge.calls import asked_of_the_model
from ui.listing import as_text

LOOK_AGAIN = 0.5
DECIDE = "as the question says"
STEPS_SHOWN = 40

_ASKED, _RUNS = "web-asked", "web-runs"
_SHOWN = {"running": "running", "done": "complete", "cancelled": "complete", "failed": "error"}


def propose(question: str) -> None:
    """Somebody wants this researched. Nothing leaves yet."""
    st.session_state[_ASKED] = question
    st.session_state.pop(_RUNS, None)


def researching(bench: Workbench) -> None:
    """Draw what is proposed, under way, or found; nothing when nothing is."""
    if id_ := st.session_state.get(_RUNS):
        standing = bench.research.standing(id_, person.person())
        running = standing is not None and standing.status == "running"
        st.fragment(_watch, run_every=LOOK_AGAIN if running else None)(bench, id_, running)
    elif st.session_state.get(_ASKED) is not None:
        _proposed(bench, st.session_state[_ASKED])


def _put_away() -> None:
    for key in (_ASKED, _RUNS):
        st.session_state.pop(key, None)


# -- before anything leaves --------------------------------------------------------------------------------------------


def _proposed(bench: Workbench, question: str) -> None:
    with st.container(border=True, key="web-proposed", gap="small"):
        st.markdown("**Look on the web**")
        if not question:
            st.info("Write the question first: an error code, or a product with its version and what it does.")
            return
        mode = st.selectbox("Kind of question", [DECIDE, *(mode.value for mode in Mode)], key="web-mode", width=260)
        decided = None if mode == DECIDE else Mode(mode)
        try:
            shown = bench.research.preview(question, decided)
        except WorkbenchError as refused:
            st.info(as_text(str(refused)), icon=":material/public_off:")
            st.button("Close", key="web-close", on_click=_put_away)
            return
        _what_leaves(shown.inquiry.question, shown.queries, by_model=bench.reasoner == "model")
        with st.container(horizontal=True, gap="small"):
            begin = partial(_begin, bench, question, decided)
            st.button("Search the web", key="web-begin", type="primary", on_click=begin)
            st.button("Not now", key="web-close", on_click=_put_away)


def _what_leaves(question: str, queries: tuple[str, ...], by_model: bool) -> None:
    """Exactly this, where rules write the queries; the text that a model makes them of, where one does."""
    if by_model:
        st.caption("A model makes queries of this, and later of what the pages say:")
        st.code(question, language=None, wrap_lines=True)
    else:
        st.caption("These queries leave first; more follow from what the pages say:")
        st.code("\n".join(queries), language=None, wrap_lines=True)
    masked = " What stands in square brackets is masked." if "[" in (question if by_model else "".join(queries)) else ""
    st.caption(f"Names of your own systems do not leave, and each query is shown before it does.{masked}")


def _begin(bench: Workbench, question: str, mode: Mode | None = None) -> None:
    try:
        st.session_state[_RUNS] = bench.research.begin(question, person.person(), mode)
    except WorkbenchError as refused:
        st.toast(as_text(str(refused)), icon=":material/error:")


# -- while it goes on, and after ---------------------------------------------------------------------------------------


def _watch(bench: Workbench, id_: str, ran: bool) -> None:
    if st.session_state.get(_RUNS) != id_:  # it was put away, or another one was begun, by a button in here
        st.rerun()
    standing = bench.research.standing(id_, person.person())
    if ran and (standing is None or standing.status != "running"):
        st.rerun()
    if standing is None:
        st.info("The workbench was started anew since; ask again.")
        return
    with st.container(border=True, key="web-research", gap="small"):
        _steps(standing)
        if standing.status == "running":
            st.button("Cancel", key="web-cancel", on_click=bench.research.cancel, args=(id_, person.person()))
            return
        if standing.outcome:
            dossier.draw(standing.outcome.dossier, partial(_begin, bench))
            asked_of_the_model(bench, standing.outcome.calls, "research")
        if standing.problem:
            st.error(as_text(standing.problem), icon=":material/error:")
        st.button("Close", key="web-close", on_click=_put_away)


def _steps(standing: Standing[Researched, Step]) -> None:
    """What is done at this moment, and what was done before it."""
    running = standing.status == "running"
    box = st.status(_label(standing), state=_SHOWN[standing.status], expanded=running)  # type: ignore[arg-type]
    if len(standing.steps) > STEPS_SHOWN:
        box.caption(f"{len(standing.steps) - STEPS_SHOWN} earlier steps")
    box.text("\n".join(step.said for step in standing.steps[-STEPS_SHOWN:]))  # no address becomes a link


def _label(standing: Standing[Researched, Step]) -> str:
    match standing.status:
        case "running":
            return f"Looking on the web · {_doing(standing.steps)}"
        case "cancelled":
            return f"Cancelled after {counted(len(standing.steps), 'step')}"
        case "failed":
            return "It could not be researched"
    question = as_text(standing.outcome.dossier.question[:120]) if standing.outcome else ""
    return f"Looked on the web for “{question}” · {counted(len(standing.steps), 'step')}"


def _doing(steps: tuple[Step, ...]) -> str:
    """The query that is sent, or in a word what else is done; never an address, which would be a link here."""
    if not steps:
        return "beginning"
    return as_text(steps[-1].said[:120]) if steps[-1].kind in ("searching", "decided") else steps[-1].kind
