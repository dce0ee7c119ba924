"""What the workbench keeps, where, and how much room it takes. Nothing here shows a name or a password of a database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field
from sqlalchemy import Connection, Engine, text

from sre_core.domain import Value
from sre_core.store import is_postgres, reading

MOST_FILES = 100_000
"""Files that are looked at in one folder; in a larger one, sizes are a lower bound."""

_COUNTS = text("""SELECT (SELECT count(DISTINCT investigation_id) FROM wb_events), (SELECT count(*) FROM wb_events),
    (SELECT count(*) FROM wb_contents WHERE body IS NOT NULL), (SELECT count(*) FROM wb_contents WHERE body IS NULL)""")


class DatabaseHolding(Value):
    """The one database."""

    kind: str = Field(description="Such as 'SQLite 3.45.1'.")
    place: str = Field(description="A file, or a database at a host; never a user or a password.")
    size: int = Field(ge=0, description="Bytes, indices and what is not tidied up yet included.")
    investigations: int = Field(ge=0)
    events: int = Field(ge=0)
    outputs: int = Field(ge=0, description="Bulky outputs of tools and calls of models.")
    erased: int = Field(ge=0, description="Outputs of which only the tombstone is left.")


class FolderHolding(Value):
    """A folder on this machine's disk."""

    path: Path
    size: int = Field(ge=0, description="Bytes.")
    whole: bool = Field(default=True, description="False: there is more in it than was looked at.")


def database_holding(database: Engine) -> DatabaseHolding:
    """What the database holds. Raises ``StoreUnavailable``."""
    with reading(database) as connection:
        kind, place, size = _postgres(connection) if is_postgres(database) else _sqlite(connection)
        investigations, events, outputs, erased = connection.execute(_COUNTS).one()
    return DatabaseHolding(
        kind=kind, place=place, size=size, investigations=investigations, events=events, outputs=outputs, erased=erased
    )


def folder_holding(path: Path, most: int = MOST_FILES) -> FolderHolding | None:
    """How large a folder is, links not followed; None when there is no such folder. What may not be read counts nothing."""
    if not path.is_dir():
        return None
    size = 0
    for number, found in enumerate(_files(path)):
        if number == most:
            return FolderHolding(path=path, size=size, whole=False)
        size += found
    return FolderHolding(path=path, size=size)


def _postgres(connection: Connection) -> tuple[str, str, int]:
    told = text("SELECT current_setting('server_version'), current_database(), pg_database_size(current_database())")
    version, name, size = connection.execute(told).one()
    url = connection.engine.url
    host = url.host or url.query.get("host") or "this machine"
    at = f"{host}:{url.port}" if url.port else host
    return f"PostgreSQL {version.split(' ')[0]}", f"{name} at {at}", int(size)


def _sqlite(connection: Connection) -> tuple[str, str, int]:
    path = Path(str(connection.engine.url.database))
    beside = (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm"))
    version = connection.scalar(text("SELECT sqlite_version()"))
    return f"SQLite {version}", str(path), sum(one.stat().st_size for one in beside if one.exists())


def _files(path: Path) -> Iterator[int]:
    """Sizes of all files below. Files come and go meanwhile."""
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                yield os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                yield 0
