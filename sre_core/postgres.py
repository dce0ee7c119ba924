"""What PostgreSQL does in its own way: a server that others can reach too, so locks say whose turn it is."""

from __future__ import annotations

import hashlib
import os
import platform
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from sre_core.errors import RefusedInput, StateFolderInUse, StoreUnavailable

OLDEST = 15
WRITERS, OWNER = 0x5352_4501, 0x5352_4502
"""Classes of advisory locks: whoever writes now, and the one process whose database it is."""
READ_ONLY = "25006"
"""SQLSTATE of a server that takes no writes: a standby, or one that was told so."""
TOO_LONG = "54000"
"""SQLSTATE of a value that is too long for an index."""

_WAIT = text("SELECT set_config('lock_timeout', '2000ms', false)")
"""A moment: the server may not have noticed yet that the process before this one has ended."""
_CLAIM = text("SELECT pg_advisory_lock(:owner, :key)")
_LET_GO = text("SELECT pg_advisory_unlock_all()")
_HELD = text("""SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = :pid
    AND classid = :owner AND objid = :key AND objsubid = 2""")
_HOLDER = text("""SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :owner AND l.objid = :key AND l.objsubid = 2
    AND a.datname = current_database()""")


def connect(address: str, patience: float) -> Engine:
    """An engine for the database at this URL, which must exist. Raises ``RefusedInput`` that shows no password."""
    ownership = Ownership()
    engine = _engine(address, {"lock_timeout": f"{int(patience * 1000)}ms"}, ownership=ownership)
    event.listen(engine, "engine_disposed", lambda _: ownership.release())
    return engine


def connect_to_read(address: str) -> Engine:
    """An engine that only reads, and owns nothing. Raises ``RefusedInput``."""
    return _engine(address, {"default_transaction_read_only": "on"})


def _engine(address: str, session: dict[str, str], **options: object) -> Engine:
    url = _url(address)
    usual = {
        "connect_timeout": "10",
        "keepalives_idle": "30",
        "application_name": f"sre-workbench, process {os.getpid()} on {platform.node()}"[:63],
    }
    try:
        engine = create_engine(
            url,
            connect_args={name: value for name, value in usual.items() if name not in url.query},
            pool_size=20,
            pool_pre_ping=True,  # a server that was restarted meanwhile is asked anew, and nobody notices
            execution_options=options,
        )
    except ImportError as error:
        raise RefusedInput(
            "SRE_DATABASE_URL names a PostgreSQL database, and its driver is not installed. "
            "pip install 'sre-workbench[postgres]' (it is psycopg[binary])."
        ) from error
    event.listen(engine, "connect", partial(_tune, {"timezone": "UTC", **session}))
    return engine


def _url(address: str) -> URL:
    """What cannot be read is not shown: a part of the password may stand anywhere in it."""
    wanted = (
        "SRE_DATABASE_URL cannot be used. It looks like postgresql://NAME:PASSWORD@HOST:5432/DATABASE, with the special "
        "characters of the password percent-encoded (@ is %40, / is %2F); unset, a file in the state folder is used."
    )
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise RefusedInput(wanted) from None
    known = url.drivername in ("postgres", "postgresql", "postgresql+psycopg")
    if not known or not url.database or "@" in (url.host or ""):
        raise RefusedInput(wanted)
    return url.set(drivername="postgresql+psycopg")


def _tune(session: dict[str, str], connection: Any, _: object) -> None:
    """SQLite takes any character, and PostgreSQL all but NUL: that becomes the character for "unreadable"."""
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "\ufffd"))

    connection.adapters.register_dumper(str, WithoutNul)
    with connection.cursor() as cursor:
        for name, value in session.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()


def looked_at(address: str) -> str:
    """Which server answers at this URL, and as whom. Raises ``RefusedInput``."""
    engine = connect_to_read(address)
    try:
        with engine.connect() as connection:
            version, user = connection.execute(text("SELECT current_setting('server_version'), current_user")).one()
    except DBAPIError as error:
        raise refusal(engine, error, " ".join(str(error.orig).split())) from error
    finally:
        engine.dispose()
    return f"PostgreSQL {version.split(' ')[0]}, {place(engine)}, as {user}"


def place(engine: Engine) -> str:
    """Where it is, in words, without what is secret."""
    host = engine.url.host or engine.url.query.get("host") or "this machine"
    return f"the database {engine.url.database!r} at {host}"


class Ownership:
    """This process's claim on a database: a lock that lives as long as one connection of its own. Thread-safe."""

    def __init__(self) -> None:
        self.key = 0
        self._turn = threading.Lock()
        self._connection: Connection | None = None
        self._pid = 0
        self._over = False

    def take(self, engine: Engine) -> None:
        """Claim it. Raises ``StateFolderInUse`` that names the holder."""
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        schema = connection.scalar(text("SELECT current_schema()"))
        self.key = int.from_bytes(hashlib.sha256(str(schema).encode()).digest()[:4]) >> 1
        claim = {"owner": OWNER, "key": self.key}
        connection.execute(_WAIT)
        try:
            connection.execute(_CLAIM, claim)
        except OperationalError as error:
            holder = connection.execute(_HOLDER, claim).first()
            connection.close()
            named = f"{holder[0]}, since {holder[1]:%Y-%m-%d %H:%M:%S} UTC" if holder else "another process"
            raise StateFolderInUse(
                f"{_capital(place(engine))} is in use by {named}. Stop that one, or set SRE_DATABASE_URL to another database."
            ) from error
        self._pid = int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
        self._connection = connection

    def confirm(self, connection: Connection) -> None:
        """See to it that the claim holds: a server that was restarted has forgotten it. Raises ``StoreUnavailable``."""
        with self._turn:
            if connection.scalar(_HELD, {"owner": OWNER, "key": self.key, "pid": self._pid}):
                return
            if self._over:
                raise StoreUnavailable(f"This workbench has let go of {place(connection.engine)} already.")
            self._let_go()
            try:
                self.take(connection.engine)
            except StateFolderInUse as error:
                raise StoreUnavailable(f"Nothing can be written any more. {error}") from error

    def release(self) -> None:
        """Let go of it for good: what is still under way in the background writes no more, for another may have it."""
        with self._turn:
            self._over = True
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):  # a server that is gone holds nothing
                self._connection.execute(_LET_GO)
            self._connection.close()
            self._connection, self._pid = None, 0


def take(engine: Engine) -> None:
    """Make it this process's own. Raises ``StateFolderInUse``, and ``RefusedInput`` when it is not fit for a workbench."""
    with engine.connect() as connection:
        version = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
        encoding = connection.scalar(text("SHOW server_encoding"))
    if version < OLDEST:
        raise RefusedInput(f"{_capital(place(engine))} is PostgreSQL {version}; the workbench needs {OLDEST} or newer.")
    if encoding != "UTF8":
        raise RefusedInput(
            f"{_capital(place(engine))} cannot hold every text (encoding {encoding}). "
            "Make one with: createdb --encoding UTF8 --template template0 NAME"
        )
    _ownership(engine).take(engine)


def begin_writing(connection: Connection) -> None:
    """One writer at a time: what the code reads inside its transaction stays so until it has written."""
    ownership = _ownership(connection.engine)
    connection.execute(text("SELECT pg_advisory_xact_lock(:writers, :key)"), {"writers": WRITERS, "key": ownership.key})
    ownership.confirm(connection)


def _ownership(engine: Engine) -> Ownership:
    ownership = engine.get_execution_options()["ownership"]
    assert isinstance(ownership, Ownership)
    return ownership


def is_a_bug(error: DBAPIError) -> bool:
    """Whether waiting does not mend it."""
    away = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return not away and _sqlstate(error) != READ_ONLY


def cannot_hold(error: DBAPIError) -> RefusedInput | None:
    """A name that is too long for an index."""
    if _sqlstate(error) != TOO_LONG:
        return None
    return RefusedInput("PostgreSQL cannot look up a name that is longer than about 2 700 bytes. Shorten it.")


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def refusal(engine: Engine, error: DBAPIError | None, reason: str) -> RefusedInput:
    """What to do about a database that cannot be opened or migrated."""
    if isinstance(error, OperationalError):
        return RefusedInput(
            f"{_capital(place(engine))} cannot be reached ({reason}). Start the server, or correct host, name and password in "
            "SRE_DATABASE_URL; unset, a file in the state folder is used."
        )
    return RefusedInput(
        f"{_capital(place(engine))} cannot be used ({reason}). It may be written by a newer workbench, or this user may not make "
        "tables there: bring back a copy, or set SRE_DATABASE_URL to another database."
    )


def scrub(engine: Engine, tables: Sequence[str]) -> None:
    """Write these tables anew, so that their files hold nothing that was deleted. Readers wait meanwhile."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
