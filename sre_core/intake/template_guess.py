"""A first template for a payload of unknown form: what its keys usually mean, for a person to put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sre_core.domain import AlertStatus
from sre_core.errors import RefusedInput
from sre_core.intake import any_json, clues, states
from sre_core.intake.clues import Unit
from sre_core.intake.fields import scalars
from sre_core.intake.foreign_json import read_json, whole_characters
from sre_core.intake.template_paths import LONGEST_PATH, path_in, path_to, problem_of
from sre_core.intake.templates import AlertTemplate, FieldName

_LINKS = ("url", "link", "href", "runbook", "dashboard", "runbookurl", "dashboardurl", "htmlurl")
_KEYS = ("fingerprint", "dedupkey", "alertid", "ruleid", "checkid", "monitorid")


def suggest(payload: str) -> AlertTemplate:
    """Where the parts of an alert probably stand in this payload.

    Raises ``RefusedInput`` when it is no JSON object, or none of its keys could be a title.
    """
    try:
        parsed = read_json(whole_characters(payload))
    except ValueError as error:
        raise RefusedInput(f"A template reads JSON; this is {error}.") from error
    if not isinstance(parsed, Mapping):
        raise RefusedInput("A template reads a JSON object with named fields; this is none.")
    fields = dict(_guessed(parsed))
    if "title" not in fields:
        raise RefusedInput(
            "No key of it is a title, a name or a message. Write the template by hand: say what its title is."
        )
    return AlertTemplate(name="My monitoring", matches=dict.fromkeys(_telling(fields, parsed)), fields=fields)


def _guessed(payload: Mapping[str, Any]) -> Iterator[tuple[FieldName, str]]:
    by_key: dict[str, tuple[str, Any]] = {}
    for path, value in scalars(payload, any_json.MOST_FIELDS):
        written = path_in(path, payload)
        if len(written) <= LONGEST_PATH and problem_of(written) is None:
            by_key.setdefault(any_json.plain_key(path[-1]), (written, value))
    taken: set[str] = set()
    for field, keys, fits in _WANTED:
        found = next((by_key[key] for key in keys if key in by_key and fits(by_key[key][1])), None)
        if found and found[0] not in taken:
            taken.add(found[0])
            yield field, found[0]
    for path, value in scalars(payload, any_json.MOST_FIELDS):
        named = {any_json.label_name(path): value, path[-1]: value} if isinstance(value, str) else {}
        if clues.component_of(named):
            yield "component", path_in(path, payload)
            return


def _telling(fields: Mapping[FieldName, str], payload: Mapping[str, Any]) -> list[str]:
    """Paths that tell such payloads apart: where the title stands, and the first keys of the top."""
    first = [path_to((name,), frozenset()) for name in list(payload)[:3] if name]
    known = [path for path in dict.fromkeys([fields["title"], *first]) if problem_of(path) is None]
    return known[:3]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


_WANTED: tuple[tuple[FieldName, tuple[str, ...], Any], ...] = (
    ("title", any_json.TITLES, _is_text),
    ("description", any_json.DESCRIPTIONS, _is_text),
    ("severity", any_json.SEVERITIES, lambda value: isinstance(value, str | int)),
    ("status", any_json.STATES, lambda value: states.status_of(value) is not AlertStatus.UNKNOWN),
    ("starts_at", any_json.TIMES, lambda value: clues.moment_in(value, Unit.BY_SIZE) is not None),
    ("links", _LINKS, lambda value: isinstance(value, str) and bool(clues.links_in(value))),
    ("fingerprint", _KEYS, lambda value: isinstance(value, str | int)),
)
"""A part of an alert, the keys that usually hold it (the best first), and what it must be like."""
