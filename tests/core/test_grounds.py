"""Which part of a likelihood is a prior, and which part this investigation saw."""

from __future__ import annotations

from sre_core.domain import Alert, Evidence, Hypothesis, Incident, Plan, Recollection, Weight
from sre_core.events import AlertReceived, FactStated, HypothesisDismissed, MemoryRecalled, PlanProposed, entry
from sre_core.grounds import grounds
from sre_core.investigation import Investigation
from tests.fakes import PERSON, ListTimeline

DISK = Hypothesis(id="H1", component="stock", fault="disk_full", statement="?", prior=-0.3, origin="memory: a")
SLOW = Hypothesis(id="H2", component="till", statement="?", prior=-0.3, origin="symptom")


def past(id_: str, component: str) -> Recollection:
    incident = Incident(id=id_, title="then", component=component, fault="disk_full")
    return Recollection(incident=incident, similarity=0.8, prior=0.2)


def planned() -> ListTimeline:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="till slow"))))
    told = (past("a", "stock"), past("b", "stock"), past("c", "till"))
    timeline.say(entry("memory", MemoryRecalled(recollections=told)))
    timeline.say(entry("reasoner:rules", PlanProposed(plan=Plan(revision=1, steps=()), hypotheses=(DISK, SLOW))))
    return timeline


def seen(state: Investigation, log_odds: float) -> None:
    piece = Evidence(id="E1", action_id="A1", source="logs", finding="x", quote="x")
    state.evidence["E1"] = piece
    state.weights.append(Weight(evidence_id="E1", hypothesis_id="H1", log_odds=log_odds))


def test_what_nobody_looked_at_is_a_prior_and_says_from_what() -> None:
    told = grounds(planned().state)
    assert (told["H1"].examined, told["H1"].incidents) == (False, ("a", "b"))
    assert told["H1"].said == "prior from 2 past incidents, nothing examined yet"
    assert told["H2"].said == "a first guess from the words of the alert, nothing examined yet"


def test_a_look_that_weighed_is_counted_beside_the_prior() -> None:
    state = planned().state
    seen(state, -1.0)
    assert grounds(state)["H1"].said == "1 look weighed; 30 % before any (prior from 2 past incidents)"
    assert not grounds(state)["H2"].examined


def test_a_weight_of_nothing_is_no_look() -> None:
    state = planned().state
    seen(state, 0.0)
    assert not grounds(state)["H1"].examined


def test_what_a_person_states_is_counted_for_itself() -> None:
    timeline = planned()
    leaning = [{"hypothesis_id": "H2", "log_odds": 1.5}]
    timeline.say(entry(PERSON, FactStated.model_validate({"text": "the till was moved", "leanings": leaning})))
    assert grounds(timeline.state)["H2"].said.startswith("1 stated fact weighed; ")


def test_what_is_out_of_the_race_takes_no_part_in_the_priors() -> None:
    timeline = planned()
    before = grounds(timeline.state)["H2"].prior
    timeline.say(entry(PERSON, HypothesisDismissed(hypothesis_id="H1", reason="no")))
    after = grounds(timeline.state)
    assert after["H1"].prior == 0
    assert after["H2"].prior > before
