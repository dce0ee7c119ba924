"""What a reader makes of a payload: its alerts, one by one, and which of them leads when one has to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import Field

from sre_core.domain import Alert, AlertKind, AlertStatus, Moment, Severity, Value
from sre_core.intake import clues
from sre_core.intake.fields import Fields, cut

LONGEST_DESCRIPTION = 100_000
MOST_NAMED = 50
"""How many of the others are named in the description of the one that leads."""
MOST_READ = 2_000
"""How many alerts of one payload are read."""
_FIRST = (AlertStatus.FIRING, AlertStatus.UNKNOWN, AlertStatus.ACKNOWLEDGED, AlertStatus.RESOLVED)


class Reading(Value):
    """One alert of a payload, before what holds for every form is added (context, raw, fingerprint)."""

    alert: Alert
    notes: tuple[str, ...] = Field(default=(), description="Where the reading may be other than a person thinks.")
    remarks: tuple[str, ...] = Field(default=(), description="What is worth knowing, though nothing of it is unclear.")
    key: str = Field(
        default="", description="What the sender calls this alert, firing or resolved; empty: it does not."
    )
    standing: Callable[[], Alert] | None = Field(
        default=None, description="Makes what the fingerprint is made of; None: that is the alert."
    )
    own: Callable[[], Any] | None = Field(
        default=None, description="Makes the payload with this alert alone in it; None: it is alone already."
    )


def entries_of(listed: Sequence[Any]) -> tuple[list[Mapping[str, Any]], tuple[str, ...]]:
    """The objects of a list that are read, and notes on what is not."""
    objects = [entry for entry in listed if isinstance(entry, Mapping) and entry]
    notes = []
    if other := len(listed) - len(objects):
        notes.append(f"{other} entries of the list are not objects with fields and were left out.")
    if len(objects) > MOST_READ:
        notes.append(f"Of {len(objects)} alerts the first {MOST_READ} are read; the others stand in the raw payload.")
    return objects[:MOST_READ], tuple(notes)


def alone_in(payload: Mapping[str, Any], under: str, entry: Any) -> dict[str, Any]:
    """The payload with one entry alone in the list that stands under this name."""
    return {**payload, under: [entry]}


def compose(
    fields: Fields,
    *,
    source: str,
    title: Sequence[Any],
    description: Sequence[str] = (),
    severity: Severity = Severity.UNKNOWN,
    kind: AlertKind = AlertKind.UNKNOWN,
    status: AlertStatus = AlertStatus.UNKNOWN,
    starts_at: Moment | None = None,
    component: str | None = None,
    labels: Mapping[str, str] | None = None,
    links: Sequence[str] = (),
    key: str = "",
    notes: Sequence[str] = (),
    remarks: Sequence[str] = (),
) -> Reading:
    """A reading in which what nobody asked the fields for stands among the labels, under its path.

    ``title``: candidates, the best first. ``description``: paragraphs; empty ones are left out. ``links``: the addresses that
    matter most; all others of the payload follow. ``component``: None is whatever the labels say.
    """
    words = "\n".join(dict.fromkeys(part.strip() for part in description if part.strip()))
    given = {name: value for name, value in (labels or {}).items() if value}
    rest, left = fields.rest()
    addresses = clues.links_in(*links, *fields.texts())
    every = {name: cut(text) for name, text in ({n: t for n, t in rest.items() if t not in addresses} | given).items()}
    alert = Alert(
        title=clues.title_from(title) or f"{source.replace('_', ' ').capitalize()} alert without a name",
        description=words[:LONGEST_DESCRIPTION],
        severity=severity,
        kind=kind,
        status=status,
        starts_at=starts_at,
        component=component or clues.component_of(given) or clues.component_of(rest),
        labels=every,
        links=addresses,
        source=source,
    )
    stays = [f"{left} more fields stand only in the raw payload."] if left else []
    return Reading(alert=alert, key=key, notes=tuple(notes), remarks=(*remarks, *stays))


def leading(readings: Sequence[Reading]) -> Reading:
    """The most severe one that fires, the others named in its description and counted in a note."""
    lead, *others = sorted(readings, key=how_urgent)
    if others:
        lead = with_others(lead, others, f"{len(readings)} alerts came together; the most severe firing one leads.")
    if lead.alert.status is AlertStatus.RESOLVED:
        lead = lead.model_copy(update={"notes": (*lead.notes, "It says that the condition is resolved.")})
    return lead


def with_others(lead: Reading, others: Sequence[Reading], note: str) -> Reading:
    """The reading with the others named in its description."""
    named = [f"Also: {_named(other.alert)}" for other in others[:MOST_NAMED]]
    more = len(others) - len(named)
    also = [*named, f"Also: {more} more, which stand in the raw payload."] if more else named
    text = "\n".join(part for part in (lead.alert.description, *also) if part)
    alert = lead.alert.model_copy(update={"description": text})
    standing = lead.standing or partial(_itself, lead.alert)
    return lead.model_copy(update={"alert": alert, "notes": (note, *lead.notes), "standing": standing})


def _itself(alert: Alert) -> Alert:
    return alert


def how_urgent(reading: Reading) -> tuple[int, int]:
    """What sorts the most urgent to the front: whether it fires, then how loud it is."""
    return _FIRST.index(reading.alert.status), clues.LOUDEST_FIRST.index(reading.alert.severity)


def _named(alert: Alert) -> str:
    loud = alert.severity.value if alert.severity is not Severity.UNKNOWN else None
    over = alert.status.value if alert.status in (AlertStatus.RESOLVED, AlertStatus.ACKNOWLEDGED) else None
    known = ", ".join(word for word in (loud, alert.component, over) if word)
    return alert.title + (f" ({known})" if known else "")
