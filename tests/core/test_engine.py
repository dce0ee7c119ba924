"""The engine: news reaches a step while it runs, and what was running goes on after a crash."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import Action, Alert, Answer, Autonomy
from sre_core.engine import Engine, OpenTimeline
from sre_core.errors import StoreUnavailable
from sre_core.events import (
    ActionFailed,
    AlertReceived,
    DecisionAwaited,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationFailed,
    InvestigationStopped,
    MemoryRecalled,
    QuestionAsked,
    RetryRequested,
    entry,
)
from sre_core.investigation import Investigation, Phase, Status
from sre_core.investigator import Investigator, Proposal
from sre_core.loop import next_entry
from sre_core.timeline import Timeline
from tests.fakes import OPENED, PERSON, FakeReasoner, FakeToolbox, Hang, approval, equipped

PATIENCE = 10.0


class Bell:
    """Waits until an event of some kind has been appended."""

    def __init__(self, timeline: Timeline) -> None:
        self._news = threading.Condition()
        self._events: list[Event] = []
        timeline.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        with self._news:
            self._events.append(event)
            self._news.notify_all()

    def wait(self, type_: str, times: int = 1) -> None:
        def seen() -> bool:
            return sum(event.happening.type == type_ for event in self._events) >= times

        with self._news:
            assert self._news.wait_for(seen, PATIENCE), [event.happening.type for event in self._events]


@contextmanager
def engine_of(timeline: Timeline, equip: Callable[[Investigation], Investigator]) -> Iterator[Engine]:
    engine = Engine(timeline, equip)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def say(timeline: Timeline, engine: Engine, said: Entry) -> None:
    timeline.record("inv", said)
    engine.wake("inv")


def run_until_approved(timeline: Timeline, engine: Engine, bell: Bell) -> None:
    """Open an investigation, wait for its first question, and say yes."""
    timeline.append("inv", 1, OPENED)
    engine.wake("inv")
    bell.wait("ApprovalRequested")
    pending = timeline.state("inv").pending
    assert pending is not None
    say(timeline, engine, entry(PERSON, approval(pending)))


def types(timeline: Timeline) -> list[str]:
    return [event.happening.type for event in timeline.read("inv")]


def test_woken_it_runs_to_the_end(timeline: Timeline) -> None:
    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped()) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("InvestigationClosed")
    assert timeline.state("inv").phase is Phase.CLOSED


def test_what_was_running_when_the_last_process_ended_goes_on_by_itself(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped()):
        bell.wait("InvestigationClosed")


def test_stop_takes_effect_while_a_call_hangs(timeline: Timeline) -> None:
    hang = Hang()
    tools = FakeToolbox(behaviour=hang)
    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped(tools=tools)) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("ActionStarted")
        say(timeline, engine, entry(PERSON, InvestigationStopped(reason="enough")))
        assert hang.let_go.wait(PATIENCE)
    assert types(timeline)[-1] == "InvestigationStopped"


def test_guidance_lets_go_of_a_read_that_hangs_and_makes_the_plan_again(timeline: Timeline) -> None:
    hang = Hang()

    async def hang_once(action: Action) -> float:
        return await hang(action) if not hang.called.is_set() else 20.0

    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped(tools=FakeToolbox(behaviour=hang_once))) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("ActionStarted")
        say(timeline, engine, entry(PERSON, GuidanceGiven(text="look at the door")))
        bell.wait("PlanProposed", times=2)
        bell.wait("InvestigationClosed")
    assert timeline.state("inv").actions["A1"].status is Status.LET_GO


def test_a_write_that_runs_is_seen_to_its_end_when_a_person_redirects(timeline: Timeline) -> None:
    go_on = threading.Event()

    async def refuel(action: Action) -> float:
        await asyncio.to_thread(go_on.wait, PATIENCE)
        return 900.0

    bell = Bell(timeline)
    tools = FakeToolbox(behaviour=refuel)
    with engine_of(timeline, lambda state: equipped(FakeReasoner(tool="refuel"), tools)) as engine:
        run_until_approved(timeline, engine, bell)
        bell.wait("ActionStarted")
        say(timeline, engine, entry(PERSON, GuidanceGiven(text="and the door?")))
        go_on.set()
        bell.wait("ActionSucceeded")
        bell.wait("PlanProposed", times=2)
    assert timeline.state("inv").actions["A1"].status is Status.SUCCEEDED


def test_a_bug_becomes_an_event_with_an_id_and_a_persons_turn_and_can_be_retried(
    timeline: Timeline, caplog: pytest.LogCaptureFixture
) -> None:
    class BuggyOnce(FakeReasoner):
        broken = True

        async def plan(self, investigation: Investigation) -> Proposal:
            if BuggyOnce.broken:
                raise ZeroDivisionError("oops")
            return await super().plan(investigation)

    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped(BuggyOnce())) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("InvestigationFailed")
        failure = timeline.read("inv")[-1].happening
        assert isinstance(failure, InvestigationFailed)
        assert failure.error_id in caplog.text
        assert timeline.state("inv").phase is Phase.FAILED
        BuggyOnce.broken = False
        say(timeline, engine, entry(PERSON, RetryRequested()))
        bell.wait("InvestigationClosed")


async def test_a_judgement_on_an_older_state_is_thrown_away_and_made_again(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    mine = OpenTimeline(timeline, "inv")
    await mine.catch_up()
    timeline.record("inv", entry(PERSON, GuidanceGiven(text="wait")))
    await mine.append(entry("memory", MemoryRecalled()))
    assert types(timeline) == ["AlertReceived", "GuidanceGiven"]
    assert mine.state.seq == 2


async def test_a_fact_that_meets_a_taken_place_is_appended_at_the_next_one(timeline: Timeline) -> None:
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.AUTO))
    timeline.append("inv", 1, opened)
    mine = OpenTimeline(timeline, "inv")
    await mine.catch_up()
    at_hand = equipped()
    while mine.state.phase is not Phase.ACT:
        await mine.append(await next_entry(mine.state, at_hand))
    came_back = await next_entry(mine.state, at_hand)
    timeline.record("inv", entry(PERSON, GuidanceGiven(text="and the door?")))
    await mine.append(came_back)
    assert types(timeline)[-2:] == ["GuidanceGiven", "ActionSucceeded"]
    assert mine.state.actions["A1"].status is Status.SUCCEEDED


class FullDisk(Timeline):
    """Takes no events of the loop for a while."""

    refusals = 3

    def append(self, investigation_id: str, seq: int, entry: Entry) -> Event:
        if self.refusals and not entry.actor.startswith("person:"):
            self.refusals -= 1
            raise StoreUnavailable("Nothing can be written to the state folder: database or disk is full.")
        return super().append(investigation_id, seq, entry)


def test_an_investigation_whose_events_cannot_be_written_goes_on_when_they_can(database: Database) -> None:
    timeline = FullDisk(database)
    bell = Bell(timeline)
    engine = Engine(timeline, lambda state: equipped(), patience=0.01)
    timeline.append("inv", 1, OPENED)
    engine.start()
    bell.wait("InvestigationClosed")
    engine.stop()
    assert timeline.refusals == 0


def test_a_write_that_a_person_stopped_is_not_said_to_be_running_nor_to_have_worked(timeline: Timeline) -> None:
    hang = Hang()
    bell = Bell(timeline)
    tools = FakeToolbox(behaviour=hang)
    with engine_of(timeline, lambda state: equipped(FakeReasoner(tool="refuel"), tools)) as engine:
        run_until_approved(timeline, engine, bell)
        assert hang.called.wait(PATIENCE)
        say(timeline, engine, entry(PERSON, InvestigationStopped(reason="enough")))
        assert hang.let_go.wait(PATIENCE)
    stopped = timeline.state("inv").actions["A1"]
    assert stopped.status is Status.LET_GO
    assert "not known" in stopped.reason


class SlowToRead(Timeline):
    """By the time that the news is read, the step has come back."""

    def __init__(self, database: Database, back: Callable[[], None]) -> None:
        super().__init__(database)
        self._back = back

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        self._back()
        time.sleep(0.02)
        return super().read(investigation_id, since)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (entry("tool:look", ActionFailed(action_id="A1", run_id="run-1", error="it broke")), True),
        (entry("reasoner:fake", DecisionAwaited(actions=("A1",))), False),
    ],
)
async def test_of_what_comes_back_while_news_is_read_facts_are_kept_and_judgements_are_not(
    database: Database, said: Entry, kept: bool
) -> None:
    loop, back = asyncio.get_running_loop(), asyncio.Event()
    timeline = SlowToRead(database, lambda: loop.call_soon_threadsafe(back.set) and None)
    timeline.append("inv", 1, OPENED)
    open_ = OpenTimeline(timeline, "inv")
    await open_.catch_up()
    await asyncio.sleep(0)
    back.clear()
    Timeline(database).record("inv", entry(PERSON, GuidanceGiven(text="think again")))
    open_.news.set()

    async def step() -> Entry:
        await back.wait()
        return said

    assert (await open_.unless_overtaken(step()) == said) is kept


def test_a_question_is_answered_while_a_call_hangs_and_after_the_end(timeline: Timeline) -> None:
    hang = Hang()
    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped(tools=FakeToolbox(behaviour=hang))) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        assert hang.called.wait(PATIENCE)
        say(timeline, engine, entry(PERSON, QuestionAsked(text="What is the alert?")))
        bell.wait("QuestionAnswered")
        assert not hang.let_go.is_set()
        say(timeline, engine, entry(PERSON, InvestigationStopped()))
        say(timeline, engine, entry(PERSON, QuestionAsked(text="Who stopped it?")))
        bell.wait("QuestionAnswered", times=2)
    assert timeline.state("inv").control.unanswered == []


def test_a_question_that_was_open_when_the_process_ended_is_answered_by_the_next(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    timeline.append("inv", 2, entry(PERSON, QuestionAsked(text="What is the alert?")))
    timeline.append("inv", 3, entry(PERSON, InvestigationStopped()))
    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped()):
        bell.wait("QuestionAnswered")


def test_a_question_that_cannot_be_answered_is_told_so(timeline: Timeline) -> None:
    class Speechless(FakeReasoner):
        async def answer(self, *asked: object) -> Answer:
            raise ZeroDivisionError("a bug")

    bell = Bell(timeline)
    with engine_of(timeline, lambda state: equipped(Speechless())) as engine:
        timeline.append("inv", 1, OPENED)
        timeline.append("inv", 2, entry(PERSON, QuestionAsked(text="What is the alert?")))
        engine.wake("inv")
        bell.wait("QuestionAnswered")
    (question,) = timeline.state("inv").control.questions.values()
    assert question.answer is not None
    assert "could not be answered: ZeroDivisionError" in question.answer.text
