"""Knowledge: what turns text into vectors, what finds neighbours, how much there is."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench, knowledge_settings
from sre_core.counting import counted
from sre_core.knowledge.documents import IndexState
from sre_core.knowledge.room import DEFAULT_MODEL, NO_MODEL
from ui import places
from ui.listing import as_text
from ui.settings.parts import Standing, address, facts, how_to

NAMED_ONCE_MORE = re.compile(r"Chroma in the (folder|server) \S+")


def standing(bench: Workbench) -> Standing:
    """Whether documents are found by meaning."""
    states: dict[str, Standing] = {
        "off": Standing("words only", "gray"),
        "later": Standing("starting", "blue"),
        "loading": Standing("loading", "blue"),
        "failed": Standing("words only", "red"),
        "ready": Standing("ready", "green"),
    }
    return states[bench.library.state().model_state]


def draw(bench: Workbench) -> None:
    """Draw it."""
    settings, state = bench.settings, bench.library.state()
    facts(
        {
            "Documents": f"{state.documents:,}, in {counted(state.chunks, 'passage')}",
            "Embedding model": _model(settings.embedding_model, state),
            "Vectors": _vectors(state) if settings.embedding_model != NO_MODEL else None,
            "Neighbours": _neighbours(bench, state) if settings.embedding_model != NO_MODEL else None,
            "Sources": counted(len(bench.desk.sources()), "source") + " that refresh",
            "Half life": f"a change, commit or thread of {settings.half_life_days:g} days ago counts half (SRE_HALF_LIFE_DAYS)",
        }
    )
    if state.problem:
        st.error(as_text(state.problem), icon=":material/error:")
    if settings.embedding_model == NO_MODEL:
        how_to(
            "Documents are found by their words alone. With the model that is installed with the workbench, they are also found "
            "by what they mean; nothing is downloaded, and nothing leaves.",
            "SRE_EMBEDDING_MODEL=default",
        )
    elif settings.vector_index == "exact":
        how_to("With many thousand passages, an index finds neighbours faster.", "SRE_VECTOR_INDEX=chroma")
    st.page_link(places.knowledge(), label="To the documents")


def _model(chosen: str, state: IndexState) -> str:
    if chosen == NO_MODEL:
        return "off"
    named = "all-MiniLM-L6-v2, installed with the workbench" if chosen == DEFAULT_MODEL else chosen
    stands = {"later": "starts in a moment", "loading": "loading", "failed": "cannot be used", "ready": "in use"}
    return f"{named} ({stands[state.model_state]})"


def _vectors(state: IndexState) -> str:
    if state.model_state != "ready":
        return "words decide until the model is there"
    return (
        "every passage has one"
        if state.embedded >= state.chunks
        else f"{state.embedded:,} of {state.chunks:,} passages"
    )


def _neighbours(bench: Workbench, state: IndexState) -> str:
    place = knowledge_settings(bench.settings, bench.folder).chroma
    if place is None:
        return "exact search"
    where = str(place) if isinstance(place, Path) else address(place)
    now = "" if state.vectors == "chroma" else "; exact search answers just now"
    told = NAMED_ONCE_MORE.sub("it", state.vectors_state.replace(f"folder {place}", "folder -"))
    return f"a Chroma index at {where}{now}. {told[:1].upper()}{told[1:]}".strip()
