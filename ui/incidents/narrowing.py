"""Which investigations a list shows, and in which order: read from the page's address, and written back to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from sre_core.domain import Severity
from sre_core.summaries import InvestigationSummary as One

STATUSES = ("waiting", "working", "concluded", "stopped", "failed")
TODAY, CHOSEN = "today", "dates"
SPANS: dict[str, int] = {TODAY: 0, "7d": 7, "30d": 30}
"""A name in the address, and how many days before today it begins."""

_LOUDNESS = {severity: place for place, severity in enumerate(Severity)}

WAITING_FIRST = "waiting"
ORDERS: dict[str, Callable[[One], Any] | None] = {
    WAITING_FIRST: None,
    "newest": lambda one: (-one.opened_at.timestamp(), one.id),
    "oldest": lambda one: (one.opened_at, one.id),
    "longest": lambda one: (-one.lasted, one.id),
    "severity": lambda one: (_LOUDNESS[one.severity], -one.opened_at.timestamp(), one.id),
}
"""None: as they come, those that wait for a person first."""
PER_PAGE = (25, 50, 100)

FACETS: dict[str, Callable[[One], Iterable[str]]] = {
    "status": lambda one: (status_of(one),),
    "verdict": lambda one: (one.verdict,) if one.verdict else (),
    "component": lambda one: one.components,
    "fault": lambda one: (one.fault,) if one.fault else (),
    "person": lambda one: one.people,
}
"""What a list can be narrowed by, and what of it one investigation has."""


def status_of(one: One) -> str:
    """Who waits for a person is waiting, whatever else it is."""
    return "waiting" if one.waiting else one.status


@dataclass(frozen=True)
class Narrowing:
    """What is wished. The fields are the parameters of the address, ``begins`` and ``ends`` as ``from`` and ``to``."""

    q: str = ""
    status: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    component: tuple[str, ...] = ()
    fault: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    time: str = ""
    begins: date | None = None
    ends: date | None = None
    """Both days are within; they count when ``time`` is ``CHOSEN``."""
    sort: str = WAITING_FIRST
    per: int = PER_PAGE[0]
    page: int = 1

    @staticmethod
    def of(asked: Mapping[str, Sequence[str]]) -> Narrowing:
        """What an address says; what it says wrongly is left out."""
        one = {name: values[-1] for name, values in asked.items() if values}
        begins, ends = _day(one.get("from")), _day(one.get("to"))
        span = CHOSEN if begins or ends else one.get("time", "")
        per = _number(one.get("per"))
        return Narrowing(
            q=one.get("q", "").strip()[:200],
            **{name: tuple(dict.fromkeys(asked.get(name, ()))) for name in FACETS},
            time=span if span in SPANS or span == CHOSEN else "",
            begins=begins,
            ends=ends,
            sort=one["sort"] if one.get("sort") in ORDERS else WAITING_FIRST,
            per=per if per in PER_PAGE else PER_PAGE[0],
            page=max(_number(one.get("page")), 1),
        )

    def address(self) -> dict[str, list[str]]:
        """Only what differs from nothing being wished."""
        plain = Narrowing()
        told: dict[str, list[str]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            said_by_days = field.name == "time" and value == CHOSEN and (self.begins or self.ends)
            if value == getattr(plain, field.name) or said_by_days:
                continue
            name = {"begins": "from", "ends": "to"}.get(field.name, field.name)
            told[name] = [str(each) for each in (value if isinstance(value, tuple) else (value,))]
        return told

    @property
    def narrowed_by_nothing(self) -> Narrowing:
        """All of them in the same order, from the first page on."""
        return Narrowing(sort=self.sort, per=self.per)

    @property
    def many(self) -> int:
        """How many things it is narrowed by, words left out."""
        return sum(len(getattr(self, name)) for name in FACETS) + bool(self.time)

    def without(self, name: str, value: str = "") -> Narrowing:
        """Less narrow by one thing: a facet's value, the time, or the words; from the first page on."""
        match name:
            case "q":
                return replace(self, q="", page=1)
            case "time":
                return replace(self, time="", begins=None, ends=None, page=1)
            case _:
                left = tuple(each for each in getattr(self, name) if each != value)
                return replace(self, page=1, **cast(dict[str, Any], {name: left}))

    def chosen(self, every: Sequence[One], now: datetime) -> list[One]:
        """Those that fit, in the order that is wished."""
        words = self.q.casefold().split()
        since, until = self._span(now)
        found = [one for one in every if self._fits(one) and since <= one.opened_at < until and _says(one, words)]
        order = ORDERS[self.sort]
        return sorted(found, key=order) if order else found

    def _fits(self, one: One) -> bool:
        """Of each facet, any of the values will do."""
        return all(not (wanted := getattr(self, name)) or set(wanted) & set(has(one)) for name, has in FACETS.items())

    def _span(self, now: datetime) -> tuple[datetime, datetime]:
        midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        if self.time in SPANS:
            return midnight - timedelta(days=SPANS[self.time]), last
        if self.time != CHOSEN:
            return first, last
        begins = datetime.combine(self.begins, time(), UTC) if self.begins else first
        ends = datetime.combine(self.ends, time(), UTC) + timedelta(days=1) if self.ends else last
        return begins, ends


def facets(every: Iterable[One]) -> dict[str, Counter[str]]:
    """What there is to narrow by, and how many have it."""
    found: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for one in every:
        for name, has in FACETS.items():
            found[name].update(has(one))
    return found


def _says(one: One, words: Sequence[str]) -> bool:
    if not words:
        return True
    told = " ".join(
        (one.title, one.headline, one.id, one.workspace or "", one.fault or "", *one.components, *one.people)
    )
    said = told.casefold()
    return all(word in said for word in words)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if date(1970, 1, 1) <= found <= date(9000, 1, 1) else None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 0
