"""What was asked of a model counts, whatever became of the answer, and after a restart as before it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace

import pytest

from sre_core.domain import Limits
from sre_core.engine import OpenTimeline
from sre_core.events import (
    AlertReceived,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationStopped,
    JudgementDropped,
    PlanProposed,
    QuestionAsked,
    entry,
)
from sre_core.gateway.asking import Mode, ModelCall
from sre_core.gateway.budget import reached, spent_on
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator, Proposal
from sre_core.loop import investigate
from sre_core.reasoning.model.desk import budget_of
from sre_core.timeline import Timeline
from tests.core.test_engine import Bell, engine_of, say
from tests.fakes import OPENED, PERSON, START, FakeReasoner, equipped


def call(number: int) -> ModelCall:
    return ModelCall(
        id=f"c{number}",
        began_at=START,
        investigation_id="inv",
        role="plan",
        endpoint="fake",
        model="fake",
        mode=Mode.JSON_SCHEMA,
        attempts=1,
        tries=1,
        tokens_in=100,
        tokens_out=10,
        seconds=0.1,
    )


@dataclass
class Asking(FakeReasoner):
    """Pays for each plan before it is made; the first one takes until it is let go of."""

    hangs: bool = True
    begun: threading.Event = field(default_factory=threading.Event)
    paid: list[ModelCall] = field(default_factory=list)
    calls: int = 0

    async def plan(self, investigation: Investigation) -> Proposal:
        self.calls += 1
        self.paid.append(call(self.calls))
        self.begun.set()
        if self.hangs and self.calls == 1:
            await asyncio.Event().wait()
        return await super().plan(investigation)

    def drained(self) -> tuple[ModelCall, ...]:
        ended, self.paid = tuple(self.paid), []
        return ended


def at_hand(reasoner: Asking) -> Investigator:
    return replace(equipped(reasoner), calls=reasoner.drained)


def accounts(timeline: Timeline) -> list[tuple[str, list[str]]]:
    return [(event.happening.type, [one.id for one in event.calls]) for event in timeline.read("inv") if event.calls]


@pytest.mark.parametrize("news", [GuidanceGiven(text="the door"), InvestigationStopped()], ids=lambda n: n.type)
def test_calls_of_a_judgement_that_news_made_pointless_stay_in_the_timeline(
    timeline: Timeline, news: GuidanceGiven | InvestigationStopped
) -> None:
    reasoner, bell = Asking(), Bell(timeline)
    with engine_of(timeline, lambda state: at_hand(reasoner)) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        assert reasoner.begun.wait(10)
        say(timeline, engine, entry(PERSON, news))
        bell.wait("JudgementDropped")
        if isinstance(news, GuidanceGiven):
            bell.wait("InvestigationClosed")
    first, *later = accounts(timeline)
    assert first == ("JudgementDropped", ["c1"])
    assert later == ([("PlanProposed", ["c2"])] if isinstance(news, GuidanceGiven) else [])


def test_calls_that_the_end_of_the_process_cut_off_stay_in_the_timeline(timeline: Timeline) -> None:
    reasoner = Asking()
    with engine_of(timeline, lambda state: at_hand(reasoner)) as engine:
        timeline.append("inv", 1, OPENED)
        engine.wake("inv")
        assert reasoner.begun.wait(10)
    assert accounts(timeline) == [("JudgementDropped", ["c1"])]


async def test_calls_of_a_judgement_that_finds_its_place_taken_stay_in_the_timeline(timeline: Timeline) -> None:
    class Late(Asking):
        async def plan(self, investigation: Investigation) -> Proposal:
            made = await super().plan(investigation)
            if self.calls == 1:
                timeline.record("inv", entry(PERSON, QuestionAsked(text="And?")))
            return made

    timeline.append("inv", 1, OPENED)
    opened = OpenTimeline(timeline, "inv")
    await opened.catch_up()
    await investigate(opened, at_hand(Late(hangs=False)))
    assert accounts(timeline) == [("JudgementDropped", ["c1"]), ("PlanProposed", ["c2"])]


class Slow:
    """A timeline that is read only when somebody says so."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.may_read = threading.Event()

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        assert self.may_read.wait(10)
        return self._timeline.read(investigation_id, since)


async def test_a_step_that_had_come_back_when_it_became_pointless_is_paid_for(timeline: Timeline) -> None:
    timeline.append("inv", 1, OPENED)
    slow = Slow(timeline)
    opened = OpenTimeline(slow, "inv")
    slow.may_read.set()
    await opened.catch_up()
    slow.may_read.clear()
    opened.news.set()
    timeline.record("inv", entry(PERSON, GuidanceGiven(text="the door")))
    plan = PlanProposed.model_validate({"plan": {"revision": 1, "steps": ()}})

    async def made() -> Entry:
        for _ in range(20):  # the bell is heard first, and the news is read when this is done
            await asyncio.sleep(0)
        slow.may_read.set()
        return entry("reasoner:fake", plan).model_copy(update={"calls": (call(1),)})

    left = await opened.unless_overtaken(made())
    assert left is not None
    assert isinstance(left.happening, JudgementDropped)
    assert [one.id for one in left.calls] == ["c1"]


def test_a_budget_counts_them_after_a_restart(timeline: Timeline) -> None:
    timeline.append(
        "inv", 1, entry(PERSON, AlertReceived(alert=OPENED.happening.alert, limits=Limits(max_model_calls=1)))
    )
    dropped = entry("engine", JudgementDropped()).model_copy(update={"calls": (call(1),)})
    timeline.append("inv", 2, dropped)
    state = timeline.state("inv")
    assert reached(budget_of(state.limits), spent_on(state.calls)) == "1 of 1 requests to a model"
