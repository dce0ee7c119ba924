"""From weights to probabilities."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sre_core.beliefs import Tally, by_component, effective_candidates, percent
from sre_core.domain import SOMETHING_ELSE, Evidence, Hypothesis, Weight

HYPOTHESES = {
    "H1": Hypothesis(id="H1", component="kiln", fault="fuel_low", statement="no fuel"),
    "H2": Hypothesis(id="H2", component="kiln", fault="door_open", statement="door open"),
}


def tally(evidence: dict[str, Evidence], weights: list[Weight]) -> Tally:
    counted = Tally()
    for hypothesis in HYPOTHESES.values():
        counted.enter(hypothesis)
    for weight in weights:
        counted.weigh(weight, evidence[weight.evidence_id])
    return counted


def piece(id_: str, action: str, source: str = "metrics") -> Evidence:
    return Evidence(id=id_, action_id=action, source=source, finding="cold", quote="cold")


def test_without_evidence_everything_is_as_likely_as_its_prior() -> None:
    chances = tally({}, []).probabilities()
    assert all(math.isclose(chance, 1 / 3) for chance in chances.values())


def test_several_pieces_from_one_observation_of_one_source_count_once() -> None:
    evidence = {"E1": piece("E1", "A1"), "E2": piece("E2", "A1")}
    weights = [Weight(evidence_id=id_, hypothesis_id="H1", log_odds=odds) for id_, odds in (("E1", 1.0), ("E2", 2.0))]
    assert tally(evidence, weights).totals["H1"] == 2.0


def test_pieces_from_two_observations_add_up() -> None:
    evidence = {"E1": piece("E1", "A1"), "E2": piece("E2", "A2")}
    weights = [Weight(evidence_id=id_, hypothesis_id="H1", log_odds=1.5) for id_ in evidence]
    assert tally(evidence, weights).totals["H1"] == 3.0


@given(order=st.permutations([("E1", 1.0), ("E2", 2.5), ("E3", -0.5), ("E4", -2.0)]))
def test_the_order_of_the_pieces_does_not_matter(order: list[tuple[str, float]]) -> None:
    evidence = {id_: piece(id_, "A1") for id_, _ in order}
    weights = [Weight(evidence_id=id_, hypothesis_id="H1", log_odds=odds) for id_, odds in order]
    assert math.isclose(tally(evidence, weights).totals["H1"], 0.5)


def test_what_speaks_for_and_what_speaks_against_are_both_counted() -> None:
    evidence = {"E1": piece("E1", "A1"), "E2": piece("E2", "A1")}
    weights = [Weight(evidence_id=id_, hypothesis_id="H1", log_odds=odds) for id_, odds in (("E1", 2.0), ("E2", -0.5))]
    assert tally(evidence, weights).totals["H1"] == 1.5


def test_candidates_are_counted_per_component_with_something_else_as_one() -> None:
    sums = by_component(tally({}, []).probabilities(), HYPOTHESES)
    assert set(sums) == {"kiln", SOMETHING_ELSE}
    assert effective_candidates([0.25] * 4) == 4.0


@given(odds=st.lists(st.floats(-60, 60), max_size=12))
def test_probabilities_always_sum_to_one_and_keep_something_else(odds: list[float]) -> None:
    evidence = {f"E{n}": piece(f"E{n}", f"A{n}") for n in range(len(odds))}
    weights = [Weight(evidence_id=f"E{n}", hypothesis_id="H1", log_odds=value) for n, value in enumerate(odds)]
    chances = tally(evidence, weights).probabilities()
    assert math.isclose(sum(chances.values()), 1.0)
    assert SOMETHING_ELSE in chances
    assert 1.0 <= effective_candidates(chances.values()) <= 3.0 + 1e-9


def test_what_is_not_settled_never_reads_as_settled() -> None:
    assert [percent(chance) for chance in (0.0, 0.004, 0.5, 0.998, 1.0)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
