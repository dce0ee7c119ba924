"""One database holds everything: how it is opened, its tables brought up to date, and how it is read and written.

It is SQLite, a file in the state folder, or PostgreSQL, by its URL. Statements are written so that both understand them; what is
different by nature is in ``sqlite_file``, ``postgres`` and ``knowledge.full_text``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TextClause,
    delete,
    inspect,
    text,
)
from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from sre_core import postgres, sqlite_file
from sre_core.errors import RefusedInput, StoreUnavailable, WorkbenchError

MIGRATIONS = Path(__file__).parent / "migrations"

metadata = MetaData()

events = Table(
    "wb_events",
    metadata,
    Column("investigation_id", String, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("type", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
    Column("chain", String(64), nullable=False),  # see chain.py
)

contents = Table(
    "wb_contents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("characters", Integer, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("erased_because", Text, nullable=True),
)


class Ways(Protocol):
    """What one kind of database does in its own way."""

    def place(self, engine: Engine) -> str:
        """Where it is, in words, without what is secret."""

    def take(self, engine: Engine) -> None:
        """Make it this process's own. Raises ``StateFolderInUse``, ``RefusedInput``."""

    def begin_writing(self, connection: Connection) -> None:
        """What comes first in a transaction that writes or makes tables: one at a time, all or nothing."""

    def is_a_bug(self, error: DBAPIError) -> bool:
        """Whether waiting does not mend it."""

    def cannot_hold(self, error: DBAPIError) -> RefusedInput | None:
        """What to say when what was to be written is nothing that this kind of database can hold."""

    def refusal(self, engine: Engine, error: DBAPIError | None, reason: str) -> RefusedInput:
        """What to do when it cannot be opened or migrated; ``error`` None: its tables are of a newer workbench."""

    def scrub(self, engine: Engine, tables: Sequence[str]) -> None:
        """Nothing that was deleted from these tables stays in the database's files."""


def _ways(engine: Engine) -> Ways:
    return postgres if is_postgres(engine) else sqlite_file


def is_postgres(database: Engine | Connection) -> bool:
    """Whether this is PostgreSQL; otherwise it is SQLite."""
    return database.dialect.name == "postgresql"


def open_database(where: Path | str, patience: float = 30.0) -> Engine:
    """The database, migrated to the newest schema: a file that is made when missing, or a PostgreSQL URL, taken by this process.

    ``patience``: seconds to wait for another program that writes. Raises ``RefusedInput`` when it is damaged, out of reach,
    cannot be written, or was made by a newer workbench; ``StateFolderInUse`` when another process has taken it.
    """
    engine = postgres.connect(where, patience) if isinstance(where, str) else sqlite_file.connect(where, patience)
    try:
        _ways(engine).take(engine)
        _migrate(engine)
    except (DBAPIError, CommandError) as error:
        engine.dispose()
        failed = error if isinstance(error, DBAPIError) else None
        raise _ways(engine).refusal(engine, failed, _reason(error)) from error
    except WorkbenchError:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction: all of it is written, or nothing. Raises ``StoreUnavailable`` when the store takes no writes."""
    with _waiting_helps(engine, "nothing can be written to {place}"), engine.begin() as connection:
        _ways(engine).begin_writing(connection)
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with. Raises ``StoreUnavailable`` when the store cannot be read."""
    with _waiting_helps(engine, "{place} cannot be read"), engine.connect() as connection:
        yield connection


def scrub(engine: Engine, *tables: str) -> None:
    """Nothing that was deleted from these tables stays in the database's files. Raises ``StoreUnavailable``."""
    with _waiting_helps(engine, "what was deleted cannot be overwritten in {place}"):
        _ways(engine).scrub(engine, tables)


@contextmanager
def _waiting_helps(engine: Engine, what: str) -> Iterator[None]:
    """Where trying later may work, say so."""
    try:
        yield
    except (DBAPIError, NoConnectionLeft) as error:
        ways = _ways(engine)
        if isinstance(error, DBAPIError) and (refused := ways.cannot_hold(error)):
            raise refused from error
        if isinstance(error, DBAPIError) and ways.is_a_bug(error):
            raise
        said = what.format(place=ways.place(engine))
        raise StoreUnavailable(f"{said[0].upper()}{said[1:]}: {_reason(error)}.") from error


def upsert(table: str, key: str, others: str) -> TextClause:
    """A statement that writes a row in place of the one with the same key. ``key``, ``others``: columns, as in 'a, b'."""
    columns = f"{key}, {others}"
    values = ", ".join(f":{name}" for name in columns.split(", "))
    change = ", ".join(f"{name} = excluded.{name}" for name in others.split(", "))
    return text(
        f"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {change}"  # noqa: S608 - our names only
    )


def open_for_reading(where: Path | str) -> Engine:
    """The database as it is: not migrated, not written, and also while another process holds it.

    Raises ``RefusedInput`` when there is none, it cannot be read, or an older workbench left it.
    """
    engine = postgres.connect_to_read(where) if isinstance(where, str) else sqlite_file.connect_to_read(where)
    try:
        columns = {column["name"] for column in inspect(engine).get_columns(events.name)}
    except (DBAPIError, NoSuchTableError) as error:
        raise RefusedInput(
            f"The database {_named(where, engine)} cannot be read ({_reason(error)}). It may be damaged, or no workbench's."
        ) from error
    if "chain" not in columns:
        raise RefusedInput(
            f"{_named(where, engine)} was last used by an older workbench, which kept no hash chain. Start this one on it once."
        )
    return engine


def _named(where: Path | str, engine: Engine) -> str:
    return str(where) if isinstance(where, Path) else _ways(engine).place(engine).removeprefix("the database ")


def _reason(error: Exception) -> str:
    """In one line, without a full stop."""
    return " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split()).rstrip(".")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        _ways(engine).begin_writing(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        # There are none; but a database that cannot be written is found now, and not by the first person who says something.
        connection.execute(delete(events).where(events.c.seq < 0))
