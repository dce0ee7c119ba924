"""Takes an investigation's rows out of the database, and the outputs that nobody else names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, or_, select, text

from sre_core.domain import Moment, Value
from sre_core.export.outputs import named_in
from sre_core.store import contents, events, reading, scrub, writing

_LET_GO = text("INSERT INTO wb_outputs_let_go VALUES (:digest) ON CONFLICT DO NOTHING")
AT_ONCE = 500
MEANWHILE = timedelta(minutes=5)
"""How long before the look at all events what is written counts as written meanwhile."""
NAMES_OUTPUTS = or_(
    events.c.body.like('%"content":{"digest":"%'),
    events.c.body.like('%"record":{"digest":"%'),
)


class TakenOut(Value):
    """What was there of an investigation."""

    events: int
    head: str
    opened_at: Moment
    last_at: Moment


def take_out(connection: Connection, investigation_id: str, seq: int | None) -> TakenOut | None:
    """Delete its events, and note which outputs they named. None: its last event is not (any more) the one with this ``seq``.

    ``seq`` None: whatever there is of it.
    """
    of_it = events.c.investigation_id == investigation_id
    told = select(func.max(events.c.seq), func.count(), func.min(events.c.at), func.max(events.c.at)).where(of_it)
    last, count, opened_at, last_at = connection.execute(told).one()
    if last is None or seq not in (None, last):
        return None
    head = connection.scalar(select(events.c.chain).where(of_it, events.c.seq == last))
    for digest in _named(connection.scalars(select(events.c.body).where(of_it, NAMES_OUTPUTS))):
        connection.execute(_LET_GO, {"digest": digest})
    connection.execute(delete(events).where(of_it))
    return TakenOut(events=count, head=str(head), opened_at=opened_at, last_at=last_at)


def _named(bodies: Iterable[str]) -> set[str]:
    return {digest for body in bodies for digest in named_in(body.encode())}


def let_go_of_outputs(database: Engine, now: datetime) -> int:
    """Delete outputs that only erased investigations named; returns how many. What was left of it earlier is seen to now.

    The long look at all events holds nobody up; what was written meanwhile is looked at once more before anything goes.
    """
    with reading(database) as connection:
        candidates = set(connection.scalars(text("SELECT digest FROM wb_outputs_let_go")))
        if not candidates:
            return 0
        candidates -= _named_by(connection, candidates, NAMES_OUTPUTS)
    gone = 0
    with writing(database) as connection:
        candidates -= _named_by(connection, candidates, (events.c.at >= now - MEANWHILE) & NAMES_OUTPUTS)
        for some in _some_at_once(sorted(candidates)):
            gone += connection.execute(delete(contents).where(contents.c.digest.in_(some))).rowcount
        connection.execute(text("DELETE FROM wb_outputs_let_go"))
    return gone


def _named_by(connection: Connection, candidates: set[str], where: ColumnElement[bool]) -> set[str]:
    found: set[str] = set()
    query = select(events.c.body).where(where)
    for body in connection.execute(query, execution_options={"yield_per": AT_ONCE}).scalars():
        found.update(digest for digest in named_in(body.encode()) if digest in candidates)
    return found


def _some_at_once(digests: Sequence[str]) -> list[Sequence[str]]:
    return [digests[at : at + AT_ONCE] for at in range(0, len(digests), AT_ONCE)]


def scrub_database(database: Engine) -> None:
    """What was deleted is not in the database's files any more."""
    scrub(database, "wb_events", "wb_contents")
