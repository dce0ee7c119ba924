"""What is left to look at, ranked; and that the loop does what a person picks and leaves what they drop."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.checks_desk import ChecksDesk
from sre_core.domain import Autonomy, Pace
from sre_core.errors import RefusedInput, StaleDecision
from sre_core.events import (
    ActionProposed,
    CheckDropped,
    CheckPicked,
    GuidanceGiven,
    InvestigationForked,
    PaceSet,
    entry,
)
from sre_core.investigation import Investigation, Phase, Status, fold
from sre_core.loop import investigate
from sre_core.next_checks import NextCheck, NextChecks
from sre_core.policy_rules import Permission, Policy, Rule
from sre_core.ranked_checks import next_checks
from sre_core.reasoning.rules import RuleReasoner
from sre_core.reasoning.rules_choose import choose
from sre_core.sources.base import Sources
from tests.core.test_control import Hand, asked_about_everything, concluded
from tests.fakes import PERSON, FakeReasoner, ListTimeline, equipped
from tests.fakes_rules import bakery, investigator, run
from tests.tries import tried

TROUBLED = {("till", "error_ratio"): 0.2, ("oven", "error_ratio"): 0.25}
LINES = [("oven", "java.lang.OutOfMemoryError: Java heap space"), ("flour-store", "deadlock detected")]


def troubled() -> Sources:
    return bakery("The till is slow", bad=TROUBLED, lines=LINES)


def ranked(sources: Sources, state: Investigation, policy: Policy | None = None) -> NextChecks:
    reasoner = investigator(sources).reasoner
    assert isinstance(reasoner, RuleReasoner)
    return next_checks(reasoner.case, state, policy or Policy())


def call(check: NextCheck) -> tuple[str, Mapping[str, Any]]:
    return check.tool, dict(check.arguments)


@pytest.fixture(scope="module")
def sources() -> Sources:
    return troubled()


async def step_by_step(sources: Sources, steps: int, *dropped: int) -> ListTimeline:
    """So many steps; after each, one of the checks that are left is dropped."""
    timeline = await run(sources, pace=Pace.PLAN)
    for number in range(steps):
        left = ranked(sources, timeline.state).checks
        if number < len(dropped) and left:
            drop = left[dropped[number] % len(left)]
            timeline.say(entry(PERSON, CheckDropped(tool=drop.tool, arguments=drop.arguments, reason="no")))
        if timeline.state.phase is Phase.CLOSED:
            break
        timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
        await investigate(timeline, investigator(sources))
    return timeline


@tried(6)
@given(steps=st.integers(0, 6), dropped=st.lists(st.integers(0, 9), max_size=3))
async def test_the_ranking_keeps_its_laws_at_every_moment(sources: Sources, steps: int, dropped: list[int]) -> None:
    timeline = await step_by_step(sources, steps, *dropped)
    found, state = ranked(sources, timeline.state), timeline.state
    calls = [call(check) for check in found.checks]
    assert all(calls.count(one) == 1 for one in calls), "no check twice"
    assert all(check.bits >= 0 and check.fewer >= 0 for check in found.checks), "gain is never negative"
    order = [(not check.wished, not check.wanted, -check.bits / check.cost) for check in found.checks]
    assert all(a[:2] < b[:2] or (a[:2] == b[:2] and a[2] <= b[2] + 1e-2) for a, b in pairwise(order))
    made = [
        (r.action.tool, dict(r.action.arguments)) for r in state.actions.values() if r.status is not Status.WITHDRAWN
    ]
    assert not [one for one in calls if one in made], "what was answered is not left"
    assert not [one for one in calls if state.control.why_dropped(*one)], "what a person does not want is not left"
    assert not [check for check in found.checks if check.step in state.steps_pruned | state.steps_answered]


async def test_the_first_one_is_what_the_rules_do_next(sources: Sources) -> None:
    timeline = await step_by_step(sources, 1)
    rules = investigator(sources).reasoner
    assert isinstance(rules, RuleReasoner)
    chosen = choose(rules.case, timeline.state)
    assert chosen is not None
    first = ranked(sources, timeline.state).checks[0]
    assert (first.tool, dict(first.arguments), first.wanted) == (chosen.tool, dict(chosen.arguments), True)
    assert first.separates == chosen.tests


async def test_before_the_plan_nothing_is_ranked_and_after_the_conclusion_the_rest_is(sources: Sources) -> None:
    timeline = await run(sources)
    assert ranked(sources, fold("inv", timeline.events[:1])) == NextChecks()
    assert timeline.state.conclusion is not None
    assert ranked(sources, timeline.state).checks != ()


async def test_what_people_asked_for_in_words_comes_first(sources: Sources) -> None:
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, GuidanceGiven(text="look at the logs of flour-store")))
    await investigate(timeline, investigator(sources))
    first = ranked(sources, timeline.state).checks[0]
    assert (call(first), first.wished) == (("read_logs", {"component": "flour-store"}), True)


async def test_it_says_when_a_person_would_be_asked_and_leaves_out_what_is_forbidden(sources: Sources) -> None:
    timeline = await run(sources, pace=Pace.PLAN, autonomy=Autonomy.ASK_ALL)
    no_logs = Policy(rules=(Rule(says=Permission.DENY, name="no logs", line=1, tool=("read_logs",)),))
    found = ranked(sources, timeline.state, no_logs).checks
    assert all("ask-all" in check.asks for check in found)
    assert "read_logs" not in {check.tool for check in found}


async def test_the_desk_keeps_its_view_of_a_workspace_and_knows_when_that_is_gone(sources: Sources) -> None:
    made = []

    def case(of: Sources) -> Any:
        made.append(of)
        reasoner = investigator(of).reasoner
        assert isinstance(reasoner, RuleReasoner)
        return reasoner.case

    def opened(workspace: str | None) -> Sources:
        if workspace == "gone":
            raise RefusedInput("It is not here.")
        return sources

    desk, timeline = ChecksDesk(opened, case, Policy()), await run(sources, pace=Pace.PLAN)
    assert desk.next_checks(timeline.state) == desk.next_checks(timeline.state)
    assert len(made) == 1
    timeline.state.workspace = "gone"
    assert desk.next_checks(timeline.state) is None


# -- the loop obeys ----------------------------------------------------------------------------------------------------


async def test_what_a_person_picks_is_proposed_next_and_what_they_drop_is_never_taken(sources: Sources) -> None:
    timeline = await run(sources, pace=Pace.PLAN)
    first, *_, last = ranked(sources, timeline.state).checks
    timeline.say(entry(PERSON, CheckDropped(tool=first.tool, arguments=first.arguments, reason="it is slow")))
    timeline.say(entry(PERSON, CheckPicked(tool=last.tool, arguments=last.arguments)))
    await investigate(timeline, investigator(sources))
    (record,) = timeline.state.actions.values()
    assert (record.action.tool, dict(record.action.arguments)) == call(last)
    assert (record.status, record.picked and record.picked.by) == (Status.SUCCEEDED, PERSON.actor)
    assert timeline.state.phase is Phase.HELD, "one check is done, and it is paused as before"
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, investigator(sources))
    assert timeline.state.conclusion is not None
    taken = [(r.action.tool, dict(r.action.arguments)) for r in timeline.state.actions.values()]
    assert call(first) not in taken


async def test_the_same_in_other_words_is_not_taken_either(sources: Sources) -> None:
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, CheckDropped(tool="list_changes", arguments={"hours": 72}, reason="a freeze")))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, investigator(sources))
    assert "list_changes" not in {r.action.tool for r in timeline.state.actions.values()}


async def test_whoever_reasons_cannot_take_what_a_person_dropped() -> None:
    hand = Hand(FakeReasoner(looks=1))
    await hand.run(CheckDropped(tool="look", arguments={"nth": 0}, reason="the oven is open"))
    assert (hand.state.actions["A1"].status, hand.state.actions["A1"].reason) == (
        Status.DENIED,
        "ada (a responder) does not want this check: the oven is open",
    )


async def test_to_pick_what_was_dropped_takes_that_back() -> None:
    hand = await concluded()
    await hand.run(
        CheckDropped(tool="look", arguments={"nth": 9}, reason="no"), CheckPicked(tool="look", arguments={"nth": 9})
    )
    assert hand.state.control.dropped == []
    assert hand.tools.calls[-1].arguments == {"nth": 9}


async def test_a_pick_opens_the_case_again_and_it_is_concluded_anew() -> None:
    hand = await concluded(remedies=["refuel"])
    waiting = hand.pending.action.id
    await hand.run(CheckPicked(tool="look", arguments={"nth": 9}))
    assert hand.state.actions[waiting].status is Status.WITHDRAWN
    assert hand.tools.calls[-1].arguments == {"nth": 9}
    assert hand.state.conclusion is not None


async def test_a_pick_is_done_though_something_waits_and_policy_rules_on_it_all_the_same() -> None:
    hand = await asked_about_everything()
    first = hand.pending.action.id
    await hand.run(CheckPicked(tool="look", arguments={"nth": 9}), CheckPicked(tool="refuel"))
    assert hand.pending.action.id == first
    assert [record.action.arguments for record in hand.state.waiting if record.picked] == [{"nth": 9}, {}]
    assert hand.tools.calls == []


async def test_what_is_there_already_cannot_be_picked_or_dropped_again() -> None:
    hand = await concluded()
    for happening in (
        CheckPicked(tool="look", arguments={"nth": 0}),
        CheckDropped(tool="look", arguments={"nth": 0.0}, reason="x"),
    ):
        with pytest.raises(StaleDecision, match="action A1 was succeeded"):
            hand.timeline.say(entry(PERSON, happening))
    hand.timeline.say(entry(PERSON, CheckPicked(tool="look", arguments={"nth": 9})))
    with pytest.raises(StaleDecision, match="next already"):
        hand.timeline.say(entry(PERSON, CheckPicked(tool="look", arguments={"nth": 9})))


async def test_a_fork_does_nothing_that_was_picked_before_it() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    hand.timeline.say(entry(PERSON, CheckPicked(tool="look", arguments={"nth": 9})))
    hand.timeline.write(entry(PERSON, InvestigationForked(origin="inv", at=hand.state.seq)))
    await investigate(hand.timeline, equipped(now=hand.timeline.now))
    assert hand.happened(ActionProposed) == 0
