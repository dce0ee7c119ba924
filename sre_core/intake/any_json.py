"""An alert as JSON of a form that we do not know by name: found by what its keys usually mean."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from sre_core.domain import Alert, Severity
from sre_core.intake import clues

MOST_FIELDS = 500
MOST_LABELS = 60
LONGEST_LABEL = 300


def _keys(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TITLES = _keys(
    "title alertname alarmname subject headline summary name shortdescription message msg eventname text description"
)
_DESCRIPTIONS = _keys(
    "description longdescription alarmdescription details detail message newstatereason body reason text summary"
)
_SEVERITIES = _keys("severity priority level urgency criticality")
_TIMES = _keys(
    "startsat startedat starttime startdate triggeredat firedat "
    "occurredat statechangetime createdat timestamp time date"
)
_CONTEXTS = _keys("context")
_OBJECTS_WITH_A_NAME = frozenset(("component", "service", "application", "app", "deployment", "pod"))

Field = tuple[tuple[str, ...], Any]


def read_any_json(payload: Mapping[str, Any]) -> Alert | None:
    """What its keys say; None when none of them could be a title. Keys nearer the top count first."""
    fields = list(_fields(payload))
    by_key = _by_key(fields)
    title = clues.title_from(by_key.get(key) for key in _TITLES)
    if title is None:
        return None
    labels = _labels(fields)
    description = _first_text(by_key, _DESCRIPTIONS, other_than=title)
    return Alert(
        title=title,
        description=description,
        context=_first_text(by_key, _CONTEXTS),
        severity=_severity(by_key),
        starts_at=next((moment for key in _TIMES if (moment := clues.moment_of(by_key.get(key)))), None),
        component=clues.component_of(labels),
        labels=labels,
        links=clues.links_in(*(value for _, value in fields if isinstance(value, str))),
        source="json",
    )


def _fields(payload: Mapping[str, Any]) -> Iterator[Field]:
    """(path, scalar) of everything inside, nearest to the top first."""
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), payload)])
    left = MOST_FIELDS
    while waiting and left > 0:
        path, value = waiting.popleft()
        if isinstance(value, Mapping):
            waiting.extend(((*path, str(key)), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, str(place)), inner) for place, inner in enumerate(value))
        elif value not in (None, ""):
            left -= 1
            yield path, value


def _by_key(fields: list[Field]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in fields:
        found.setdefault(re.sub(r"[^a-z0-9]", "", path[-1].lower()), value)
    return found


def _first_text(by_key: Mapping[str, Any], keys: tuple[str, ...], other_than: str = "") -> str:
    texts = (str(by_key[key]).strip() for key in keys if isinstance(by_key.get(key), str))
    return next((text for text in texts if text != other_than), "")


def _severity(by_key: Mapping[str, Any]) -> Severity:
    known = (clues.severity_of(by_key.get(key)) for key in _SEVERITIES)
    return next((severity for severity in known if severity is not Severity.UNKNOWN), Severity.UNKNOWN)


def _labels(fields: list[Field]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, value in fields:
        text = value if isinstance(value, str) else str(value)
        if len(text) <= LONGEST_LABEL and len(found) < MOST_LABELS:
            found.setdefault(_label_name(path), text)
    return found


def _label_name(path: tuple[str, ...]) -> str:
    """``labels.app`` is the label app, and ``service.name`` says what the service is."""
    plain = path[1:] if len(path) > 1 and path[0].lower() in ("labels", "tags") else path
    if len(plain) > 1 and plain[-2].lower() in _OBJECTS_WITH_A_NAME and plain[-1].lower() in ("name", "summary"):
        return plain[-2].lower()
    return ".".join(plain)
