"""Whatever arrived -> an ``Alert``, or one for each that came together. Nothing is dropped: ``raw`` keeps the payload."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sre_core.domain import Alert
from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import read_json, whole_characters
from sre_core.intake.parsed import read_parsed, read_words
from sre_core.intake.plain_text import read_text
from sre_core.intake.reading import Reading, how_urgent, leading, with_others
from sre_core.intake.templates import AlertTemplate
from sre_core.intake.understood import Understood, began_by_context, by_its_words, understood, within_bounds

__all__ = ["LARGEST_PAYLOAD", "Understood", "said_at", "understand", "understand_all"]

LARGEST_PAYLOAD = 1_000_000
"""Bytes."""
MOST_ALERTS = 500
"""How many alerts of one payload are taken apart."""
LARGEST_APART = 2_000_000
"""Characters of the payloads of all of them together; each is looked through for secrets."""
BEYOND = "{} more alerts came with it than are taken apart; they are told here and stand in the raw payload."


def understand(
    payload: str, context: str = "", now: datetime | None = None, templates: Sequence[AlertTemplate] = ()
) -> Understood:
    """Read an alert in any form; ``context`` is what a person adds in their own words.

    ``now`` is when it was said: "since 14:05" is of that day. None is not known, and then only times with a date are read.

    Forms: those of monitoring products (``forms.FORMS``), those that ``templates`` describe, ``{"alert", "context"}``, the
    normalised one, any other JSON, mail, and text. What cannot be read as one of the former is read as text, with a note that
    says so. Of several alerts the most severe firing one leads, and the others are told in its description.
    Raises ``RefusedInput`` when it is empty or larger than 1 MB.
    """
    payload, context = _checked(payload), whole_characters(context)
    return understood(leading(_read(payload, now, templates)), payload, context, now)


def understand_all(
    payload: str, context: str = "", now: datetime | None = None, templates: Sequence[AlertTemplate] = ()
) -> tuple[Understood, ...]:
    """Like ``understand``, one for each alert of the payload, in its order; never empty.

    Where several came together, the ``raw`` of each is the payload with that alert alone in it. Of more than ``MOST_ALERTS``
    the most urgent are taken apart; the others are told in the description of the first of them, whose ``raw`` is the whole.
    """
    payload, context = _checked(payload), whole_characters(context)
    readings = _read(payload, now, templates)
    apart, beyond = _apart(readings, payload)
    every = []
    for place, raw in sorted(apart.items()):
        reading = readings[place]
        if beyond and place == next(iter(apart)):
            reading, raw = with_others(reading, beyond, BEYOND.format(len(beyond))), payload
        every.append(understood(leading([reading]), raw, context, now))
    return tuple(every)


def said_at(alert: Alert, now: datetime | None) -> Alert:
    """The alert with the time that its words tell of, if they were said at ``now``; a time that was given stays."""
    if "starts_at" not in alert.from_words:
        return alert
    again = understand(alert.raw, now=now).alert
    read = (
        again
        if "starts_at" in again.from_words
        else began_by_context(alert.model_copy(update={"starts_at": None}), now)
    )
    return alert.model_copy(update={"starts_at": read.starts_at, "from_words": read.from_words})


def _checked(payload: str) -> str:
    payload = whole_characters(payload)
    if not payload.strip():
        raise RefusedInput("The alert is empty. Paste its text, or the JSON that your monitoring sends.")
    if len(payload.encode()) > LARGEST_PAYLOAD:
        raise RefusedInput("The alert is larger than 1 MB. Send the alert itself, and its logs as a capsule.")
    return payload


def _apart(readings: Sequence[Reading], payload: str) -> tuple[dict[int, str], list[Reading]]:
    """The payload of each that is taken apart, by place, the most urgent first; and those that are not."""
    apart: dict[int, str] = {}
    left = LARGEST_APART
    for place in sorted(range(len(readings)), key=lambda place: how_urgent(readings[place]))[:MOST_ALERTS]:
        alone = readings[place].own
        apart[place] = payload if alone is None or len(readings) == 1 else json.dumps(alone(), ensure_ascii=False)
        left -= len(apart[place])
        if left < 0:
            break
    return apart, [reading for place, reading in enumerate(readings) if place not in apart]


def _read(payload: str, now: datetime | None, templates: Sequence[AlertTemplate]) -> list[Reading]:
    return [within_bounds(by_its_words(reading)) for reading in _read_any(payload, now, templates)]


def _read_any(payload: str, now: datetime | None, templates: Sequence[AlertTemplate]) -> list[Reading]:
    if payload.lstrip()[0] not in '{["':
        return [read_words(payload, now)]
    try:
        parsed = read_json(payload)
    except ValueError as error:
        if lines := _json_lines(payload):
            return read_parsed(lines, payload, now, templates)
        broken = payload.lstrip()[0] == "{"
        notes = (f"It looks like JSON but is {error}; it was read as text.",) if broken else ()
        return [Reading(alert=read_text(payload, now), notes=notes)]
    return read_parsed(parsed, payload, now, templates)


def _json_lines(payload: str) -> list[Any]:
    """The objects of a text with one on each line; empty when it is none."""
    lines = [line for line in payload.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
        return []
    try:
        return [read_json(line) for line in lines]
    except ValueError:
        return []
