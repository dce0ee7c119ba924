"""How a form that nobody knows by name is read: a person says which field is which, once, in a few lines.

A template holds paths, no program: it can look, and say in other words what it found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field, model_validator

from sre_core.domain import AlertKind, AlertStatus, Severity, Value
from sre_core.errors import RefusedInput
from sre_core.intake import clues, states, template_paths
from sre_core.intake.fields import Fields
from sre_core.intake.foreign_json import read_json, whole_characters
from sre_core.intake.reading import Reading, compose
from sre_core.intake.understood import Understood, by_its_words, understood, within_bounds

FieldName = Literal[
    "title", "description", "context", "severity", "status", "kind", "component", "starts_at", "links", "fingerprint"
]
MOST_ENTRIES = 60
LONGEST_TEXT = 1_000
"""Characters."""
MOST_PATHS = 12
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class AlertTemplate(Value):
    """Which payloads it is for, and where in them the parts of an alert stand.

    A path is written ``event.host`` or ``checks[0].name`` (JMESPath without functions). What a field says is a path, or a
    text with paths in braces: ``{event.name} on {host}``.
    """

    name: str = Field(min_length=1, max_length=80, description="Who sends such alerts; shown as the form recognised.")
    matches: Mapping[str, str | None] = Field(
        min_length=1, description="Paths that must stand in the payload; with a text: that must say just this."
    )
    fields: Mapping[FieldName, str] = Field(
        description="The parts of an alert, and where they stand. 'fingerprint' is what the sender calls the alert."
    )
    labels: Mapping[str, str] = Field(default_factory=dict, description="Labels, and where they stand.")
    severities: Mapping[str, Severity] = Field(default_factory=dict, description="The sender's words for loudness.")
    statuses: Mapping[str, AlertStatus] = Field(default_factory=dict, description="The sender's words for its state.")

    @model_validator(mode="after")
    def _can_be_used(self) -> AlertTemplate:
        if wrong := problems_of(self):
            raise ValueError("; ".join(f"{where}: {what}" for where, what in wrong.items()))
        return self


def problems_of(template: AlertTemplate) -> dict[str, str]:
    """What cannot be used, by the field it stands in (``fields.title``); empty when all can."""
    wrong = {} if "title" in template.fields else {"fields": "an alert needs a title; say where it stands"}
    groups: Mapping[str, Mapping[Any, str | None]] = {"fields": template.fields, "labels": template.labels}
    for group, entries in {**groups, "matches": template.matches}.items():
        if len(entries) > MOST_ENTRIES:
            wrong[group] = f"more than {MOST_ENTRIES} entries"
        for name, said in entries.items():
            paths = [str(name)] if group == "matches" else paths_of(said or "")
            if said and len(said) > LONGEST_TEXT:
                wrong[f"{group}.{name}"] = f"longer than {LONGEST_TEXT} characters"
            elif len(paths) > MOST_PATHS:
                wrong[f"{group}.{name}"] = f"more than {MOST_PATHS} paths in one text"
            elif problem := next(filter(None, map(template_paths.problem_of, paths)), None):
                wrong[f"{group}.{name}"] = problem
    return wrong


def paths_of(said: str) -> list[str]:
    """The paths of what a field says: those in braces, or all of it; none of an empty one."""
    return _PLACEHOLDER.findall(said) if "{" in said else [said] if said else []


def suits(template: AlertTemplate, payload: Any) -> bool:
    """Whether the payload is one that the template is for."""
    return all(
        (wanted in template_paths.texts_at(path, payload))
        if wanted is not None
        else template_paths.found(path, payload) is not None
        for path, wanted in template.matches.items()
    )


def apply(template: AlertTemplate, payload: str, context: str = "", now: datetime | None = None) -> Understood:
    """Read a payload by a template, whether it is for it or not; notes say what was not found.

    Raises ``RefusedInput`` when the payload is not JSON.
    """
    payload = whole_characters(payload)
    try:
        parsed = read_json(payload)
    except ValueError as error:
        raise RefusedInput(f"A template reads JSON; this is {error}.") from error
    return understood(within_bounds(by_its_words(read_by(template, parsed))), payload, whole_characters(context), now)


def first_that_suits(templates: Sequence[AlertTemplate], payload: Any) -> AlertTemplate | None:
    """The template for this payload, in the order given; None when none is."""
    return next((template for template in templates if suits(template, payload)), None)


def read_by(template: AlertTemplate, payload: Any) -> Reading:
    """The alert that a template finds in a payload; what it does not name stands among the labels."""
    said = {name: _said(text, payload) for name, text in template.fields.items()}
    starts_at = _moment(template.fields.get("starts_at", ""), payload)
    missing = [name for name, text in said.items() if not text]
    notes = [f"The template {template.name!r} found no {_words(missing)}."] if missing else []
    if said.get("starts_at") and starts_at is None:
        notes.append(f"starts_at is not a time: {said['starts_at'][:80]!r}")
    linked = [
        text for path in paths_of(template.fields.get("links", "")) for text in template_paths.texts_at(path, payload)
    ]
    reading = compose(
        Fields(payload),
        source=template.name,
        title=[said.get("title")],
        description=[said.get("description", "")],
        severity=_meant(template.severities, said.get("severity", "")) or clues.severity_of(said.get("severity", "")),
        kind=_kind(said.get("kind", "")),
        status=_meant(template.statuses, said.get("status", "")) or states.status_of(said.get("status", "")),
        starts_at=starts_at,
        component=said.get("component") or None,
        labels={name: _said(text, payload) for name, text in template.labels.items()},
        links=[said.get("links", ""), *linked],
        key=said.get("fingerprint", ""),
        notes=notes,
    )
    read = {text for path in _paths(template) for text in template_paths.texts_at(path, payload)}
    labels = {name: text for name, text in reading.alert.labels.items() if name in template.labels or text not in read}
    update = {"context": said.get("context", ""), "labels": labels}
    return reading.model_copy(update={"alert": reading.alert.model_copy(update=update)})


def _paths(template: AlertTemplate) -> list[str]:
    return [path for said in (*template.fields.values(), *template.labels.values()) for path in paths_of(said)]


def _said(text: str, payload: Any) -> str:
    if "{" not in text:
        return " ".join(template_paths.texts_at(text, payload))
    filled = [" ".join(template_paths.texts_at(path, payload)) for path in paths_of(text)]
    values = iter(filled)
    return _PLACEHOLDER.sub(lambda _: next(values), text).strip() if any(filled) else ""


def _moment(text: str, payload: Any) -> datetime | None:
    if not text:
        return None
    return clues.moment_in(
        _said(text, payload) if "{" in text else template_paths.found(text, payload), clues.Unit.BY_SIZE
    )


def _meant(words: Mapping[str, Any], said: str) -> Any:
    """A word in the template's own vocabulary, whatever its case."""
    return next((meaning for word, meaning in words.items() if word.casefold() == said.casefold()), None)


def _kind(said: str) -> AlertKind:
    return AlertKind(said.lower()) if said.lower() in set(AlertKind) else states.kind_in(said)


def _words(names: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)
