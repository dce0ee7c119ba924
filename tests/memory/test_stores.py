"""What each event of an investigation teaches; and that learning it twice is learning it once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine as Database

from sre_core.domain import Incident, Rating, Standing
from sre_core.errors import UnknownInvestigation
from sre_core.events import ConclusionRated, ConclusionReached, ConclusionRefuted, FactStated, entry
from sre_core.investigation import Investigation
from sre_core.memory.fingerprint import fingerprint
from sre_core.memory.incidents import IncidentEdit
from sre_core.memory.stores import LEARNED_FROM, Memories
from tests.fakes import PERSON, ListTimeline
from tests.memory.told import ORDERS, concluded, incident


@pytest.fixture
def database(each_database: Database) -> Database:
    """Everything here holds on both kinds of database."""
    return each_database


def learn(memories: Memories, timeline: ListTimeline, since: int = 0) -> None:
    for event in timeline.events[since:]:
        if isinstance(event.happening, LEARNED_FROM):
            memories.learn(event, timeline.state, lambda: timeline.events)


def test_a_conclusion_is_remembered_a_rating_corrects_it_and_a_refutation_withdraws_it(database: Database) -> None:
    memories, timeline = Memories(database), concluded()
    learn(memories, timeline)
    (first,) = memories.incidents.incidents()
    assert first.cause == ("orders-db", "lock_contention")
    wrong = ConclusionRated(rating=Rating.WRONG, component="orders-service", fault="memory_leak", note="the heap grew")
    learn(memories, timeline, timeline.say(entry(PERSON, wrong)).seq - 1)
    assert memories.incidents.incidents()[0].cause == ("orders-service", "memory_leak")
    assert [one.rating for one in memories.ratings.all()] == [Rating.WRONG]
    learn(memories, timeline, timeline.say(entry(PERSON, ConclusionRefuted())).seq - 1)
    assert memories.incidents.incidents() == []
    assert memories.ratings.all() == []
    history = memories.incidents.revisions(first.id)
    assert [(one.by, one.because) for one in history] == [
        ("reasoner:rules", "Concluded."),
        ("ada", "Rated wrong. the heap grew"),
        ("ada", "Refuted; it is investigated again."),
    ]


def test_learning_again_after_a_crash_changes_nothing_and_what_was_forgotten_stays_forgotten(
    database: Database,
) -> None:
    memories, timeline = Memories(database), concluded()
    timeline.say(entry(PERSON, FactStated(text="fails over at night", component="orders-db")))
    for _ in range(2):
        learn(memories, timeline)
    assert len(memories.facts.all()) == 1
    timeline = concluded()
    learn(memories, timeline)
    (found,) = memories.incidents.incidents()
    memories.incidents.forget(found.id, by="ada")
    learn(memories, timeline)
    assert memories.incidents.incidents() == []


def test_the_third_time_the_correction_of_the_second_is_believed(database: Database) -> None:
    memories = Memories(database)
    for n in (1, 2):
        timeline = concluded()
        timeline.state.id = f"inv-{n}"
        learn(memories, timeline)
    assert len(memories.incidents.incidents()) == 1
    reached = next(event for event in timeline.events if isinstance(event.happening, ConclusionReached))
    timeline.say(entry(PERSON, ConclusionRated(rating=Rating.WRONG, component="orders-service", fault="memory_leak")))
    learn(memories, timeline, reached.seq)
    believed, before = memories.incidents.recall_alert(ORDERS, limit=3)
    assert (believed.claimed, believed.incident.cause) == (True, ("orders-service", "memory_leak"))
    assert (before.claimed, before.standing) == (False, Standing.CONTRADICTED)


def before(timeline: ListTimeline, **more: str) -> Incident:
    """As the version before fingerprints left it."""
    id_ = timeline.state.id
    old = {"title": ORDERS.title, "component": "orders-db", "fault": "lock_contention", "symptoms": "then"}
    named = {"id": f"investigation:{id_}", "investigation_id": id_, "source": f"investigation {id_}"}
    return Incident.model_validate({**old, **named, **more})


def test_what_an_older_version_remembered_is_completed_from_its_timelines_and_then_merges(database: Database) -> None:
    memories, timelines = Memories(database), {}
    for n in (1, 2):
        timeline = concluded(workspace="sample:a")
        timeline.state.id = f"inv-{n}"
        timelines[f"inv-{n}"] = timeline
        memories.incidents.remember(before(timeline))
    memories.incidents.edit("investigation:inv-1", IncidentEdit(symptoms="as I saw it"), by="ada")
    memories.incidents.remember(incident(n=9, id="investigation:gone", fingerprint="", fault="slow_query"))
    assert len(memories.incidents.incidents()) == 3

    def state(id_: str) -> Investigation:
        if id_ not in timelines:
            raise UnknownInvestigation(id_)
        return timelines[id_].state

    assert memories.complete(state, lambda id_: timelines[id_].events) == 2
    told = memories.incidents.get("investigation:inv-1")
    assert told is not None
    assert (told.workspace, told.fingerprint, told.occurrence) == ("sample:a", fingerprint(ORDERS), "sample:a")
    first = memories.incidents.single("investigation:inv-1")
    assert first is not None
    assert (first.symptoms, first.edited_by) == ("as I saw it", "ada")
    assert len(memories.incidents.incidents()) == 2
    assert memories.complete(state, lambda id_: timelines[id_].events) == 0
