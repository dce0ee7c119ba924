"""What the workbench keeps, where, and how much room it takes. Nothing here shows a name or a password of a database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import Field
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from sre_core.domain import Value
from sre_core.store import is_postgres, reading

MOST_FILES = 100_000
"""Files that are looked at in one folder; in a larger one, sizes are a lower bound."""


class _Kind(NamedTuple):
    name: str
    things: str
    counted: str
    """The table whose rows are counted."""
    tables: tuple[str, ...]
    """How the names of its tables begin."""


KINDS = (
    _Kind("Timelines", "events", "wb_events", ("wb_events",)),
    _Kind("Outputs of tools, calls of models", "outputs", "wb_contents", ("wb_contents", "wb_outputs")),
    _Kind("Documents", "documents", "wb_documents", ("wb_document", "wb_chunks", "wb_names", "wb_tombstones", "wb_scrubs")),
    _Kind("Vectors", "vectors", "wb_vectors", ("wb_vectors", "wb_incident_vectors")),
    _Kind("Memory", "incidents", "wb_incidents", (
        "wb_incidents", "wb_incident_revisions", "wb_forgotten", "wb_memory", "wb_ratings", "wb_looks", "wb_dead_end",
        "wb_component", "wb_profiles",
    )),
    _Kind("Inbox", "alerts", "wb_inbox", ("wb_inbox", "wb_alert")),
    _Kind("Sources of documents", "items", "wb_feed_items", ("wb_feed",)),
    _Kind("Records of erasures", "records", "wb_erasures", ("wb_erasures",)),
)  # fmt: skip
"""What is kept, by kind; no table belongs to two."""

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


class PartHolding(Value):
    """One kind of thing in the database."""

    name: str
    things: str = Field(description="What is counted, such as 'events'.")
    count: int = Field(ge=0)
    size: int | None = Field(description="Bytes, indices included; None: this database does not tell.")


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


def parts_of(database: Engine) -> list[PartHolding]:
    """What takes the room in the database, kind by kind. Reads all of a large SQLite file. Raises ``StoreUnavailable``."""
    with reading(database) as connection:
        sizes = _sizes_of_postgres(connection) if is_postgres(database) else _sizes_of_sqlite(connection)
        return [_part(connection, kind, sizes) for kind in KINDS]


def _part(connection: Connection, kind: _Kind, sizes: Mapping[str, int] | None) -> PartHolding:
    count = connection.scalar(text(f"SELECT count(*) FROM {kind.counted}"))  # noqa: S608 - our names only
    taken = None if sizes is None else sum(size for table, size in sizes.items() if table.startswith(kind.tables))
    return PartHolding(name=kind.name, things=kind.things, count=int(count or 0), size=taken)


def _sizes_of_sqlite(connection: Connection) -> Mapping[str, int] | None:
    """None where this SQLite was built without ``dbstat``."""
    told = text("""SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name
        WHERE d.aggregate = TRUE GROUP BY m.tbl_name""")
    try:
        return {name: int(size) for name, size in connection.execute(told)}
    except OperationalError:
        return None


def _sizes_of_postgres(connection: Connection) -> Mapping[str, int]:
    told = text("""SELECT relname, pg_total_relation_size(oid) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace""")
    return {name: int(size) for name, size in connection.execute(told)}


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
