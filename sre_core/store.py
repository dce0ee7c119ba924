"""One database in the state folder: how it is opened, and its tables brought up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from sre_core.errors import RefusedInput

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
)

contents = Table(
    "wb_contents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("characters", Integer, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("erased_because", Text, nullable=True),
)


def open_database(path: Path) -> Engine:
    """The database at ``path`` (a file that is made when missing), migrated to the newest schema.

    Raises ``RefusedInput`` when it is damaged, cannot be written, or was made by a newer workbench.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": "IMMEDIATE", "timeout": 30, "check_same_thread": False},
        pool_size=20,
    )
    event.listen(engine, "connect", _tune)
    try:
        _migrate(engine)
    except (DBAPIError, CommandError) as error:
        engine.dispose()
        raise RefusedInput(
            f"The database {path} cannot be used ({_reason(error)}). It may be damaged, or written by a newer workbench: "
            "move it away, bring back a copy, or set SRE_HOME to another folder."
        ) from error
    return engine


def _reason(error: Exception) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error)


def _tune(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 30000", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
