"""The menu at the top leads to its pages without a query, also to the page that is open: ``/knowledge?doc=...`` has a way out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).with_name("menu.js")

_LEADING = st.components.v2.component("sre_menu", js=_SCRIPT.read_text(encoding="utf-8"))


def lead() -> None:
    """Draw nothing; follow the clicks on the menu from now on."""
    _LEADING(key="menu", height=1)
