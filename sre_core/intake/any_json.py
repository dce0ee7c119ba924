"""An alert as JSON of a form that we do not know by name: found by what its keys usually mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from sre_core.domain import Alert, AlertStatus, Severity
from sre_core.intake import clues, states
from sre_core.intake.fields import scalars
from sre_core.intake.fingerprint import in_one_order
from sre_core.intake.reading import Reading

MOST_FIELDS = 500
MOST_LABELS = 60
LONGEST_LABEL = 300


def _keys(words: str) -> tuple[str, ...]:
    return tuple(words.split())


TITLES = _keys(
    "title alertname alarmname subject headline summary name shortdescription message msg eventname text description"
)
DESCRIPTIONS = _keys(
    "description longdescription alarmdescription details detail message newstatereason body reason text summary"
)
SEVERITIES = _keys("severity priority level urgency criticality")
TIMES = _keys(
    "startsat startedat starttime startdate triggeredat firedat "
    "occurredat statechangetime createdat timestamp time date"
)
_CONTEXTS = _keys("context")
_OBJECTS_WITH_A_NAME = frozenset(("component", "service", "application", "app", "deployment", "pod"))

STATES = _keys("status state alertstate transition eventtype action")
_KNOWN = frozenset((AlertStatus.FIRING, AlertStatus.RESOLVED, AlertStatus.ACKNOWLEDGED))

Field = tuple[tuple[str, ...], Any]


def read_any_json(payload: Mapping[str, Any]) -> Reading | None:
    """What its keys say; None when none of them could be a title. Keys nearer the top count first."""
    found = _read(payload)
    if found is None:
        return None
    alert, left = found
    guessed = f"Read by the usual meaning of its keys: the title is {alert.title!r}."
    more = (f"{left} fields are too long or too many for labels and stand in the raw payload.",) if left else ()
    return Reading(alert=alert, notes=(guessed,), remarks=more, standing=partial(_in_order, payload, alert))


def _in_order(payload: Mapping[str, Any], alert: Alert) -> Alert:
    """What the payload would be read as in an order that is always the same."""
    found = _read(in_one_order(payload))
    return found[0] if found else alert


def _read(payload: Mapping[str, Any]) -> tuple[Alert, int] | None:
    """The alert, and how many fields are in none of its labels."""
    fields = list(scalars(payload, MOST_FIELDS))
    by_key = _by_key(fields)
    title = clues.title_from(by_key.get(key) for key in TITLES)
    if title is None:
        return None
    labels = _labels(fields)
    description = _first_text(by_key, DESCRIPTIONS, other_than=title)
    alert = Alert(
        title=title,
        description=description,
        context=_first_text(by_key, _CONTEXTS),
        severity=_severity(by_key),
        status=next(
            (state for key in STATES if (state := states.status_of(by_key.get(key))) in _KNOWN), AlertStatus.UNKNOWN
        ),
        starts_at=next((moment for key in TIMES if (moment := clues.moment_of(by_key.get(key)))), None),
        component=clues.component_of(labels),
        labels=labels,
        links=clues.links_in(*(value for _, value in fields if isinstance(value, str))),
        source="json",
    )
    return alert, len(fields) - len(labels)


def _by_key(fields: list[Field]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in fields:
        found.setdefault(plain_key(path[-1]), value)
    return found


def plain_key(name: str) -> str:
    """``Short-Description`` and ``short_description`` are ``shortdescription``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _first_text(by_key: Mapping[str, Any], keys: tuple[str, ...], other_than: str = "") -> str:
    texts = (str(by_key[key]).strip() for key in keys if isinstance(by_key.get(key), str))
    return next((text for text in texts if text != other_than), "")


def _severity(by_key: Mapping[str, Any]) -> Severity:
    known = (clues.severity_of(by_key.get(key)) for key in SEVERITIES)
    return next((severity for severity in known if severity is not Severity.UNKNOWN), Severity.UNKNOWN)


def _labels(fields: list[Field]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, value in fields:
        text = value if isinstance(value, str) else str(value)
        if len(text) <= LONGEST_LABEL and len(found) < MOST_LABELS:
            found.setdefault(label_name(path), text)
    return found


def label_name(path: tuple[str, ...]) -> str:
    """``labels.app`` is the label app, and ``service.name`` says what the service is."""
    plain = path[1:] if len(path) > 1 and path[0].lower() in ("labels", "tags") else path
    if len(plain) > 1 and plain[-2].lower() in _OBJECTS_WITH_A_NAME and plain[-1].lower() in ("name", "summary"):
        return plain[-2].lower()
    return ".".join(plain)
