"""What works on this machine and what does not, in words."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from sre_core import postgres
from sre_core.domain import Value
from sre_core.errors import RefusedInput, StateFolderInUse
from sre_core.home import StateFolder
from sre_core.knowledge.models.folder import model_folder
from sre_core.knowledge.room import DEFAULT_MODEL, NO_MODEL
from sre_core.settings import database_of, read_settings, shipped
from sre_core.store import open_database
from sre_core.workspaces import Workspaces, sample_incidents

PACKAGES = (
    *("streamlit", "pydantic", "pandas", "SQLAlchemy", "alembic", "networkx", "drain3"),
    *("chromadb", "sentence-transformers", "torch", "onnxruntime"),
)


class Check(Value):
    """One thing that was looked at."""

    what: str
    fine: bool
    says: str


def checks(home: Path) -> Sequence[Check]:
    """All checks, in a fixed order. Nothing is changed, but that the state folder is made when it is missing."""
    return [
        _check("Python", _python),
        _check("packages", _packages),
        _check("database", lambda: _database(home)),
        _check("embedding model", _embedding_model),
        _check("web search", _web_search),
        _check("sample incidents", lambda: _samples(home)),
        _check("state folder", lambda: _state_folder(home)),
    ]


def _check(what: str, look: Callable[[], str]) -> Check:
    try:
        return Check(what=what, fine=True, says=look())
    except (RefusedInput, OSError, sqlite3.Error, metadata.PackageNotFoundError) as error:
        return Check(what=what, fine=False, says=str(error))


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _packages() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)


def _database(home: Path) -> str:
    where = database_of(read_settings(), StateFolder(home))
    if isinstance(where, str):
        return f"{postgres.looked_at(where)}, full text by tsvector"
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    return f"SQLite {sqlite3.sqlite_version} with FTS5, in {where}"


def _embedding_model() -> str:
    chosen = read_settings().embedding_model
    if chosen == NO_MODEL:
        return "off: documents are found by their words alone"
    folder = model_folder(None if chosen == DEFAULT_MODEL else Path(chosen))
    return f"{folder.name} in {folder.path}, SHA-256 {folder.weights[:12]}…"


def _web_search() -> str:
    """Said, not tried: a search would leave the machine."""
    settings = read_settings()
    if not settings.searxng_url:
        return "off: nothing is searched for on the web (SRE_SEARXNG_URL)"
    allowed = f", private hosts allowed: {', '.join(settings.web_allowed_hosts)}" if settings.web_allowed_hosts else ""
    return f"by {settings.searxng_url}{allowed}"


def _samples(home: Path) -> str:
    workspaces = Workspaces(home / "capsules")
    for sample in sample_incidents():
        workspaces.open(sample.workspace)
    return f"{len(sample_incidents())} in {shipped('data') / 'sample_incidents'}"


def _state_folder(home: Path) -> str:
    folder = StateFolder(home)
    try:
        folder.take()
        open_database(database_of(read_settings(), folder)).dispose()
    except StateFolderInUse as held:
        return str(held)
    finally:
        folder.release()
    return f"{folder.path} is writable, its schema is up to date"
