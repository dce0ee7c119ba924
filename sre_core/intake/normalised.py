"""The form that is ours: the fields of an alert under their own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.domain import Alert, AlertKind
from sre_core.intake import clues, states
from sre_core.intake.reading import Reading

_NAMES = clues.names(
    "title description severity starts_at component labels context links kind status fingerprint source raw"
)


def looks_like_it(payload: Mapping[str, Any]) -> bool:
    """Whether it has a title, and nothing that an alert does not have."""
    return isinstance(payload.get("title"), str) and bool(payload["title"].strip()) and set(payload) <= _NAMES


def read_normalised(payload: Mapping[str, Any]) -> Reading:
    """The alert as it says it is; a note when its time cannot be read."""
    labels = {str(name): str(value) for name, value in _pairs(payload.get("labels"))}
    starts_at, kind = clues.moment_of(payload.get("starts_at")), str(payload.get("kind", "")).lower()
    component, links = payload.get("component"), payload.get("links")
    alert = Alert(
        title=clues.title_from([payload["title"]]) or "(no words)",
        description=_text(payload.get("description")),
        context=_text(payload.get("context")),
        severity=clues.severity_of(payload.get("severity")),
        kind=AlertKind(kind) if kind in set(AlertKind) else AlertKind.UNKNOWN,
        status=states.status_of(payload.get("status")),
        starts_at=starts_at,
        component=component if isinstance(component, str) and component else clues.component_of(labels),
        labels=labels,
        links=clues.links_in(
            *(str(link) for link in (links if isinstance(links, list) else [])), _text(payload.get("description"))
        ),
        source="normalised",
    )
    unread = payload.get("starts_at") is not None and starts_at is None
    notes = (f"starts_at is not a time: {payload['starts_at']!r}",) if unread else ()
    return Reading(alert=alert, notes=notes, key=_text(payload.get("fingerprint")))


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    return [(name, inner) for name, inner in value.items() if inner is not None] if isinstance(value, Mapping) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
