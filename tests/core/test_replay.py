"""An investigation repeated from its record: the same steps come out the same, and where they do not, that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given

from sre_core.domain import Action, Limits, Value
from sre_core.events import (
    ActionEdited,
    ActionProposed,
    ActionRejected,
    AlertReceived,
    GuidanceGiven,
    InvestigationStopped,
    ModelBudgetReached,
    PlanProposed,
    ReasonerReplaced,
    ReasonerSet,
    ReflectionMade,
    entry,
)
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator, Proposal
from sre_core.loop import investigate
from sre_core.replay import Replayed, reaches_outside, replay
from sre_core.replay_differences import first_difference
from sre_core.timeline import Timeline
from tests.core.test_accounts import call
from tests.core.test_any_order import DEEDS, MOODS, OPENED, Person
from tests.fakes import (
    PERSON,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    approval,
    equipped,
    fail,
    run_until_turn_ends,
)
from tests.tries import tried


def at_hand(**given: object) -> Investigator:
    return equipped(FakeReasoner(looks=2, remedies=("refuel",)), FakeToolbox(), **given)


async def repeated(timeline: ListTimeline, today: Investigator | None = None) -> Replayed:
    tools = FakeToolbox(behaviour=fail)
    return await replay(timeline.events, today or replace(at_hand(), tools=tools))


async def with_a_person(*says: str) -> ListTimeline:
    """A person answers each request in this way, and then leaves."""
    timeline = await run_until_turn_ends(now_at(at_hand(), ListTimeline()))
    for way in says:
        pending = timeline.state.pending
        assert pending is not None
        said = {
            "approve": approval(pending),
            "reject": ActionRejected(action_id=pending.action.id, reason="peak hours"),
            "edit": ActionEdited(action_id=pending.action.id, request=pending.asked_seq, arguments={"litres": 5}),
            "guide": GuidanceGiven(text="look at the door"),
            "stop": InvestigationStopped(reason="enough"),
        }[way]
        timeline.say(entry(PERSON, said))
        await investigate(timeline, now_at(at_hand(run_id=f"run-{timeline.state.seq}"), timeline))
    return timeline


def now_at(given: Investigator, timeline: ListTimeline) -> Investigator:
    return replace(given, now=timeline.now)


@pytest.mark.parametrize(
    "says",
    [(), ("approve",), ("reject",), ("edit", "approve"), ("guide",), ("stop",)],
    ids=lambda says: "-".join(says) or "alone",
)
async def test_what_people_said_is_given_and_everything_else_is_thought_again(says: Sequence[str]) -> None:
    timeline = await with_a_person(*says)
    replayed = await repeated(timeline)
    assert replayed.parting is None
    assert replayed.given == 1 + len(says)
    assert replayed.repeated + replayed.given == replayed.events == len(timeline.events)


@pytest.mark.slow
@tried(20)
@given(opened=OPENED, deeds=DEEDS, moods=MOODS)
async def test_whatever_is_recorded_repeats_to_the_same(
    timeline: Timeline, opened: AlertReceived, deeds: list[str], moods: list[str]
) -> None:
    person = Person(timeline, opened, moods)
    try:
        for deed in deeds:
            person.do(deed)
        person.wait()
    finally:
        person.leave()
    replayed = await replay(person.events(), at_hand())
    assert replayed.parting is None


async def test_a_reasoner_that_thinks_otherwise_parts_at_its_first_other_thought() -> None:
    class Warmer(FakeReasoner):
        async def reflect(self, *given: object) -> object:
            made = await super().reflect(*given)
            second = len(given[0].evidence) == 1
            return made.model_copy(update={"thought": "warmer"}) if second else made

    timeline = await with_a_person()
    replayed = await repeated(timeline, replace(at_hand(), reasoner=Warmer(looks=2, remedies=("refuel",))))
    second = [event.seq for event in timeline.events if isinstance(event.happening, ReflectionMade)][1]
    parting = replayed.parting
    assert parting is not None
    assert (parting.seq, parting.what) == (second, "reflection made: reflection.thought")
    assert (parting.then, parting.now) == ("colder", "warmer")


async def test_another_step_is_told_in_words() -> None:
    timeline = await with_a_person()
    replayed = await repeated(timeline, replace(at_hand(), reasoner=FakeReasoner(looks=2, tool="peek")))
    assert replayed.parting is not None
    assert replayed.parting.what == "plan proposed: plan.steps[0].tools[0]"


async def test_what_would_be_run_now_and_was_not_run_then_is_not_run() -> None:
    timeline = await with_a_person()
    other = FakeToolbox()
    events = [event for event in timeline.events if event.seq < 6]
    tampered = events[-1].model_copy(update={"happening": GuidanceGiven(text="x"), "actor": "tool:look"})
    replayed = await replay([*events[:-1], tampered], replace(at_hand(), tools=other))
    assert replayed.parting is not None
    assert other.calls == []


class Forgetful(FakeToolbox):
    async def output(self, observation: object) -> Value | None:
        return None


async def test_an_output_that_is_gone_ends_the_repetition_with_what_is_lacking() -> None:
    replayed = await repeated(await with_a_person(), replace(at_hand(), tools=Forgetful()))
    assert replayed.parting is not None
    assert replayed.parting.lacking
    assert "is not kept here" in replayed.parting.now


async def test_a_bug_of_today_is_a_difference_and_not_a_crash() -> None:
    class Broken(FakeReasoner):
        async def plan(self, investigation: Investigation) -> Proposal:
            raise ZeroDivisionError("oops")

    replayed = await repeated(await with_a_person(), replace(at_hand(), reasoner=Broken()))
    assert replayed.parting is not None
    assert "ZeroDivisionError: oops" in replayed.parting.now


# -- a model that could not go on --------------------------------------------------------------------------------------


@dataclass
class Failing(FakeReasoner):
    """Plans as a model would, and cannot go on."""

    name: str = "model"
    kind: FaultKind = FaultKind.STALLED

    async def choose(self, investigation: Investigation) -> Action | None:
        raise ModelFault(self.kind, "It stopped in the middle.")


@pytest.mark.parametrize("kind", [FaultKind.NOT_SET_UP, FaultKind.BUDGET_REACHED])
async def test_that_a_model_could_not_even_be_asked_is_given(kind: FaultKind) -> None:
    opened = AlertReceived(alert=PLAIN, reasoner="model", limits=Limits(max_model_calls=1))
    given_up = replace(at_hand(), model=Failing(looks=2, remedies=("refuel",), kind=kind))
    timeline = await run_until_turn_ends(given_up, entry(PERSON, opened))
    if kind is FaultKind.BUDGET_REACHED:
        assert isinstance(timeline.events[-1].happening, ModelBudgetReached)
        timeline.say(entry(PERSON, ReasonerSet(reasoner="rules")))
        await investigate(timeline, now_at(given_up, timeline))
    else:
        assert any(isinstance(event.happening, ReasonerReplaced) for event in timeline.events)
    assert any(isinstance(event.happening, PlanProposed) for event in timeline.events)
    assert timeline.state.conclusion is not None
    assert (await repeated(timeline, given_up)).parting is None


PLAIN = AlertReceived.model_validate({"alert": {"title": "The kiln is too cold"}}).alert


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ({"a": 1}, {"a": 1}, None),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ("a[1].b", 2, 3)),
        ({"a": [1]}, {"a": [1, 2]}, ("a[1]", "(nothing)", 2)),
        ({"a": 1}, {"b": 1}, ("a", 1, "(nothing)")),
        ({"a": {}}, {"a": []}, ("a", {}, [])),
    ],
)
def test_the_first_difference_is_found_with_its_place(then: object, now: object, found: object) -> None:
    assert first_difference(then, now) == found


async def test_tools_of_others_are_asked_only_where_they_or_a_model_had_a_part() -> None:
    quiet = (await with_a_person()).events
    assert not reaches_outside(quiet, ["bakery"])
    proposed = next(event for event in quiet if isinstance(event.happening, ActionProposed))
    action = proposed.happening.action.model_copy(update={"tool": "bakery.read"})
    theirs = proposed.model_copy(update={"happening": ActionProposed(action=action)})
    assert reaches_outside([*quiet, theirs], ["bakery"])
    assert not reaches_outside([*quiet, theirs], ["kettle"])
    assert reaches_outside([*quiet, proposed.model_copy(update={"calls": (call(1),)})], ["bakery"])
