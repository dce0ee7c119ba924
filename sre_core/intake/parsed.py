"""JSON that arrived -> a reading for each alert in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sre_core.errors import RefusedInput
from sre_core.intake import clues, normalised, sns
from sre_core.intake.any_json import read_any_json
from sre_core.intake.email_text import looks_like_mail, read_mail
from sre_core.intake.fields import said_as_text
from sre_core.intake.foreign_json import read_json
from sre_core.intake.forms import FORMS
from sre_core.intake.plain_text import read_text
from sre_core.intake.reading import MOST_READ, Reading, entries_of
from sre_core.intake.templates import AlertTemplate, first_that_suits, read_by

_NO_OBJECT = "It is JSON, but not an object with named fields; it was read as text."
_NO_TITLE = "It is JSON, but no key of it is a title, a name or a message; it was read as text."


def read_parsed(
    parsed: Any, whole: str, now: datetime | None, templates: Sequence[AlertTemplate] = ()
) -> list[Reading]:
    """At least one reading. ``whole``: the JSON as text. Raises ``RefusedInput`` when there is nothing in it."""
    if parsed in ({}, [], ""):
        raise RefusedInput("The alert is empty JSON. Send at least a title.")
    if isinstance(parsed, str) and parsed.strip():
        return [read_words(parsed, now)]
    if sns.looks_like_it(parsed):
        return _read_enveloped(parsed, now, templates)
    for form in FORMS:
        if form.looks_like_it(parsed):
            return form.read(parsed)
    if template := first_that_suits(templates, parsed):
        return [read_by(template, parsed)]
    if isinstance(parsed, list) and any(isinstance(one, Mapping) and one for one in parsed):
        return _read_list(parsed, whole, now, templates)
    if isinstance(parsed, Mapping):
        return _read_object(parsed, whole, now, templates)
    return [Reading(alert=read_text(whole, now), notes=(_NO_OBJECT,))]


def read_words(text: str, now: datetime | None) -> Reading:
    """A mail, or any other text."""
    return read_mail(text, now) if looks_like_mail(text) else Reading(alert=read_text(text, now))


def _read_enveloped(
    payload: Mapping[str, Any], now: datetime | None, templates: Sequence[AlertTemplate]
) -> list[Reading]:
    """What the messages in an envelope of SNS say; a message that is no JSON is read as text under its subject."""
    envelopes, notes = sns.opened(payload)
    found = []
    for envelope in envelopes:
        for reading in _read_message(envelope, now, templates):
            alert = reading.alert.model_copy(update={"labels": {**envelope.labels, **reading.alert.labels}})
            update = {"alert": alert, "notes": (*notes, *reading.notes), "own": envelope.own}
            found.append(reading.model_copy(update=update))
    return found[:MOST_READ]


def _read_message(envelope: sns.Envelope, now: datetime | None, templates: Sequence[AlertTemplate]) -> list[Reading]:
    message = envelope.message
    if message.lstrip()[:1] in ("{", "["):
        try:
            return read_parsed(read_json(message), message, now, templates)
        except (ValueError, RefusedInput):
            pass
    text = f"{envelope.subject}\n{message}".strip()
    return [Reading(alert=read_text(text or "An empty message of SNS", now).model_copy(update={"source": "sns"}))]


def _read_list(
    listed: Sequence[Any], whole: str, now: datetime | None, templates: Sequence[AlertTemplate]
) -> list[Reading]:
    """Each as if it had come alone; what is left out is told by each. Raises ``RefusedInput`` when that is all of it."""
    entries, notes = entries_of(listed)
    found: list[Reading] = []
    refused: list[str] = []
    for one in entries:
        try:
            readings = read_parsed(one, whole if len(entries) == 1 else str(dict(one)), now, templates)
        except RefusedInput as error:
            refused.append(str(error))
            continue
        found += (each.model_copy(update={"own": partial(_listed, one, each.own)}) for each in readings)
    if not found and refused:
        raise RefusedInput(refused[0])
    told = (*notes, *dict.fromkeys(refused))
    return [reading.model_copy(update={"notes": (*reading.notes, *told)}) for reading in found[:MOST_READ]]


def _read_object(
    payload: Mapping[str, Any], whole: str, now: datetime | None, templates: Sequence[AlertTemplate]
) -> list[Reading]:
    if isinstance(payload.get("alert"), str | Mapping) and payload["alert"]:
        return _read_alert_with_context(payload, now, templates)
    if normalised.looks_like_it(payload):
        return [normalised.read_normalised(payload)]
    reading = read_any_json(payload)
    return [reading or Reading(alert=read_text(whole, now), notes=(_NO_TITLE,))]


def _read_alert_with_context(
    payload: Mapping[str, Any], now: datetime | None, templates: Sequence[AlertTemplate]
) -> list[Reading]:
    inner, context = payload["alert"], payload.get("context", "")
    if isinstance(inner, str):
        readings = [read_words(inner if inner.strip() else str(dict(payload)), now)]
    else:
        readings = read_parsed(inner, str(dict(inner)), now, templates)
    said = context if isinstance(context, str) else "\n".join(f"{name}: {value}" for name, value in _pairs(context))
    labels = {str(name): said_as_text(value) for name, value in payload.items() if name not in ("alert", "context")}
    extra = {name: text for name, text in labels.items() if text}
    return [_beside(reading, payload, said.strip(), extra) for reading in readings]


def _beside(reading: Reading, payload: Mapping[str, Any], said: str, extra: Mapping[str, str]) -> Reading:
    """The reading with what stood beside its alert."""
    alert = reading.alert
    update = {
        "context": "\n".join(part for part in (alert.context, said) if part),
        "labels": {**extra, **alert.labels},
        "source": "alert_and_context",
        "component": alert.component or clues.component_of(extra),
    }
    own = partial(_around, payload, reading.own) if reading.own is not None else None
    key = f"{alert.source} {reading.key}" if reading.key else ""
    return reading.model_copy(update={"alert": alert.model_copy(update=update), "own": own, "key": key})


def _listed(entry: Any, own: Callable[[], Any] | None) -> list[Any]:
    return [own() if own is not None else entry]


def _around(payload: Mapping[str, Any], own: Callable[[], Any]) -> dict[str, Any]:
    return {**payload, "alert": own()}


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    return [(name, inner) for name, inner in value.items() if inner is not None] if isinstance(value, Mapping) else []
