"""The store: one writer wins each place, and what a person says is never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine as Database

from sre_core.errors import ContentGone, SeqTaken, StaleDecision, UnknownInvestigation
from sre_core.events import SCHEMA_VERSION, ActionApproved, Event, GuidanceGiven, MemoryRecalled, entry
from sre_core.timeline import Contents, Timeline
from tests.fakes import OPENED, PERSON


@pytest.fixture
def database(each_database: Database) -> Database:
    """Everything here holds on both kinds of database."""
    return each_database


def test_an_event_carries_id_seq_time_actor_and_schema_version(timeline: Timeline) -> None:
    event = timeline.append("inv", 1, OPENED)
    assert (event.seq, event.actor, event.version) == (1, PERSON.actor, SCHEMA_VERSION)
    assert event.id
    assert abs((datetime.now(UTC) - event.at).total_seconds()) < 60


def test_what_is_read_is_what_was_written(timeline: Timeline) -> None:
    written = [timeline.append("inv", 1, OPENED), timeline.append("inv", 2, entry("memory", MemoryRecalled()))]
    assert timeline.read("inv") == written
    assert timeline.read("inv", since=1) == written[1:]


def test_a_place_that_is_taken_is_refused(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    with pytest.raises(SeqTaken):
        timeline.append("inv", 1, OPENED)
    assert len(timeline.read("inv")) == 1


def test_of_many_who_write_at_once_each_finds_a_place_and_nothing_is_lost(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    said = [entry(PERSON, GuidanceGiven(text=f"look at {n}")) for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda words: timeline.record("inv", words), said))
    events = timeline.read("inv")
    assert [event.seq for event in events] == list(range(1, 14))
    texts = {event.happening.text for event in events if isinstance(event.happening, GuidanceGiven)}
    assert texts == {f"look at {n}" for n in range(12)}


def test_a_decision_on_nothing_is_refused_and_not_written(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    with pytest.raises(StaleDecision):
        timeline.record("inv", entry(PERSON, ActionApproved(action_id="A1", digest="x")))
    assert len(timeline.read("inv")) == 1


def test_an_unknown_investigation_is_said_to_be_unknown(timeline: Timeline) -> None:
    with pytest.raises(UnknownInvestigation, match="nowhere"):
        timeline.record("nowhere", entry(PERSON, GuidanceGiven(text="hello")))


def test_a_listener_hears_each_event_after_it_is_written_and_its_trouble_stays_its_own(timeline: Timeline) -> None:
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.extend(timeline.read(event.investigation_id))
        raise RuntimeError("a listener's bug")

    stop = timeline.subscribe(listen)
    timeline.append("inv", 1, OPENED)
    stop()
    timeline.append("inv", 2, entry("memory", MemoryRecalled()))
    assert [event.seq for event in heard] == [1]


def test_the_newest_investigation_is_listed_first_with_its_last_event(timeline: Timeline) -> None:
    timeline.append("old", 1, OPENED)
    timeline.append("new", 1, OPENED)
    timeline.append("old", 2, entry("memory", MemoryRecalled()))
    assert timeline.last_events() == [("new", 1, "AlertReceived"), ("old", 2, "MemoryRecalled")]


async def test_the_same_bulky_output_is_stored_once(contents: Contents) -> None:
    assert await contents.keep("x" * 50_000) == await contents.keep("x" * 50_000)


async def test_an_erased_output_leaves_a_tombstone_that_says_why_and_does_not_come_back(contents: Contents) -> None:
    kept = await contents.keep("a password")
    contents.erase(kept.digest, "it held a password")
    with pytest.raises(ContentGone, match="it held a password"):
        await contents.read(kept.digest)
    await contents.keep("a password")
    with pytest.raises(ContentGone):
        await contents.read(kept.digest)
