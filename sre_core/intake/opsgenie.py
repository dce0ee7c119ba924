"""What Opsgenie posts when something is done with an alert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import AlertStatus, Severity
from sre_core.intake.clues import Unit
from sre_core.intake.fields import Fields
from sre_core.intake.reading import Reading, compose

_SEVERITIES = {
    "P1": Severity.CRITICAL,
    "P2": Severity.HIGH,
    "P3": Severity.WARNING,
    "P4": Severity.INFO,
    "P5": Severity.INFO,
}
_STATUSES = {
    "create": AlertStatus.FIRING,
    "unacknowledge": AlertStatus.FIRING,
    "escalate": AlertStatus.FIRING,
    "escalatetonext": AlertStatus.FIRING,
    "acknowledge": AlertStatus.ACKNOWLEDGED,
    "takeownership": AlertStatus.ACKNOWLEDGED,
    "assignownership": AlertStatus.ACKNOWLEDGED,
    "snooze": AlertStatus.ACKNOWLEDGED,
    "close": AlertStatus.RESOLVED,
    "delete": AlertStatus.RESOLVED,
}
"""What was done; whatever else is done (a note, a tag) does not say how the alert stands."""
_TIMES = {"alert.createdAt": Unit.MILLISECONDS, "alert.updatedAt": Unit.NANOSECONDS}
_ITS_OWN = frozenset(("alertId", "tinyId", "alias"))


def looks_like_it(payload: Any) -> bool:
    """Whether it has an ``action`` on an ``alert`` that has an id of Opsgenie's."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("action"), str):
        return False
    alert = payload.get("alert")
    return isinstance(alert, Mapping) and bool(_ITS_OWN & alert.keys())


def read_opsgenie(payload: Any) -> list[Reading]:
    """One reading: it posts each action by itself. The alert's alias is its key."""
    fields = Fields(payload)
    action = fields.text("action")
    priority = fields.text("alert.priority")
    entity = fields.text("alert.entity")
    details = fields.pairs("alert.details")
    tags = fields.listed("alert.tags")
    status = _STATUSES.get(action.lower(), AlertStatus.UNKNOWN)
    note = (
        f"Opsgenie reports {action!r}, which does not say how the alert stands."
        if status is AlertStatus.UNKNOWN
        else ""
    )
    return [
        compose(
            fields,
            source="opsgenie",
            title=[fields.text("alert.message")],
            description=[fields.text("alert.description"), fields.text("alert.note")],
            severity=_SEVERITIES.get(priority.upper(), Severity.UNKNOWN),
            status=status,
            starts_at=fields.moment(_TIMES),
            component=entity if entity and " " not in entity else None,
            labels={**_tagged(tags), **details, "entity": entity, "priority": priority},
            key=fields.text("alert.alias", "alert.alertId", "alert.tinyId"),
            notes=[note] if note else [],
        )
    ]


def _tagged(tags: list[str]) -> dict[str, str]:
    """``service:cart`` is the label service; those that are no pair are told together."""
    pairs = {
        name.strip(): value.strip() for name, mark, value in (tag.partition(":") for tag in tags) if mark and value
    }
    plain = ", ".join(tag for tag in tags if not tag.partition(":")[2])
    return {**pairs, "tags": plain} if plain else pairs
