"""Whatever arrived -> an ``Alert``. Nothing is dropped: ``raw`` keeps the whole payload."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sre_core.domain import Alert, Value
from sre_core.errors import RefusedInput
from sre_core.intake import clues
from sre_core.intake.alertmanager import looks_like_it, read_alertmanager
from sre_core.intake.any_json import read_any_json
from sre_core.intake.foreign_json import read_json, whole_characters
from sre_core.intake.plain_text import read_text
from sre_core.intake.times import began

LARGEST_PAYLOAD = 1_000_000
"""Bytes."""

_NORMALISED = {"title", "description", "severity", "starts_at", "component", "labels", "context", "links"}


class Understood(Value):
    """The alert, which form it was recognised as, and what a person should know about the reading."""

    alert: Alert
    recognised_as: str
    notes: tuple[str, ...] = ()


def understand(payload: str, context: str = "", now: datetime | None = None) -> Understood:
    """Read an alert in any form; ``context`` is what a person adds in their own words.

    ``now`` is when it was said: "since 14:05" is of that day. None is not known, and then only times with a date are read.

    Forms: the normalised one, ``{"alert", "context"}``, Alertmanager, any other JSON, and text. What cannot be read as one
    of the former is read as text, with a note that says so. Raises ``RefusedInput`` when it is empty or larger than 1 MB.
    """
    payload, context = whole_characters(payload), whole_characters(context)
    if not payload.strip():
        raise RefusedInput("The alert is empty. Paste its text, or the JSON that your monitoring sends.")
    if len(payload.encode()) > LARGEST_PAYLOAD:
        raise RefusedInput("The alert is larger than 1 MB. Send the alert itself, and its logs as a capsule.")
    alert, notes = _read(payload, now)
    words = "\n".join(part for part in (alert.context, context.strip()) if part)
    return Understood(
        alert=_began_by_context(alert.model_copy(update={"context": words, "raw": payload}), now),
        recognised_as=alert.source,
        notes=tuple(notes),
    )


def said_at(alert: Alert, now: datetime | None) -> Alert:
    """The alert with the time that its words tell of, if they were said at ``now``; a time that was given stays."""
    if "starts_at" not in alert.from_words:
        return alert
    again = understand(alert.raw, now=now).alert
    read = again if again.starts_at else _began_by_context(alert.model_copy(update={"starts_at": None}), now)
    return alert.model_copy(update={"starts_at": read.starts_at, "from_words": read.from_words})


def _began_by_context(alert: Alert, now: datetime | None) -> Alert:
    """What a person added tells when it began, where the alert itself does not."""
    if alert.starts_at is not None:
        return alert
    told = began(alert.context, now)
    update = {"starts_at": told.at, "from_words": ("starts_at",)} if told else {"from_words": ()}
    return alert.model_copy(update=update)


def _read(payload: str, now: datetime | None) -> tuple[Alert, list[str]]:
    if payload.lstrip()[0] not in '{["':
        return read_text(payload, now), []
    try:
        parsed = read_json(payload)
    except ValueError as error:
        broken = payload.lstrip()[0] in "{"
        return read_text(payload, now), [f"It looks like JSON but is {error}; it was read as text."] if broken else []
    return _read_parsed(parsed, payload, now)


def _read_parsed(parsed: Any, payload: str, now: datetime | None) -> tuple[Alert, list[str]]:
    if parsed in ({}, [], ""):
        raise RefusedInput("The alert is empty JSON. Send at least a title.")
    if isinstance(parsed, str) and parsed.strip():
        return read_text(parsed, now), []
    if looks_like_it(parsed):
        return read_alertmanager(parsed)
    if isinstance(parsed, list) and isinstance(parsed[0], Mapping):
        alert, notes = _read_object(parsed[0], payload, now)
        return alert, [*notes, f"{len(parsed)} entries came together; the first one leads."] if len(
            parsed
        ) > 1 else notes
    if isinstance(parsed, Mapping):
        return _read_object(parsed, payload, now)
    return read_text(payload, now), ["It is JSON, but not an object with named fields; it was read as text."]


def _read_object(payload: Mapping[str, Any], whole: str, now: datetime | None) -> tuple[Alert, list[str]]:
    if isinstance(payload.get("alert"), str | Mapping) and payload["alert"]:
        return _read_alert_with_context(payload, now)
    if isinstance(payload.get("title"), str) and payload["title"].strip() and set(payload) <= _NORMALISED:
        return _read_normalised(payload)
    alert = read_any_json(payload)
    if alert is None:
        return read_text(whole, now), [
            "It is JSON, but no key of it is a title, a name or a message; it was read as text."
        ]
    return alert, [f"Read by the usual meaning of its keys: the title is {alert.title!r}."]


def _read_alert_with_context(payload: Mapping[str, Any], now: datetime | None) -> tuple[Alert, list[str]]:
    inner, context = payload["alert"], payload.get("context", "")
    if isinstance(inner, str):
        alert, notes = (
            (read_text(inner, now), list[str]()) if inner.strip() else (read_text(str(dict(payload)), now), [])
        )
    else:
        alert, notes = _read_parsed(inner, str(dict(inner)), now)
    said = context if isinstance(context, str) else "\n".join(f"{name}: {value}" for name, value in _pairs(context))
    labels = {str(name): str(value) for name, value in payload.items() if isinstance(value, str | int | float)}
    extra = {name: value for name, value in labels.items() if name not in ("alert", "context")}
    words = "\n".join(part for part in (alert.context, said.strip()) if part)
    update = {"context": words, "labels": {**extra, **alert.labels}, "source": "alert_and_context"}
    return alert.model_copy(update=update | {"component": alert.component or clues.component_of(extra)}), notes


def _read_normalised(payload: Mapping[str, Any]) -> tuple[Alert, list[str]]:
    labels = {str(name): str(value) for name, value in _pairs(payload.get("labels"))}
    starts_at = clues.moment_of(payload.get("starts_at"))
    component = payload.get("component")
    links = payload.get("links")
    alert = Alert(
        title=clues.title_from([payload["title"]]) or "(no words)",
        description=_text(payload.get("description")),
        context=_text(payload.get("context")),
        severity=clues.severity_of(payload.get("severity")),
        starts_at=starts_at,
        component=component if isinstance(component, str) and component else clues.component_of(labels),
        labels=labels,
        links=clues.links_in(
            *(str(link) for link in (links if isinstance(links, list) else [])), _text(payload.get("description"))
        ),
        source="normalised",
    )
    unread = payload.get("starts_at") is not None and starts_at is None
    return alert, [f"starts_at is not a time: {payload['starts_at']!r}"] if unread else []


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    return [(name, inner) for name, inner in value.items() if inner is not None] if isinstance(value, Mapping) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
