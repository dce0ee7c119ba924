"""The laws of the timeline, over generated investigations: whatever people say, in the middle of whatever is going on.

A *script* says what people do and when: before the n-th time that a reasoner or a tool is asked something has come back.
So their words land inside steps, as they do in life, and every run can be repeated.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine as Database

from sre_core.domain import Action, Alert, Autonomy, Effect, Leaning, Limits, Pace
from sre_core.engine import OpenTimeline
from sre_core.errors import WorkbenchError
from sre_core.events import (
    EVENT,
    ActionApproved,
    ActionEdited,
    ActionProposed,
    ActionRejected,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ApprovalRequested,
    AutonomySet,
    BreakpointCleared,
    BreakpointSet,
    CheckDropped,
    CheckPicked,
    ConclusionRated,
    ConclusionRefuted,
    Event,
    FactStated,
    GuidanceGiven,
    Happening,
    HypothesisDismissed,
    HypothesisPicked,
    HypothesisProposed,
    InvestigationForked,
    InvestigationStopped,
    LimitsSet,
    PaceSet,
    QuestionAsked,
    StandingApprovalGiven,
    StandingApprovalRevoked,
    entry,
)
from sre_core.investigation import Investigation, Phase, Turn, fold
from sre_core.investigator import Investigator
from sre_core.loop import investigate
from sre_core.people import Person, Role
from sre_core.proposing import idempotency_key
from sre_core.timeline import Timeline
from tests.core.test_frozen import meaning
from tests.fakes import PERSON, VIEWER, FakeMemory, FakeReasoner, FakeToolbox, approval
from tests.tries import tried

IDS = itertools.count()
DEEDS = (
    *("approve",) * 6,
    *("reject", "edit", "stale approval", "viewer", "standing", "revoke"),
    *("guide", "fact", "correct", "propose", "pick", "dismiss", "refute", "rate", "ask"),
    *("pick check", "drop check"),
    *("pause", "step", "full", "full", "autonomy", "limits", "break", "unbreak", "stop"),
)
SCRIPTS = st.lists(st.tuples(st.integers(0, 80), st.sampled_from(DEEDS)), max_size=14)
OPENED = st.builds(
    AlertReceived,
    alert=st.just(Alert(title="The kiln is too cold")),
    autonomy=st.sampled_from(Autonomy),
    pace=st.sampled_from([Pace.FULL, Pace.STEP, Pace.PLAN]),
)


class Dear(FakeReasoner):
    """Every third look is a dear one, and the plan knows what it tests."""

    async def choose(self, investigation: Investigation) -> Action | None:
        action = await super().choose(investigation)
        dear = len(investigation.actions) % 3 == 1
        return action.model_copy(update={"cost": 9.0 if dear else 1.0, "tests": ("H1",)}) if action else None


class People:
    """Carries out a script on a real timeline while the loop works on it."""

    def __init__(self, timeline: Timeline, id_: str, script: Sequence[tuple[int, str]]) -> None:
        self.timeline, self.id = timeline, id_
        self.open: OpenTimeline | None = None
        self.ring: Callable[[Callable[[], None]], object] | None = None
        self.told: list[Event] = []
        self.back: list[str] = []
        self.early: list[ActionApproved] = []
        self._due = sorted(script)
        self._moment = 0

    async def meddle(self) -> None:
        """A moment passes, and then a short while that differs from moment to moment."""
        self.moment()
        for _ in range(self._moment % 5):
            await asyncio.sleep(0)
        await asyncio.sleep(0.002 if self._moment % 7 == 0 else 0)

    def hear(self, event: Event) -> None:
        """A moment passes right after the loop has written something, before it knows."""
        if event.investigation_id == self.id and not event.actor.startswith("person:"):
            self.moment()

    def moment(self) -> None:
        """Whatever is due is said now."""
        self._moment += 1
        while self._due and self._due[0][0] < self._moment:
            self.do(self._due.pop(0)[1])

    @property
    def left(self) -> bool:
        return bool(self._due)

    def next(self) -> None:
        """The loop is waiting: what is due next is said, with all that is due at that moment."""
        moment = self._due[0][0]
        while self._due and self._due[0][0] == moment:
            self.do(self._due.pop(0)[1])

    def do(self, deed: str) -> None:
        state = self.timeline.state(self.id)
        if said := self._words(deed, state):
            self.say(said, VIEWER if deed == "viewer" else PERSON)

    def say(self, said: Happening, by: Person = PERSON) -> bool:
        """True when it was taken."""
        try:
            self.told.append(self.timeline.record(self.id, entry(by, said)))
        except WorkbenchError:
            return False
        if self.open and self.ring:
            self.ring(self.open.news.set)
        return True

    def _words(self, deed: str, state: Investigation) -> Happening | None:
        if state.pending and deed in ("approve", "viewer"):
            self.early.append(approval(state.pending))
            return self.early[-1]
        if state.pending and deed == "reject":
            return ActionRejected(action_id=state.pending.action.id, reason="no")
        if state.pending and deed == "edit":
            new = {"nth": 100 + state.seq}
            return ActionEdited(action_id=state.pending.action.id, request=state.pending.asked_seq or 0, arguments=new)
        if deed == "stale approval" and self.early:
            return self.early[0]
        if deed == "revoke" and state.control.standing:
            return StandingApprovalRevoked(given=min(state.control.standing))
        if deed == "correct" and state.evidence:
            return FactStated(text="that was another kiln", corrects=(min(state.evidence),))
        words: dict[str, Happening] = {
            "standing": StandingApprovalGiven(tool="look"),
            "guide": GuidanceGiven(text="think again"),
            "fact": FactStated(text="it rained", leanings=(Leaning(hypothesis_id="H2", log_odds=0.7),)),
            "propose": HypothesisProposed(component="chimney", fault="blocked", statement="birds"),
            "pick": HypothesisPicked(hypothesis_id="H2"),
            "pick check": CheckPicked(tool="look", arguments={"nth": 200 + state.seq}),
            "drop check": CheckDropped(tool="look", arguments={"nth": len(state.actions)}, reason="no"),
            "dismiss": HypothesisDismissed(hypothesis_id="H1", reason="it is full"),
            "refute": ConclusionRefuted(reason="it is not that"),
            "rate": ConclusionRated(rating="wrong"),  # type: ignore[arg-type]
            "ask": QuestionAsked(text="How warm is it?"),
            "pause": PaceSet(pace=Pace.PLAN),
            "step": PaceSet(pace=Pace.STEP),
            "full": PaceSet(pace=Pace.FULL),
            "autonomy": AutonomySet(autonomy=list(Autonomy)[state.seq % 3]),
            "limits": LimitsSet(limits=Limits(max_actions=3 + state.seq % 5)),
            "break": BreakpointSet(tool="look"),
            "unbreak": BreakpointCleared(tool="look"),
            "stop": InvestigationStopped(reason="enough"),
        }
        return words.get(deed)


class MeddledReasoner(Dear):
    """People talk while it thinks."""

    def __init__(self, people: People) -> None:
        super().__init__(looks=3, remedies=("refuel",))
        self._people = people

    async def plan(self, investigation: Investigation) -> Any:
        await self._people.meddle()
        return await super().plan(investigation)

    async def choose(self, investigation: Investigation) -> Action | None:
        await self._people.meddle()
        return await super().choose(investigation)

    async def reflect(self, *asked: Any) -> Any:
        await self._people.meddle()
        return await super().reflect(*asked)

    async def conclude(self, investigation: Investigation) -> Any:
        await self._people.meddle()
        return await super().conclude(investigation)


class MeddledTools(FakeToolbox):
    """People talk while it runs; what came back is noted the moment it does."""

    def __init__(self, people: People) -> None:
        super().__init__()
        self._people = people

    async def run(self, action: Action, key: str | None = None) -> Any:
        observation = await super().run(action, key)
        await self._people.meddle()
        self._people.back.append(action.id)
        return observation


class Run:
    """One investigation, led to its end by a script and then by somebody who says yes to everything."""

    def __init__(self, timeline: Timeline, opened: AlertReceived, script: Sequence[tuple[int, str]]) -> None:
        self.id = f"law-{next(IDS)}"
        self.people = People(timeline, self.id, script)
        self.tools = MeddledTools(self.people)
        self._timeline = timeline
        self._runs = itertools.count()
        timeline.append(self.id, 1, entry(PERSON, opened))

    async def go(self) -> OpenTimeline:
        """Run the loop until somebody else must act, in a run of its own."""
        open_ = OpenTimeline(self._timeline, self.id)
        self.people.open, self.people.ring = open_, asyncio.get_running_loop().call_soon_threadsafe
        reasoner, run_id = MeddledReasoner(self.people), f"run-{next(self._runs)}"
        at_hand = Investigator(reasoner, self.tools, FakeMemory(), lambda action: action.components, run_id)
        await open_.catch_up()
        await investigate(open_, at_hand)
        return open_

    async def to_the_end(self) -> list[Event]:
        quiet = self._timeline.subscribe(self.people.hear)
        try:
            return await self._to_the_end()
        finally:
            quiet()

    async def _to_the_end(self) -> list[Event]:
        for _ in range(200):
            await self.go()
            state = self._timeline.state(self.id)
            if state.turn is Turn.LOOP:
                continue
            if self.people.left:
                self.people.next()
            elif state.turn is Turn.NOBODY or not self.agree(state):
                return self._timeline.read(self.id)
        raise AssertionError(f"it never ends: {[e.happening.type for e in self._timeline.read(self.id)[-9:]]}")

    def agree(self, state: Investigation) -> bool:
        words = approval(state.pending) if state.pending else PaceSet(pace=Pace.FULL)
        return state.turn is Turn.PERSON and self.people.say(words)


def check(events: Sequence[Event], run: Run) -> None:
    """Every law that can be read off a finished timeline."""
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert len({event.id for event in events}) == len(events)
    for told in run.people.told:
        assert events[told.seq - 1] == told, "what a person was told is recorded stays recorded"
    came_back = [e.happening.action_id for e in events if isinstance(e.happening, ActionSucceeded)]
    assert came_back == run.people.back, "every result is there, once, in order"
    for event in events:
        if isinstance(event.happening, ActionStarted):
            check_start(event, event.happening, events)
    check_stop_and_pause(events)


def check_start(event: Event, started: ActionStarted, events: Sequence[Event]) -> None:
    """Whatever started was allowed to: a write by its own approval, in time, of exactly what ran."""
    before = fold(event.investigation_id, events[: event.seq - 1])
    record = before.actions[started.action_id]
    earlier = [e for e in events[: event.seq - 1] if getattr(e.happening, "action_id", None) == started.action_id]
    asked = [e for e in earlier if isinstance(e.happening, ApprovalRequested)]
    said = [e for e in earlier if isinstance(e.happening, ActionApproved)]
    starts = sum(isinstance(e.happening, ActionStarted) for e in earlier)
    if record.action.effect is Effect.WRITES:
        assert starts < len(said), "each start of a write has an approval of its own"
        assert started.key == idempotency_key(record, before), "and the key of that approval"
        assert all(getattr(e.happening, "key", None) != started.key for e in events[: event.seq - 1]), "used once"
    edits = [e.happening for e in earlier if isinstance(e.happening, ActionEdited)]
    if edits:
        assert record.action.arguments == edits[-1].arguments, "what runs is what the editor wrote"
    if said and record.decided and record.request:
        yes = said[-1].happening
        assert isinstance(yes, ActionApproved)
        assert yes.request == asked[-1].seq, "it answers the latest request"
        assert yes.digest == record.action.digest, "of exactly what runs"
        assert said[-1].role is not None
        assert said[-1].role.covers(Role.RESPONDER)
    assert len({e.happening.request for e in said if isinstance(e.happening, ActionApproved)}) == len(said), "once"
    assert not any(isinstance(e.happening, ActionRejected) for e in earlier), "a rejected action never runs"


def check_stop_and_pause(events: Sequence[Event]) -> None:
    stopped, paused_at, approved = False, None, {}
    for event in events:
        match event.happening:
            case InvestigationStopped():
                stopped = True
            case PaceSet(pace=pace):
                paused_at = event.seq if pace is Pace.PLAN else None
            case ActionApproved(action_id=id_):
                approved[id_] = event.seq
            case ActionProposed(action=action, picked=int() as pick):
                approved[action.id] = pick  # a person's word to do this one now
            case ActionStarted(action_id=id_, run_id=_):
                assert not stopped, "nothing starts after a stop"
                again = fold("inv", events[: event.seq - 1]).actions[id_].starts > 0
                assert paused_at is None or again or approved.get(id_, 0) > paused_at, "a pause holds"
            case _:
                pass


@pytest.mark.slow
@tried(40)
@given(opened=OPENED, script=SCRIPTS)
def test_whatever_people_say_and_whenever_the_laws_hold(
    timeline: Timeline, opened: AlertReceived, script: list[tuple[int, str]]
) -> None:
    run = Run(timeline, opened, script)
    check(asyncio.run(run.to_the_end()), run)


@pytest.mark.slow
@tried(20)
@given(opened=OPENED, script=SCRIPTS, cut=st.floats(0, 1))
def test_replayed_cut_anywhere_and_resumed_it_means_the_same_and_comes_to_an_end(
    timeline: Timeline, opened: AlertReceived, script: list[tuple[int, str]], cut: float
) -> None:
    run = Run(timeline, opened, script)
    events = asyncio.run(run.to_the_end())
    written = [EVENT.validate_json(event.model_dump_json()) for event in events]
    whole = fold("inv", written)
    assert meaning(whole) == meaning(timeline.state(run.id))
    at = max(1, round(cut * len(events)))
    assert meaning(fold("inv", written[at:], fold("inv", written[:at]))) == meaning(whole)
    again = Run(timeline, opened, [])
    for event in events[1:at]:
        timeline.append(
            again.id, event.seq, entry(event.actor, event.happening).model_copy(update={"role": event.role})
        )
    resumed = asyncio.run(again.to_the_end())
    assert [e.happening for e in resumed[:at]] == [e.happening for e in events[:at]]
    assert fold("inv", resumed).turn is Turn.NOBODY


@pytest.mark.slow
@tried(20)
@given(opened=OPENED, script=SCRIPTS, cut=st.floats(0, 1), after=SCRIPTS)
def test_a_fork_has_the_same_bytes_and_lives_by_the_same_laws(
    timeline: Timeline, opened: AlertReceived, script: list[tuple[int, str]], cut: float, after: list[tuple[int, str]]
) -> None:
    run = Run(timeline, opened, script)
    events = asyncio.run(run.to_the_end())
    before = [event.model_dump_json() for event in events]
    at = max(1, round(cut * len(events)))
    fork = Run(timeline, opened, after)
    fork.id = fork.people.id = timeline.fork(run.id, entry(PERSON, InvestigationForked(origin=run.id, at=at)))
    continued = asyncio.run(fork.to_the_end())
    assert [event.model_dump_json() for event in continued[:at]] == before[:at]
    assert [event.model_dump_json() for event in timeline.read(run.id)] == before, "the original is as it was"
    own = [event for event in continued[at:] if isinstance(event.happening, ActionStarted)]
    for event in own:
        state = fold("inv", continued[: event.seq - 1])
        record = state.actions[event.happening.action_id]  # type: ignore[union-attr]
        if record.action.effect is Effect.WRITES:
            assert record.decided is not None
            assert record.decided.seq > at, "no approval of the original counts"


# -- approvals that must not count -----------------------------------------------------------------------------------------

FORGED = (
    *("tampered digest", "another's digest", "wrong request", "no request", "unknown action"),
    *("viewer", "nobody", "by policy", "standing for a write"),
)
"""Attempts that leave everything as it was, so that others can follow."""
HOSTILE = (
    *FORGED,
    *("too late", "clock set back", "after rejection", "after edit", "after guidance"),
    *("after stop", "after correction", "twice", "in a fork"),
)
BEFORE = st.lists(st.sampled_from(FORGED), max_size=2)
SALT = st.integers(0, 10**6)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


class Gate:
    """An investigation that waits at a gate, and somebody who tries to get past it."""

    def __init__(self, timeline: Timeline, clock: Clock, *, write: bool) -> None:
        self.timeline, self.clock = timeline, clock
        self.id = f"gate-{next(IDS)}"
        self.tools = FakeToolbox()
        self.reasoner = FakeReasoner(looks=1, tool="refuel") if write else FakeReasoner(looks=1)
        opened = AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.ASK_ALL)
        timeline.append(self.id, 1, entry(PERSON, opened))
        self.run()
        self.first = approval(self.state.pending)

    @property
    def state(self) -> Investigation:
        return self.timeline.state(self.id)

    def run(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        open_ = OpenTimeline(self.timeline, self.id)
        await open_.catch_up()
        at_hand = Investigator(
            self.reasoner, self.tools, FakeMemory(), lambda action: action.components, f"run-{next(IDS)}", self.clock
        )
        await investigate(open_, at_hand)

    def tries(self, said: Happening, by: Person | str = PERSON) -> None:
        """It must be refused, and leave nothing behind."""
        before = self.timeline.read(self.id)
        with pytest.raises(WorkbenchError):
            self.timeline.record(self.id, entry(by, said))
        assert self.timeline.read(self.id) == before

    def says(self, said: Happening) -> None:
        self.timeline.record(self.id, entry(PERSON, said))

    def attack(self, how: str, salt: int) -> None:
        yes = self.first
        match how:
            case "tampered digest":
                self.tries(yes.model_copy(update={"digest": f"{salt:064x}"}))
            case "another's digest":
                other = Action(id=yes.action_id, tool="look", arguments={"nth": salt + 1000})
                self.tries(yes.model_copy(update={"digest": other.digest}))
            case "wrong request":
                self.tries(yes.model_copy(update={"request": (yes.request or 0) + 1 + salt % 7}))
            case "no request":
                self.tries(yes.model_copy(update={"request": None}))
            case "unknown action":
                self.tries(yes.model_copy(update={"action_id": f"A{2 + salt}"}))
            case "too late":
                self.clock.time += timedelta(minutes=31 + salt % 9999)
                self.tries(yes)
            case "clock set back":
                self.clock.time -= timedelta(minutes=1 + salt % 9999)
                self.tries(yes)
            case "viewer":
                self.tries(yes, VIEWER)
            case "nobody":
                self.tries(yes, f"person:ada{salt}")
            case "by policy":
                self.tries(yes, "policy")
            case "standing for a write":
                self.tries(StandingApprovalGiven(tool="refuel", effect=Effect.WRITES))
            case _:
                self.attack_after(how, salt)

    def attack_after(self, how: str, salt: int) -> None:
        """The request was good once; something has happened since."""
        yes = self.first
        match how:
            case "after rejection":
                self.says(ActionRejected(action_id=yes.action_id, reason="no"))
            case "after edit":
                self.says(ActionEdited(action_id=yes.action_id, request=yes.request or 0, arguments={"nth": salt + 50}))
            case "after guidance":
                self.says(GuidanceGiven(text="think again"))
            case "after stop":
                self.says(InvestigationStopped())
            case "after correction":
                self.says(AutonomySet(autonomy=Autonomy.ASK_ALL))
            case "in a fork":
                self.says(yes)
                at = self.state.seq
                self.id = self.timeline.fork(self.id, entry(PERSON, InvestigationForked(origin=self.id, at=at)))
            case "twice":
                self.says(yes)
            case _:
                raise AssertionError(how)
        self.tries(yes)
        if how != "twice":
            self.run()
            self.tries(yes)


@pytest.fixture
def clocked(database: Database) -> tuple[Timeline, Clock]:
    """A timeline on a clock that can be moved."""
    clock = Clock()
    return Timeline(database, now=clock), clock


@pytest.mark.slow
@pytest.mark.parametrize("write", [True, False], ids=["write", "look"])
@pytest.mark.parametrize("how", HOSTILE)
@tried(4)
@given(before=BEFORE, salt=SALT)
def test_no_hostile_approval_gets_anything_run(
    clocked: tuple[Timeline, Clock], how: str, write: bool, before: list[str], salt: int
) -> None:
    gate = Gate(*clocked, write=write)
    for attempt in (*before, how):
        gate.attack(attempt, salt)
    if how != "twice":
        gate.run()
    assert gate.tools.calls == []


EVERYTHING_ELSE = (
    "after rejection",
    "after edit",
    "after guidance",
    "after stop",
    "after correction",
    "twice",
    "asked",
)


@pytest.mark.parametrize("meanwhile", EVERYTHING_ELSE)
def test_a_late_answer_expires_only_what_still_waits_for_it(clocked: tuple[Timeline, Clock], meanwhile: str) -> None:
    gate = Gate(*clocked, write=True)
    if meanwhile == "asked":
        gate.says(QuestionAsked(text="How warm is it?"))
    else:
        gate.attack_after(meanwhile, 0)
    before = gate.timeline.read(gate.id)
    gate.clock.time += timedelta(hours=1)
    gate.timeline.expire(gate.id, gate.first)
    added = [event.happening.type for event in gate.timeline.read(gate.id)[len(before) :]]
    assert added == (["ApprovalExpired"] if meanwhile == "asked" else [])
    gate.timeline.expire(gate.id, gate.first)
    assert len(gate.timeline.read(gate.id)) == len(before) + len(added), "and once"


@pytest.mark.slow
def test_an_approval_given_twice_runs_once(clocked: tuple[Timeline, Clock]) -> None:
    gate = Gate(*clocked, write=True)
    gate.attack("twice", 0)
    gate.run()
    assert [call.id for call in gate.tools.calls] == ["A1"]
    assert gate.state.phase in (Phase.APPROVAL, Phase.CLOSED)
    gate.tries(gate.first)


@pytest.mark.slow
@tried(20)
@given(opened=OPENED, script=SCRIPTS)
def test_two_loops_on_one_timeline_double_nothing_and_come_to_an_end(
    timeline: Timeline, opened: AlertReceived, script: list[tuple[int, str]]
) -> None:
    run = Run(timeline, opened, script)

    async def both() -> list[Event]:
        for _ in range(200):
            await asyncio.gather(run.go(), run.go())
            state = timeline.state(run.id)
            if state.turn is Turn.LOOP:
                continue
            if run.people.left:
                run.people.next()
            elif state.turn is Turn.NOBODY or not run.agree(state):
                return timeline.read(run.id)
        raise AssertionError("it never ends")

    events = asyncio.run(both())
    ended = [e.happening.action_id for e in events if isinstance(e.happening, ActionSucceeded)]
    assert len(ended) == len(set(ended)), "no result is there twice"
    assert set(ended) == set(run.people.back), "and none is missing"
    for event in events:
        if isinstance(event.happening, ActionStarted):
            check_start(event, event.happening, events)
