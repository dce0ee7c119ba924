"""What is left of an erased investigation: that there was one, its last hash, who erased it, when and why. No word of it.

With the last hash, an export that was made before can still be checked. The records are chained as events are (``chain.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field, ValidationError
from sqlalchemy import Connection, Engine, inspect, text

from sre_core.chain import FIRST, chained
from sre_core.domain import Moment, Value
from sre_core.store import reading

_LAST = text("SELECT number, chain FROM wb_erasures ORDER BY number DESC LIMIT 1")
_PUT = text("INSERT INTO wb_erasures VALUES (:number, :investigation_id, :body, :chain)")


class Erased(Value):
    """The record of one erasure."""

    investigation: str
    events: int = Field(ge=1, description="How many it had.")
    head: str = Field(description="The hash of its last event.")
    opened_at: Moment
    last_at: Moment
    at: Moment
    by: str = Field(description="As the timeline names people: 'person:ada'.")
    via: str = ""
    because: str = ""
    memory: bool = Field(description="Whether what was remembered of it went, too.")
    postmortem: bool = Field(description="Whether its saved postmortem went, too.")


def put(connection: Connection, erased: Erased) -> None:
    """Write it down, chained to the one before."""
    before = connection.execute(_LAST).one_or_none()
    number, chain = (before.number, before.chain) if before else (0, FIRST)
    body = erased.model_dump_json()
    row = {"number": number + 1, "investigation_id": erased.investigation, "body": body}
    connection.execute(_PUT, {**row, "chain": chained(str(chain), body)})


def all_of(database: Engine) -> list[Erased]:
    """All that can be read, the earliest first."""
    with reading(database) as connection:
        if not _kept(connection):
            return []
        bodies = connection.scalars(text("SELECT body FROM wb_erasures ORDER BY number"))
        return [found for body in bodies if (found := _read(body)) is not None]


def of(database: Engine, investigation_id: str) -> Erased | None:
    """The record of one investigation; None when it was not erased."""
    query = text("SELECT body FROM wb_erasures WHERE investigation_id = :id ORDER BY number DESC LIMIT 1")
    with reading(database) as connection:
        body = connection.scalar(query, {"id": investigation_id}) if _kept(connection) else None
    return _read(body) if body else None


def breaks(database: Engine) -> Sequence[str]:
    """What does not fit its hash, in words; empty when the records are as they were written.

    A record that was taken off the end is missed only by who kept the number of them.
    """
    found, number, before = [], 0, FIRST
    with reading(database) as connection:
        if not _kept(connection):
            return []
        for row in connection.execute(
            text("SELECT number, investigation_id, body, chain FROM wb_erasures ORDER BY number")
        ):
            erased, number = _read(row.body), number + 1
            if row.number != number:
                found.append(f"erasure {number} is missing")
                number = row.number
            elif chained(before, row.body) != row.chain:
                found.append(f"erasure {number} was altered")
            elif erased is None or erased.investigation != row.investigation_id:
                found.append(f"erasure {number} names another investigation than its row")
            before = row.chain
    return found


def _kept(connection: Connection) -> bool:
    """False in a database that an older workbench left, which is only read now."""
    return inspect(connection).has_table("wb_erasures")


def _read(body: str) -> Erased | None:
    try:
        return Erased.model_validate_json(body)
    except ValidationError:
        return None
