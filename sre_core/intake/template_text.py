"""A template as text that a person edits: YAML (or JSON, which is YAML), with what is wrong told by line and field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.intake.templates import AlertTemplate, problems_of

LONGEST = 20_000
"""Characters of a template."""
MOST_BRACKETS = 500
_HEAD = """\
# Which payloads this is for, and where in them the parts of an alert stand.
# A path: event.host, checks[0].name, tags."kubernetes.io/name"; several of them in a text: "{event.name} on {host}".
"""


class Problem(Value):
    """Something in the text that must be put right."""

    line: int | None
    """Counted from 1; None when it is about the whole."""
    field: str
    """Dotted, as in ``fields.title``; empty when it is about the whole."""
    message: str

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line else []
        return f"{', '.join([*where, *([self.field] if self.field else [])]) or 'the template'}: {self.message}"


def validate(text: str) -> tuple[Problem, ...]:
    """What must be put right, top to bottom; empty when the text is a template."""
    return _read(text)[1]


def template_of(text: str) -> AlertTemplate:
    """The template that the text describes. Raises ``RefusedInput`` that names each line and field that is wrong."""
    template, problems = _read(text)
    if template is None:
        raise RefusedInput("The template cannot be used. " + "; ".join(map(str, problems)))
    return template


def text_of(template: AlertTemplate) -> str:
    """The template as YAML, to be edited; ``template_of`` reads it back."""
    said = template.model_dump(mode="json", exclude_defaults=True)
    return _HEAD + yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120)


def _read(text: str) -> tuple[AlertTemplate | None, tuple[Problem, ...]]:
    if len(text) > LONGEST:
        return None, (Problem(line=None, field="", message=f"it is longer than {LONGEST} characters"),)
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        return None, (Problem(line=None, field="", message="it is nested too deeply"),)
    try:
        if reference := _reference(text):  # a few of them can stand for more than any memory holds
            return None, (reference,)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        lines, twice = dict(_lines(node)), tuple(_told_twice(node))
        said = _plain(node)
    except yaml.YAMLError as error:
        return None, (_not_yaml(error),)
    except RecursionError:
        return None, (Problem(line=None, field="", message="it is nested too deeply"),)
    if not isinstance(said, dict):
        message = "it must be fields such as 'name', 'matches' and 'fields', each on a line of its own"
        return None, (Problem(line=None, field="", message=message),)
    try:
        template = AlertTemplate.model_validate(said)
    except ValidationError as error:
        return None, tuple(sorted({*twice, *_told(error, said, lines)}, key=lambda one: (one.line or 0, one.field)))
    return (None, twice) if twice else (template, ())


def _plain(node: yaml.Node | None) -> Any:
    """The mapping with every scalar as the text that stands there: ``on`` and ``1`` are words of the sender."""
    match node:
        case yaml.MappingNode():
            return {str(_plain(key)): _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [_plain(item) for item in node.value]
        case yaml.ScalarNode():
            return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
        case _:
            return None


def _lines(node: yaml.Node | None, above: str = "") -> Iterator[tuple[str, int]]:
    """(field, line) of everything that the text names."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{above}.{key.value}" if above else str(key.value)
            yield name, key.start_mark.line + 1
            yield from _lines(value, name)


def _told_twice(node: yaml.Node | None, above: str = "") -> Iterator[Problem]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = f"{above}.{key.value}" if above else str(key.value)
            if name in seen:
                yield Problem(line=key.start_mark.line + 1, field=name, message="this is said twice")
            seen.add(name)
            yield from _told_twice(value, name)


def _reference(text: str) -> Problem | None:
    """The first ``*name``, which stands for what ``&name`` marked."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else None
            return Problem(line=line, field="", message=f"write it out: references (*{event.anchor}) are not read here")
    return None


def _not_yaml(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "something is written wrong"
    return Problem(line=mark.line + 1 if mark else None, field="", message=f"this is not YAML: {what}")


def _told(error: ValidationError, said: dict[str, Any], lines: dict[str, int]) -> Iterator[Problem]:
    for one in error.errors(include_url=False):
        place = [str(part) for part in one["loc"] if part != "[key]"]
        if not place:  # every field is of its type, and some hold a path that is none
            loose = AlertTemplate.model_construct(**_as_given(said))
            for field, what in problems_of(loose).items():
                yield Problem(line=_line(field, lines), field=field, message=what)
            continue
        field = ".".join(place)
        yield Problem(line=_line(field, lines), field=field, message=_words(one["type"], str(one["msg"])))


def _as_given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said.get(name, {}) for name in ("matches", "fields", "labels")}


def _words(type_: str, message: str) -> str:
    known = {
        "missing": "this is missing",
        "extra_forbidden": "there is no such field in a template",
        "literal_error": f"an alert has no such field; {message[:1].lower()}{message[1:]}",
        "too_short": "at least one path must be named, else the template would be for every payload",
        "string_type": "this must be a text",
    }
    return known.get(type_, f"{message[:1].lower()}{message[1:]}")


def _line(field: str, lines: dict[str, int]) -> int | None:
    """Where the field stands, or the nearest thing that it belongs to."""
    while field:
        if field in lines:
            return lines[field]
        field = field.rpartition(".")[0]
    return None
