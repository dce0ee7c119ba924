"""From recorded weights to probabilities: sum, softmax, entropy. Nothing here decides what a weight is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sre_core.domain import SOMETHING_ELSE, Evidence, Hypothesis, Weight

Probabilities = Mapping[str, float]
"""Hypothesis id -> probability; ``SOMETHING_ELSE`` is always among them, and they sum to 1."""


@dataclass
class Tally:
    """Log-odds per hypothesis, kept up to date weight by weight.

    Several pieces from one observation of one source count once: of those that speak for a hypothesis the strongest, of
    those against it the strongest. They are readings of the same thing, and adding them up would count it twice.
    """

    totals: dict[str, float] = field(default_factory=dict)
    """Hypothesis id -> prior plus evidence."""
    dismissed: set[str] = field(default_factory=set)
    """Ids of those that a person took out of the race; they have no probability until a person brings them back."""
    _strongest: dict[tuple[str, str, str, bool], float] = field(default_factory=dict)

    def enter(self, hypothesis: Hypothesis) -> None:
        """Put a hypothesis into the race at its prior."""
        self.totals.setdefault(hypothesis.id, hypothesis.prior)

    def weigh(self, weight: Weight, piece: Evidence) -> None:
        """Take in what one piece of evidence does to one hypothesis."""
        key = (weight.hypothesis_id, piece.action_id, piece.source, weight.log_odds > 0)
        before = self._strongest.get(key, 0.0)
        after = max(before, weight.log_odds, key=abs)
        self._strongest[key] = after
        self.totals[weight.hypothesis_id] += after - before

    def probabilities(self) -> dict[str, float]:
        """Softmax of the log-odds, with "something else" in the race at 0."""
        scores = {SOMETHING_ELSE: 0.0, **self.totals}
        top = max(score for id_, score in scores.items() if id_ not in self.dismissed)
        powers = {id_: 0.0 if id_ in self.dismissed else math.exp(score - top) for id_, score in scores.items()}
        norm = math.fsum(powers.values())
        return {id_: power / norm for id_, power in powers.items()}


def percent(chance: float) -> str:
    """A probability for a person. Nothing that is not settled reads as 0 % or 100 %."""
    if 0 < chance < 0.01:
        return "< 1 %"
    return "> 99 %" if 0.99 < chance < 1 else f"{chance:.0%}".replace("%", " %")


def by_component(chances: Probabilities, hypotheses: Mapping[str, Hypothesis]) -> dict[str, float]:
    """Probabilities summed per component; "something else" counts as one more."""
    sums: dict[str, float] = defaultdict(float)
    for id_, chance in chances.items():
        sums[hypotheses[id_].component if id_ in hypotheses else SOMETHING_ELSE] += chance
    return dict(sums)


def effective_candidates(chances: Iterable[float]) -> float:
    """How many equally likely candidates would leave one as unsure: exp of the entropy (Hill number of order 1)."""
    return math.exp(-math.fsum(chance * math.log(chance) for chance in chances if chance > 0))
