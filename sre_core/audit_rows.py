"""The store's rows as they are: whether they still fit their own hash chain, and an export of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, LargeBinary, cast, func, select
from sqlalchemy.exc import DBAPIError

from sre_core.audit import Audited, Trail
from sre_core.chain import Link
from sre_core.chain_breaks import breaks, strangers
from sre_core.erasure import tombstones
from sre_core.errors import RefusedInput
from sre_core.store import events, is_postgres

MOST_NUMBERS = 20
"""How many events are named one by one."""


@dataclass(frozen=True)
class Row(Link):
    """One event as the store holds it: beside the body stands once more what the body says."""

    place: int
    type: str
    at: str

    @property
    def is_misfiled(self) -> bool:
        """Whether the row and its body say different things."""
        if self.said is None:
            return False
        at = f"{self.said.at:%Y-%m-%d %H:%M:%S.%f}"
        return (self.place, self.type, self.at) != (self.said.seq, self.said.happening.type, at)


def investigations(database: Engine) -> Sequence[str]:
    """The ids of all that have events. Raises ``RefusedInput`` when they cannot be read."""
    with _reading(database) as connection:
        return connection.scalars(
            select(events.c.investigation_id).distinct().order_by(events.c.investigation_id)
        ).all()


def rows(database: Engine, investigation_id: str) -> Sequence[Row]:
    """The rows of one investigation in order, byte by byte; none when there is no such investigation."""
    raw = _raw_of_postgres if is_postgres(database) else _raw
    at = _moment_of_postgres(events.c.at) if is_postgres(database) else events.c.at
    columns = (raw(events.c.chain), raw(events.c.body), events.c.seq, raw(events.c.type), raw(at))
    query = select(*columns).where(events.c.investigation_id == investigation_id).order_by(events.c.seq)
    with _reading(database) as connection:
        return [
            Row(_text(chain), body, seq, _text(type_), _text(at))
            for chain, body, seq, type_, at in connection.execute(query)
        ]


def verify(investigation_id: str, stored: Sequence[Row]) -> Audited:
    """Whether the rows fit their chain. Rows that were taken off the end, and a chain that was made anew, are not seen."""
    findings = breaks(stored) or strangers(stored, investigation_id)
    misfiled = [row.seq for row in stored if row.is_misfiled]
    if misfiled:
        findings.append(f"another number, type or time stands beside event {_numbers(misfiled)}")
    return Audited(
        investigation=investigation_id,
        events=len(stored),
        head=stored[-1].chain if stored else "",
        findings=tuple(findings),
    )


def compare_or_erased(database: Engine, audited: Audited, trail: Trail) -> Audited:
    """Compare with what the store holds; where the investigation was erased there, with the record of that."""
    if trail.header is None:
        return audited.adding(notes=["not compared with the store: it does not say which investigation it is"])
    stored = rows(database, trail.header.investigation)
    erased = None if stored else tombstones.of(database, trail.header.investigation)
    if erased is None:
        return compare(audited, trail, stored)
    said = f"it was erased in the store by {erased.by.removeprefix('person:')} at {erased.at:%Y-%m-%d %H:%M} UTC"
    held = trail.links[erased.events - 1].chain if len(trail.links) >= erased.events else None
    agrees = len(trail.links) < erased.events or held == erased.head
    if len(trail.links) > erased.events or not agrees:
        return audited.adding(findings=[f"{said}, and its last hash there was another one"])
    whole = (
        "its last hash there was the same" if held else f"it had {erased.events - len(trail.links)} more events then"
    )
    return audited.adding(notes=[f"{said}; {whole}"])


def compare(audited: Audited, trail: Trail, stored: Sequence[Row]) -> Audited:
    """The same, with how the export differs from what the store holds of that investigation now."""
    held = {row.place: row for row in stored}
    gone = [link.seq for link in trail.links if link.seq and link.seq not in held]
    both = [(link, held[link.seq]) for link in trail.links if link.seq and link.seq in held]
    other = [link.seq for link, row in both if link.body != row.body]
    other = other or [link.seq for link, row in both if link.chain != row.chain]  # which follows from another body
    findings = [f"not in the store: event {_numbers(gone)}"] if gone else []
    findings += [f"not the same in the store: event {_numbers(other)}"] if other else []
    more = len(stored) - len(trail.links)
    return audited.adding(findings, notes=[f"the store has {more} more since then"] if more > 0 else [])


def _raw(column: ColumnElement[Any]) -> ColumnElement[bytes]:
    """The bytes as they are: a damaged text must not end the audit."""
    return cast(column, LargeBinary)


def _raw_of_postgres(column: ColumnElement[Any]) -> ColumnElement[bytes]:
    """The same; PostgreSQL would take a backslash in a text for a code of a byte."""
    return func.convert_to(column, "UTF8")


def _moment_of_postgres(column: ColumnElement[Any]) -> ColumnElement[str]:
    """As SQLite keeps it: in UTC, to the microsecond."""
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _numbers(seqs: Sequence[int | None]) -> str:
    named = ", ".join(map(str, seqs[:MOST_NUMBERS]))
    return named if len(seqs) <= MOST_NUMBERS else f"{named} and {len(seqs) - MOST_NUMBERS} more"


@contextmanager
def _reading(database: Engine) -> Iterator[Connection]:
    try:
        with database.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise RefusedInput(
            f"The database cannot be read ({error.orig}). It may be damaged: bring back a copy."
        ) from error
