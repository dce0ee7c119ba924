"""Which alerts belong together, and why, in words. Pure: the same whatever the order, and the same seen from either side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from pydantic import Field

from sre_core.counting import counted
from sre_core.domain import Moment, Value

NEAR = timedelta(minutes=30)
"""Alerts at one component, or at two that depend on each other, are of one trouble when they began within this."""
SAME_RULE = timedelta(days=1)
"""The same rule elsewhere says something while the two began within this."""
STORM_WITHIN = timedelta(minutes=5)
STORM_OF = 10
"""So many alerts that begin within ``STORM_WITHIN`` are a storm."""

MOST = 100
"""Ties that are told of one alert, the surest first."""

DependsOn = Mapping[str, Iterable[str]]
"""Component -> what it depends on directly."""


class Link(StrEnum):
    """What ties two alerts, the surest first."""

    FINGERPRINT = "fingerprint"
    PAYLOAD = "payload"
    COMPONENT = "component"
    NEIGHBOUR = "neighbour"
    RULE = "rule"
    STORM = "storm"


_SUREST = list(Link)
Key = tuple[str | None, Link, str]
"""(workspace, by what, what it says)"""


class Signal(Value):
    """What of an alert counts for grouping."""

    id: str
    began: Moment
    fingerprint: str = ""
    component: str | None = None
    rule: str = Field(default="", description="``memory.fingerprint.kind_of`` the alert; empty: none is known.")
    payload: str = Field(default="", description="Digest of what it came in with last; empty: not known.")
    workspace: str | None = Field(default=None, description="Alerts of different telemetry never belong together.")


class Reason(Value):
    """Why two belong together."""

    link: Link
    words: str


class Tie(Value):
    """One alert that another belongs with."""

    id: str
    reasons: tuple[Reason, ...] = Field(min_length=1, description="The surest first.")

    @property
    def words(self) -> str:
        """All reasons in one line."""
        return "; ".join(reason.words for reason in self.reasons)


class Grouping:
    """Alerts, and what each of them belongs with. Quick also in a storm of thousands: only what may belong is looked at."""

    def __init__(self, signals: Iterable[Signal], depends_on: Mapping[str | None, DependsOn] | None = None) -> None:
        """``depends_on``: workspace -> what depends on what there; none of it is known where it is left out."""
        self._signals = {signal.id: signal for signal in signals}
        self._edges = {place: _edges(known) for place, known in (depends_on or {}).items()}
        self._beside = {place: _beside(edges) for place, edges in self._edges.items()}
        self._storms = _storms(self._signals.values())
        self._sizes: dict[str, int] = {}
        self._index: dict[Key, list[Signal]] = {}
        for signal in self._signals.values():
            for key in self._keys(signal):
                self._index.setdefault(key, []).append(signal)

    def of(self, alert_id: str) -> tuple[Tie, ...]:
        """What belongs with one of them, the surest first; empty when it is not among them, or stands alone."""
        one = self._signals.get(alert_id)
        return self.around(one) if one else ()

    def around(self, one: Signal) -> tuple[Tie, ...]:
        """The same for any signal, the first ``MOST``; one that is not among them is in no storm."""
        found = sorted(self._found(one), key=lambda pair: self._place(pair[1], one, pair[0]))
        return tuple(self._tie(one, other, links) for other, links in found[:MOST])

    def size(self, one: Signal) -> int:
        """With how many it belongs."""
        if self._signals.get(one.id) != one:
            return sum(1 for _ in self._found(one))
        if one.id not in self._sizes:
            self._sizes[one.id] = sum(1 for _ in self._found(one))
        return self._sizes[one.id]

    def storm_of(self, alert_id: str) -> int:
        """How many alerts are in its storm; 0 when it is in none."""
        return self._storms.get(alert_id, (0, 0))[1]

    # -- inside --------------------------------------------------------------------------------------------------------

    def _keys(self, one: Signal) -> Iterator[Key]:
        """What it may be found by."""
        told = {
            Link.FINGERPRINT: one.fingerprint,
            Link.PAYLOAD: one.payload,
            Link.COMPONENT: one.component,
            Link.RULE: one.rule,
            Link.STORM: str(self._storms[one.id][0]) if one.id in self._storms else "",
        }
        return ((one.workspace, link, said) for link, said in told.items() if said)

    def _found(self, one: Signal) -> Iterator[tuple[Signal, list[Link]]]:
        """What belongs with it, and by what, the surest first."""
        beside = self._beside.get(one.workspace, {}).get(one.component or "", ())
        keys = [*self._keys(one), *((one.workspace, Link.COMPONENT, name) for name in beside)]
        candidates = {other.id: other for key in keys for other in self._index.get(key, ())}
        for other in candidates.values():
            if other.id != one.id and (links := list(self._links(one, other))):
                yield other, links

    def _links(self, one: Signal, other: Signal) -> Iterator[Link]:
        apart = abs(one.began - other.began)
        if one.fingerprint and one.fingerprint == other.fingerprint:
            yield Link.FINGERPRINT
        if one.payload and one.payload == other.payload:
            yield Link.PAYLOAD
        if apart <= NEAR and one.component and other.component:
            if one.component == other.component:
                yield Link.COMPONENT
            elif other.component in self._beside.get(one.workspace, {}).get(one.component, ()):
                yield Link.NEIGHBOUR
        if apart <= SAME_RULE and one.rule and one.rule == other.rule:
            yield Link.RULE
        if one.id in self._storms and self._storms[one.id] == self._storms.get(other.id):
            yield Link.STORM

    @staticmethod
    def _place(links: Sequence[Link], one: Signal, other: Signal) -> tuple[int, int, timedelta, str]:
        return _SUREST.index(links[0]), -len(links), abs(one.began - other.began), other.id

    def _tie(self, one: Signal, other: Signal, links: Iterable[Link]) -> Tie:
        return Tie(id=other.id, reasons=tuple(Reason(link=link, words=self._words(link, one, other)) for link in links))

    def _words(self, link: Link, one: Signal, other: Signal) -> str:
        began = _began(abs(one.began - other.began))
        match link:
            case Link.FINGERPRINT:
                return "the same alert, by its fingerprint"
            case Link.PAYLOAD:
                return "they came in one payload"
            case Link.COMPONENT:
                return f"the same component, {one.component}, {began}"
            case Link.NEIGHBOUR:
                return f"{self._who_depends(one, other)}, {began}"
            case Link.RULE:
                return f"the same rule, {one.rule}, {began}"
            case Link.STORM:
                return f"both are of a storm of {self._storms[one.id][1]} alerts"
            case _:
                assert_never(link)

    def _who_depends(self, one: Signal, other: Signal) -> str:
        here, there = sorted((one.component or "", other.component or ""))
        edges = self._edges[one.workspace]
        known = [pair for pair in ((here, there), (there, here)) if pair in edges]
        return " and ".join(f"{source} depends on {target}" for source, target in known)


def _beside(edges: frozenset[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Component -> its neighbours in either direction."""
    found: dict[str, set[str]] = {}
    for source, target in edges:
        found.setdefault(source, set()).add(target)
        found.setdefault(target, set()).add(source)
    return {name: frozenset(others) for name, others in found.items()}


def _edges(depends_on: DependsOn) -> frozenset[tuple[str, str]]:
    return frozenset((source, target) for source, targets in depends_on.items() for target in targets)


def _began(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / 60)
    if minutes < 1:
        return "began at the same time"
    return f"began {counted(minutes, 'minute')} apart" if minutes < 120 else f"began {minutes // 60} hours apart"


def _storms(signals: Iterable[Signal]) -> dict[str, tuple[int, int]]:
    """Id -> (which storm, how many are in it), of those that are in one. Storms that overlap are one."""
    found: dict[str, tuple[int, int]] = {}
    by_place: dict[str | None, list[tuple[datetime, str]]] = {}
    for signal in signals:
        by_place.setdefault(signal.workspace, []).append((signal.began, signal.id))
    number = 0
    for begun in map(sorted, by_place.values()):
        for first, after in _runs(begun):
            number += 1
            found |= {id_: (number, after - first) for _, id_ in begun[first:after]}
    return found


def _runs(begun: Sequence[tuple[datetime, str]]) -> Iterator[tuple[int, int]]:
    """(first, the one after the last) of each storm among those that are sorted by when they began."""
    run: tuple[int, int] | None = None
    first = 0
    for last, (at, _) in enumerate(begun):
        while at - begun[first][0] > STORM_WITHIN:
            first += 1
        if last - first + 1 < STORM_OF:
            continue
        if run and first < run[1]:
            run = (run[0], last + 1)
            continue
        if run:
            yield run
        run = (first, last + 1)
    if run:
        yield run
