"""What of the inbox is listed, in which order: pure, and quick enough to be asked every other second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from pydantic import Field

from sre_core.domain import Severity, Value
from sre_core.inbox.received import InboxAlert
from sre_core.intake.clues import LOUDEST_FIRST

State = Literal["waiting", "firing", "investigated", "resolved", "dismissed", "all"]
"""``waiting``: fires, and nobody has dismissed it or investigates it; ``all``: dismissed ones, too."""

Order = Literal["newest", "loudest", "component", "most often"]

PER_PAGE = 20


class Wanted(Value):
    """Which alerts somebody wants to see. What is None or empty does not matter."""

    words: str = Field(default="", description="All of them are in its title, component, labels, description or id.")
    state: State = "waiting"
    severity: Severity | None = None
    component: str | None = None
    vendor: str | None = Field(default=None, description="Which form it was recognised as.")
    order: Order = "newest"
    page: int = Field(default=1, ge=1)
    per_page: int = Field(default=PER_PAGE, ge=1)


class Listed(Value):
    """One page of those that are wanted."""

    alerts: tuple[InboxAlert, ...]
    page: int = Field(ge=1, description="The last page where a later one was asked for.")
    pages: int = Field(ge=1)
    found: int = Field(ge=0)
    total: int = Field(ge=0, description="In the inbox, whatever is wanted.")


_KEYS: dict[Order, Callable[[InboxAlert], Any]] = {
    "newest": lambda one: (-one.last_seen.timestamp(), LOUDEST_FIRST.index(one.alert.severity), one.id),
    "loudest": lambda one: (LOUDEST_FIRST.index(one.alert.severity), -one.last_seen.timestamp(), one.id),
    "component": lambda one: (one.alert.component or "\uffff", -one.last_seen.timestamp(), one.id),
    "most often": lambda one: (-one.times, -one.last_seen.timestamp(), one.id),
}


def listed(alerts: Iterable[InboxAlert], wanted: Wanted) -> Listed:
    """The page of them that is wanted."""
    every = list(alerts)
    words = wanted.words.casefold().split()
    found = sorted((one for one in every if _is_wanted(one, wanted, words)), key=_KEYS[wanted.order])
    pages = max(1, -(-len(found) // wanted.per_page))
    page = min(wanted.page, pages)
    shown = found[(page - 1) * wanted.per_page : page * wanted.per_page]
    return Listed(alerts=tuple(shown), page=page, pages=pages, found=len(found), total=len(every))


def _is_wanted(one: InboxAlert, wanted: Wanted, words: Sequence[str]) -> bool:
    alert = one.alert
    return (
        _in_state(one, wanted.state)
        and wanted.severity in (None, alert.severity)
        and wanted.component in (None, alert.component or "")
        and wanted.vendor in (None, one.recognised_as)
        and (not words or all(word in _words_of(one) for word in words))
    )


def _in_state(one: InboxAlert, state: State) -> bool:
    match state:
        case "all":
            return True
        case "dismissed":
            return one.dismissed is not None
        case "waiting":
            return one.is_waiting
        case "firing":
            return one.dismissed is None and one.resolved_at is None
        case "investigated":
            return one.dismissed is None and one.is_investigated
        case "resolved":
            return one.dismissed is None and one.resolved_at is not None


def _words_of(one: InboxAlert) -> str:
    return f"{one.id} {one.rule} {one.alert.component or ''} {one.alert.text}".casefold()
