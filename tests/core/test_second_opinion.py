"""A second opinion beside the loop: from the same evidence, blind, and without touching the verdict."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from sre_core.agreement import in_words
from sre_core.control import SecondOpinion
from sre_core.domain import Autonomy, Claim, Conclusion, Opinion, RootCause, Verdict
from sre_core.errors import NotAllowed, StaleDecision
from sre_core.events import (
    Event,
    InvestigationStopped,
    SecondOpinionAsked,
    SecondOpinionGiven,
    entry,
)
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.investigation import Investigation, fold
from sre_core.investigator import Investigator
from sre_core.report import build, markdown
from sre_core.second_opinion import second_opinion
from sre_core.timeline import Timeline
from tests.core.test_engine import Bell, engine_of, say
from tests.fakes import OPENED, PERSON, VIEWER, ListTimeline, approval, equipped, run_until_turn_ends

DOOR = Conclusion(
    verdict=Verdict.LIKELY,
    headline="The door is open",
    root_cause=RootCause(component="door", fault="door_open", statement="It is open"),
    claims=(Claim(text="It is cold", evidence=("E1", "E99")),),
)


@dataclass
class Blinded:
    """Says what it is told to, and remembers what it knew."""

    by: str
    trouble: ModelFault | None = None
    knew: list[Investigation] = field(default_factory=list)

    async def __call__(self, known: Sequence[Event]) -> Opinion:
        self.knew.append(fold("inv", known))
        if self.trouble:
            raise self.trouble
        return Opinion(by=self.by, model="m-1" if self.by == "model" else "", conclusion=DOOR)


def both(**given: ModelFault) -> dict[str, Blinded]:
    return {name: Blinded(name, given.get(name)) for name in ("rules", "model")}


def wanted(timeline: ListTimeline) -> SecondOpinion:
    timeline.say(entry(PERSON, SecondOpinionAsked()))
    opinion = timeline.state.control.opinion_wanted
    assert opinion is not None
    return opinion


async def concluded() -> ListTimeline:
    return await run_until_turn_ends(equipped())


async def test_the_other_one_concludes_from_what_was_known_before_the_conclusion() -> None:
    timeline, blind = await concluded(), both()
    said = await second_opinion(wanted(timeline), timeline.events, blind)
    assert [opinion.by for opinion in said.opinions] == ["fake", "rules"]
    assert blind["model"].knew == []
    (knew,) = blind["rules"].knew
    assert knew.conclusion is None
    assert knew.evidence == timeline.state.evidence
    assert said.upto == knew.seq


async def test_while_nothing_is_concluded_both_conclude_and_neither_knows_of_the_other() -> None:
    timeline, blind = await concluded(), both()
    seq = next(event.seq for event in timeline.events if event.happening.type == "ConclusionReached")
    early = ListTimeline(timeline.events[: seq - 1])
    said = await second_opinion(wanted(early), early.events, blind)
    assert [opinion.by for opinion in said.opinions] == ["rules", "model"]
    assert [state.seq for one in blind.values() for state in one.knew] == [seq - 1, seq - 1]


async def test_its_claims_are_settled_by_code_like_any_others() -> None:
    timeline = await concluded()
    said = await second_opinion(wanted(timeline), timeline.events, both())
    (claim,) = said.opinions[1].conclusion.claims
    assert (claim.evidence, claim.verified) == (("E1",), True)


async def test_without_a_model_it_says_what_is_needed() -> None:
    timeline = await concluded()
    asked = replace(wanted(timeline), of="model")
    missing = ModelFault(FaultKind.NOT_SET_UP, "No model is set up.")
    said = await second_opinion(asked, timeline.events, both(model=missing))
    assert len(said.opinions) == 1
    assert said.trouble == "No model is set up. Name an endpoint and a model: SRE_MODEL_URL and SRE_MODEL."


async def test_the_verdict_stays_and_report_and_page_tell_of_it() -> None:
    timeline = await concluded()
    before = timeline.state.conclusion
    said = await second_opinion(wanted(timeline), timeline.events, both())
    timeline.say(entry("engine", said))
    assert timeline.state.conclusion == before
    report = build(timeline.state)
    assert report["verdict"] == "likely"
    (told,) = report["second_opinions"]
    assert told["agreement"]["cause"] == "different"
    assert told["asked_by"] == PERSON.actor
    assert in_words(said) in markdown(report)
    assert "The door is open" in markdown(report)


async def test_one_at_a_time_by_whoever_may_decide_and_only_where_there_is_evidence() -> None:
    timeline = await concluded()
    with pytest.raises(NotAllowed):
        timeline.say(entry(VIEWER, SecondOpinionAsked()))
    wanted(timeline)
    with pytest.raises(StaleDecision, match="being made already"):
        timeline.say(entry(PERSON, SecondOpinionAsked()))
    with pytest.raises(StaleDecision, match="no evidence yet"):
        ListTimeline(timeline.events[:1]).say(entry(PERSON, SecondOpinionAsked()))


# -- beside the loop ---------------------------------------------------------------------------------------------------


@dataclass
class Hanging(Blinded):
    """Never comes back."""

    begun: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, known: Sequence[Event]) -> Opinion:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.let_go.set()
        raise AssertionError("never")


def at_hand(**blind: Blinded) -> Callable[[Investigation], Investigator]:
    return lambda state: replace(equipped(), blind={**both(), **blind})


def given_in(timeline: Timeline) -> list[SecondOpinionGiven]:
    return [one.given for one in timeline.state("inv").control.opinions.values() if one.given]


def test_it_is_given_beside_a_closed_investigation_and_opens_nothing(timeline: Timeline) -> None:
    bell = Bell(timeline)
    with engine_of(timeline, at_hand()) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("InvestigationClosed")
        say(timeline, engine, entry(PERSON, SecondOpinionAsked()))
        bell.wait("SecondOpinionGiven")
    assert timeline.state("inv").closed
    assert [opinion.by for opinion in given_in(timeline)[0].opinions] == ["fake", "rules"]


def test_a_stop_takes_it_back_and_says_so(timeline: Timeline) -> None:
    bell, hanging = Bell(timeline), Hanging("rules")
    held = OPENED.model_copy(update={"happening": OPENED.happening.model_copy(update={"autonomy": Autonomy.ASK_ALL})})
    with engine_of(timeline, at_hand(rules=hanging)) as engine:
        timeline.append("inv", 1, held)
        engine.wake("inv")
        bell.wait("ApprovalRequested")
        say(timeline, engine, entry(PERSON, approval(timeline.state("inv").pending)))
        bell.wait("ReflectionMade")
        bell.wait("ApprovalRequested", times=2)
        say(timeline, engine, entry(PERSON, SecondOpinionAsked()))
        assert hanging.begun.wait(10)
        say(timeline, engine, entry(PERSON, InvestigationStopped()))
        bell.wait("SecondOpinionGiven")
        assert hanging.let_go.wait(10)
    assert given_in(timeline)[0].trouble == "The investigation was stopped before it was given."


def test_one_that_the_end_of_the_process_cut_off_is_made_at_the_next_start(timeline: Timeline) -> None:
    bell, hanging = Bell(timeline), Hanging("rules")
    with engine_of(timeline, at_hand(rules=hanging)) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("InvestigationClosed")
        say(timeline, engine, entry(PERSON, SecondOpinionAsked()))
        assert hanging.begun.wait(10)
    assert given_in(timeline) == []
    with engine_of(timeline, at_hand()):
        bell.wait("SecondOpinionGiven")


def test_a_bug_in_making_it_is_said_and_nothing_waits_for_ever(timeline: Timeline) -> None:
    class Broken(Blinded):
        async def __call__(self, known: Sequence[Event]) -> Opinion:
            raise ZeroDivisionError("oops")

    bell = Bell(timeline)
    with engine_of(timeline, at_hand(rules=Broken("rules"))) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        bell.wait("InvestigationClosed")
        say(timeline, engine, entry(PERSON, SecondOpinionAsked()))
        bell.wait("SecondOpinionGiven")
    assert given_in(timeline)[0].trouble == "It failed: ZeroDivisionError: oops"
