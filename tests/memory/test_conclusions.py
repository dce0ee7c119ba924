"""An investigation that came to a cause is remembered with what led to it; a person's word counts more than the verdict."""

from __future__ import annotations

from sre_core.domain import Effect, Observation, Rating, Value, Verdict
from sre_core.events import ConclusionRated, ConclusionRefuted, entry
from sre_core.loop import investigate
from sre_core.memory.conclusions import incident_from_investigation
from tests.fakes import OPENED, PERSON, FakeReasoner, FakeToolbox, ListTimeline, approval, equipped
from tests.memory.told import concluded


class Fuel(FakeToolbox):
    """Refuelling says whether the kiln recovered."""

    recovered = True

    async def run(self, action):  # type: ignore[no-untyped-def]
        observation = await super().run(action)
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


def test_a_cause_that_a_person_tells_replaces_the_verdict_which_is_kept_as_refuted() -> None:
    timeline = concluded()
    rated = ConclusionRated(
        rating=Rating.WRONG, component="orders-service", fault="memory_leak", note="heap grew", fix_held=True
    )
    timeline.say(entry(PERSON, rated))
    told = incident_from_investigation(timeline.state, timeline.events)
    assert told is not None
    assert (told.cause, told.statement) == (("orders-service", "memory_leak"), "heap grew")
    assert (told.refuted, told.rated_by, told.resolved_by, told.fix_held) == ("A lock at orders-db", "ada", "ada", True)


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
