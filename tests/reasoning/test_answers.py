"""Questions about an investigation are answered in the words of its timeline, or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Action, Alert, Answer, Autonomy, ContentRef, Observation, Pace, Quotation
from sre_core.equipment import Equipment
from sre_core.events import (
    ActionProposed,
    ActionRejected,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ConclusionRefuted,
    ContentErased,
    Event,
    FactStated,
    GuidanceGiven,
    HypothesisDismissed,
    HypothesisProposed,
    InvestigationFailed,
    MemoryRecalled,
    QuestionAnswered,
    QuestionAsked,
    StandingApprovalGiven,
    entry,
)
from sre_core.investigation import fold
from sre_core.knowledge.library import KnowledgeBase
from sre_core.knowledge.words import words
from sre_core.loop import investigate
from sre_core.memory.incidents import IncidentStore
from sre_core.people import Person, Role
from sre_core.reasoning.answers import DOES_NOT_SAY, LONGEST_QUOTE, MOST_QUOTED, answer
from sre_core.store import open_database
from sre_core.timeline import Contents
from sre_core.workspaces import Workspaces
from tests.fakes import (
    ADMIN,
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
from tests.tries import tried

GRACE = Person(name="grace", role=Role.RESPONDER)


def ask(timeline: ListTimeline, question: str) -> Answer:
    return answer(question, timeline.events, timeline.state)


def kinds(timeline: ListTimeline, answered: Answer) -> list[str]:
    return [timeline.events[quoted.seq - 1].happening.type for quoted in answered.quotations]


# -- on the real samples -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Samples:
    """Investigations of the samples that ship with the product."""

    crashloop: ListTimeline
    orders_waiting: ListTimeline
    """It has found the cause and asks for a rollback."""
    orders: ListTimeline
    """The rollback was approved."""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samples]:
    folder = tmp_path_factory.mktemp("samples")
    database = open_database(folder / "workbench.db")
    equipment = Equipment(
        KnowledgeBase(database), IncidentStore(database), Contents(database), answer_within=timedelta(hours=1)
    )

    async def run(workspace: str, events: list[Event]) -> ListTimeline:
        sources, timeline = Workspaces(folder).open(workspace), ListTimeline(events)
        assert sources.alert is not None
        if not events:
            opened = AlertReceived(alert=sources.alert, workspace=workspace, autonomy=Autonomy.AUTO)
            timeline.say(entry(PERSON, opened))
        await investigate(timeline, equipment.investigator(sources))
        return timeline

    async def run_all() -> Samples:
        waiting = await run("sample:orders-503", [])
        approved = ListTimeline(waiting.events)
        approved.say(entry(PERSON, approval(approved.state.pending)))
        return Samples(
            crashloop=await run("sample:checkout-crashloop", []),
            orders_waiting=waiting,
            orders=await run("sample:orders-503", approved.events),
        )

    yield asyncio.run(run_all())
    database.dispose()


CITED = {
    ("orders", "why was payments ruled out?"): ("ReflectionMade", "payments-service is healthy in metrics"),
    ("orders", "Why not cart-redis?"): ("ReflectionMade", "cart-redis is healthy in metrics"),
    ("orders", "what changed before the onset?"): ("ReflectionMade", "inventory-service v2.9.4"),
    ("orders", "what did commit b93d5e07a1f4 change?"): ("ReflectionMade", "maximum-pool-size: 5"),
    ("orders", "who approved the rollback, and when?"): ("ActionApproved", "ada approved A8"),
    ("orders", "what did you look at in cart-redis?"): ("ReflectionMade", "cart-redis: metrics clean"),
    ("orders", "what was not examined?"): ("ConclusionReached", "signals: absent from the capsule"),
    ("orders", "What didn't you check?"): ("ConclusionReached", "signals: absent from the capsule"),
    ("orders", "when did it begin?"): ("ReflectionMade", "since 2026-10-28 13:33"),
    ("orders", "what happened at 13:33?"): ("ReflectionMade", "db_connections_in_use reached 15"),
    ("orders", "how sure are you?"): ("ReflectionMade", "inventory-service: connection pool exhaustion."),
    ("orders", "what else could it be?"): ("ReflectionMade", "code regression"),
    ("orders", "what is the root cause?"): ("ConclusionReached", "connection pool exhaustion after change"),
    ("orders", "why do you think it's inventory-service?"): ("ReflectionMade", "db_connections_max 15"),
    ("orders", "did the latency of checkout-service rise?"): ("ReflectionMade", "checkout-service latency_p99_ms 2411"),
    ("orders", "have we seen this before?"): ("MemoryRecalled", "Orders blocked by a migration"),
    ("orders", "who is affected?"): ("ConclusionReached", "api-gateway"),
    ("orders", "what is the plan?"): ("PlanProposed", "Which mechanism explains it?"),
    ("orders", "what evidence is there?"): ("ReflectionMade", "db_connections_in_use reached 15"),
    ("orders", "is cart-redis healthy?"): ("ReflectionMade", "cart-redis: logs clean"),
    ("orders", "how do we fix it?"): ("ConclusionReached", "Roll inventory-service back"),
    ("orders", "what is E20?"): ("ReflectionMade", "timed out waiting for a connection from the pool"),
    ("orders", "did j.ferreira commit b93d5e07a1f4?"): ("ActionSucceeded", "j.ferreira"),
    ("orders_waiting", "what are you waiting for?"): ("ApprovalRequested", "A8: It changes something"),
    ("orders_waiting", "what happens next?"): ("ApprovalRequested", "A8: It changes something"),
    ("crashloop", "what do the logs say about OutOfMemory?"): ("ReflectionMade", "java.lang.OutOfMemoryError"),
    ("crashloop", "how likely is cart-redis?"): ("PlanProposed", "It begins at cart-redis"),
}


@pytest.mark.parametrize(("sample", "question"), CITED)
def test_a_question_on_call_cites_the_event_that_answers_it(samples: Samples, sample: str, question: str) -> None:
    timeline: ListTimeline = getattr(samples, sample)
    kind, text = CITED[sample, question]
    answered = ask(timeline, question)
    cited = zip(kinds(timeline, answered), answered.quotations, strict=True)
    assert any(one == kind and text in quoted.text for one, quoted in cited), answered
    assert answered.quotations[0].text in answered.text


NOT_SAID = [
    "why was billing ruled out?",
    "what do the logs of billing-db say?",
    "what did you look at in the billing service?",
    "who approved the failover, and when?",
    "did orders-redis run out of memory?",
    "what did commit deadbeef1234 change?",
    "does billing wait for a connection of inventory-service at 13:33?",
    "what is the weather like in Ghent?",
    "why was the restart rejected?",
    "did anybody refuse anything?",
    "who are you?",
    "tell me about it",
    "",
]


@pytest.mark.parametrize("question", NOT_SAID)
def test_what_stands_nowhere_is_not_answered_with_a_line_that_fits_loosely(samples: Samples, question: str) -> None:
    answered = ask(samples.orders, question)
    assert answered.quotations == ()
    assert answered.text.startswith(DOES_NOT_SAY)


def test_it_says_which_word_it_has_never_heard_of(samples: Samples) -> None:
    assert ask(samples.orders, "why was billing ruled out?").text == f"{DOES_NOT_SAY} It has no word of “billing”."


def test_who_approved_says_when_and_what(samples: Samples) -> None:
    text = ask(samples.orders, "who approved the rollback, and when?").text
    assert "12:00 UTC, apply_remediation kind=rollback, component=inventory-service" in text


def test_what_was_put_down_to_the_cause_is_still_in_the_race_not_ruled_out(samples: Samples) -> None:
    answered = ask(samples.orders, "why was inventory-service ruled out?")
    assert answered.text.startswith("In the race at > 99 %: “inventory-service: connection pool exhaustion.”")


@pytest.mark.parametrize("component", ["cart-service", "payments-adapter"])
def test_of_a_long_line_the_part_asked_for_is_quoted(samples: Samples, component: str) -> None:
    quoted = ask(samples.orders, f"what do the metrics of {component} show?").quotations
    clean = next(one for one in quoted if one.evidence_id == "E19")
    assert component in clean.text
    assert len(clean.text) <= LONGEST_QUOTE + 4


# -- with fakes --------------------------------------------------------------------------------------------------------


async def going_on(timeline: ListTimeline, tools: FakeToolbox | None = None, looks: int = 3) -> ListTimeline:
    await investigate(timeline, equipped(FakeReasoner(looks=looks), tools or FakeToolbox()))
    return timeline


async def test_a_name_in_an_earlier_question_is_no_word_of_the_timeline() -> None:
    timeline = await run_until_turn_ends(equipped())
    asked = timeline.say(entry(PERSON, QuestionAsked(text="why was billing ruled out?")))
    said = Answer(text="billing", quotations=(Quotation(text="billing", seq=1),))
    timeline.write(entry("reasoner:fake", QuestionAnswered(question=asked.seq, answer=said)))
    assert ask(timeline, "what about billing?").quotations == ()


async def test_a_rejection_is_answered_with_its_reason_and_who_gave_it() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(remedies=("refuel",))))
    timeline.say(entry(GRACE, ActionRejected(action_id="A4", reason="the kiln is in use")))
    answered = ask(timeline, "who rejected refuel, and why?")
    assert answered.quotations[0].text == "grace rejected A4: the kiln is in use"
    assert answered.quotations[0].action_id == "A4"


async def test_nobody_was_asked_is_said_of_what_ran_by_itself() -> None:
    timeline = await run_until_turn_ends(equipped())
    assert ask(timeline, "who approved A1?").text == "Nobody was asked, look nth=0: “policy started A1” (event 5, A1)."


async def test_what_a_standing_approval_let_run_names_it() -> None:
    opened = entry(PERSON, AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.ASK_ALL))
    timeline = await run_until_turn_ends(equipped(), opened)
    given = timeline.say(entry(PERSON, StandingApprovalGiven(tool="look")))
    await going_on(timeline)
    assert f"By the standing approval of event {given.seq}" in ask(timeline, "who approved A2?").text


async def test_evidence_that_was_corrected_is_quoted_as_such_and_after_the_fact() -> None:
    timeline = await run_until_turn_ends(equipped())
    fact = FactStated(text="The thermometer of the kiln reads 300 too low", corrects=("E1",))
    said = timeline.say(entry(PERSON, fact))
    await going_on(timeline)
    answered = ask(timeline, "which reading of the thermometer?")
    assert answered.quotations[0].seq == said.seq
    assert answered.quotations[0].evidence_id in timeline.state.evidence
    corrected = ask(timeline, "what is E1?")
    assert corrected.text.startswith(f"Corrected at event {said.seq}")


async def test_a_hypothesis_that_a_person_dismissed_is_ruled_out_with_their_reason() -> None:
    timeline = await run_until_turn_ends(equipped())
    timeline.say(entry(GRACE, HypothesisDismissed(hypothesis_id="H2", reason="I stood before it, it is shut")))
    answered = ask(timeline, "why was the door ruled out?")
    assert answered.quotations[0].text == "I stood before it, it is shut"
    assert "grace ruled out door" in answered.text


async def test_a_refuted_conclusion_no_longer_stands() -> None:
    timeline = await run_until_turn_ends(equipped())
    timeline.say(entry(PERSON, ConclusionRefuted(reason="the tank is full")))
    assert "Concluded once, and no longer" in ask(timeline, "what did you conclude?").text
    assert ask(timeline, "why was the kiln ruled out?").quotations[0].text == "the tank is full"


async def test_what_people_said_is_found_by_their_name() -> None:
    timeline = await run_until_turn_ends(equipped())
    timeline.say(entry(GRACE, GuidanceGiven(text="look behind the chimney")))
    await going_on(timeline, looks=5)
    timeline.say(entry(PERSON, HypothesisProposed(component="chimney", statement="A nest blocks the chimney")))
    assert ask(timeline, "what did grace tell you?").quotations[0].text == "look behind the chimney"
    assert "A nest blocks the chimney" in ask(timeline, "what about the nest?").text


async def test_what_is_waited_for_follows_from_the_phase() -> None:
    held = entry(PERSON, AlertReceived(alert=Alert(title="cold"), pace=Pace.PLAN))
    assert "Held until a person says go on" in ask(await run_until_turn_ends(equipped(), held), "what next?").text
    closed = await run_until_turn_ends(equipped())
    assert "Nothing more is proposed" in ask(closed, "what are you waiting for?").text
    broken = ListTimeline()
    broken.say(OPENED)
    broken.say(entry("engine", InvestigationFailed(error_id="1a", error="KeyError: flue", doing="recall")))
    assert "recall: KeyError: flue" in ask(broken, "why are you stuck, what now?").text


async def test_an_action_that_failed_is_quoted_with_its_error() -> None:
    timeline = await run_until_turn_ends(equipped(tools=FakeToolbox(behaviour=fail)))
    answered = ask(timeline, "why did the thermometer fail?")
    assert kinds(timeline, answered)[0] == "ActionFailed"


def observed(content: ContentRef | None) -> ListTimeline:
    timeline = ListTimeline()
    timeline.say(OPENED)
    timeline.write(entry("memory", MemoryRecalled()))
    timeline.write(entry("reasoner:fake", ActionProposed(action=Action(id="A1", tool="look"))))
    timeline.write(entry("policy", ActionStarted(action_id="A1", run_id="r")))
    brought = Observation(
        action_id="A1",
        tool="look",
        source="look",
        summary="cold",
        output_type="Reading",
        content=content,
        data=None if content else [{"line": "the password is swordfish"}],
        excerpt="the password is swordfish" if content else "",
    )
    timeline.write(entry("tool:look", ActionSucceeded(action_id="A1", run_id="r", observation=brought)))
    return timeline


def test_what_only_an_output_holds_is_found_there() -> None:
    answered = ask(observed(None), "what about swordfish?")
    assert answered.quotations[0].text == "the password is swordfish"
    assert answered.quotations[0].action_id == "A1"


def test_of_a_bulky_output_only_the_words_are_known_and_after_erasing_not_even_those() -> None:
    timeline = observed(ContentRef(digest="0" * 64, characters=30_000))
    assert ask(timeline, "what about swordfish?") == Answer(text=DOES_NOT_SAY)
    timeline.say(entry(ADMIN, ContentErased(digest="0" * 64, reason="a secret")))
    assert ask(timeline, "what about swordfish?").text == f"{DOES_NOT_SAY} It has no word of “swordfish”."


def test_nothing_is_known_of_an_empty_timeline() -> None:
    assert answer("how sure are you?", [], fold("inv", [])).text.startswith(DOES_NOT_SAY)


# -- laws --------------------------------------------------------------------------------------------------------------


def leaves(json_value: Any) -> Iterator[str]:
    if isinstance(json_value, dict):
        for name, value in json_value.items():
            yield name
            yield from leaves(value)
    elif isinstance(json_value, list):
        for value in json_value:
            yield from leaves(value)
    else:
        yield str(json_value)


def says(event: Event) -> str:
    """All that an event says, and its words with ActionApproved taken apart."""
    text = " ".join(leaves(json.loads(event.model_dump_json())))
    return f"{text} {' '.join(words(text))}".lower()


@pytest.fixture(scope="module")
def many(samples: Samples) -> list[ListTimeline]:
    async def rich() -> ListTimeline:
        timeline = await run_until_turn_ends(equipped(FakeReasoner(remedies=("refuel",))))
        timeline.say(entry(GRACE, ActionRejected(action_id="A4", reason="the kiln is in use")))
        timeline.say(entry(GRACE, StandingApprovalGiven(tool="look", component="kiln")))
        timeline.say(entry(GRACE, FactStated(text="It was “opened” at\nnoon", component="door", corrects=("E1",))))
        timeline.say(entry(PERSON, GuidanceGiven(text="look at the door")))
        await going_on(timeline)
        timeline.say(entry(PERSON, ConclusionRefuted()))
        return timeline

    return [samples.orders, samples.orders_waiting, samples.crashloop, asyncio.run(rich())]


_VOCABULARY = """
why was ruled out who approved rejected when what changed before the onset look at not examined next waiting how sure else
could it be begin logs metrics say about payments-service orders-db cart-redis inventory-service pool connection memory
OutOfMemory kiln door fuel billing A1 A4 E1 E20 H2 13:33 b93d5e07a1f4 rollback refuel grace ada runbook affected fix
"""
QUESTIONS = st.one_of(st.text(), st.lists(st.sampled_from(_VOCABULARY.split()), max_size=8).map(" ".join))


@tried(150)
@given(question=QUESTIONS, which=st.integers(0, 3))
def test_every_word_quoted_stands_in_the_event_that_is_cited(
    many: list[ListTimeline], question: str, which: int
) -> None:
    timeline = many[which]
    answered = ask(timeline, question)
    assert answered == ask(timeline, question)
    assert len(answered.quotations) <= MOST_QUOTED
    assert bool(answered.quotations) != answered.text.startswith(DOES_NOT_SAY)
    for quoted in answered.quotations:
        said = says(timeline.events[quoted.seq - 1])
        assert [word for word in words(quoted.text) if word not in said] == []


@tried(100)
@given(question=QUESTIONS)
def test_evidence_is_quoted_letter_by_letter(samples: Samples, question: str) -> None:
    state = samples.crashloop.state
    for quoted in ask(samples.crashloop, question).quotations:
        event = samples.crashloop.events[quoted.seq - 1]
        if quoted.evidence_id and quoted.action_id and event.happening.type == "ReflectionMade":
            piece = state.evidence[quoted.evidence_id]
            whole = " ".join(f"{piece.locator}: {piece.quote}".split())
            assert quoted.text.removeprefix("… ").removesuffix(" …") in whole


@tried(50)
@given(name=st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=6, max_size=12))
def test_a_name_that_stands_nowhere_is_never_answered(samples: Samples, name: str) -> None:
    for pattern in ("why was {} ruled out?", "what do the logs of {}-service say?", "is {} or orders-db the cause?"):
        assert ask(samples.orders, pattern.format(name)).quotations == ()
