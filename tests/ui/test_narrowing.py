"""Which investigations a list shows: as its address says, in the order that is wished."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Severity
from sre_core.summaries import InvestigationSummary
from ui.incidents.narrowing import CHOSEN, FACETS, ORDERS, PER_PAGE, SPANS, Narrowing, facets

NOW = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=8)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def one(id_: str, **given: Any) -> InvestigationSummary:
    opened = given.pop("opened_at", NOW - timedelta(hours=1))
    usual = {"title": id_, "workspace": None, "events": 3, "status": "concluded", "waiting": False}
    return InvestigationSummary(
        **{"id": id_, "opened_at": opened, "last_at": opened + timedelta(minutes=5), **usual, **given}
    )


CART = one(
    "cart", component="cart", fault="memory_leak", verdict="confirmed", people=("ada",), severity=Severity.CRITICAL
)
DISK = one("disk", alerted="node-7", status="working", people=("bo",), opened_at=NOW - timedelta(days=3))
OLD = one(
    "old",
    affected=("cart", "orders"),
    verdict="likely",
    fault="disk_full",
    people=("bo", "ada"),
    opened_at=NOW - timedelta(days=40),
    last_at=NOW,
    severity=Severity.INFO,
)
ASKS = one("asks", waiting=True, status="concluded", headline="Approve the restart of orders")
EVERY = (ASKS, CART, DISK, OLD)


def narrowings() -> st.SearchStrategy[Narrowing]:
    def made(time: str, days: tuple[date, date], **rest: Any) -> Narrowing:
        chosen = {"begins": days[0], "ends": days[1]} if time == CHOSEN else {}
        return Narrowing(time=time, **chosen, **rest)

    facet = st.lists(WORDS, max_size=3, unique=True).map(tuple)
    return st.builds(
        made,
        time=st.sampled_from(["", *SPANS, CHOSEN]),
        days=st.tuples(DAYS, DAYS),
        q=WORDS.map(str.strip),
        sort=st.sampled_from(list(ORDERS)),
        per=st.sampled_from(PER_PAGE),
        page=st.integers(1, 99_999),
        **dict.fromkeys(FACETS, facet),
    )


@given(narrowings())
def test_an_address_says_all_of_it_and_nothing_else(narrowing: Narrowing) -> None:
    assert Narrowing.of(narrowing.address()) == narrowing


@given(
    st.dictionaries(st.sampled_from(["page", "per", "sort", "time", "from", "to", "q", "status"]), st.lists(st.text()))
)
def test_an_address_that_makes_no_sense_narrows_by_what_of_it_does(asked: dict[str, list[str]]) -> None:
    assert Narrowing.of(asked).page >= 1
    Narrowing.of(asked).chosen(EVERY, NOW)


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, "asks cart disk old"),
        ({"q": ["RESTART orders"]}, "asks"),
        ({"q": ["ada memory"]}, "cart"),
        ({"component": ["cart"]}, "cart old"),
        ({"component": ["node-7", "orders"]}, "disk old"),
        ({"fault": ["disk_full"]}, "old"),
        ({"verdict": ["confirmed", "likely"]}, "cart old"),
        ({"status": ["waiting"]}, "asks"),
        ({"status": ["concluded"]}, "cart old"),
        ({"person": ["ada"], "verdict": ["likely"]}, "old"),
        ({"time": ["today"]}, "asks cart"),
        ({"time": ["7d"]}, "asks cart disk"),
        ({"from": ["2026-02-01"], "to": ["2026-02-28"]}, "old"),
        ({"to": ["2026-03-11"]}, "disk old"),
        ({"time": ["7d"], "component": ["cart"]}, "cart"),
        ({"time": ["yesterday"], "sort": ["sideways"], "from": ["soon"]}, "asks cart disk old"),
    ],
)
def test_it_shows_those_that_fit(asked: dict[str, list[str]], ids: str) -> None:
    assert " ".join(each.id for each in Narrowing.of(asked).chosen(EVERY, NOW)) == ids


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("newest", "asks cart disk old"),
        ("oldest", "old disk asks cart"),
        ("longest", "old asks cart disk"),
        ("severity", "cart old asks disk"),
    ],
)
def test_it_has_the_order_that_is_wished(sort: str, ids: str) -> None:
    assert " ".join(each.id for each in Narrowing(sort=sort).chosen(EVERY, NOW)) == ids


def test_one_thing_less_leaves_the_others_and_begins_at_the_first_page() -> None:
    narrowing = Narrowing(q="x", component=("a", "b"), time="7d", page=3)
    assert narrowing.without("component", "a") == Narrowing(q="x", component=("b",), time="7d")
    assert narrowing.without("time").time == ""
    assert narrowing.without("q").q == ""
    assert narrowing.many == 3
    assert narrowing.narrowed_by_nothing == Narrowing()


def test_it_says_what_there_is_to_narrow_by() -> None:
    there = facets(EVERY)
    assert there["component"] == {"cart": 2, "orders": 1, "node-7": 1}
    assert there["status"] == {"waiting": 1, "concluded": 2, "working": 1}
    assert there["person"] == {"ada": 2, "bo": 2}
