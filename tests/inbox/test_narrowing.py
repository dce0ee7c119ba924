"""What of the inbox is listed, in which order, and a page at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sre_core.domain import Alert, Severity
from sre_core.inbox.narrowing import Order, State, Wanted, listed
from sre_core.inbox.received import Dismissal, InboxAlert, OpenedFor
from tests.fakes import START


def received(id_: str, minute: int = 0, **told: Any) -> InboxAlert:
    at = START + timedelta(minutes=minute)
    severity, component = told.pop("severity", Severity.WARNING), told.pop("component", None)
    alert = Alert(title=f"title {id_}", severity=severity, component=component, labels={"zone": f"z-{id_}"})
    seen = {"first_seen": at, "last_seen": at, "began": at, "fired_at": at}
    rest = {"recognised_as": "json", "fingerprint": id_, "by": "ada", "payload": "p", "own": "p"}
    return InboxAlert(id=id_, alert=alert, **(seen | rest | told))


def investigated(minute: int) -> tuple[OpenedFor, ...]:
    return (OpenedFor(investigation_id="inv", at=START + timedelta(minutes=minute), by="ada"),)


AWAY = Dismissal(by="ada", at=START)
ALL = [
    received("waits", 1, component="cart", severity=Severity.CRITICAL),
    received("looked-at", 2, component="cart", investigations=investigated(3), times=9),
    received("over", 3, resolved_at=START, recognised_as="datadog"),
    received("away", 4, dismissed=AWAY),
    received("anew", 5, component="bee", investigations=investigated(1), severity=Severity.INFO, times=2),
]


def ids(**wanted: Any) -> list[str]:
    return [one.id for one in listed(ALL, Wanted(**wanted)).alerts]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("waiting", ["anew", "waits"]),
        ("firing", ["anew", "looked-at", "waits"]),
        ("investigated", ["looked-at"]),
        ("resolved", ["over"]),
        ("dismissed", ["away"]),
        ("all", ["anew", "away", "over", "looked-at", "waits"]),
    ],
)
def test_each_state_lists_its_own_and_an_investigation_of_an_earlier_firing_does_not_count(
    state: State, found: list[str]
) -> None:
    assert ids(state=state) == found


@pytest.mark.parametrize(
    ("order", "first"), [("newest", "anew"), ("loudest", "waits"), ("component", "anew"), ("most often", "looked-at")]
)
def test_each_order_begins_with_what_it_is_named_for(order: Order, first: str) -> None:
    assert ids(state="all", order=order)[0] == first


def test_those_without_a_component_come_last_by_component_and_can_be_asked_for() -> None:
    assert ids(state="all", order="component")[-2:] == ["away", "over"]
    assert ids(state="all", component="") == ["away", "over"]


def test_severity_sender_and_all_words_must_fit() -> None:
    assert ids(state="all", severity=Severity.CRITICAL) == ["waits"]
    assert ids(state="all", vendor="datadog") == ["over"]
    assert ids(state="all", words="Z-WAITS title") == ["waits"]
    assert ids(state="all", words="z-waits nothing") == []


def test_a_page_after_the_last_is_the_last() -> None:
    page = listed(ALL, Wanted(state="all", page=9, per_page=2))
    assert (page.page, page.pages, page.found, page.total) == (3, 3, 5, 5)
    assert [one.id for one in page.alerts] == ["waits"]
    assert listed([], Wanted()).pages == 1
