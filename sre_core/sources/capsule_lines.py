"""Records out of a capsule's JSON files. What is malformed is skipped, and named with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from sre_core.domain import Value
from sre_core.intake.foreign_json import read_json

Record = TypeVar("Record", bound=Value)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class Timed(Protocol):
    """What may carry a time."""

    @property
    def time(self) -> datetime | None:
        """When; None is not known."""


TimedRecord = TypeVar("TimedRecord", bound=Timed)
Fields = Mapping[str, Any]

MOST_PROBLEMS = 20
"""Problems named one by one, per file; the rest is counted."""


class Problems:
    """What was skipped in one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._named: list[str] = []
        self.count = 0

    def add(self, place: int | str, what: str) -> None:
        """Name one: ``place`` is a line number, or a path inside the file."""
        self.count += 1
        if len(self._named) < MOST_PROBLEMS:
            self._named.append(f"{self._file}:{place}: {what}")

    def named(self) -> tuple[str, ...]:
        """All of them as text, the last line counting those that were not named."""
        unnamed = self.count - len(self._named)
        return (*self._named, f"{self._file}: {unnamed} more lines were skipped") if unnamed else tuple(self._named)


def text_of(content: bytes) -> str:
    """A file's text; bytes that are no UTF-8 become replacement characters, a byte order mark goes."""
    return content.decode("utf-8-sig", "replace")


def records(
    content: bytes, model: type[Record], problems: Problems, fit: Callable[[Fields], Fields] = dict
) -> list[Record]:
    """One record a line. A field called ``line`` is filled with the line's number; keys we do not know are ignored."""
    found: list[Record] = []
    for number, line in enumerate(text_of(content).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = read_json(line)
        except ValueError as error:
            problems.add(number, str(error))
            continue
        record = one(fields, model, problems, number, fit)
        found += [record] if record is not None else []
    return found


def one(
    fields: Any,
    model: type[Record],
    problems: Problems,
    place: int | str,
    fit: Callable[[Fields], Fields] = dict,
) -> Record | None:
    """The record that some foreign fields stand for; None, and a problem, when they do not. ``null`` means absent."""
    if not isinstance(fields, Mapping):
        problems.add(place, "not an object")
        return None
    known = {name: value for name, value in fit(fields).items() if name in model.model_fields and value is not None}
    if "line" in model.model_fields:
        known["line"] = place
    try:
        return model.model_validate(known)
    except ValidationError as error:
        problems.add(place, _in_words(error))
    return None


def listed(
    value: Any, model: type[Record], problems: Problems, path: str, fit: Callable[[Fields], Fields] = dict
) -> list[Record]:
    """The records of a JSON list; nothing, and a problem, when it is none."""
    if not isinstance(value, list):
        problems.add(path, "not a list")
        return []
    found = (one(item, model, problems, f"{path}[{place}]", fit) for place, item in enumerate(value))
    return [record for record in found if record is not None]


def in_time_order(timed: Iterable[TimedRecord]) -> tuple[TimedRecord, ...]:
    """Oldest first; what has no time comes before the rest, in the order it stood."""
    return tuple(sorted(timed, key=lambda record: record.time or _BEFORE_ALL))


def _in_words(error: ValidationError) -> str:
    wrong = error.errors()[0]
    where = ".".join(map(str, wrong["loc"]))
    return f"{where}: {wrong['msg'][:200]}" if where else str(wrong["msg"])[:200]
