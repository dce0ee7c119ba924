"""Somebody else's object, asked by paths. It remembers what was asked for, so that the rest of it is not lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sre_core.intake import clues

MOST_FIELDS = 2000
"""How many scalars of a payload are looked at."""
MOST_VISITED = 50_000
"""How many values, lists and objects of a payload are gone through for them."""
MOST_LABELS = 60
LONGEST_LABEL = 300
"""Characters; what is longer is cut in a label, and stands whole in the raw payload."""

Path = tuple[str, ...]


class Fields:
    """Every question may be about what is not there, or is of another type: then the answer is empty, never an error.

    A path is dotted: ``data.essentials.alertTargetIDs.0``.
    """

    def __init__(self, payload: Any) -> None:
        self._payload = payload
        self._taken: set[Path] = set()

    def text(self, *paths: str | Path) -> str:
        """The first of these that is a text or a figure, as text; empty when none is."""
        return next((said for path in paths if (said := self._take(path, said_as_text(self.at(path))))), "")

    def moment(self, units: Mapping[str, clues.Unit] | Mapping[Path, clues.Unit]) -> datetime | None:
        """The first of these times, each in the unit that its sender uses; None when none can be read."""
        moments = (self._take(path, clues.moment_in(self.at(path), unit)) for path, unit in units.items())
        return next((moment for moment in moments if moment is not None), None)

    def pairs(self, path: str | Path) -> dict[str, str]:
        """The texts and figures of an object, by name; what is nested is left for ``rest``."""
        value = self.at(path)
        if not isinstance(value, Mapping):
            return {}
        said = {str(name): said_as_text(inner) for name, inner in islice(value.items(), MOST_LABELS)}
        where = split(path)
        self._taken.update((*where, name) for name, text in said.items() if text)
        return {name: text for name, text in said.items() if text}

    def listed(self, path: str | Path) -> list[str]:
        """The texts and figures of a list; a single one counts as a list of one."""
        value = self.at(path)
        texts = [said_as_text(inner) for inner in (value[:MOST_LABELS] if isinstance(value, list) else [value])]
        return self._take(path, [text for text in texts if text]) or []

    def objects(self, path: str | Path) -> list[Mapping[str, Any]]:
        """The objects of a list, or one object by itself. They are not taken: who reads them does that."""
        value = self.at(path)
        return [inner for inner in (value if isinstance(value, list) else [value]) if isinstance(inner, Mapping)]

    def at(self, path: str | Path) -> Any:
        """What stands there, of whatever type; None when nothing does."""
        value = self._payload
        for name in split(path):
            if isinstance(value, Mapping):
                value = value.get(name)
            elif isinstance(value, list):
                value = value[int(name)] if name.isdecimal() and len(name) < 7 and int(name) < len(value) else None
            else:
                return None
        return value

    def paths_by_name(self) -> dict[str, Path]:
        """Where each name stands, in small letters and digits alone: ``EVENT.NSEVERITY`` and ``event: {nseverity}`` are both
        ``eventnseverity``. A whole path counts before the last part of one, what is nearer to the top before the rest."""
        whole: dict[str, Path] = {}
        last: dict[str, Path] = {}
        for path, _ in self._scalars():
            whole.setdefault(_plain("".join(path)), path)
            last.setdefault(_plain(path[-1]), path)
        return {**last, **whole}

    def take(self, *paths: str | Path) -> None:
        """These are told otherwise: with all that is below, they are no labels."""
        self._taken.update(map(split, paths))

    def rest(self) -> tuple[dict[str, str], int]:
        """What nobody has asked for, by path, and how many fields more there were than labels may be."""
        found: dict[str, str] = {}
        left = 0
        for path, value in self._scalars():
            if any(path[:length] in self._taken for length in range(1, len(path) + 1)):
                continue
            if len(found) < MOST_LABELS:
                found.setdefault(".".join(path), said_as_text(value))
            else:
                left += 1
        return found, left

    def texts(self) -> Iterator[str]:
        """All texts, those nearest to the top first."""
        return (value for _, value in self._scalars() if isinstance(value, str))

    def _take(self, path: str | Path, answer: Any) -> Any:
        if answer:
            self._taken.add(split(path))
        return answer

    def _scalars(self) -> Iterator[tuple[Path, Any]]:
        return scalars(self._payload, MOST_FIELDS)


def scalars(payload: Any, most: int) -> Iterator[tuple[Path, Any]]:
    """(path, scalar) of what is inside and says something, nearest to the top first."""
    waiting: deque[tuple[Path, Any]] = deque([((), payload)])
    visits = MOST_VISITED
    while waiting and most > 0 and visits > 0:
        path, value = waiting.popleft()
        visits -= 1
        if isinstance(value, Mapping):
            waiting.extend(((*path, str(key)), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, str(place)), inner) for place, inner in enumerate(value))
        elif value not in (None, ""):
            most -= 1
            yield path, value


def split(path: str | Path) -> Path:
    """The names of a dotted path; a path that is split already stays."""
    return tuple(path.split(".")) if isinstance(path, str) else path


def said_as_text(value: Any) -> str:
    """A text, figure or yes/no as text; empty for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())


def cut(text: str, longest: int = LONGEST_LABEL) -> str:
    """At most so many characters of it."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
