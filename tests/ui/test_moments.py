"""Time travel: what a page shows of a moment is what it showed then."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core import events as ev
from sre_core.api.moments import MOST_KEPT, Moments, Recording
from sre_core.errors import RefusedInput, UnknownInvestigation
from sre_core.events import Event, entry
from sre_core.loop import investigate
from tests.fakes import PERSON, FakeReasoner, FakeToolbox, approval, equipped, fail, run_until_turn_ends
from tests.tries import tried
from ui.marks import kind
from ui.picture import Picture

INV = "inv"


async def a_story() -> list[Event]:
    """With words of people, a remedy that is asked about and approved, a question, a refuted conclusion."""
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=2, remedies=("refuel",))))
    timeline.say(entry(PERSON, approval(next(iter(timeline.state.waiting), None))))
    timeline.say(entry(PERSON, ev.GuidanceGiven(text="look at the door")))
    await investigate(timeline, equipped(FakeReasoner(looks=3, remedies=("refuel",))))
    timeline.say(entry(PERSON, ev.QuestionAsked(text="Why is it cold?")))
    if timeline.state.conclusion:
        timeline.say(entry(PERSON, ev.ConclusionRefuted(reason="the door was shut")))
    await investigate(timeline, equipped(FakeReasoner(looks=4), FakeToolbox(behaviour=fail)))
    return timeline.events


@pytest.fixture
async def story() -> list[Event]:
    return await a_story()


def page_of(events: Iterable[Event]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sections, and cards by id, of a page that has only ever seen these events."""
    picture, cards = Picture(INV), dict[str, Any]()
    for event in events:
        cards.update({card["id"]: card for card in picture.take(event)["cards"]})
    parsed: tuple[dict[str, Any], dict[str, Any]] = json.loads(json.dumps([picture.sections(), cards], default=str))
    return parsed


def state_at(moments: Moments, seq: int, events: list[Event]) -> dict[str, Any]:
    answer = json.loads(moments.at(INV, seq, lambda _, since: events[since:]))
    assert answer["at"] == seq
    state: dict[str, Any] = answer["state"]
    return state


async def test_the_sections_of_a_moment_are_those_of_a_page_that_saw_no_more_in_whatever_order_they_are_asked_for() -> (
    None
):
    story = await a_story()
    assert len(story) > 30
    then = [page_of(story[:seq])[0] for seq in range(len(story) + 1)]

    @tried(60)
    @given(asked=st.lists(st.integers(1, len(story)), min_size=1, max_size=12), known=st.integers(1, len(story)))
    def holds(asked: list[int], known: int) -> None:
        moments = Moments(Picture)
        state_at(moments, known, story[:known])
        for seq in asked:
            assert state_at(moments, seq, story) == then[seq]

    holds()


async def test_the_cards_of_a_moment_are_the_last_versions_that_the_stream_brought_until_then(
    story: list[Event],
) -> None:
    """What the browser does: of each card, the version of the last frame up to then."""
    picture = Picture(INV)
    frames = [json.loads(json.dumps(picture.take(event), default=str)) for event in story]
    for seq in range(1, len(story) + 1):
        standing = {card["id"]: card for frame in frames[:seq] for card in frame["cards"]}
        assert standing == page_of(story[:seq])[1]


def test_an_event_that_never_was_is_refused_with_what_there_is(story: list[Event]) -> None:
    moments = Moments(Picture)
    for seq in (0, len(story) + 1):
        with pytest.raises(RefusedInput, match=f"has events 1 to {len(story)}"):
            state_at(moments, seq, story)


def test_an_unknown_investigation_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownInvestigation):
        state_at(Moments(Picture), 1, [])


def test_each_event_is_read_and_pictured_once_however_often_it_is_looked_at(story: list[Event]) -> None:
    read: list[int] = []

    def reading(_: str, since: int) -> list[Event]:
        read.append(since)
        return story[since:]

    moments = Moments(Picture)
    for seq in (5, 3, len(story), 1):
        moments.at(INV, seq, reading)
    assert read == [0]


def test_the_recordings_that_nobody_asked_for_lately_are_forgotten(story: list[Event]) -> None:
    read: list[str] = []

    def reading(id_: str, since: int) -> list[Event]:
        read.append(id_)
        return story[since:]

    moments = Moments(lambda _: Picture(INV), most_bytes=1)
    for id_ in ("one", "one", "other", "one"):
        moments.at(id_, 3, reading)
    assert read == ["one", "other", "one"]


def test_however_many_are_looked_at_only_so_many_are_kept(story: list[Event]) -> None:
    read: list[str] = []

    def reading(id_: str, since: int) -> list[Event]:
        read.append(id_)
        return story[since:1]

    moments = Moments(lambda _: Picture(INV))
    for id_ in (*map(str, range(MOST_KEPT + 1)), "0", "1"):
        moments.at(id_, 1, reading)
    assert read[MOST_KEPT + 1 :] == ["0", "1"], "the oldest two made room, and were read anew"


class _Growing:
    """Every event brings a part that was not there before."""

    def __init__(self) -> None:
        self._parts: dict[str, Any] = {}

    def take(self, event: Event) -> dict[str, Any]:
        self._parts[f"part {event.seq}"] = "x" * 2_000
        return {}

    def sections(self) -> dict[str, Any]:
        return self._parts


def test_a_moment_can_be_looked_at_while_another_looks_at_what_is_new(story: list[Event]) -> None:
    recording, done = Recording(_Growing()), threading.Event()
    recording.advance(story[:1])

    def look() -> int:
        looks = 0
        while not done.is_set() or not looks:
            assert json.loads(recording.at(1))["state"].keys() == {"part 1"}
            looks += 1
        return looks

    with ThreadPoolExecutor() as others:
        looking = others.submit(look)
        recording.advance(story[0].model_copy(update={"seq": seq}) for seq in range(2, 150))
        done.set()
        assert looking.result() > 0


def test_every_event_has_a_mark_and_what_a_person_did_is_theirs(story: list[Event]) -> None:
    kinds = [kind(event) for event in story]
    assert {"other", "plan", "action", "finding", "person", "conclusion", "trouble"} <= set(kinds)
    assert kinds[0] == "other", "the alert"
    said = next(event for event in story if isinstance(event.happening, ev.ActionApproved))
    assert kind(said) == "person"
    taken = Picture(INV).take(story[0])
    assert (taken["what"], taken["at"]) == ("alert received", story[0].at.isoformat())
