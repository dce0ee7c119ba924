"""Database and disk: where everything is kept, and how much room it takes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sre_core.bootstrap import Workbench
from sre_core.errors import StoreUnavailable
from sre_core.export.desk import FOLDER
from sre_core.holdings import DatabaseHolding, folder_holding
from ui.listing import as_text
from ui.settings.parts import Standing, facts, how_to, room

SIZES_HOLD = 30.0
"""Seconds until a folder is looked through again."""


def standing(bench: Workbench) -> Standing:
    """Which kind."""
    return Standing("PostgreSQL" if bench.settings.database_url.get_secret_value().strip() else "SQLite", "green")


def draw(bench: Workbench) -> None:
    """Draw it."""
    try:
        holding = bench.database_holding()
    except StoreUnavailable as error:
        st.error(as_text(str(error)), icon=":material/error:")
        return
    facts({**_database(holding), "State folder": str(bench.folder.path), **_folders(bench)})
    if holding.kind.startswith("SQLite"):
        how_to(
            "One file holds everything. PostgreSQL 15 or newer can be backed up and watched like your other databases.",
            "SRE_DATABASE_URL=postgresql://NAME:PASSWORD@HOST:5432/DATABASE",
        )
        st.caption("What is in the file now does not move by itself: docs/postgresql.md.")


def _database(holding: DatabaseHolding) -> dict[str, str | None]:
    return {
        "Database": holding.kind,
        "Place": holding.place,
        "Takes": room(holding.size),
        "Investigations": f"{holding.investigations:,}, in {holding.events:,} events",
        "Outputs": f"{holding.outputs:,} kept" + (f", {holding.erased:,} erased" if holding.erased else ""),
    }


def _folders(bench: Workbench) -> dict[str, str | None]:
    """Those that are there. All but the capsules can be made again."""
    home = bench.folder.path
    named = {
        "Capsules": bench.folder.capsules,
        "Vector index": home / "chroma",
        "Repositories": home / "repositories",
        "Web pages": home / "web-pages",
        "Exports": home / FOLDER,
        "Model cache": bench.settings.model_cache,
    }
    return {name: _size(path) for name, path in named.items()}


@st.cache_data(ttl=SIZES_HOLD, show_spinner=False)
def _size(path: Path) -> str | None:
    """Folders may be large, and the page is drawn often."""
    holding = folder_holding(path)
    return None if holding is None else f"{'' if holding.whole else 'more than '}{room(holding.size)}"
