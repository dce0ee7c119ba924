"""The Knowledge page as a whole: the question first, then what there is to look at, to give and to refresh."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench
from ui.knowledge import wording
from ui.knowledge.asking import QUESTION, asking
from ui.knowledge.document import document
from ui.knowledge.giving import giving
from ui.knowledge.listed import listed
from ui.knowledge.sources import sources
from ui.knowledge.standing import standing

DOC, LINES, INV = "doc", "lines", "inv"
"""What an address says: which document, at which lines, and which investigation cites it."""

STYLES = Path(__file__).with_name("knowledge.css")

TAB = "knowledge-tab"
DOCUMENTS, ADD, SOURCES = "Documents", "Add files", "Sources"


def knowledge(bench: Workbench, doc: str | None) -> None:
    """Draw all of it, or the one document that is asked for."""
    st.html(STYLES)
    if doc:
        lines = st.query_params.get(LINES)
        _address(**{DOC: doc, LINES: lines, INV: st.query_params.get(INV)})
        document(bench, doc, wording.lines_asked(lines), st.query_params.get(INV))
        return
    _address(**{QUESTION: st.query_params.get(QUESTION)})
    asking(bench)
    standing(bench)
    _below(bench)


def _address(**said: str | None) -> None:
    """What the address says is what is drawn: a link on the same page changes the one, and not the other."""
    st.query_params.from_dict({name: value for name, value in said.items() if value})


def _below(bench: Workbench) -> None:
    """What there is, what can be given, where it comes from. With nothing there yet, giving comes first."""
    if TAB not in st.session_state:
        st.session_state[TAB] = DOCUMENTS if bench.library.state().documents else ADD
    documents, add, come_from = st.tabs([DOCUMENTS, ADD, SOURCES], key=TAB, on_change="rerun")
    if documents.open:
        with documents:
            listed(bench)
    if add.open:
        with add:
            giving(bench)
    if come_from.open:
        with come_from:
            sources(bench)
