"""A word in the colour of what it means, with the shape of that colour beside it."""

from __future__ import annotations

import streamlit as st

from ui import tokens


def badge(text: str, tone: tokens.Tone) -> None:
    """``text`` is Markdown: other people's words go through ``listing.as_text``."""
    st.badge(text, color=tone, icon=tokens.sign(tone))
