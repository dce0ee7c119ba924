"""What works on this machine and what does not, in words."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from sre_core import postgres
from sre_core.counting import counted
from sre_core.domain import Value
from sre_core.errors import RefusedInput, StateFolderInUse
from sre_core.foreign_text import harmless
from sre_core.home import StateFolder
from sre_core.knowledge.models.folder import model_folder
from sre_core.knowledge.room import DEFAULT_MODEL, NO_MODEL
from sre_core.outside_tools.access import OutsideTools, tools_of
from sre_core.settings import database_of, policy_of, read_settings, shipped
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
        _check("policy", lambda: _policy(home)),
        _check("tools of others", lambda: _outside_tools(home)),
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


def _outside_tools(home: Path) -> str:
    """Tried: whoever configured a server wants to know whether it answers."""
    from sre_core.reasoning.model.choosing import MOST_OUTSIDE

    config = tools_of(read_settings().tools_file, home)
    outside = OutsideTools(config, home, keep=False)
    try:
        standings = outside.standings()
    finally:
        outside.close()
    if not standings:
        return "off: there is no tools.yaml in the state folder (docs/outside-tools.md)"
    said = "; ".join(harmless(str(one)) for one in standings)
    if (there := sum(len(one.tools) for one in standings)) > MOST_OUTSIDE:
        said += f"; a model is offered {MOST_OUTSIDE} of all {there}, so choose with 'only' (docs/outside-tools.md)"
    if not all(one.fine for one in standings):
        raise RefusedInput(said)
    return said


def _policy(home: Path) -> str:
    policy = policy_of(read_settings(), StateFolder(home))
    mode = "suggest-only: nothing that changes anything is run" if policy.suggest_only else "writes wait for a person"
    return f"{counted(len(policy.rules), 'rule')} of {policy.source}; {mode}" if policy.source else f"built in; {mode}"


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
