"""Second opinions over a real capsule: each from the same evidence, and blind to what the other made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import STRENGTHS, Verdict
from sre_core.events import ConclusionReached, Event, PlanProposed, ReflectionMade
from sre_core.gateway.asking import Deaf
from sre_core.reasoning.briefing import brief
from sre_core.reasoning.model.opinion import ModelOpinion
from sre_core.reasoning.rules import RuleReasoner
from sre_core.reasoning.rules_opinion import RulesOpinion
from tests.reasoning.model.fakes import ScriptedGateway
from tests.scripted_model import investigating
from tests.test_replay import CRASHLOOP, Desk

pytestmark = pytest.mark.slow


def before_the_end(events: list[Event]) -> list[Event]:
    return events[: next(event.seq for event in events if isinstance(event.happening, ConclusionReached)) - 1]


def rules_of(desk: Desk) -> RulesOpinion:
    today = desk.investigator()
    assert isinstance(today.reasoner, RuleReasoner)
    return RulesOpinion(today.reasoner, today.tools.output)


async def test_a_model_is_shown_the_evidence_and_nothing_that_was_made_of_it(
    database: Database, tmp_path: Path
) -> None:
    desk = Desk(database, CRASHLOOP, tmp_path)
    timeline = await desk.run([])
    today = desk.investigator()
    assert isinstance(today.reasoner, RuleReasoner)
    gateway = ScriptedGateway({"second": lambda ask, _: investigating.opinion(ask.messages[0].text)})
    opinion = await ModelOpinion(gateway, Deaf(), today.reasoner.case)(before_the_end(timeline.events))
    told, state = gateway.told("second"), timeline.state
    assert all(f"\n{id_} [" in told for id_ in state.evidence)
    assert all(f"\n{id_} " in told for id_ in state.hypotheses)
    judged = brief(state, 100_000)
    for made_of_it in (r" Then: ", r"\d% H\d+ ", r"## Ruled out"):
        assert re.search(made_of_it, judged)
        assert not re.search(made_of_it, told)
    assert state.conclusion is not None
    assert state.conclusion.headline not in told
    assert (opinion.by, opinion.model, opinion.conclusion.verdict) == ("model", "fake", Verdict.LIKELY)


def misled(event: Event) -> Event:
    """As a model might have judged it: every explanation probable, and each piece of evidence for one that is wrong."""
    event = event.model_copy(update={"actor": event.actor.replace("rules", "model")})
    happening = event.happening
    if isinstance(happening, PlanProposed):
        put_up = tuple(one.model_copy(update={"prior": 0.2}) for one in happening.hypotheses)
        return event.model_copy(update={"happening": happening.model_copy(update={"hypotheses": put_up})})
    if isinstance(happening, ReflectionMade):
        strong = STRENGTHS["strong"]
        weights = tuple(
            weight.model_copy(update={"log_odds": strong if weight.hypothesis_id == "H1" else -strong})
            for weight in happening.reflection.weights
        )
        wrong = happening.reflection.model_copy(update={"weights": weights, "ruled_out": (), "thought": "H1 it is."})
        return event.model_copy(update={"happening": happening.model_copy(update={"reflection": wrong})})
    return event


async def test_the_rules_weigh_anew_what_a_model_weighed(database: Database, tmp_path: Path) -> None:
    desk = Desk(database, CRASHLOOP, tmp_path)
    timeline = await desk.run([])
    assert timeline.state.conclusion is not None
    misjudged = [misled(event) for event in before_the_end(timeline.events)]
    opinion = await rules_of(desk)(misjudged)
    mine, theirs = opinion.conclusion, timeline.state.conclusion
    assert (mine.verdict, mine.root_cause) == (theirs.verdict, theirs.root_cause)
    assert [claim.text for claim in mine.claims] == [claim.text for claim in theirs.claims]
