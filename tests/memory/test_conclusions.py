"""An investigation that came to a cause is remembered with what led to it; a person's word counts more than the verdict."""

from __future__ import annotations

from typing import Any

from sre_core.domain import Conclusion, Effect, Incident, Observation, Rating, RuledOut, Value, Verdict
from sre_core.events import ConclusionRated, ConclusionReached, ConclusionRefuted, entry
from sre_core.loop import investigate
from sre_core.memory.conclusions import incident_from_investigation
from tests.fakes import (
    OPENED,
    PERSON,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    approval,
    equipped,
    run_until_turn_ends,
)
from tests.memory.told import concluded, incident


class Fuel(FakeToolbox):
    """Refuelling says whether the kiln recovered."""

    recovered = True

    async def run(self, action, key=None):  # type: ignore[no-untyped-def]
        observation = await super().run(action, key)
        if self.effects[action.tool] is Effect.READS:
            return observation
        data = {"outcome": "warm again", "recovered": self.recovered}
        return Observation.model_validate({**dict(observation), "data": data, "summary": "refuelled: warm again"})

    async def output(self, observation: Observation) -> Value | None:
        return None if observation.tool == "refuel" else await super().output(observation)


async def test_it_holds_alert_cause_evidence_with_its_place_what_was_done_and_how_long_it_took() -> None:
    timeline = ListTimeline()
    timeline.say(OPENED)
    at_hand = equipped(FakeReasoner(remedies=("refuel",)), Fuel())
    await investigate(timeline, at_hand)
    timeline.say(entry(PERSON, approval(timeline.state.pending)))
    await investigate(timeline, at_hand)
    told = incident_from_investigation(timeline.state, timeline.events)
    assert told is not None
    assert (told.title, told.cause, told.verdict) == ("The kiln is too cold", ("kiln", "fuel_low"), Verdict.LIKELY)
    assert (told.done, told.fix_held, told.resolved_by, told.resolution) == (True, True, "ada", "refuelled: warm again")
    reached = next(event for event in timeline.events if event.happening.type == "ConclusionReached")
    assert told.seconds_to_cause == (reached.at - timeline.events[0].at).total_seconds()
    proof = told.evidence[0]
    assert proof.seq is not None
    assert proof.evidence_id in {piece.id for piece in timeline.events[proof.seq - 1].happening.reflection.evidence}  # type: ignore[union-attr]
    assert told.confidence == round(timeline.state.chances["H1"], 4)
    assert (told.investigation_id, told.occurrence) == ("inv", "inv")


async def test_a_remedy_that_did_not_help_is_remembered_as_failed() -> None:
    timeline, tools = ListTimeline(), Fuel()
    tools.recovered = False
    timeline.say(OPENED)
    at_hand = equipped(FakeReasoner(remedies=("refuel",)), tools)
    await investigate(timeline, at_hand)
    timeline.say(entry(PERSON, approval(timeline.state.pending)))
    await investigate(timeline, at_hand)
    told = incident_from_investigation(timeline.state, timeline.events)
    assert told is not None
    assert told.fix_held is False


def rated(timeline: ListTimeline, rating: Rating, **said: Any) -> Incident:
    timeline.say(entry(PERSON, ConclusionRated(rating=rating, **said)))
    told = incident_from_investigation(timeline.state, timeline.events)
    assert told is not None
    return told


def test_a_cause_that_a_person_tells_replaces_the_verdict_which_is_kept_as_refuted() -> None:
    told = rated(concluded(), Rating.WRONG, component="orders-service", fault="memory_leak", note="paged us twice")
    assert (told.cause, told.statement) == (
        ("orders-service", "memory_leak"),
        "Memory leak at orders-service, as ada told.",
    )
    assert (told.refuted, told.rated_by, told.told_by, told.resolved_by) == ("A lock at orders-db", "ada", "ada", "ada")
    assert (told.resolution, told.note) == ("", "paged us twice")


def test_cause_fix_whether_it_held_and_note_are_told_in_one_s_own_words_and_kept_apart() -> None:
    timeline = concluded()
    words = {"cause": "the bank changed its key", "fix": "took the new key", "note": "ask Kim"}
    told = rated(timeline, Rating.WRONG, component="payments", fix_held=True, **words)
    assert (told.component, told.fault, told.statement) == ("payments", None, "The bank changed its key")
    assert (told.resolution, told.done, told.fix_held, told.resolved_by) == ("took the new key", True, True, "ada")
    assert (told.note, told.settled_at) == ("ask Kim", timeline.events[-1].at)


def test_words_without_a_component_are_a_cause_too_and_a_fault_that_they_name_is_known() -> None:
    told = rated(concluded(), Rating.WRONG, cause="a memory leak, again")
    assert (told.component, told.fault, told.has_cause) == (None, "memory_leak", True)
    assert rated(concluded(), Rating.WRONG, cause="not a memory leak but a full disk").fault is None


def test_a_verdict_called_partly_right_keeps_what_nobody_told_otherwise() -> None:
    told = rated(concluded(), Rating.PARTLY, fault="memory_leak")
    assert (told.cause, told.refuted) == (("orders-db", "memory_leak"), "A lock at orders-db")
    same = rated(concluded(), Rating.PARTLY, component="orders-db", fix="a longer lease")
    assert (same.cause, same.told_by, same.resolution) == (("orders-db", "lock_contention"), None, "a longer lease")


def test_how_long_a_wrong_verdict_took_is_no_time_to_the_cause() -> None:
    assert rated(concluded(), Rating.RIGHT).took_to_cause is not None
    assert rated(concluded(), Rating.WRONG).seconds_to_cause is None
    assert rated(concluded(), Rating.WRONG, component="payments", cause="a key").seconds_to_cause is None
    assert incident(rating=Rating.WRONG, seconds_to_cause=60).took_to_cause is None


async def test_where_no_cause_was_found_it_is_remembered_as_that_with_what_was_examined_and_ruled_out() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=2)))
    out = RuledOut(hypothesis_id="H9", statement="The door is open", reason="it is shut")
    conclusion = Conclusion(verdict=Verdict.INCONCLUSIVE, headline="Not settled", ruled_out=(out,))
    timeline.say(entry("reasoner:rules", ConclusionReached(conclusion=conclusion)))
    told = incident_from_investigation(timeline.state, timeline.events)
    assert told is not None
    assert (told.cause, told.has_cause, told.seconds_to_cause) == (None, False, None)
    assert told.examined
    assert all(look.startswith("look") for look in told.examined)
    assert told.ruled_out == ("The door is open: it is shut",)
    completed = rated(timeline, Rating.PARTLY, component="chimney", cause="a nest")
    assert (completed.component, completed.statement, completed.examined) == ("chimney", "A nest", ())
    assert (completed.refuted, completed.told_by) == ("", "ada")


def test_where_nothing_was_wrong_nothing_is_remembered() -> None:
    timeline = concluded()
    timeline.say(
        entry("rules", ConclusionReached(conclusion=Conclusion(verdict=Verdict.NO_INCIDENT, headline="All is well")))
    )
    assert incident_from_investigation(timeline.state) is None


def test_a_verdict_called_wrong_without_another_cause_is_remembered_as_refuted() -> None:
    timeline = concluded()
    timeline.say(entry(PERSON, ConclusionRated(rating=Rating.WRONG)))
    told = incident_from_investigation(timeline.state)
    assert told is not None
    assert (told.component, told.fault, told.refuted) == (None, None, "A lock at orders-db")


def test_what_is_investigated_again_is_no_memory() -> None:
    timeline = concluded()
    timeline.say(entry(PERSON, ConclusionRefuted(reason="no lock there")))
    assert incident_from_investigation(timeline.state) is None


def test_two_runs_on_one_capsule_are_one_occurrence() -> None:
    one, other = (incident_from_investigation(concluded(workspace="sample:a").state) for _ in range(2))
    assert one is not None
    assert other is not None
    assert one.occurrence == other.occurrence == "sample:a"
