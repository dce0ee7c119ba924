"""Postmortems that were written elsewhere become memories."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.domain import Incident
from sre_core.errors import WorkbenchError
from sre_core.knowledge.reading.given import FileGiven, Refused
from ui import person, places
from ui.listing import as_text, titled
from ui.memory import said

FORMATS = ("md", "markdown", "txt", "html", "docx", "pdf", "zip")
_ROUND, _CAME = "import-round", "import-outcomes"


def importing(bench: Workbench) -> None:
    """Draw the box, and what came of the files that were given last."""
    if not person.may_act():
        st.caption("A responder can import postmortems, correct and pin memories; an admin can have them forgotten.")
        return
    came = st.session_state.get(_CAME, ())
    with st.expander(
        "Import postmortems", icon=":material/upload_file:", key="import-postmortems", expanded=bool(came)
    ):
        st.caption(
            "Markdown with headings such as Summary, Impact, Root cause, Resolution, or with front matter (component, fault, "
            "started_at, resolution). The same name again corrects what was remembered."
        )
        files = st.file_uploader(
            "Postmortems",
            FORMATS,
            accept_multiple_files=True,
            key=f"import-files-{st.session_state.get(_ROUND, 0)}",
            label_visibility="collapsed",
        )
        if st.button("Import", key="import-now", disabled=not files, type="primary"):
            _take(bench, [FileGiven(name=file.name, content=file.getvalue()) for file in files])
        for number, one in enumerate(came):
            _outcome(one, number)


def _take(bench: Workbench, files: Sequence[FileGiven]) -> None:
    try:
        with st.spinner("Reading …", show_time=False):
            came = bench.memory_desk.import_postmortems(files, person.person())
    except WorkbenchError as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    st.session_state[_CAME] = came
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _outcome(one: Incident | Refused, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"imported-{number}"):
        if isinstance(one, Refused):
            st.badge("refused", color="red")
            said_of = one.reason if one.reason.startswith(one.name) else f"{one.name}: {one.reason}"
            st.markdown(as_text(said_of))
            return
        st.badge("remembered", color="green")
        cause = said.cause(one) or "it names no cause: open it and say where it was"
        st.page_link(
            places.incidents(), label=titled(one.title, cause), query_params={"memory": one.id}, width="stretch"
        )
