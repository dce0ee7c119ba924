"""The paths of a template: JMESPath without its functions, so that no path can cost more than the payload is long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sre_core.intake import clues
from sre_core.intake.fields import said_as_text

LONGEST_PATH = 300
"""Characters."""
MOST_TEXTS = 100
"""How many entries of a list are told."""
_ALLOWED = clues.names(
    "field subexpression index index_expression slice projection value_projection filter_projection comparator literal "
    "identity current or_expression and_expression not_expression pipe"
)
_DEEPEST = 40


def problem_of(path: str) -> str | None:
    """What is wrong with a path, in a sentence; None when nothing is."""
    try:
        _compiled(path)
    except ValueError as error:
        return str(error)
    return None


def found(path: str, payload: Any) -> Any:
    """What stands there; None when nothing does. The path has been checked by ``problem_of``."""
    try:
        return _compiled(path).search(payload)
    except (ValueError, TypeError, RecursionError):
        return None


def texts_at(path: str, payload: Any) -> list[str]:
    """The texts and figures that stand there: one, several of a list, or none."""
    value = found(path, payload)
    texts = (said_as_text(inner) for inner in (value[:MOST_TEXTS] if isinstance(value, list) else [value]))
    return [text for text in texts if text]


def path_to(names: tuple[str, ...], lists: frozenset[int]) -> str:
    """The path to a field; ``lists``: which of the names are places in lists."""
    written = ""
    for place, name in enumerate(names):
        if place in lists:
            written += f"[{name}]"
        else:
            quoted = (
                name
                if name.isascii() and name.isidentifier()
                else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
            )
            written += f".{quoted}" if written else quoted
    return written


def path_in(names: tuple[str, ...], payload: Any) -> str:
    """The path to what stands there in this payload."""
    lists, value = set(), payload
    for number, name in enumerate(names):
        if isinstance(value, list):
            lists.add(number)
            value = value[int(name)]
        elif isinstance(value, Mapping):
            value = next((inner for key, inner in value.items() if str(key) == name), None)
    return path_to(names, frozenset(lists))


@lru_cache(maxsize=512)
def _compiled(path: str) -> Any:
    """Raises ``ValueError`` in words for a person."""
    import jmespath

    if not path.strip():
        raise ValueError("the path is empty")
    if len(path) > LONGEST_PATH:
        raise ValueError(f"the path is longer than {LONGEST_PATH} characters")
    try:
        compiled = jmespath.compile(path)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path!r} is no path{_where(error)}; one looks like event.host or checks[0].name") from error
    for kind in _kinds(compiled.parsed):
        if kind not in _ALLOWED:
            raise ValueError(f"{path!r} holds what paths here cannot: {kind.replace('_', ' ')}")
    return compiled


def _where(error: BaseException) -> str:
    column = getattr(error, "lex_position", None)
    return f" (column {column + 1})" if isinstance(column, int) else ""


def _kinds(node: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    yield "too much nesting" if depth > _DEEPEST else str(node["type"])
    if depth <= _DEEPEST:
        for child in node["children"]:
            if isinstance(child, Mapping):
                yield from _kinds(child, depth + 1)
