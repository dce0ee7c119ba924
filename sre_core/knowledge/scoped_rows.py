"""Passages with their vectors and with what a scope asks of them, as rows of arrays that are searched in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy import float32, float64, int32, int64
from numpy.typing import NDArray

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.index import Scored

GONE = -1
"""In place of the id of a passage that was removed."""
AT_ONCE = 2000
FEW = 4
"""Where fewer than one in so many rows are in scope, they are taken out before they are multiplied."""


class Traits(NamedTuple):
    """What a scope asks of a document."""

    kind: str
    component: str | None
    source: str
    moment: str
    """When it is dated, or else was taken in: ISO 8601."""


@dataclass(frozen=True)
class Rows:
    """Some passages: one place in each array is one passage."""

    chunks: NDArray[int64]
    traits: NDArray[int32]
    """Columns: kind, component, source, as ``Names`` numbers them."""
    moments: NDArray[float64]
    """Seconds since 1970."""
    vectors: NDArray[float32]

    def search(self, vector: NDArray[float32], scope: Scope, names: Names, limit: int) -> list[Scored]:
        """Those in scope by cosine, best first."""
        wanted = np.flatnonzero(self._in_scope(scope, names))
        if limit <= 0 or not len(wanted):
            return []
        few = len(wanted) * FEW < len(self.chunks)
        cosines = self.vectors[wanted] @ vector if few else (self.vectors @ vector)[wanted]
        best = np.argpartition(-cosines, limit - 1)[:limit] if limit < len(wanted) else np.arange(len(wanted))
        found = [(int(self.chunks[wanted[place]]), float(cosines[place])) for place in best]
        return sorted((one for one in found if one[0] != GONE), key=lambda one: (-one[1], one[0]))

    def _in_scope(self, scope: Scope, names: Names) -> NDArray[np.bool_]:
        wanted: NDArray[np.bool_] = self.chunks != GONE
        if scope.kinds:
            wanted &= np.isin(self.traits[:, 0], names.known(scope.kinds))
        if scope.only_component:
            wanted &= np.isin(self.traits[:, 1], names.known([scope.component]))
        if scope.sources:
            wanted &= np.isin(self.traits[:, 2], names.known(scope.sources))
        if scope.newer_than is not None:
            wanted &= self.moments > scope.newer_than.timestamp()
        return wanted


@dataclass
class Names:
    """A number for every kind, component and source that was met."""

    numbers: dict[str | None, int] = field(default_factory=dict)

    def number(self, name: str | None) -> int:
        """The number of this name, a new one if need be."""
        return self.numbers.setdefault(name, len(self.numbers))

    def known(self, names: Sequence[str | None]) -> list[int]:
        """The numbers of those that were met."""
        return [self.numbers[name] for name in names if name in self.numbers]


class Shelf:
    """Rows that grow and shrink. Not thread-safe, but what ``rows`` returned stays usable while others write."""

    def __init__(self, dimension: int, room: int = 0) -> None:
        self.names = Names()
        self._rows = _room(room, dimension)
        self._used = 0
        self._place: dict[int, int] = {}
        self._known: dict[Traits, tuple[tuple[int, ...], float]] = {}

    def rows(self) -> Rows:
        """All of them as they are now. Later removals are seen in it, later additions are not."""
        return _first(self._rows, self._used)

    def places(self, chunks: Sequence[int]) -> dict[int, int]:
        """Passage -> its place, for those that are there."""
        return {chunk: self._place[chunk] for chunk in chunks if chunk in self._place}

    def add(self, passages: Iterable[tuple[int, Traits, bytes]]) -> None:
        """Put these passages at the end; those that are there already stay."""
        rest = iter(passages)
        while part := list(islice(rest, AT_ONCE)):
            self._add({chunk: (traits, vector) for chunk, traits, vector in part if chunk not in self._place})

    def _add(self, new: Mapping[int, tuple[Traits, bytes]]) -> None:
        if not new:
            return
        self._make_room(len(new))
        first, last = self._used, self._used + len(new)
        described = [self._described(traits) for traits, _ in new.values()]
        self._rows.traits[first:last] = [numbers for numbers, _ in described]
        self._rows.moments[first:last] = [moment for _, moment in described]
        together = b"".join(vector for _, vector in new.values())
        self._rows.vectors[first:last] = np.frombuffer(together, "<f4").reshape(len(new), -1)
        self._rows.chunks[first:last] = list(new)
        self._place.update(zip(new, range(first, last), strict=True))
        self._used = last

    def _described(self, traits: Traits) -> tuple[tuple[int, ...], float]:
        """(kind, component and source as numbers, seconds since 1970)"""
        if traits not in self._known:
            numbers = tuple(self.names.number(name) for name in traits[:3])
            self._known[traits] = numbers, datetime.fromisoformat(traits.moment).timestamp()
        return self._known[traits]

    def remove(self, chunks: Sequence[int]) -> None:
        """These passages are not found any more, and nothing is left of their vectors in memory."""
        for chunk in chunks:
            if (place := self._place.pop(chunk, None)) is not None:
                self._rows.chunks[place] = GONE
                self._rows.vectors[place] = 0

    def _make_room(self, more: int) -> None:
        """Twice the room when it is used up; places of removed passages are closed then."""
        if self._used + more <= len(self._rows.chunks):
            return
        kept = np.flatnonzero(self._rows.chunks[: self._used] != GONE)
        larger = _room(max(1024, 2 * (len(kept) + more)), self._rows.vectors.shape[1])
        for old, new in zip(_columns(self._rows), _columns(larger), strict=True):
            new[: len(kept)] = old[kept]
        self._rows, self._used = larger, len(kept)
        self._place = {int(chunk): place for place, chunk in enumerate(larger.chunks[: len(kept)])}


def _room(size: int, dimension: int) -> Rows:
    return Rows(
        np.full(size, GONE, int64),
        np.zeros((size, 3), int32),
        np.zeros(size, float64),
        np.zeros((size, dimension), float32),
    )


def _first(rows: Rows, count: int) -> Rows:
    return Rows(*(column[:count] for column in _columns(rows)))


def _columns(rows: Rows) -> tuple[NDArray[Any], ...]:
    return rows.chunks, rows.traits, rows.moments, rows.vectors
