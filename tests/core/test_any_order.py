"""Whatever a person says, in whatever order, and whenever the process ends: nothing gets stuck, nothing runs unasked."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Action, Alert, Autonomy, Effect, Pace
from sre_core.engine import Engine
from sre_core.errors import StaleDecision, ToolError
from sre_core.events import (
    ActionApproved,
    ActionFailed,
    ActionRejected,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationStopped,
    PaceSet,
    ReflectionMade,
    RetryRequested,
    entry,
)
from sre_core.investigation import Investigation, Phase, Turn
from sre_core.investigator import Investigator
from sre_core.timeline import Timeline
from tests.fakes import PERSON, FakeReasoner, FakeToolbox, approval, equipped
from tests.tries import tried

PATIENCE = 20.0
IDS = itertools.count()


class Moody:
    """A tool's behaviour: it works, takes a while, fails, or has a bug, by turns."""

    def __init__(self, moods: list[str]) -> None:
        self._moods = iter(moods)

    async def __call__(self, action: Action) -> float:
        match next(self._moods, "works"):
            case "slow":
                await asyncio.sleep(0.005)
            case "fails":
                raise ToolError("The thermometer is broken.")
            case "buggy":
                raise ZeroDivisionError("a bug of the tool")
        return 300.0


class Person:
    """Talks to one investigation of a real engine, and can end the process and start it again."""

    def __init__(self, timeline: Timeline, opened: AlertReceived, moods: list[str]) -> None:
        self.id = f"inv-{next(IDS)}"
        self.tools = FakeToolbox(behaviour=Moody(moods))
        self._timeline = timeline
        self._runs = itertools.count()
        self._news = threading.Condition()
        self._quiet = timeline.subscribe(self._hear)
        timeline.append(self.id, 1, entry(PERSON, opened))
        self._engine = self._started()

    def _started(self) -> Engine:
        engine = Engine(self._timeline, self._equip)
        engine.start()
        return engine

    def _equip(self, state: Investigation) -> Investigator:
        reasoner = FakeReasoner(looks=2, remedies=("refuel",))
        return equipped(reasoner, self.tools, run_id=f"run-{next(self._runs)}")

    def _hear(self, event: Event) -> None:
        with self._news:
            self._news.notify_all()

    @property
    def state(self) -> Investigation:
        return self._timeline.state(self.id)

    def events(self) -> list[Event]:
        return self._timeline.read(self.id)

    def say(self, said: Entry) -> None:
        """A decision that came too late is refused, and that is fine."""
        try:
            self._timeline.record(self.id, said)
        except StaleDecision:
            return
        self._engine.wake(self.id)

    def do(self, deed: str) -> None:
        record = self.state.pending
        match deed:
            case "approve" if record:
                self.say(entry(PERSON, approval(record)))
            case "reject" if record:
                self.say(entry(PERSON, ActionRejected(action_id=record.action.id, reason="no")))
            case "guide" | "guide often":
                for _ in range(1 if deed == "guide" else 10):
                    self.say(entry(PERSON, GuidanceGiven(text="think again")))
            case "plan" | "step" | "full":
                self.say(entry(PERSON, PaceSet(pace=Pace(deed))))
            case "retry":
                self.say(entry(PERSON, RetryRequested()))
            case "stop":
                self.say(entry(PERSON, InvestigationStopped(reason="enough")))
            case "restart":
                self._engine.stop()
                self._engine = self._started()
            case "wait":
                self.wait()

    def wait(self) -> Investigation:
        """Until it is not the loop's turn."""
        with self._news:
            assert self._news.wait_for(lambda: self.state.turn is not Turn.LOOP, PATIENCE), self._last()
        return self.state

    def _last(self) -> list[str]:
        return [event.happening.type for event in self.events()[-8:]]

    def finish(self) -> Investigation:
        """Say whatever is asked for until nobody has to do anything."""
        asked_for = {Phase.FAILED: "retry", Phase.APPROVAL: "approve", Phase.HELD: "full"}
        for _ in range(200):
            state = self.wait()
            if state.turn is Turn.NOBODY:
                return state
            self.do(asked_for[state.phase])
        raise AssertionError(f"it never ends: {self._last()}")

    def leave(self) -> None:
        self._engine.stop()
        self._quiet()


DEEDS = st.lists(
    st.sampled_from(
        [
            *("wait", "wait", "approve", "approve", "reject", "guide", "guide often"),
            *("plan", "step", "full", "retry", "restart", "stop"),
        ]
    ),
    max_size=20,
)
MOODS = st.lists(st.sampled_from(["works", "slow", "slow", "fails", "buggy"]), max_size=12)
OPENED = st.builds(
    AlertReceived,
    alert=st.just(Alert(title="The kiln is too cold")),
    autonomy=st.sampled_from(Autonomy),
    pace=st.sampled_from([Pace.FULL, Pace.STEP, Pace.PLAN]),
)


def count(events: list[Event], key: Callable[[Event], str | None]) -> Counter[str]:
    return Counter(name for event in events if (name := key(event)) is not None)


def of(*kinds: type) -> Callable[[Event], str | None]:
    return lambda event: getattr(event.happening, "action_id", None) if isinstance(event.happening, kinds) else None


@pytest.mark.slow
@tried(30)
@given(opened=OPENED, deeds=DEEDS, moods=MOODS)
def test_any_order_of_decisions_and_restarts_comes_to_an_end_and_runs_nothing_unasked(
    timeline: Timeline, opened: AlertReceived, deeds: list[str], moods: list[str]
) -> None:
    person = Person(timeline, opened, moods)
    try:
        for deed in deeds:
            person.do(deed)
        person.finish()
    finally:
        person.leave()
    events = person.events()
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    refuse_what_must_not_be(events, person)


def refuse_what_must_not_be(events: list[Event], person: Person) -> None:
    """The laws that hold for every timeline."""
    approved, started = count(events, of(ActionApproved)), count(events, of(ActionStarted))
    writes = {id_ for id_, record in person.state.actions.items() if record.action.effect is Effect.WRITES}
    ran = Counter(call.id for call in person.tools.calls)
    rejected = set(count(events, of(ActionRejected)))
    assert all(started[id_] <= approved[id_] for id_ in writes), "each start of a write was approved"
    assert all(ran[id_] <= started[id_] for id_ in ran), "nothing runs before it is written down"
    assert all(started[id_] < 1 or approved[id_] for id_ in rejected), "what was rejected ran only if approved before"
    came_back = count(events, of(ActionSucceeded, ActionFailed))
    thought_about = count(
        events, lambda e: e.happening.reflection.action_id if isinstance(e.happening, ReflectionMade) else None
    )
    assert max(came_back.values(), default=0) <= 1
    assert max(thought_about.values(), default=0) <= 1
