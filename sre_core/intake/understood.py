"""A reading with what holds for every form added: a person's words, the time those tell of, the payload, the fingerprint."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from sre_core.domain import Alert, AlertKind, AlertStatus, Value
from sre_core.intake import states
from sre_core.intake.fields import cut
from sre_core.intake.fingerprint import fingerprint_of
from sre_core.intake.reading import Reading
from sre_core.intake.times import began

MOST_LABELS, LONGEST_VALUE, LONGEST_NOTE = 500, 2_000, 500
"""How many labels an alert may have, and characters of the value of one, and of a note; names are cut like any label."""


class Understood(Value):
    """The alert, which form it was recognised as, and what a person should know about the reading."""

    alert: Alert
    recognised_as: str
    notes: tuple[str, ...] = Field(default=(), description="Where the reading may be other than a person thinks.")
    remarks: tuple[str, ...] = Field(default=(), description="What is worth knowing, though nothing of it is unclear.")


def understood(reading: Reading, raw: str, context: str, now: datetime | None) -> Understood:
    """The reading as everybody else sees it. ``raw``: the payload; ``context``: a person's words, said at ``now``."""
    alert = reading.alert
    words = "\n".join(part for part in (alert.context, context.strip()) if part)
    mark = fingerprint_of(reading.standing() if reading.standing else alert, reading.key)
    alert = began_by_context(alert.model_copy(update={"context": words, "raw": raw, "fingerprint": mark}), now)
    return Understood(alert=alert, recognised_as=alert.source, notes=reading.notes, remarks=reading.remarks)


def within_bounds(reading: Reading) -> Reading:
    """The reading with nothing in it that a page could not show: what is too long is cut, and stands in the raw payload."""
    alert = reading.alert
    labels = {cut(name): cut(value, LONGEST_VALUE) for name, value in [*alert.labels.items()][:MOST_LABELS]}
    notes, remarks = ([cut(note, LONGEST_NOTE) for note in said] for said in (reading.notes, reading.remarks))
    if left := len(alert.labels) - len(labels):
        remarks.append(f"{left} more labels stand only in the raw payload.")
    component = cut(alert.component) if alert.component else None
    within = alert.model_copy(update={"component": component, "labels": labels})
    return reading.model_copy(update={"alert": within, "notes": tuple(notes), "remarks": tuple(remarks)})


def by_its_words(reading: Reading) -> Reading:
    """The reading with the state and the kind that its title tells, where no field did."""
    alert = reading.alert
    status = states.status_in(alert.title) if alert.status is AlertStatus.UNKNOWN else alert.status
    rule = alert.labels.get("alertname", "")
    kind = states.kind_in(rule, alert.title) if alert.kind is AlertKind.UNKNOWN else alert.kind
    return reading.model_copy(update={"alert": alert.model_copy(update={"status": status, "kind": kind})})


def began_by_context(alert: Alert, now: datetime | None) -> Alert:
    """What a person added tells when it began, where the alert itself does not."""
    if alert.starts_at is not None:
        return alert
    told = began(alert.context, now)
    update = {"starts_at": told.at, "from_words": ("starts_at",)} if told else {"from_words": ()}
    return alert.model_copy(update=update)
