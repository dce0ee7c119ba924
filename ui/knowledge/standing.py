"""How the knowledge base stands, in one quiet line."""

from __future__ import annotations

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.knowledge.documents import IndexState
from ui.knowledge.wording import counted
from ui.listing import as_text

LOOK_AGAIN = 2.0


def standing(bench: Workbench) -> None:
    """Draw it; it looks again while something is still to come."""
    again = LOOK_AGAIN if _unsettled(bench.library.state()) else None
    st.fragment(_line, run_every=again)(bench)


def _line(bench: Workbench) -> None:
    state = bench.library.state()
    parts = [counted(state.documents, "document"), counted(state.chunks, "passage"), *vectors(state)]
    with st.container(key="knowledge-standing"):
        st.caption(" · ".join(parts), help=as_text(state.vectors_state) or None)


def _unsettled(state: IndexState) -> bool:
    return state.model_state in ("later", "loading") or (state.model_state == "ready" and state.embedded < state.chunks)


def vectors(state: IndexState) -> list[str]:
    """What is to be said of meaning: whether there is a model, and how many passages have their vector."""
    match state.model_state:
        case "off":
            return ["found by their words; vectors are switched off"]
        case "later" | "loading":
            return ["the embedding model is loading; until then words decide"]
        case "failed":
            return [f":orange[found by their words: {as_text(state.problem or 'the embedding model failed')}]"]
    share = f"{state.embedded:,} of {state.chunks:,} vectors" if state.embedded < state.chunks else "all have vectors"
    by = "found with Chroma" if state.vectors == "chroma" else "found by exact search"
    return [share if state.chunks else "the embedding model is ready", by]
