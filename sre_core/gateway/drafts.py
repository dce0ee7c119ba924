"""What a person can read of an answer that is still being written: its texts, without the JSON around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

LONGEST = 20_000
"""Characters of a draft that are looked at: it is looked at ten times a second."""


def readable(draft: str) -> str:
    """One line for each field that has begun, ``name: text``; the draft itself while no JSON has begun. For eyes only."""
    draft = draft[:LONGEST]
    begin = draft.find("{")
    if begin < 0:
        return draft
    try:
        value = from_json(draft[begin:], allow_partial="trailing-strings")
    except ValueError:
        value = _before_the_fence(draft[begin:])
    return "\n".join(_lines(value)) if isinstance(value, dict) else draft


def _before_the_fence(text: str) -> Any:
    try:
        return from_json(text[: text.rfind("}") + 1])
    except ValueError:
        return None


def _lines(value: Any, name: str = "") -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _lines(inner, str(key).replace("_", " "))
        case list():
            for each in value:
                yield from _lines(each, name)
        case None | "":
            return
        case _:
            yield f"{name}: {value}" if name else str(value)
