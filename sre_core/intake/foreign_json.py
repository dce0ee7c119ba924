"""Read somebody else's JSON: finite numbers, no half characters, and one kind of error for everything that is wrong."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

DEEPEST = 64
"""How many levels of lists and objects are read; what is deeper is refused."""

_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")


def read_json(text: str) -> Any:
    """The value that a JSON text stands for. Raises ``ValueError`` that says in a few words what is wrong."""
    try:
        parsed = json.loads(text, parse_float=_finite, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg}, column {error.colno})") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    suspicious = "\\u" in text or _HALF_CHARACTERS.search(text) or text.count("[") + text.count("{") > DEEPEST
    return _cleaned(parsed) if suspicious else parsed


def whole_characters(text: str) -> str:
    """The text with unpaired surrogates replaced: they cannot be stored as UTF-8."""
    return _HALF_CHARACTERS.sub("\ufffd", text)


def _finite(literal: str) -> float:
    number = float(literal)
    if not math.isfinite(number):
        raise ValueError(f"{literal} is not a number that can be worked with")
    return number


def _refuse_constant(literal: str) -> NoReturn:
    raise ValueError(f"{literal} is not JSON")


def _cleaned(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    match value:
        case str():
            return whole_characters(value)
        case list():
            return [_cleaned(item, depth + 1) for item in value]
        case dict():
            return {whole_characters(key): _cleaned(item, depth + 1) for key, item in value.items()}
        case _:
            return value
