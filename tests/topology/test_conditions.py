"""What an investigation knows of each component."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import (
    Action,
    Conclusion,
    Evidence,
    Examination,
    Examined,
    Hypothesis,
    Observation,
    Plan,
    Reflection,
    RootCause,
    Step,
    Verdict,
    Weight,
)
from sre_core.events import (
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    ConclusionReached,
    ConclusionRefuted,
    HypothesisDismissed,
    MemoryRecalled,
    PlanProposed,
    ReflectionMade,
    entry,
)
from sre_core.investigation import Investigation
from sre_core.topology.conditions import Condition, affected, conditions, towards
from tests.fakes import OPENED, PERSON, ListTimeline
from ui.topology.section import topology_section

COMPONENTS = tuple(f"c{n}" for n in range(12))
"""Enough that none is suspected before anything was looked at."""


def begun(alerting: tuple[str, ...] = ("c0",)) -> ListTimeline:
    timeline = ListTimeline()
    timeline.say(OPENED)
    timeline.say(entry("memory", MemoryRecalled(recollections=())))
    hypotheses = tuple(Hypothesis(id=f"H{n}", component=c, statement=f"{c} is ill") for n, c in enumerate(COMPONENTS))
    plan = Plan(revision=1, steps=(Step(id="S1", question="Who is ill?"),))
    proposed = PlanProposed(plan=plan, hypotheses=hypotheses, components_known=12, alerting=alerting)
    timeline.say(entry("reasoner:rules", proposed))
    return timeline


def look(timeline: ListTimeline, *shown: tuple[str, str, Examined], weigh: dict[str, float] | None = None) -> None:
    """One look, and what it showed of each component."""
    id_ = timeline.state.next_id("A")
    timeline.say(entry("reasoner:rules", ActionProposed(action=Action(id=id_, tool="look"))))
    timeline.say(entry("tool:look", ActionStarted(action_id=id_, run_id="R1")))
    observation = Observation(action_id=id_, tool="look", source="metrics", summary="seen", output_type="Seen", data={})
    timeline.say(entry("tool:look", ActionSucceeded(action_id=id_, run_id="R1", observation=observation)))
    first = len(timeline.state.evidence) + 1
    pieces, weights = [], []
    for n, (hypothesis, log_odds) in enumerate((weigh or {}).items(), first):
        where = timeline.state.hypotheses[hypothesis].component
        pieces.append(
            Evidence(id=f"E{n}", action_id=id_, source="metrics", component=where, finding="odd", quote=f"odd {n}")
        )
        weights.append(Weight(evidence_id=f"E{n}", hypothesis_id=hypothesis, log_odds=log_odds))
    reflection = Reflection(
        action_id=id_,
        thought="",
        evidence=tuple(pieces),
        weights=tuple(weights),
        examined=tuple(Examination(component=c, source=source, showed=showed) for c, source, showed in shown),
    )
    timeline.say(entry("reasoner:rules", ReflectionMade(reflection=reflection)))


def conclude(timeline: ListTimeline, component: str | None, verdict: Verdict = Verdict.CONFIRMED) -> None:
    cause = RootCause(component=component, fault="fuel_low", statement="No fuel") if component else None
    conclusion = Conclusion(verdict=verdict, headline="It is out", root_cause=cause, blast_radius=("c1", "c0"))
    timeline.say(entry("reasoner:rules", ConclusionReached(conclusion=conclusion)))


def words(state: Investigation) -> dict[str, str]:
    return {name: one.condition.value for name, one in conditions(state).items()}


def test_before_anything_was_looked_at_everything_is_blind() -> None:
    assert set(words(begun().state).values()) == {"blind"}
    assert towards(begun().state) is None


def test_a_look_shows_clean_or_bad_and_the_worst_counts() -> None:
    timeline = begun()
    look(timeline, ("c1", "metrics", Examined.CLEAN), ("c2", "metrics", Examined.BAD), ("c3", "logs", Examined.NO_DATA))
    look(timeline, ("c2", "logs", Examined.CLEAN), ("c2", "metrics", Examined.CLEAN))
    found = conditions(timeline.state)
    assert [found[c].condition.value for c in ("c1", "c2", "c3")] == ["clean", "bad", "blind"]
    assert found["c2"].looks == {"metrics": Examined.BAD, "logs": Examined.CLEAN}


def test_a_likely_one_is_suspected_whatever_it_showed_and_cites_what_was_found() -> None:
    timeline = begun()
    look(timeline, ("c4", "metrics", Examined.CLEAN), weigh={"H4": 3.0})
    one = conditions(timeline.state)["c4"]
    assert (one.condition, one.evidence, one.hypotheses) == (Condition.SUSPECTED, ("E1",), ("H4",))
    assert one.chance > 0.5
    assert towards(timeline.state) == "c4"


def test_what_a_person_dismissed_is_suspected_no_more() -> None:
    timeline = begun()
    look(timeline, weigh={"H4": 3.0})
    timeline.say(entry(PERSON, HypothesisDismissed(hypothesis_id="H4", reason="it was off")))
    assert conditions(timeline.state)["c4"].condition is Condition.BLIND


def test_the_cause_wins_until_it_is_refuted() -> None:
    timeline = begun()
    look(timeline, ("c4", "metrics", Examined.BAD), weigh={"H4": 3.0})
    conclude(timeline, "c4")
    assert words(timeline.state)["c4"] == "cause"
    assert towards(timeline.state) == "c4"
    assert affected(timeline.state) == ("c0", "c1")
    timeline.say(entry(PERSON, ConclusionRefuted(reason="it was the other one")))
    assert "cause" not in words(timeline.state).values()


def test_without_a_conclusion_it_is_felt_where_it_alerted_and_where_it_looked_bad() -> None:
    timeline = begun(alerting=("c7",))
    look(timeline, ("c2", "metrics", Examined.BAD), ("c7", "metrics", Examined.BAD), ("c1", "logs", Examined.CLEAN))
    assert affected(timeline.state) == ("c7", "c2")


LOOKS = st.tuples(st.sampled_from(COMPONENTS), st.sampled_from(("metrics", "logs")), st.sampled_from(Examined))


@given(
    st.lists(LOOKS, max_size=12),
    st.dictionaries(st.sampled_from(("H1", "H2", "H3")), st.floats(-3, 3), max_size=3),
    st.sampled_from((None, *COMPONENTS[:4])),
)
def test_every_component_has_exactly_one_condition_and_the_counts_agree(
    shown: list[tuple[str, str, Examined]], weigh: dict[str, float], cause: str | None
) -> None:
    timeline = begun()
    look(timeline, *shown, weigh=weigh)
    conclude(timeline, cause, Verdict.LIKELY if cause else Verdict.INCONCLUSIVE)
    section = topology_section(timeline.state)
    plain = [name for names in section["clean"].values() for name in names]
    told = [*section["components"], *plain]
    assert sorted(told) == sorted(conditions(timeline.state))
    assert sum(section["counts"].values()) == len(told)
    assert [name for name, one in section["components"].items() if one["is"] == "cause"] == ([cause] if cause else [])
    assert len(plain) <= section["counts"].get("clean", 0)


@pytest.mark.parametrize("clean", [True, False])
def test_clean_ones_with_nothing_more_to_say_are_told_by_name_alone(clean: bool) -> None:
    timeline = begun()
    look(timeline, ("elsewhere", "logs", Examined.CLEAN if clean else Examined.BAD))
    section = topology_section(timeline.state)
    assert ("elsewhere" in section["clean"].get("logs", [])) is clean
    assert ("elsewhere" in section["components"]) is not clean
