"""The loop: one thing at a time, a person in charge, and nothing that ran is lost."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core import loop
from sre_core.domain import Alert, Autonomy, Limits, Pace
from sre_core.errors import StaleDecision
from sre_core.events import (
    EVENT,
    ActionApproved,
    ActionDenied,
    ActionFailed,
    ActionRejected,
    ActionStarted,
    AlertReceived,
    ApprovalRequested,
    ConclusionReached,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationClosed,
    InvestigationStopped,
    LimitReached,
    PaceSet,
    PlanProposed,
    entry,
)
from sre_core.investigation import Phase, Status, Turn, fold
from sre_core.loop import investigate
from sre_core.people import Person, Role
from tests.fakes import (
    OPENED,
    PERSON,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    approval,
    equipped,
    fail,
    run_until_turn_ends,
)

ASK_ALL = entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold"), autonomy=Autonomy.ASK_ALL))


def types(timeline: ListTimeline) -> list[str]:
    return [event.happening.type for event in timeline.events]


def approve(timeline: ListTimeline) -> Entry:
    pending = timeline.state.pending
    assert pending is not None
    return entry(PERSON, approval(pending))


def reject(timeline: ListTimeline, reason: str) -> Entry:
    pending = timeline.state.pending
    assert pending is not None
    return entry(PERSON, ActionRejected(action_id=pending.action.id, reason=reason))


def test_the_loop_fits_on_one_screen() -> None:
    assert len(inspect.getsource(loop).splitlines()) <= 80


async def test_an_investigation_recalls_plans_acts_reflects_and_concludes_in_this_order() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    assert types(timeline) == [
        "AlertReceived",
        "MemoryRecalled",
        "PlanProposed",
        "ActionProposed",
        "ActionStarted",
        "ActionSucceeded",
        "ReflectionMade",
        "ConclusionReached",
        "InvestigationClosed",
    ]
    assert timeline.state.turn is Turn.NOBODY


async def test_under_ask_all_nothing_runs_before_a_person_says_so() -> None:
    tools = FakeToolbox()
    timeline = await run_until_turn_ends(equipped(tools=tools), ASK_ALL)
    assert timeline.state.phase is Phase.APPROVAL
    assert tools.calls == []


async def test_an_approved_action_runs_with_exactly_the_arguments_that_were_approved() -> None:
    tools = FakeToolbox()
    at_hand = equipped(tools=tools)
    timeline = await run_until_turn_ends(at_hand, ASK_ALL)
    approved = timeline.state.pending
    timeline.say(approve(timeline))
    await investigate(timeline, at_hand)
    assert approved is not None
    assert [call.digest for call in tools.calls] == [approved.action.digest]


async def test_the_reason_of_a_rejection_is_in_the_next_thing_the_reasoner_is_told() -> None:
    reasoner = FakeReasoner()
    at_hand = equipped(reasoner)
    timeline = await run_until_turn_ends(at_hand, ASK_ALL)
    reasoner.briefings.clear()
    timeline.say(reject(timeline, "the kiln is being repaired"))
    await investigate(timeline, at_hand)
    assert "the kiln is being repaired" in reasoner.briefings[0]


async def test_a_stale_approval_is_refused_and_says_who_decided() -> None:
    timeline = await run_until_turn_ends(equipped(), ASK_ALL)
    stale = approve(timeline)
    timeline.say(entry(Person(name="grace", role=Role.RESPONDER), ActionRejected(action_id="A1", reason="no")))
    with pytest.raises(StaleDecision, match="rejected by grace"):
        timeline.say(stale)


async def test_an_approval_of_other_arguments_is_refused() -> None:
    timeline = await run_until_turn_ends(equipped(), ASK_ALL)
    with pytest.raises(StaleDecision, match="changed"):
        timeline.say(entry(PERSON, ActionApproved(action_id="A1", digest="0" * 64)))


async def test_a_write_waits_for_a_person_even_under_auto() -> None:
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.AUTO))
    tools = FakeToolbox()
    timeline = await run_until_turn_ends(equipped(FakeReasoner(tool="refuel"), tools), opened)
    assert timeline.state.phase is Phase.APPROVAL
    assert tools.calls == []


async def test_a_tool_that_nobody_knows_is_denied_and_the_limits_end_it() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(tool="dowsing_rod")))
    assert types(timeline).count("ActionDenied") == 3
    assert isinstance(timeline.events[-3].happening, LimitReached)
    assert isinstance(timeline.events[-2].happening, ConclusionReached)


async def test_the_same_call_is_not_made_twice() -> None:
    class Stubborn(FakeReasoner):
        async def choose(self, investigation):  # type: ignore[no-untyped-def]
            action = await super().choose(investigation)
            return action and action.model_copy(update={"arguments": {}})

    tools = FakeToolbox()
    timeline = await run_until_turn_ends(equipped(Stubborn(), tools))
    assert len(tools.calls) == 1
    denied = [e.happening for e in timeline.events if isinstance(e.happening, ActionDenied)]
    assert "made before (A1)" in denied[0].reason


async def test_a_failing_tool_is_an_ordinary_event_that_is_reflected_on() -> None:
    timeline = await run_until_turn_ends(equipped(tools=FakeToolbox(behaviour=fail)))
    failures = [e.happening for e in timeline.events if isinstance(e.happening, ActionFailed)]
    assert failures[0].error == "The thermometer is broken; buy a new one."
    assert timeline.state.actions["A1"].reflection is not None
    assert timeline.state.limit is not None
    assert timeline.state.limit.limit == "max_failures_in_a_row"


async def test_a_used_up_limit_ends_in_a_conclusion() -> None:
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), limits=Limits(max_actions=2)))
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=9)), opened)
    assert types(timeline)[-3:] == ["LimitReached", "ConclusionReached", "InvestigationClosed"]


async def test_guidance_after_a_used_up_limit_gives_a_fresh_allowance() -> None:
    at_hand = equipped(FakeReasoner(looks=3))
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), limits=Limits(max_actions=2)))
    timeline = await run_until_turn_ends(at_hand, opened)
    timeline.say(entry(PERSON, GuidanceGiven(text="go on, look once more")))
    await investigate(timeline, at_hand)
    assert types(timeline).count("LimitReached") == 1
    assert len(timeline.state.evidence) == 3


async def test_guidance_leads_to_a_new_plan_that_says_it_took_it_in() -> None:
    at_hand = equipped()
    timeline = await run_until_turn_ends(at_hand, ASK_ALL)
    said = timeline.say(entry(PERSON, GuidanceGiven(text="look at the door")))
    assert timeline.state.actions["A1"].status is Status.WITHDRAWN
    await investigate(timeline, at_hand)
    plans = [e.happening for e in timeline.events if isinstance(e.happening, PlanProposed)]
    assert plans[1].applied_guidance == (said.seq,)
    assert plans[1].plan.why == "look at the door"


async def test_guidance_opens_a_closed_investigation_again_but_not_a_stopped_one() -> None:
    at_hand = equipped()
    timeline = await run_until_turn_ends(at_hand)
    timeline.say(entry(PERSON, GuidanceGiven(text="it is not the fuel")))
    assert timeline.state.turn is Turn.LOOP
    timeline.say(entry(PERSON, InvestigationStopped()))
    with pytest.raises(StaleDecision, match="stopped"):
        timeline.say(entry(PERSON, GuidanceGiven(text="go on")))


async def test_at_the_default_pace_of_the_page_the_plan_is_shown_and_then_go() -> None:
    at_hand = equipped(FakeReasoner(looks=2))
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), pace=Pace.PLAN))
    timeline = await run_until_turn_ends(at_hand, opened)
    assert types(timeline) == ["AlertReceived", "MemoryRecalled", "PlanProposed"]
    timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
    await investigate(timeline, at_hand)
    assert types(timeline).count("ReflectionMade") == 1
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, at_hand)
    assert timeline.state.closed


async def test_a_remediation_is_proposed_after_the_conclusion_and_waits() -> None:
    tools = FakeToolbox()
    at_hand = equipped(FakeReasoner(looks=1, remedies=("refuel",)), tools)
    timeline = await run_until_turn_ends(at_hand)
    assert timeline.state.conclusion is not None
    assert timeline.state.pending is not None
    timeline.say(reject(timeline, "no fuel in stock"))
    await investigate(timeline, at_hand)
    assert timeline.state.closed
    assert [call.tool for call in tools.calls] == ["look"]


async def test_unattended_nothing_is_proposed_after_the_conclusion() -> None:
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), attended=False))
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1, remedies=("refuel",))), opened)
    assert isinstance(timeline.events[-1].happening, InvestigationClosed)


async def test_a_read_left_open_by_another_run_is_repeated() -> None:
    tools = FakeToolbox()
    timeline = await run_until_turn_ends(equipped(tools=tools))
    started = next(i for i, e in enumerate(timeline.events) if isinstance(e.happening, ActionStarted))
    resumed = ListTimeline(timeline.events[: started + 1])
    await investigate(resumed, equipped(run_id="run-2"))
    assert resumed.state.actions["A1"].starts == 2
    assert resumed.state.closed


async def test_a_write_left_open_by_another_run_is_asked_about() -> None:
    at_hand = equipped(FakeReasoner(tool="refuel"))
    timeline = await run_until_turn_ends(at_hand)
    timeline.say(approve(timeline))
    timeline.say(entry("policy", ActionStarted(action_id="A1", run_id="run-1")))
    await investigate(timeline, equipped(FakeReasoner(tool="refuel"), run_id="run-2"))
    asked = timeline.events[-1].happening
    assert isinstance(asked, ApprovalRequested)
    assert "not known" in asked.reason


async def test_an_action_that_takes_the_process_down_again_and_again_is_given_up() -> None:
    timeline = await run_until_turn_ends(equipped(), ASK_ALL)
    timeline.say(approve(timeline))
    for run in range(3):
        timeline.say(entry("engine", ActionStarted(action_id="A1", run_id=f"run-{run}")))
    await investigate(timeline, equipped(run_id="run-9"))
    assert timeline.state.actions["A1"].status is Status.FAILED


async def test_guidance_gives_a_fresh_start_after_too_many_failures_in_a_row() -> None:
    tools = FakeToolbox(behaviour=fail)
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), limits=Limits(max_failures_in_a_row=2)))
    timeline = await run_until_turn_ends(equipped(tools=tools), opened)
    tried = len(tools.calls)
    timeline.say(entry(PERSON, GuidanceGiven(text="the thermometer is mended")))
    tools.behaviour = None
    await investigate(timeline, equipped(tools=tools))
    assert tried == 2
    assert len(tools.calls) > tried


def ending(timeline: ListTimeline) -> tuple[object, ...]:
    state = timeline.state
    return state.conclusion, state.chances, state.phase, {id_: r.status for id_, r in state.actions.items()}


@given(cut=st.integers(min_value=1, max_value=40), looks=st.integers(min_value=1, max_value=5))
async def test_a_timeline_cut_anywhere_and_read_back_from_json_ends_the_same(cut: int, looks: int) -> None:
    whole = await run_until_turn_ends(equipped(FakeReasoner(looks=looks)))
    kept = [EVENT.validate_json(event.model_dump_json()) for event in whole.events[:cut]]
    resumed = ListTimeline(kept)
    await investigate(resumed, equipped(FakeReasoner(looks=looks), run_id="run-2"))
    assert ending(resumed) == ending(whole)


DECISIONS = st.lists(st.sampled_from(["approve", "reject", "guide", "step", "full"]), max_size=25)


@given(decisions=DECISIONS)
async def test_whatever_a_person_decides_a_rejected_action_never_runs_and_nothing_runs_unasked(
    decisions: list[str],
) -> None:
    tools = FakeToolbox()
    at_hand = equipped(FakeReasoner(remedies=("refuel",)), tools)
    timeline = await run_until_turn_ends(at_hand, ASK_ALL)
    for decision in decisions:
        say = {
            "approve": lambda: approve(timeline),
            "reject": lambda: reject(timeline, "no"),
            "guide": lambda: entry(PERSON, GuidanceGiven(text="think again")),
            "step": lambda: entry(PERSON, PaceSet(pace=Pace.STEP)),
            "full": lambda: entry(PERSON, PaceSet(pace=Pace.FULL)),
        }[decision]
        if decision in ("approve", "reject") and timeline.state.pending is None:
            continue
        if decision in ("step", "full") and timeline.state.turn is Turn.NOBODY:
            continue
        timeline.say(say())
        await investigate(timeline, at_hand)
    approved = {e.happening.action_id for e in timeline.events if isinstance(e.happening, ActionApproved)}
    rejected = {e.happening.action_id for e in timeline.events if isinstance(e.happening, ActionRejected)}
    ran = [call.id for call in tools.calls]
    assert set(ran) <= approved
    assert not set(ran) & rejected
    assert len(ran) == len(set(ran))


@given(decisions=DECISIONS)
async def test_the_fold_of_any_prefix_is_the_state_the_loop_had_then(decisions: list[str]) -> None:
    at_hand = equipped()
    timeline = await run_until_turn_ends(at_hand)
    for size in range(1, len(timeline.events) + 1):
        state = fold("inv", timeline.events[:size])
        assert state.seq == size
        assert abs(sum(state.chances.values()) - 1) < 1e-9


def test_memory_comes_before_anything_else() -> None:
    assert ListTimeline([_opened()]).state.phase is Phase.RECALL


def _opened() -> Event:
    timeline = ListTimeline()
    return timeline.say(OPENED)
