"""What a person sees when a page breaks: a calm sentence with an id, and the traceback in the log only."""

from __future__ import annotations

import logging
import uuid

import streamlit as st

log = logging.getLogger(__name__)


def calmly(error: Exception) -> bool:
    """Log it, show the sentence; True keeps Streamlit from showing the traceback."""
    error_id = uuid.uuid4().hex[:8]
    log.error("a page broke [%s]", error_id, exc_info=error)
    st.error(
        f"This page broke on our side (for the log: {error_id}). Nothing is lost: investigations go on by themselves. "
        "Reload the page; if it happens again, report the id.",
        icon=":material/error:",
    )
    return True
