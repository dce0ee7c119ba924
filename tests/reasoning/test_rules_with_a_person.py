"""Guidance, rejections, failures and remediations: what a person does to a rules investigation."""

from __future__ import annotations

from sre_core.domain import Autonomy, Effect, Pace
from sre_core.events import (
    ActionRejected,
    ConclusionRefuted,
    GuidanceGiven,
    HypothesisDismissed,
    HypothesisPicked,
    PaceSet,
    entry,
)
from sre_core.investigation import Phase, Status
from sre_core.loop import investigate
from tests.fakes import PERSON, ListTimeline, approval
from tests.fakes_rules import bakery, investigator, run

TROUBLED = {("till", "error_ratio"): 0.2, ("oven", "error_ratio"): 0.25}
KILLED = [("oven", "java.lang.OutOfMemoryError: Java heap space")]
FULL = TROUBLED | {("oven", "memory_bytes"): 1000.0, ("oven", "memory_limit_bytes"): 1010.0}


async def test_guidance_puts_up_what_a_person_names_and_looks_there_next() -> None:
    sources = bakery("The till is slow", bad=TROUBLED, lines=[("flour-store", "deadlock detected")])
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, GuidanceGiven(text="Look at the logs of flour-store, I suspect lock contention")))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
    await investigate(timeline, investigator(sources))
    state = timeline.state
    assert state.plan is not None
    assert state.plan.revision == 2
    assert "flour-store" in state.plan.why
    asked = state.hypothesis_of("flour-store", "lock_contention")
    assert asked is not None
    assert asked.origin == "a person"
    first = next(iter(state.actions.values())).action
    assert (first.tool, first.arguments) == ("read_logs", {"component": "flour-store"})
    assert first.step_id == state.plan.steps[0].id


async def test_where_the_timeline_does_not_say_a_look_is_offered_that_works_as_a_redirection() -> None:
    sources = bakery("The till is slow", bad=TROUBLED, lines=[("flour-store", "deadlock detected")])
    timeline = await run(sources, pace=Pace.PLAN)
    rules = investigator(sources).reasoner
    answer = await rules.answer(timeline.state, timeline.events, "Did flour-store write a deadlock into its logs?")
    assert (answer.quotations, answer.looks) == ((), ("look at the logs of flour-store",))
    timeline.say(entry(PERSON, GuidanceGiven(text=answer.looks[0])))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
    await investigate(timeline, investigator(sources))
    first = next(iter(timeline.state.actions.values())).action
    assert (first.tool, first.arguments) == ("read_logs", {"component": "flour-store"})


async def test_guidance_that_names_nothing_known_says_so() -> None:
    sources = bakery("The till is slow")
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, GuidanceGiven(text="hmm, think harder")))
    await investigate(timeline, investigator(sources))
    assert timeline.state.plan is not None
    assert "No component in it is known here" in timeline.state.plan.why


async def test_a_rejected_look_is_not_proposed_again() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, autonomy=Autonomy.ASK_ALL)
    rejected = timeline.state.pending
    assert rejected is not None
    while (pending := timeline.state.pending) is not None:
        if pending.action.tool == rejected.action.tool:
            assert pending is rejected, "the same look came back in other words"
            timeline.say(
                entry(PERSON, ActionRejected(action_id=pending.action.id, reason="the metrics store is on its knees"))
            )
        else:
            assert pending.request is not None
            timeline.say(entry(PERSON, approval(pending)))
        await investigate(timeline, investigator_of(timeline, sources))
    assert timeline.state.conclusion is not None
    assert any("on its knees" in gap.reason for gap in timeline.state.conclusion.not_examined)


def investigator_of(timeline: ListTimeline, sources: object):  # type: ignore[no-untyped-def]
    """One set of hands for a whole test, so that what was stored can be read again."""
    hands = getattr(timeline, "hands", None) or investigator(sources)  # type: ignore[arg-type]
    timeline.hands = hands  # type: ignore[attr-defined]
    return hands


async def test_the_remedy_that_fits_is_proposed_waits_and_is_followed_by_the_next_only_if_it_did_not_help() -> None:
    offers = {("scale", "oven", "6 replicas"): False, ("restart", "oven", None): True, ("restart", "till", None): False}
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED, remediations=offers)
    timeline = await run(sources, attended=True)
    asked = []
    while (pending := timeline.state.pending) is not None:
        assert pending.action.effect is Effect.WRITES
        assert pending.request is not None
        asked.append((pending.action.arguments["kind"], pending.action.arguments["component"]))
        timeline.say(entry(PERSON, approval(pending)))
        await investigate(timeline, investigator_of(timeline, sources))
    assert asked == [("scale", "oven")] or asked == [("scale", "oven"), ("restart", "oven")]
    assert timeline.state.phase is Phase.CLOSED


async def test_a_rejected_remedy_is_not_proposed_again() -> None:
    offers = {("scale", "oven", "6 replicas"): True, ("scale", "oven", "9 replicas"): True}
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED, remediations=offers)
    timeline = await run(sources, attended=True)
    pending = timeline.state.pending
    assert pending is not None
    timeline.say(entry(PERSON, ActionRejected(action_id=pending.action.id, reason="not during lunch")))
    await investigate(timeline, investigator_of(timeline, sources))
    assert timeline.state.phase is Phase.CLOSED
    assert sum(record.remedies for record in timeline.state.actions.values()) == 1


async def test_nothing_that_writes_is_proposed_when_nobody_can_be_asked() -> None:
    offers = {("scale", "oven", "6 replicas"): True}
    timeline = await run(bakery("Customers cannot pay", bad=FULL, lines=KILLED, remediations=offers))
    assert all(record.action.effect is Effect.READS for record in timeline.state.actions.values())
    assert timeline.state.phase is Phase.CLOSED


async def test_every_action_says_why_what_it_tests_and_what_it_is_worth() -> None:
    timeline = await run(bakery("Customers cannot pay", bad=FULL, lines=KILLED))
    for record in timeline.state.actions.values():
        assert record.action.why
        assert record.action.expected_gain is not None
        assert record.reflection is not None
        assert record.reflection.thought
        assert record.status is Status.SUCCEEDED
    assert sum(record.action.tool == "query_metrics" for record in timeline.state.actions.values()) == 1


async def test_a_conclusion_that_a_person_refutes_is_not_reached_again() -> None:
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED)
    timeline = await run(sources)
    first = timeline.state.conclusion
    assert first is not None
    assert first.root_cause is not None
    timeline.say(entry(PERSON, ConclusionRefuted(reason="it was restarted an hour ago")))
    await investigate(timeline, investigator(sources))
    second = timeline.state.conclusion
    assert second is not None
    assert second.root_cause is None or second.root_cause.fault != first.root_cause.fault
    assert any("ada ruled it out" in out.reason for out in second.ruled_out)
    assert timeline.state.plan is not None
    assert timeline.state.plan.revision == 2


async def test_a_picked_hypothesis_is_looked_at_next() -> None:
    sources = bakery("The till is slow", bad=TROUBLED, lines=[("flour-store", "deadlock detected")])
    timeline = await run(sources, pace=Pace.PLAN)
    picked = next(h for h in timeline.state.hypotheses.values() if h.component == "flour-store")
    timeline.say(entry(PERSON, HypothesisPicked(hypothesis_id=picked.id)))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
    await investigate(timeline, investigator(sources))
    first = next(iter(timeline.state.actions.values())).action
    assert "flour-store" in first.components


async def test_what_a_person_rules_out_is_said_in_the_plan_and_looked_at_no_more_for_its_own_sake() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, pace=Pace.PLAN)
    best = timeline.state.ranked[0][0]
    timeline.say(entry(PERSON, HypothesisDismissed(hypothesis_id=best.id, reason="I was standing beside it")))
    await investigate(timeline, investigator(sources))
    assert timeline.state.plan is not None
    assert "I was standing beside it" in timeline.state.plan.why
