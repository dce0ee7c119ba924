"""How sure one may be: confirmed, likely, inconclusive, or no incident at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sre_core.diagnosis.faults import GENERIC, label
from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import FALSE_ALARM, kinds_shown
from sre_core.domain import SOMETHING_ELSE, UNKNOWN_FAULT, Examined, Hypothesis, Verdict
from sre_core.investigation import Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_choose import independent_looks, supporting_actions
from sre_core.reasoning.rules_dismiss import in_race

CONFIRMED = 0.8
LIKELY = 0.45
AHEAD, PLACE_SURE, PLACE_CERTAIN, TIMES_SECOND = 0.3, 0.6, 0.85, 1.5
"""Below LIKELY a leader may still be likely: when its place is sure and it is that many times as probable as the next, or when
its place is certain and only the mechanism is open."""
HEALTHY = 0.6
"""Probability of "false alarm" from which, with telemetry at the alert read and healthy, nothing is wrong."""
STRONG_AGAINST = -1.6
"""A look that speaks this much against the leader keeps it from being confirmed."""
TELLING = 1.5
"""Log-odds from which a look is said to tell of a mechanism."""


@dataclass(frozen=True)
class Judge:
    """Judges the beliefs of one investigation."""

    _case: Case
    _state: Investigation

    @cached_property
    def _ranked(self) -> list[tuple[Hypothesis, float]]:
        return in_race(self._state)

    @property
    def _leader(self) -> Hypothesis | None:
        return self._ranked[0][0] if self._ranked else None

    @property
    def _chance(self) -> float:
        return self._ranked[0][1] if self._ranked else 0.0

    def verdict(self) -> Verdict:
        """What the evidence allows to say of the leader."""
        leader = self._leader
        if leader is None or not self._state.evidence:
            return Verdict.INCONCLUSIVE
        if leader.fault == FALSE_ALARM:
            return (
                Verdict.NO_INCIDENT if self._chance >= HEALTHY and self._looked_and_healthy() else Verdict.INCONCLUSIVE
            )
        if self._chance >= CONFIRMED and self.proven(leader) and not self._contradicted(leader):
            return Verdict.CONFIRMED
        ahead = self._chance >= LIKELY or self._far_ahead(leader)
        likely = ahead and self._told(leader) and self._state.chances[SOMETHING_ELSE] < self._chance
        return Verdict.LIKELY if likely and not self._may_be_below(leader) else Verdict.INCONCLUSIVE

    def _far_ahead(self, leader: Hypothesis) -> bool:
        """Sure of the place, and of the mechanisms there or elsewhere none is nearly as probable."""
        at_the_place = sum(p for h, p in self._ranked if h.component == leader.component)
        second = next((p for h, p in self._ranked if h.id != leader.id), 0.0)
        clear = at_the_place >= PLACE_SURE and self._chance >= TIMES_SECOND * second
        return self._chance >= AHEAD and (clear or at_the_place >= PLACE_CERTAIN)

    def _may_be_below(self, leader: Hypothesis) -> bool:
        """No mechanism is known, and something it depends on was never seen: the cause may as well be there."""
        if leader.fault != UNKNOWN_FAULT:
            return False
        seen = {x.component for x in self._state.examined if x.showed is not Examined.NO_DATA}
        return bool(set(self._case.topology.depends_on(leader.component)) - seen)

    def kinds(self, leader: Hypothesis) -> frozenset[str]:
        """Kinds of evidence that show or tell its mechanism."""
        kinds = {e.id: e.finding for e in self._state.evidence.values()}
        return kinds_shown(self._state.weights, kinds).get(leader.id, frozenset())

    def proven(self, leader: Hypothesis) -> bool:
        """A mechanism with a name, seen at work, and a second look that agrees."""
        changed = any(
            "which the change touched" in w.because for w in self._state.weights if w.hypothesis_id == leader.id
        )
        seen = changed or any(role_of(kind) is Role.PROOF for kind in self.kinds(leader))
        seen = seen or self._told_by_figures_and_words(leader)
        return leader.fault not in GENERIC and seen and independent_looks(self._state, leader.id) >= 2

    def _told_by_figures_and_words(self, leader: Hypothesis) -> bool:
        """The same mechanism told by two kinds of sources that cannot copy from each other."""
        pieces = self._state.evidence
        sources = {
            pieces[w.evidence_id].source
            for w in self._state.weights
            if w.hypothesis_id == leader.id
            and w.log_odds >= TELLING
            and w.because.endswith(f"means {label(leader.fault)}")
            and role_of(pieces[w.evidence_id].finding) is Role.TELLS
        }
        return "metrics" in sources and bool(sources & {"logs", "commands"})

    def _told(self, leader: Hypothesis) -> bool:
        """Not a bare guess: words or figures mean this fault, or at least the place is out of the ordinary."""
        return bool(self.kinds(leader)) or bool(supporting_actions(self._state, leader.id))

    def _contradicted(self, leader: Hypothesis) -> bool:
        """One look speaks strongly against it, and no look of the same source speaks for it as strongly."""
        against = [w for w in self._state.weights if w.hypothesis_id == leader.id and w.log_odds <= STRONG_AGAINST]
        return any(not self._answered_for(leader, weight.evidence_id) for weight in against)

    def _answered_for(self, leader: Hypothesis, evidence_id: str) -> bool:
        source = self._state.evidence[evidence_id].source
        return any(
            w.hypothesis_id == leader.id
            and w.log_odds >= -STRONG_AGAINST
            and self._state.evidence[w.evidence_id].source == source
            for w in self._state.weights
            if w.evidence_id in self._state.evidence
        )

    def _looked_and_healthy(self) -> bool:
        """The symptom was looked for where the alert claims it, in figures, and there is no trouble there or below."""
        near = self._case.neighbourhood(self._state.alert)
        bad = {
            x.component for x in self._state.examined if x.showed is Examined.BAD and x.source in ("metrics", "traces")
        }
        clean = {
            x.component
            for x in self._state.examined
            if x.showed is Examined.CLEAN and x.source in ("metrics", "traces")
        }
        alerting = set(self._case.alerting(self._state.alert)) or near
        return bool(alerting & clean) and not near & bad
