"""One database in the state folder: how it is opened, and its tables brought up to date."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    NullPool,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    inspect,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, NoSuchTableError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from sre_core.errors import RefusedInput, StoreUnavailable

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


def open_database(path: Path, patience: float = 30.0) -> Engine:
    """The database at ``path`` (a file that is made when missing), migrated to the newest schema.

    ``patience``: seconds to wait for another program that holds the file.
    Raises ``RefusedInput`` when it is damaged, cannot be written, or was made by a newer workbench.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": "IMMEDIATE", "timeout": patience, "check_same_thread": False},
        pool_size=20,
    )
    event.listen(engine, "connect", _tune)
    try:
        _migrate(engine)
    except (DBAPIError, CommandError) as error:
        engine.dispose()
        if isinstance(error, OperationalError) and not _is_a_bug(error):
            raise RefusedInput(
                f"The database {path} cannot be written ({_reason(error)}). Make room, let this user write there, or stop the "
                "program that holds it; or set SRE_HOME to another folder."
            ) from error
        raise RefusedInput(
            f"The database {path} cannot be used ({_reason(error)}). It may be damaged, or written by a newer workbench: "
            "move it away, bring back a copy, or set SRE_HOME to another folder."
        ) from error
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction: all of it is written, or nothing. Raises ``StoreUnavailable`` when the store takes no writes."""
    try:
        with engine.begin() as connection:
            yield connection
    except (OperationalError, NoConnectionLeft) as error:
        if _is_a_bug(error):
            raise
        raise StoreUnavailable(f"Nothing can be written to the state folder: {_reason(error)}.") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with. Raises ``StoreUnavailable`` when the store cannot be read."""
    try:
        with engine.connect() as connection:
            yield connection
    except (OperationalError, NoConnectionLeft) as error:
        if _is_a_bug(error):
            raise
        raise StoreUnavailable(f"The state folder cannot be read: {_reason(error)}.") from error


def open_for_reading(path: Path) -> Engine:
    """The database at ``path`` as it is: not migrated, not written, and also while another process holds the state folder.

    Raises ``RefusedInput`` when there is none, it cannot be read, or an older workbench left it.
    """
    if not os.path.isfile(path):  # also False where one may not look
        raise RefusedInput(
            f"There is no state folder of a workbench at {path.parent}. Give --home DIR, or set SRE_HOME."
        )
    engine = create_engine("sqlite://", creator=lambda: _read_only(path.absolute()), poolclass=NullPool)
    try:
        columns = {column["name"] for column in inspect(engine).get_columns(events.name)}
    except (DBAPIError, NoSuchTableError) as error:
        raise RefusedInput(
            f"The database {path} cannot be read ({_reason(error)}). It may be damaged, or no workbench's."
        ) from error
    if "chain" not in columns:
        raise RefusedInput(
            f"{path.parent} was last used by an older workbench, which kept no hash chain. Start this one on it once."
        )
    return engine


def _read_only(path: Path) -> sqlite3.Connection:
    """SQLite makes files beside the database, also to read it. Where it cannot, and nobody writes, it is told to do without."""
    address = f"{path.as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=30)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if path.with_name(f"{path.name}-wal").exists():
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True)
    return connection


def _is_a_bug(error: Exception) -> bool:
    """Whether the statement is wrong, or a table is not there: waiting does not mend that. The code's last byte is its kind."""
    code = getattr(error.orig, "sqlite_errorcode", 0) if isinstance(error, DBAPIError) else 0
    return code & 0xFF == sqlite3.SQLITE_ERROR


def _reason(error: Exception) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error)


def _tune(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN")  # all or nothing: a half-made table would be in the way for ever
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        # There are none; but a file that cannot be written is found now, and not by the first person who says something.
        connection.execute(delete(events).where(events.c.seq < 0))
