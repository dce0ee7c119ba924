"""What one message does to the alert that it is about: opens it, counts as a repeat, resolves it. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sre_core.domain import Alert, AlertStatus, Value
from sre_core.inbox.grouping import Signal
from sre_core.inbox.received import Became, InboxAlert
from sre_core.memory.fingerprint import fingerprint, kind_of
from sre_core.people import Person


class Message(Value):
    """One alert as it came in, its secrets taken out."""

    alert: Alert
    recognised_as: str
    notes: tuple[str, ...] = ()
    template: str | None = None
    fingerprint: str
    workspace: str | None = None
    payload: str = ""
    """Digest of what it came in with."""
    own: str = ""
    """Digest of the same with this alert alone in it."""

    @property
    def is_resolved(self) -> bool:
        """Whether it says that the condition is over."""
        return self.alert.status is AlertStatus.RESOLVED


def signal_of(message: Message, now: datetime) -> Signal:
    """What of it counts for grouping, before it has a row."""
    alert = message.alert
    began = min(alert.starts_at or now, now)
    rule, place = kind_of(alert), message.workspace
    return Signal(
        id="", began=began, fingerprint=message.fingerprint, component=alert.component, rule=rule, workspace=place
    )


def mark_of(alert: Alert) -> str:
    """The same for every message about one alert."""
    return alert.fingerprint or fingerprint(alert)


def opened(message: Message, alert_id: str, by: Person, now: datetime) -> InboxAlert:
    """The row that a message opens, where there is none."""
    return InboxAlert(
        id=alert_id,
        workspace=message.workspace,
        fingerprint=message.fingerprint,
        first_seen=now,
        by=by.name,
        via=by.via,
        **_as_it_fires(message, now),
    )


def counted_in(row: InboxAlert, message: Message, now: datetime) -> tuple[InboxAlert, Became]:
    """(the row after a message about it, what the message did)

    What was dismissed stays dismissed while the same firing goes on; when it fires anew after it was over, it is back.
    """
    seen: dict[str, Any] = {"last_seen": now, "times": row.times + 1, "payload": message.payload, "own": message.own}
    if message.is_resolved:
        if row.resolved_at is not None:
            return row.model_copy(update=seen), "still resolved"
        over = row.alert.model_copy(update={"status": AlertStatus.RESOLVED})
        return row.model_copy(update=seen | {"alert": over, "resolved_at": now}), "resolved"
    fires = _as_it_fires(message, now)
    if row.resolved_at is not None:
        return row.model_copy(update=seen | fires | {"resolved_at": None, "dismissed": None}), "fired again"
    same = {"began": row.began, "fired_at": row.fired_at}
    return row.model_copy(update=seen | fires | same), "repeated"


def read_otherwise(row: InboxAlert, message: Message) -> InboxAlert:
    """The row, with what it came in with last read as in this message; when it came and what was done about it stay."""
    alert = message.alert
    status = AlertStatus.RESOLVED if row.resolved_at else alert.status
    read = {
        "alert": alert.model_copy(update={"raw": "", "status": status}),
        "recognised_as": message.recognised_as,
        "notes": message.notes,
        "template": message.template,
        "fingerprint": message.fingerprint,
        "rule": kind_of(alert),
        "began": min(alert.starts_at or row.began, row.last_seen),
    }
    return row.model_copy(update=read)


def _as_it_fires(message: Message, now: datetime) -> dict[str, Any]:
    alert = message.alert
    return {
        "alert": alert.model_copy(update={"raw": ""}),
        "recognised_as": message.recognised_as,
        "notes": message.notes,
        "template": message.template,
        "rule": kind_of(alert),
        "began": min(alert.starts_at or now, now),
        "fired_at": now,
        "last_seen": now,
        "payload": message.payload,
        "own": message.own,
    }
