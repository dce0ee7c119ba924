"""The scripts that Streamlit writes into its page, by their digests: the only ones in a page that a browser may run."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


def inline_scripts() -> list[str]:
    """As a content security policy names them: ``sha256-...``."""
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    scripts = _SCRIPT.finditer(page.read_text(encoding="utf-8"))
    return [_named(script["text"]) for script in scripts if "src=" not in script["attributes"]]


def _named(script: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
