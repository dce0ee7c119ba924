"""From recorded weights to probabilities: sum, softmax, entropy. Nothing here decides what a weight is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sre_core.domain import SOMETHING_ELSE, Evidence, Hypothesis, Weight

Probabilities = Mapping[str, float]
"""Hypothesis id -> probability; ``SOMETHING_ELSE`` is always among them, and they sum to 1."""


def log_odds(
    hypotheses: Mapping[str, Hypothesis], evidence: Mapping[str, Evidence], weights: Iterable[Weight]
) -> dict[str, float]:
    """Prior plus evidence, per hypothesis.

    Several pieces from one observation of one source count once: of those that speak for a hypothesis the strongest, of
    those against it the strongest. They are readings of the same thing, and adding them up would count it twice.
    """
    strongest: dict[tuple[str, str, str, bool], float] = {}
    for weight in weights:
        piece = evidence.get(weight.evidence_id)
        if piece is None or weight.hypothesis_id not in hypotheses:
            continue
        key = (weight.hypothesis_id, piece.action_id, piece.source, weight.log_odds > 0)
        strongest[key] = max(strongest.get(key, 0.0), weight.log_odds, key=abs)
    totals = {id_: hypothesis.prior for id_, hypothesis in hypotheses.items()}
    for (hypothesis_id, *_), value in strongest.items():
        totals[hypothesis_id] += value
    return totals


def probabilities(
    hypotheses: Mapping[str, Hypothesis], evidence: Mapping[str, Evidence], weights: Iterable[Weight]
) -> dict[str, float]:
    """Softmax of the log-odds, with "something else" in the race at 0."""
    totals = {SOMETHING_ELSE: 0.0, **log_odds(hypotheses, evidence, weights)}
    top = max(totals.values())
    scores = {id_: math.exp(total - top) for id_, total in totals.items()}
    norm = math.fsum(scores.values())
    return {id_: score / norm for id_, score in scores.items()}


def by_component(chances: Probabilities, hypotheses: Mapping[str, Hypothesis]) -> dict[str, float]:
    """Probabilities summed per component; "something else" counts as one more."""
    sums: dict[str, float] = defaultdict(float)
    for id_, chance in chances.items():
        sums[hypotheses[id_].component if id_ in hypotheses else SOMETHING_ELSE] += chance
    return dict(sums)


def effective_candidates(chances: Iterable[float]) -> float:
    """How many equally likely candidates would leave one as unsure: exp of the entropy (Hill number of order 1)."""
    return math.exp(-math.fsum(chance * math.log(chance) for chance in chances if chance > 0))
