"""The inbox in the database: alerts, how each came in, and the payloads, each kept once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, String, bindparam, text

from sre_core.domain import digest_of
from sre_core.inbox.received import Became, Delivery, InboxAlert
from sre_core.people import Person
from sre_core.store import upsert, writing

_KEEP = upsert("wb_inbox", "id", "workspace, fingerprint, last_seen, body, changed")
_COUNTED = text(
    """INSERT INTO wb_inbox_changes ("only", changes, let_go) VALUES (1, 1, :gone)
    ON CONFLICT ("only") DO UPDATE SET changes = wb_inbox_changes.changes + 1, let_go = wb_inbox_changes.let_go + :gone"""
)
_PAYLOAD = text(
    """INSERT INTO wb_inbox_payloads (digest, at, characters, body) VALUES (:digest, :at, :characters, :body)
    ON CONFLICT (digest) DO UPDATE SET at = excluded.at"""
)
_DELIVERY = text(
    """INSERT INTO wb_inbox_deliveries (alert_id, number, at, by, via, became, digest, own, context)
    VALUES (:alert_id, :number, :at, :by, :via, :became, :digest, :own, :context)"""
)
_UNUSED = text(
    """DELETE FROM wb_inbox_payloads WHERE digest IN :digests
    AND NOT EXISTS (SELECT 1 FROM wb_inbox_deliveries d WHERE d.digest = wb_inbox_payloads.digest)
    AND NOT EXISTS (SELECT 1 FROM wb_inbox_deliveries d WHERE d.own = wb_inbox_payloads.digest)"""
).bindparams(bindparam("digests", expanding=True, type_=String))
TABLES = ("wb_inbox", "wb_inbox_deliveries", "wb_inbox_payloads")
"""Where something of an alert may stand."""


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """A transaction that counts as a change."""
    with writing(engine) as connection:
        connection.execute(_COUNTED, {"gone": 0})
        yield connection


def changes(connection: Connection) -> tuple[int, int]:
    """(how often anything was changed, how many alerts had to make room)"""
    row = connection.execute(text("SELECT changes, let_go FROM wb_inbox_changes")).first()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def changed_since(connection: Connection, since: int) -> list[InboxAlert]:
    """Alerts that changed after that count."""
    rows = connection.execute(text("SELECT body FROM wb_inbox WHERE changed > :since"), {"since": since})
    return [InboxAlert.model_validate_json(body) for body in rows.scalars()]


def ids(connection: Connection) -> set[str]:
    """All that are there."""
    return set(connection.scalars(text("SELECT id FROM wb_inbox")))


def count(connection: Connection) -> int:
    """How many are there."""
    return int(connection.scalar(text("SELECT count(*) FROM wb_inbox")) or 0)


def one(connection: Connection, alert_id: str) -> InboxAlert | None:
    """The alert; None when there is none."""
    return _alert(connection, "id = :id", {"id": alert_id})


def of_fingerprint(connection: Connection, workspace: str | None, fingerprint: str) -> InboxAlert | None:
    """The alert that says the same about the same; None when there is none."""
    values = {"workspace": workspace or "", "fingerprint": fingerprint}
    return _alert(connection, "workspace = :workspace AND fingerprint = :fingerprint", values)


def _alert(connection: Connection, where: str, values: dict[str, str]) -> InboxAlert | None:
    body = connection.scalar(text(f"SELECT body FROM wb_inbox WHERE {where}"), values)  # noqa: S608 - our words only
    return InboxAlert.model_validate_json(body) if body else None


def put(connection: Connection, alert: InboxAlert) -> None:
    """Write it, in place of the one of the same id."""
    values = {
        "id": alert.id,
        "workspace": alert.workspace or "",
        "fingerprint": alert.fingerprint,
        "last_seen": alert.last_seen.isoformat(),
        "body": alert.model_dump_json(),
        "changed": changes(connection)[0],
    }
    connection.execute(_KEEP, values)


def take_out(connection: Connection, alert_ids: list[str]) -> None:
    """The alerts, how they came in, and payloads that no other came in with."""
    digests: set[str] = set()
    for id_ in alert_ids:
        digests |= _digests(connection, "alert_id = :id", {"id": id_})
        for statement in (
            "DELETE FROM wb_inbox_deliveries WHERE alert_id = :id",
            "DELETE FROM wb_inbox WHERE id = :id",
        ):
            connection.execute(text(statement), {"id": id_})
    drop_unused(connection, digests)


def count_let_go(connection: Connection, gone: int) -> None:
    """So many alerts made room for others."""
    connection.execute(_COUNTED, {"gone": gone})


# -- how they came in --------------------------------------------------------------------------------------------------


def keep_payload(connection: Connection, payload: str, at: datetime) -> str:
    """Keep it, if it is not there yet; returns its digest."""
    digest = digest_of(payload)
    values = {"digest": digest, "at": at.isoformat(), "characters": len(payload), "body": payload}
    connection.execute(_PAYLOAD, values)
    return digest


def keep_room(connection: Connection, most: int) -> int:
    """Let the oldest payloads go until the others have at most so many characters; returns how many went. The newest stays."""
    if int(connection.scalar(text("SELECT coalesce(sum(characters), 0) FROM wb_inbox_payloads")) or 0) <= most:
        return 0
    query = text("SELECT digest, characters FROM wb_inbox_payloads ORDER BY at DESC, digest")
    told, kept = connection.execute(query).all(), 0
    over = [digest for digest, size in told[1:] if (kept := kept + int(size)) + int(told[0][1]) > most]
    for digest in over:
        connection.execute(text("DELETE FROM wb_inbox_payloads WHERE digest = :digest"), {"digest": digest})
    return len(over)


def payload(connection: Connection, digest: str) -> str | None:
    """What came in; None when it had to make room."""
    found = connection.scalar(text("SELECT body FROM wb_inbox_payloads WHERE digest = :digest"), {"digest": digest})
    return None if found is None else str(found)


def add_delivery(
    connection: Connection, alert: InboxAlert, at: datetime, by: Person, became: Became, context: str, most: int
) -> None:
    """Write down that it came in; where there are more than ``most``, the first and the newest stay."""
    told = {"alert_id": alert.id, "number": alert.times, "at": at.isoformat(), "by": by.name, "via": by.via}
    which = {"became": became, "digest": alert.payload, "own": alert.own, "context": context}
    connection.execute(_DELIVERY, told | which)
    over: dict[str, Any] = {"id": alert.id, "until": alert.times - most + 1}
    where = "alert_id = :id AND number > 1 AND number <= :until"
    if gone := _digests(connection, where, over):
        connection.execute(text(f"DELETE FROM wb_inbox_deliveries WHERE {where}"), over)  # noqa: S608
        drop_unused(connection, gone)


def deliveries(connection: Connection, alert_id: str) -> list[Delivery]:
    """Those that are kept, the newest first."""
    query = text("SELECT * FROM wb_inbox_deliveries WHERE alert_id = :id ORDER BY number DESC")
    return [_delivery(row) for row in connection.execute(query, {"id": alert_id}).mappings()]


def _delivery(row: RowMapping) -> Delivery:
    return Delivery.model_validate({name: value for name, value in row.items() if name != "alert_id"})


def _digests(connection: Connection, where: str, values: dict[str, Any]) -> set[str]:
    """Of the payloads that these came in with."""
    told = connection.execute(text(f"SELECT digest, own FROM wb_inbox_deliveries WHERE {where}"), values)  # noqa: S608
    return {digest for row in told for digest in row}


def drop_unused(connection: Connection, digests: set[str]) -> None:
    """Let go of those of these payloads that no alert came in with."""
    if digests:
        connection.execute(_UNUSED, {"digests": sorted(digests)})
