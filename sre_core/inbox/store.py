"""What the inbox keeps, and how much of it: alerts with every way they came in, held in memory and read again where changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import Connection, Engine

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.inbox import rows
from sre_core.inbox.messages import Message, counted_in, opened, read_otherwise
from sre_core.inbox.received import NOTHING_OPEN, Became, Delivery, Dismissal, Given, InboxAlert, OpenedFor, Outcome
from sre_core.investigator import utc_now
from sre_core.people import Person
from sre_core.store import reading, scrub
from sre_core.timeline import new_id


class Bounds(Value):
    """How much is kept. Beyond it the oldest makes room, and the inbox says so."""

    alerts: int = Field(
        default=2_000, ge=1, description="Those that wait for nobody go first, the longest unseen ahead."
    )
    deliveries: int = Field(default=20, ge=2, description="Of one alert: the first and the newest.")
    characters: int = Field(default=200_000_000, ge=1, description="Of all payloads together.")


class InboxStore:
    """Alerts that were received. Thread-safe; whether somebody may is asked elsewhere."""

    def __init__(self, engine: Engine, bounds: Bounds | None = None, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now
        self.bounds = bounds or Bounds()
        self._lock = threading.Lock()
        self._known: dict[str, InboxAlert] = {}
        self._read = (0, 0)
        """``rows.changes`` at the last reading."""

    # -- looking -------------------------------------------------------------------------------------------------------

    def all(self) -> tuple[Sequence[InboxAlert], int]:
        """(all of them in no order, a number that another content would not have). Cheap where nothing changed."""
        with self._lock:
            with reading(self._engine) as connection:
                now = rows.changes(connection)
                if now != self._read:
                    self._catch_up(connection, now)
            return tuple(self._known.values()), self._read[0]

    def _catch_up(self, connection: Connection, now: tuple[int, int]) -> None:
        self._known |= {one.id: one for one in rows.changed_since(connection, self._read[0])}
        there = rows.ids(connection)
        self._known = {id_: one for id_, one in self._known.items() if id_ in there}
        self._read = now

    def let_go(self) -> int:
        """How many alerts had to make room since the beginning."""
        with reading(self._engine) as connection:
            return rows.changes(connection)[1]

    def get(self, alert_id: str) -> InboxAlert | None:
        """One of them; None when there is none of that id."""
        with reading(self._engine) as connection:
            return rows.one(connection, alert_id)

    def deliveries(self, alert_id: str) -> list[Delivery]:
        """How it came in, the newest first: all that is kept of it."""
        with reading(self._engine) as connection:
            return rows.deliveries(connection, alert_id)

    def payload(self, digest: str) -> str | None:
        """What came in, without secrets; None when it had to make room."""
        with reading(self._engine) as connection:
            return rows.payload(connection, digest)

    # -- receiving -----------------------------------------------------------------------------------------------------

    def receive(self, messages: Sequence[Message], payload: str, context: str, by: Person) -> Given:
        """Count in what came in one payload, all of it or nothing."""
        now = self._now()
        with rows.changing(self._engine) as connection:
            digest = rows.keep_payload(connection, payload, now)
            kept = (one.model_copy(update={"payload": digest}) for one in messages)
            outcomes = tuple(self._receive(connection, one, context, by, now) for one in kept)
            if not any(one.alert_id for one in outcomes):
                rows.drop_unused(connection, {digest})
            rows.keep_room(connection, self.bounds.characters)
            gone = self._make_room(connection, frozenset(one.alert_id or "" for one in outcomes))
        if gone:
            scrub(self._engine, *rows.TABLES)
        return Given(outcomes=outcomes, let_go=gone)

    def _receive(self, connection: Connection, message: Message, context: str, by: Person, now: datetime) -> Outcome:
        there = rows.of_fingerprint(connection, message.workspace, message.fingerprint)
        if there is None and message.is_resolved:
            return Outcome(title=message.alert.title, became=NOTHING_OPEN, alert_id=None, times=0)
        own = rows.keep_payload(connection, message.alert.raw, now)
        message = message.model_copy(update={"own": own})
        became: Became
        if there is None:
            row, became = opened(message, new_id()[:12], by, now), "opened"
        else:
            row, became = counted_in(there, message, now)
        rows.put(connection, row)
        rows.add_delivery(connection, row, now, by, became, context, self.bounds.deliveries)
        return Outcome(title=row.alert.title, became=became, alert_id=row.id, times=row.times)

    def _make_room(self, connection: Connection, stay: frozenset[str]) -> int:
        over = rows.count(connection) - self.bounds.alerts
        if over <= 0:
            return 0
        every = rows.changed_since(connection, -1)
        first = sorted(every, key=lambda one: (one.id in stay, one.is_waiting, one.last_seen, one.id))
        rows.take_out(connection, [one.id for one in first[:over]])
        rows.count_let_go(connection, over)
        return over

    def read_otherwise(self, alert_id: str, message: Message) -> InboxAlert:
        """Keep another reading of what it came in with last. Raises ``RefusedInput`` when another row says the same then."""
        with rows.changing(self._engine) as connection:
            before = rows.one(connection, alert_id)
            if before is None:
                raise RefusedInput(gone(alert_id))
            other = rows.of_fingerprint(connection, before.workspace, message.fingerprint)
            if other is not None and other.id != alert_id:
                raise RefusedInput(
                    f"Read so, it is the alert {other.alert.title!r}, which has a row of its own. Nothing was changed."
                )
            after = read_otherwise(before, message)
            rows.put(connection, after)
        return after

    # -- what people do with them --------------------------------------------------------------------------------------

    def dismiss(self, alert_ids: Sequence[str], because: str, by: Person) -> int:
        """Nothing needs to be done; returns how many were not dismissed before. Raises ``RefusedInput``: one is not there."""
        said = Dismissal(by=by.name, at=self._now(), because=because)
        return self._change(alert_ids, lambda one: one if one.dismissed else one.model_copy(update={"dismissed": said}))

    def restore(self, alert_ids: Sequence[str]) -> int:
        """Something needs to be done after all; returns how many were dismissed. Raises ``RefusedInput``: one is not there."""
        return self._change(alert_ids, lambda one: one.model_copy(update={"dismissed": None}))

    def note_investigation(self, alert_ids: Sequence[str], investigation_id: str, by: Person) -> None:
        """An investigation was opened for them; the first leads. What had to make room meanwhile is left out."""
        now = self._now()
        with rows.changing(self._engine) as connection:
            for number, id_ in enumerate(alert_ids):
                if row := rows.one(connection, id_):
                    said = OpenedFor(investigation_id=investigation_id, at=now, by=by.name, leads=number == 0)
                    update = {"investigations": (*row.investigations, said), "dismissed": None}
                    rows.put(connection, row.model_copy(update=update))

    def forget(self, alert_ids: Sequence[str]) -> int:
        """Erase them for good, with all they came in with; returns how many there were."""
        with rows.changing(self._engine) as connection:
            gone = [id_ for id_ in alert_ids if rows.one(connection, id_)]
            rows.take_out(connection, gone)
        scrub(self._engine, *rows.TABLES)
        return len(gone)

    def _change(self, alert_ids: Sequence[str], change: Callable[[InboxAlert], InboxAlert]) -> int:
        changed = 0
        with rows.changing(self._engine) as connection:
            for id_ in dict.fromkeys(alert_ids):
                before = rows.one(connection, id_)
                if before is None:
                    raise RefusedInput(gone(id_))
                after = change(before)
                changed += after != before
                if after != before:
                    rows.put(connection, after)
        return changed


def gone(alert_id: str) -> str:
    """What to say of an alert that is not there."""
    return f"There is no alert {alert_id!r} in the inbox; it may have made room for newer ones. Nothing was changed."
