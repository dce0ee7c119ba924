"""The keyboard shortcuts: their list under ``?``, on every page. A page that has keys of its own offers them in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from ui.live import loader, modules_path

_STYLES = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")

_ELEMENT = st.components.v2.component("sre_keys", css=_STYLES, js=loader("page.js"))


def button(pages: list[Any]) -> None:
    """Draw the button that opens the list, and listen from now on. ``pages``: those that keys lead to, in their order."""
    menu = [{"title": page.title, "path": page.url_path or "/"} for page in pages if page.visibility == "visible"]
    data = {"modules": f"{modules_path()}/", "pages": menu}
    _ELEMENT(key="keys", data=data, width="content", height="content")
