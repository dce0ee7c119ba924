"""What SQLite does in its own way: one file in the state folder, with nobody beside."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError

from sre_core.errors import RefusedInput


def connect(path: Path, patience: float) -> Engine:
    """An engine for the file at ``path``, which is made when missing."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": "IMMEDIATE", "timeout": patience, "check_same_thread": False},
        pool_size=20,
    )
    event.listen(engine, "connect", _tune)
    return engine


def connect_to_read(path: Path) -> Engine:
    """An engine that only reads. Raises ``RefusedInput`` when there is no such file."""
    if not os.path.isfile(path):  # also False where one may not look
        raise RefusedInput(
            f"There is no state folder of a workbench at {path.parent}. Give --home DIR, or set SRE_HOME."
        )
    return create_engine(f"sqlite:///{path}", creator=lambda: _read_only(path.absolute()), poolclass=NullPool)


def place(engine: Engine) -> str:
    """Where it is, in words."""
    return "the state folder"


def take(engine: Engine) -> None:
    """The lock of the state folder keeps others out already."""


def begin_writing(connection: Connection) -> None:
    """One writer at a time, from its first reading on. Python would begin at the first change, and at a new table not at all."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def is_a_bug(error: DBAPIError) -> bool:
    """Whether the statement is wrong, or a table is not there: waiting does not mend that. The code's last byte is its kind."""
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return not isinstance(error, OperationalError) or code & 0xFF == sqlite3.SQLITE_ERROR


def cannot_hold(error: DBAPIError) -> RefusedInput | None:
    """There is nothing of the kind."""
    return None


def refusal(engine: Engine, error: DBAPIError | None, reason: str) -> RefusedInput:
    """What to do about a file that cannot be opened or migrated."""
    path = engine.url.database
    if error is not None and not is_a_bug(error):
        return RefusedInput(
            f"The database {path} cannot be written ({reason}). Make room, let this user write there, or stop the "
            "program that holds it; or set SRE_HOME to another folder."
        )
    return RefusedInput(
        f"The database {path} cannot be used ({reason}). It may be damaged, or written by a newer workbench: "
        "move it away, bring back a copy, or set SRE_HOME to another folder."
    )


def scrub(engine: Engine, tables: Sequence[str]) -> None:
    """What is deleted is overwritten in the file (``secure_delete``); now it is in no log beside it either."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _tune(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


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
