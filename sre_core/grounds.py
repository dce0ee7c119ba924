"""What a likelihood stands on: what was believed before anything was looked at, and what was examined since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pydantic import Field

from sre_core import beliefs
from sre_core.domain import Hypothesis, Value
from sre_core.investigation import Investigation
from sre_core.steered import PERSONS_WORD

FIRST_GUESS = {
    "symptom": "a first guess from the words of the alert",
    "topology": "a first guess from the topology",
    "runbook": "put up by a document",
    PERSONS_WORD: "put up by a person",
}
"""Origin of a hypothesis -> what its prior is."""


class Grounds(Value):
    """Of one hypothesis."""

    prior: float = Field(ge=0, le=1, description="Its probability by the priors alone.")
    origin: str = Field(default="", description="Why it was put up.")
    incidents: tuple[str, ...] = Field(default=(), description="Ids of the past incidents that had this cause.")
    looks: int = Field(default=0, ge=0, description="Looks of this investigation that weighed for or against it.")
    facts: int = Field(default=0, ge=0, description="Facts that people stated, likewise.")

    @property
    def examined(self) -> bool:
        """Whether anything of this investigation speaks for or against it; else it is a prior and no more."""
        return self.looks + self.facts > 0

    @property
    def said(self) -> str:
        """In words."""
        if not self.examined:
            return f"{self._guess}, nothing examined yet"
        weighed = [_counted(n, what) for n, what in ((self.looks, "look"), (self.facts, "stated fact")) if n]
        before = f"{beliefs.percent(self.prior)} before any"
        return f"{' and '.join(weighed)} weighed; {before}{f' ({self._guess})' if self.incidents else ''}"

    @property
    def _guess(self) -> str:
        if self.incidents:
            return f"prior from {_counted(len(self.incidents), 'past incident')}"
        return FIRST_GUESS.get(self.origin, "a prior")


def grounds(state: Investigation) -> Mapping[str, Grounds]:
    """Hypothesis id -> what its likelihood stands on."""
    priors = beliefs.Tally(dismissed=set(state.dismissed_ids))
    for hypothesis in state.hypotheses.values():
        priors.enter(hypothesis)
    before, looks, facts = priors.probabilities(), defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for weight in state.weights:
        piece = state.evidence.get(weight.evidence_id)
        if piece is not None and weight.log_odds:
            (facts if piece.source == PERSONS_WORD else looks)[weight.hypothesis_id].add(piece.action_id)
    return {
        id_: Grounds(
            prior=before[id_],
            origin=one.origin,
            incidents=_remembered(one, state),
            looks=len(looks[id_]),
            facts=len(facts[id_]),
        )
        for id_, one in state.hypotheses.items()
    }


def _remembered(one: Hypothesis, state: Investigation) -> tuple[str, ...]:
    """The past incidents that gave it its prior; none where it was put up for another reason."""
    if not one.origin.startswith("memory"):
        return ()
    alike = (r.incident for r in state.recollections or () if r.prior is not None)
    named = one.origin.removeprefix("memory: ")
    return tuple(dict.fromkeys([named, *(i.id for i in alike if i.cause == (one.component, one.fault))]))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
