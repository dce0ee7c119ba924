"""What a person sets aside, asks for in vain, or refuses altogether."""

from __future__ import annotations

import pytest

from sre_core.domain import Pace
from sre_core.events import ActionRejected, GuidanceGiven, PaceSet, entry
from sre_core.investigation import Phase
from sre_core.loop import investigate
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_dismiss import set_aside
from tests.fakes import PERSON, approval
from tests.fakes_rules import bakery, investigator, run
from tests.reasoning.test_rules_with_a_person import FULL, KILLED, TROUBLED, investigator_of

OFFERS = {("scale", "oven", "6 replicas"): True, ("restart", "oven", None): True}


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("ignore oven", {"oven"}),
        ("it is not the oven", {"oven"}),
        ("it's not flour-store, we checked it", {"flour-store"}),
        ("rule out flour-db and the network", {"flour-db"}),
        ("it is not the database", {"flour-db"}),
        ("the oven is fine, check the till", {"oven"}),
        ("look at the oven", set()),
        ("the oven is not healthy", set()),
        ("is it not the oven?", set()),
    ],
)
def test_what_words_set_aside(words: str, places: set[str]) -> None:
    assert set_aside(Case(bakery("x"), {}), words)[0] == places


async def test_what_is_set_aside_is_not_looked_at_and_the_plan_says_so() -> None:
    sources = bakery("The till is slow", bad=TROUBLED, lines=KILLED)
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, GuidanceGiven(text="ignore oven")))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, investigator(sources))
    state = timeline.state
    assert state.plan is not None
    assert "Sets oven aside" in state.plan.why
    assert all(record.action.components != ("oven",) for record in state.actions.values())
    assert state.conclusion is not None
    assert any("left alone" in gap.reason for gap in state.conclusion.not_examined)
    assert "set oven aside" in state.conclusion.why


async def test_what_is_set_aside_is_not_acted_on() -> None:
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED, remediations=OFFERS)
    timeline = await run(sources, pace=Pace.PLAN, attended=True)
    timeline.say(entry(PERSON, GuidanceGiven(text="ignore oven")))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, investigator(sources))
    assert not any(record.remedies for record in timeline.state.actions.values())


async def test_what_nothing_at_hand_can_look_at_is_looked_at_otherwise_at_that_place() -> None:
    sources = bakery("The till is slow", bad=TROUBLED, lines=KILLED)
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, GuidanceGiven(text="check the certificate of oven")))
    timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
    await investigate(timeline, investigator(sources))
    first = next(iter(timeline.state.actions.values())).action
    assert dict(first.arguments) == {"component": "oven"}


async def test_a_reason_against_touching_anything_is_heard() -> None:
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED, remediations=OFFERS)
    timeline = await run(sources, attended=True)
    pending = timeline.state.pending
    assert pending is not None
    timeline.say(entry(PERSON, ActionRejected(action_id=pending.action.id, reason="peak hours, do not touch it")))
    await investigate(timeline, investigator_of(timeline, sources))
    assert timeline.state.phase is Phase.CLOSED


async def test_a_reason_that_names_another_remedy_brings_it_forward() -> None:
    offers = {**OFFERS, ("rollback", "oven", "v1"): True}
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED, remediations=offers)
    timeline = await run(sources, attended=True)
    pending = timeline.state.pending
    assert pending is not None
    assert pending.request is not None
    timeline.say(entry(PERSON, ActionRejected(action_id=pending.action.id, reason="restart it instead")))
    await investigate(timeline, investigator_of(timeline, sources))
    after = timeline.state.pending
    assert after is None or after.action.arguments["kind"] == "restart"
    if after is not None and after.request is not None:
        timeline.say(entry(PERSON, approval(after)))
