"""The answer that a model put together from the documents, above their own lines; or why there is none."""

from __future__ import annotations

import streamlit as st

from sre_core.background import Standing
from sre_core.bootstrap import Workbench
from sre_core.counting import counted
from sre_core.errors import WorkbenchError
from sre_core.knowledge.ask import Answered
from sre_core.knowledge.composed import Composed
from ui import person, places
from ui.knowledge.calls import asked_of_the_model
from ui.listing import as_text

LOOK_AGAIN = 0.5
NO_MODEL = "No model reasons here, so these are the documents' own lines, best first."

_KEPT = "ask-composed"
"""(what was found, the id of its answer): the model is asked once, however often the page is drawn."""


def composed(bench: Workbench, found: Answered) -> None:
    """Draw it; the model is asked when this was not asked before."""
    if bench.reasoner != "model":
        st.caption(NO_MODEL)
        return
    id_ = _begun(bench, found)
    if id_ is None:
        return
    standing = bench.answers.standing(id_, person.person())
    running = standing is not None and standing.status == "running"
    st.fragment(_watch, run_every=LOOK_AGAIN if running else None)(bench, id_, running, len(found.quotes))


def _begun(bench: Workbench, found: Answered) -> str | None:
    asked, id_ = st.session_state.get(_KEPT, (None, ""))
    if asked == found:
        return str(id_)
    if id_:
        bench.answers.cancel(id_, person.person())
    try:
        id_ = bench.answers.begin(found, person.person())
    except WorkbenchError as refused:
        st.caption(f":orange[{as_text(str(refused))}]")
        return None
    st.session_state[_KEPT] = found, id_
    return id_


def _watch(bench: Workbench, id_: str, ran: bool, passages: int) -> None:
    standing = bench.answers.standing(id_, person.person())
    if ran and (standing is None or standing.status != "running"):
        st.rerun()
    if standing is None:
        st.caption("The workbench was started anew since; ask again.")
        return
    with st.container(border=True, key="composed", gap="small"):
        match standing.status:
            case "running":
                _writing(bench, standing, passages)
            case "done" if standing.outcome:
                _answer(standing.outcome)
                asked_of_the_model(bench, standing.outcome.calls, "answer")
            case "cancelled":
                st.caption("Cancelled. Below are the documents' own lines.")
            case _:
                why = as_text(standing.problem or "")
                st.caption(f":orange[The model gave no answer, so below are the documents' own lines. {why}]")


def _writing(bench: Workbench, standing: Standing[Composed, str], passages: int) -> None:
    box = st.status(f"The model reads {counted(passages, 'passage')}", state="running", expanded=True)
    if standing.steps:
        box.text(standing.steps[-1])
    st.button("Cancel", key="composed-cancel", on_click=bench.answers.cancel, args=(standing.id, person.person()))


def _answer(answer: Composed) -> None:
    if not answer.sentences:
        st.markdown(f"**The documents do not answer this**, says {as_text(answer.by)}, who read what was found below.")
        return
    for one in answer.sentences:
        numbers = "".join(f"[{number}]" for number in sorted({cited.number for cited in one.citations}))
        st.markdown(f"{as_text(one.text)} :gray[{as_text(numbers)}]")
    with st.container(horizontal=True, gap="small", key="quote-cited"):
        for label, where in _places(answer).items():
            st.page_link(places.knowledge(), label=f":small[{label}]", query_params=where)
    left_out = (
        f" Left out, because no passage backs it: {counted(answer.left_out, 'sentence')}." if answer.left_out else ""
    )
    st.caption(f"Put together by {as_text(answer.by)}. Every quote was looked up in its lines.{left_out}")


def _places(answer: Composed) -> dict[str, dict[str, str]]:
    """Label -> where it leads, each place once, in the order of the sentences."""
    found = {}
    for cited in (one for sentence in answer.sentences for one in sentence.citations):
        label = as_text(f"[{cited.number}] {cited.place}")
        found[label] = {"doc": cited.document, "lines": f"{cited.first_line}-{cited.last_line}"}
    return found
