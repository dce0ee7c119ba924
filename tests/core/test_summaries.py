"""Investigations as lines of a list: what waits comes first, and what did not change is not read again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine as Database

from sre_core import events as ev
from sre_core.domain import Action, Alert, Conclusion, Pace, Plan, RootCause, Severity, Verdict
from sre_core.events import Entry, Happening, entry
from sre_core.investigation import Investigation
from sre_core.summaries import Summaries
from sre_core.timeline import Timeline
from tests.fakes import OPENED, PERSON

LOOK = Action(id="A1", tool="read_logs", arguments={"nth": 1})
ASKED: list[tuple[str, Happening]] = [
    ("memory", ev.MemoryRecalled()),
    ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
    ("reasoner:x", ev.ActionProposed(action=LOOK)),
    ("policy", ev.ApprovalRequested(action_id="A1", digest=LOOK.digest, reason="asked")),
]
ENDED: list[tuple[str, Happening]] = [
    *ASKED[:2],
    ("reasoner:x", ev.ConclusionReached(conclusion=Conclusion(verdict=Verdict.LIKELY, headline="No fuel"))),
    ("engine", ev.InvestigationClosed()),
]


class CountingTimeline(Timeline):
    """Counts how often an investigation is folded."""

    folded = 0

    def state(self, investigation_id: str) -> Investigation:
        self.folded += 1
        return super().state(investigation_id)


@pytest.fixture
def timeline(database: Database) -> CountingTimeline:
    return CountingTimeline(database)


def tell(timeline: Timeline, id_: str, *told: tuple[str, Happening], opened: Entry = OPENED) -> None:
    timeline.append(id_, 1, opened)
    for seq, (by, happening) in enumerate(told, start=2):
        timeline.append(id_, seq, entry(by, happening))


def test_those_that_wait_come_first_the_one_that_asked_last_at_the_head(timeline: CountingTimeline) -> None:
    tell(timeline, "waits-long", *ASKED)
    tell(timeline, "waits", *ASKED)
    tell(timeline, "works")
    listed = Summaries(timeline).all()
    assert [each.id for each in listed] == ["waits", "waits-long", "works"]
    assert [each.waiting for each in listed] == [True, True, False]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (ASKED, "approve: read logs"),
        ([*ASKED[:2], ("person:ada", ev.PaceSet(pace=Pace.PLAN))], "say how to go on"),
        ([("engine", ev.InvestigationFailed(error_id="1", error="boom", doing="plan"))], "something broke"),
        (ASKED[:3], ""),
        (ENDED, ""),
        ([*ASKED, ("person:ada", ev.InvestigationStopped())], ""),
    ],
)
def test_what_is_wanted_is_said_in_a_few_words_and_since_when(
    timeline: CountingTimeline, told: Any, wanted: str
) -> None:
    tell(timeline, "inv", *told)
    (one,) = Summaries(timeline).all()
    assert (one.waiting_for, one.waiting, one.waiting_since is not None) == (wanted, bool(wanted), bool(wanted))


def test_what_did_not_change_is_not_read_again(timeline: CountingTimeline) -> None:
    tell(timeline, "one", *ASKED)
    tell(timeline, "other", *ASKED)
    summaries = Summaries(timeline)
    summaries.all()
    timeline.folded = 0
    assert summaries.all() is summaries.all()
    assert timeline.folded == 0
    timeline.append("one", 6, entry(PERSON, ev.ActionRejected(action_id="A1", reason="no")))
    assert [(each.id, each.waiting) for each in summaries.all()] == [("other", True), ("one", False)]
    assert timeline.folded == 1


def test_a_new_one_appears_and_a_fork_too(timeline: CountingTimeline) -> None:
    summaries = Summaries(timeline)
    assert not summaries.all()
    tell(timeline, "inv", *ASKED)
    fork = timeline.fork("inv", entry(PERSON, ev.InvestigationForked(origin="inv", at=2)))
    assert {each.id for each in summaries.all()} == {"inv", fork}


def test_what_is_closed_needs_no_folding_and_reads_the_same(timeline: CountingTimeline) -> None:
    summaries = Summaries(timeline)
    summaries.all()
    tell(timeline, "inv", *ENDED)
    (folded,) = summaries.all()
    timeline.folded = 0
    (told,) = Summaries(timeline).all()
    assert (told, timeline.folded) == (folded, 0)


def test_it_says_what_it_is_about_and_who_had_a_part_in_it(timeline: CountingTimeline) -> None:
    cause = RootCause(component="kiln", fault="fuel_low", statement="no fuel")
    conclusion = Conclusion(verdict=Verdict.LIKELY, headline="No fuel", root_cause=cause, blast_radius=("oven", "kiln"))
    opened = entry(PERSON, ev.AlertReceived(alert=Alert(title="cold", component="oven", severity=Severity.HIGH)))
    told = [
        *ASKED[:2],
        ("person:bo", ev.QuestionAsked(text="why?")),
        ("reasoner:x", ev.ConclusionReached(conclusion=conclusion)),
    ]
    tell(timeline, "inv", *told, ("engine", ev.InvestigationClosed()), opened=opened)
    (closed,) = Summaries(timeline).all()
    assert (closed.component, closed.fault, closed.severity) == ("kiln", "fuel_low", Severity.HIGH)
    assert closed.components == ("kiln", "oven")
    assert (closed.opened_by, closed.people) == ("ada", ("ada", "bo"))
    summaries = Summaries(timeline)
    summaries.all()
    timeline.append("inv", 7, entry(PERSON, ev.QuestionAsked(text="and now?")))
    (folded,) = summaries.all()
    same = {"events", "last_at"}
    assert folded.model_dump(exclude=same) == closed.model_dump(exclude=same)


def test_a_fork_says_what_it_was_forked_from_and_by_whom(timeline: CountingTimeline) -> None:
    tell(timeline, "inv", *ENDED)
    forked = entry(PERSON.model_copy(update={"name": "bo"}), ev.InvestigationForked(origin="inv", at=2))
    fork = timeline.fork("inv", forked)
    listed = {each.id: each for each in Summaries(timeline).all()}
    assert (listed[fork].origin, listed[fork].opened_by, listed[fork].people) == ("inv", "bo", ("ada", "bo"))
    assert listed["inv"].origin is None


def test_an_erased_one_is_forgotten_and_the_others_are_not_read_again(timeline: CountingTimeline) -> None:
    tell(timeline, "one", *ASKED)
    tell(timeline, "two", *ASKED)
    summaries = Summaries(timeline)
    summaries.all()
    timeline.folded = 0
    summaries.forget("one")
    assert [each.id for each in summaries.all()] == ["two"]
    assert timeline.folded == 0


def test_one_that_was_erased_after_its_last_word_was_heard_harms_no_list(timeline: CountingTimeline) -> None:
    tell(timeline, "one", *ASKED)
    tell(timeline, "two", *ASKED)
    summaries = Summaries(timeline)
    summaries.all()
    timeline.record("one", entry(PERSON, ev.GuidanceGiven(text="look at the oven")))
    with timeline._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM wb_events WHERE investigation_id = 'one'")
    assert [each.id for each in summaries.all()] == ["two"]
