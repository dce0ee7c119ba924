"""What a reader sees of how an alert was read, of what a likelihood stands on, and of what matched."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sre_core.domain import (
    Action,
    Alert,
    AlertKind,
    AlertStatus,
    Conclusion,
    Evidence,
    Hypothesis,
    Incident,
    Lead,
    Observation,
    Plan,
    Recollection,
    Reflection,
    Verdict,
    Weight,
)
from sre_core.events import (
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ConclusionReached,
    MemoryRecalled,
    PlanProposed,
    ReflectionMade,
    entry,
)
from tests.fakes import PERSON, ListTimeline
from ui.picture import Picture

RULES = "reasoner:rules"
OVEN = Hypothesis(id="H1", component="oven", fault="disk_full", statement="?", prior=-0.3, origin="memory: then")
THEN = Recollection(
    incident=Incident(id="then", title="t", component="oven", fault="disk_full"), similarity=0.9, prior=0.2
)
READ = Evidence(
    id="E1", action_id="A1", source="documents", finding="runbook", quote="Bake.", locator="bake.md:3-4 How to bake"
)


def opened(alert: Alert, alerting: tuple[str, ...] | None = None) -> ListTimeline:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=alert)))
    timeline.say(entry("memory", MemoryRecalled(recollections=(THEN,))))
    plan = Plan(revision=1, steps=())
    timeline.say(entry(RULES, PlanProposed(plan=plan, hypotheses=(OVEN,), alerting=alerting)))
    return timeline


def looked(timeline: ListTimeline, log_odds: float) -> ListTimeline:
    action = Action(id="A1", tool="search_runbooks")
    seen = Observation(action_id="A1", tool=action.tool, source="documents", summary="one", output_type="Passages")
    weights = (Weight(evidence_id="E1", hypothesis_id="H1", log_odds=log_odds),) if log_odds else ()
    reflection = Reflection(action_id="A1", thought="Read.", evidence=(READ,), weights=weights)
    timeline.say(entry(RULES, ActionProposed(action=action)))
    timeline.say(entry("engine", ActionStarted(action_id="A1", run_id="r")))
    timeline.say(entry("tool", ActionSucceeded(action_id="A1", run_id="r", observation=seen)))
    timeline.say(entry(RULES, ReflectionMade(reflection=reflection)))
    return timeline


def shown(timeline: ListTimeline) -> tuple[dict[str, str], dict[str, Any]]:
    """The facts on the alert's card, and the sections, as they stand at the end."""
    picture, facts = Picture("inv"), dict[str, str]()
    for event in timeline.events:
        for card in picture.take(event)["cards"]:
            facts = dict(card["facts"]) if card["kind"] == "alert" else facts
    return facts, picture.sections()


def test_a_component_out_of_the_text_is_on_the_card_as_one_that_was_read_and_not_given() -> None:
    facts, _ = shown(opened(Alert(title="the oven is cold, says till"), ("oven", "till")))
    assert facts["Component"] == "oven, till (read out of its text)"


def test_a_component_that_was_given_stands_as_it_is_beside_what_the_text_names() -> None:
    facts, _ = shown(opened(Alert(title="the oven is cold", component="till"), ("till", "oven")))
    assert facts["Component"] == "till; its text names oven"


def test_no_component_is_said_to_be_missing_before_anybody_has_read() -> None:
    assert "Component" not in shown(opened(Alert(title="slow"), None))[0]
    assert shown(opened(Alert(title="slow"), ()))[0]["Component"] == "it names none that is known here"


def test_a_time_out_of_the_text_says_so() -> None:
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    read = Alert(title="slow since 14:05 UTC", starts_at=at, from_words=("starts_at",))
    assert shown(opened(read))[0]["Began"] == "2026-11-22 14:05:00 UTC (read out of its text)"
    assert shown(opened(Alert(title="slow", starts_at=at)))[0]["Began"] == "2026-11-22 14:05:00 UTC"


def test_what_memory_alone_puts_up_is_shown_as_a_prior_and_not_as_the_best_explanation() -> None:
    _, sections = shown(opened(Alert(title="slow")))
    (row,) = sections["hypotheses"]["rows"]
    assert (row["examined"], row["grounds"]) == (False, "prior from 1 past incident, nothing examined yet")
    assert sections["header"]["best"]["examined"] is False


def test_once_a_look_weighs_the_row_tells_the_prior_and_the_looks_apart() -> None:
    _, sections = shown(looked(opened(Alert(title="slow")), 2.0))
    (row,) = sections["hypotheses"]["rows"]
    assert row["examined"]
    assert row["grounds"] == "1 look weighed; 43 % before any (prior from 1 past incident)"
    assert sections["header"]["best"]["examined"] is True


def test_a_look_that_weighs_nothing_leaves_a_prior_a_prior() -> None:
    _, sections = shown(looked(opened(Alert(title="slow")), 0.0))
    assert not sections["hypotheses"]["rows"][0]["examined"]


def test_leads_lead_to_the_passage_and_to_what_was_found_then() -> None:
    timeline = looked(opened(Alert(title="slow")), 0.0)
    leads = (
        Lead(text="Alike.", where="investigation x", incident_id="then", investigation_id="x"),
        Lead(text="“How to bake” says: “Bake”.", where="bake.md:3-4", evidence=("E1",)),
    )
    conclusion = Conclusion(verdict=Verdict.INCONCLUSIVE, headline="Not settled.", leads=leads)
    timeline.say(entry(RULES, ConclusionReached(conclusion=conclusion)))
    past, written = shown(timeline)[1]["conclusion"]["leads"]
    assert (past["incident"], past["investigation"], past["cites"]) == ("then", "x", None)
    assert written["cites"] == {"doc": "bake.md", "lines": "3-4", "title": ""}
    assert written["evidence"] == ["E1"]


def test_kind_and_status_of_an_alert_are_told_where_they_are_known() -> None:
    known = Alert(title="cart", kind=AlertKind.LOG, status=AlertStatus.FIRING, source="pagerduty")
    facts, _ = shown(opened(known))
    assert (facts["Kind"], facts["Status"], facts["Recognised as"]) == ("log", "firing", "PagerDuty")
    facts, _ = shown(opened(Alert(title="cart")))
    assert facts.keys().isdisjoint(("Kind", "Status"))
