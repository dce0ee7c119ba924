"""Somebody else's JSON schema, cut down to what can be checked here and shown to a model.

``plain`` keeps shape, ranges and words, with every reference put in its place. Patterns are left to whoever wrote them: a regular
expression of a stranger can take forever. ``bare`` has no words of the stranger but names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sre_core.foreign_text import harmless

MOST_NODES = 400
DEEPEST = 8
LONGEST_WORDS = 500
MOST_CHOICES = 60
LONGEST_CHOICES = 4000
"""Characters of all of them together."""

TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
_BOUNDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
_NAME = re.compile(r"[A-Za-z0-9_.$@/-]{1,64}")
_QUIET_CHOICE = re.compile(r"[\w.:/+@%-][\w .:/+@%-]{0,38}")


class UnusableSchema(ValueError):
    """Why arguments cannot be asked for by this schema, as half a sentence."""


class Shape:
    """What a tool's arguments look like. Raises ``UnusableSchema``."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        """``given``: a JSON schema of an object, as somebody else wrote it."""
        from jsonschema import Draft202012Validator, SchemaError

        self.plain = _Reduction(given).root()
        self.bare = _bare(self.plain)
        try:
            Draft202012Validator.check_schema(self.plain)
        except SchemaError as error:
            raise UnusableSchema(f"its parameters are not a JSON schema ({error.message[:120]})") from error
        self._validator = Draft202012Validator(self.plain)

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Name -> schema, in the order they came."""
        found: Mapping[str, Mapping[str, Any]] = self.plain["properties"]
        return found

    def complaints(self, arguments: object) -> Iterator[str]:
        """What is wrong with these arguments, each with where."""
        try:
            for error in self._validator.iter_errors(arguments):
                yield f"{error.json_path.removeprefix('$.')}: {error.message[:200]}"
        except RecursionError:
            yield "they are nested too deeply"


class _Reduction:
    """One walk through a schema, with a bound on how much comes of it."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self._nodes = 0

    def root(self) -> dict[str, Any]:
        found = self._plain(self._given, 0, frozenset())
        if found.get("type", "object") != "object":
            raise UnusableSchema("its parameters are not an object")
        return {"type": "object", "properties": {}, **found}

    def _plain(self, given: object, depth: int, within: frozenset[str]) -> dict[str, Any]:
        """``within``: references that led here; one that leads to itself may hold anything."""
        self._count()
        if depth > DEEPEST or not isinstance(given, Mapping):
            return {}
        schema, within = self._put_together(given, depth, within)
        found = {**_scalars(schema), **self._members(schema, depth, within)}
        for word in ("anyOf", "oneOf"):
            if isinstance(alternatives := schema.get(word), list) and alternatives:
                found["anyOf"] = [self._plain(one, depth + 1, within) for one in alternatives[:MOST_CHOICES]]
        return found

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise UnusableSchema(f"its parameters have more than {MOST_NODES} parts")

    def _members(self, schema: Mapping[str, Any], depth: int, within: frozenset[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if isinstance(properties := schema.get("properties"), Mapping):
            for name in properties:
                if not _NAME.fullmatch(str(name)):
                    raise UnusableSchema(f"its parameter {harmless(str(name))[:40]!r} has a name that cannot be used")
            found["properties"] = {name: self._plain(one, depth + 1, within) for name, one in properties.items()}
        if isinstance(required := schema.get("required"), list):
            found["required"] = list(dict.fromkeys(str(name) for name in required if _NAME.fullmatch(str(name))))
        if schema.get("additionalProperties") is False:
            found["additionalProperties"] = False
        if isinstance(items := schema.get("items"), Mapping):
            found["items"] = self._plain(items, depth + 1, within)
        return found

    def _put_together(
        self, given: Mapping[str, Any], depth: int, within: frozenset[str]
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """With references followed, and what must hold at once (``allOf``) in one place."""
        schema = dict(given)
        while "$ref" in schema:
            self._count()
            reference = schema.pop("$ref")
            there = self._found(reference)
            if reference in within:
                return {}, within
            within |= {reference}
            schema = {**there, **schema}
        parts = schema.pop("allOf", ())
        for part in parts if isinstance(parts, list) and depth < DEEPEST else ():
            if isinstance(part, Mapping):
                self._count()
                other, within = self._put_together(part, depth + 1, within)
                schema = _joined(schema, other)
        return schema, within

    def _found(self, reference: object) -> Mapping[str, Any]:
        if not (isinstance(reference, str) and reference.startswith("#")):
            raise UnusableSchema("its parameters refer to a schema elsewhere, which is not fetched")
        place: Any = self._given
        for step in reference.removeprefix("#").split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            place = place.get(step) if isinstance(place, Mapping) else None
        if not isinstance(place, Mapping):
            raise UnusableSchema(f"its parameters refer to {harmless(reference)[:60]!r}, which is not there")
        return place


def _scalars(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Type, ranges, choices and words of one place."""
    found: dict[str, Any] = {}
    if kind := _type_of(schema.get("type")):
        found["type"] = kind
    found |= {bound: schema[bound] for bound in _BOUNDS if isinstance(schema.get(bound), int | float)}
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(choices, list) and 0 < len(choices) <= MOST_CHOICES and len(json.dumps(choices)) <= LONGEST_CHOICES:
        found["enum"] = choices
    if isinstance(words := schema.get("description"), str) and words.strip():
        found["description"] = " ".join(harmless(words).split())[:LONGEST_WORDS]
    return found


def _type_of(given: object) -> str | list[str] | None:
    if isinstance(given, str):
        return given if given in TYPES else None
    if isinstance(given, list):
        return [one for one in dict.fromkeys(given) if one in TYPES] or None if all(map(_is_text, given)) else None
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**other, **one}
    for word in ("properties", "required"):
        here, there = one.get(word), other.get(word)
        if isinstance(here, Mapping) and isinstance(there, Mapping):
            joined[word] = {**there, **here}
        elif isinstance(here, list) and isinstance(there, list):
            joined[word] = [*there, *here]
    return joined


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Without sentences: schemas may stand in a system prompt, where nothing from outside belongs."""
    found = {
        key: value
        for key, value in schema.items()
        if key not in ("description", "properties", "items", "anyOf", "enum")
    }
    if _quiet(schema.get("enum", ())):
        found |= {"enum": schema["enum"]} if "enum" in schema else {}
    if "properties" in schema:
        found["properties"] = {name: _bare(one) for name, one in schema["properties"].items()}
    if "items" in schema:
        found["items"] = _bare(schema["items"])
    if "anyOf" in schema:
        found["anyOf"] = [_bare(one) for one in schema["anyOf"]]
    return found


def _quiet(choices: Sequence[object]) -> bool:
    """Whether these are names and figures rather than sentences."""
    words = [choice for choice in choices if isinstance(choice, str)]
    others = [choice for choice in choices if not isinstance(choice, str)]
    named = all(_QUIET_CHOICE.fullmatch(word) and word.count(" ") <= 2 for word in words)
    return named and all(len(json.dumps(other)) <= 20 for other in others)
