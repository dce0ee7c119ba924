"""From findings to beliefs: which hypotheses they put up, and what each does to each, with the reason in words.

The fold (``beliefs.py``) sums log-odds and counts, of one observation's pieces of one source, the strongest for and the
strongest against each hypothesis. So a weight here says what one look is worth, not what one line is worth.

The figures are our judgement, not measured frequencies. They keep this order: a mechanism seen at work (about 3) outweighs
words that mean it (about 2), which outweigh where it hurts and when (about 1); what is healthy refutes by about as much as
what hurts supports. A likelihood ratio of 20 is a log-odds of 3, of 3 a log-odds of 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import FALSE_ALARM, reason, refutes, statement
from sre_core.diagnosis.troubles import LONG_BEFORE, Trouble, explaining_beside, troubled_below, troubles_in
from sre_core.domain import UNKNOWN_FAULT, Hypothesis, Weight
from sre_core.topology.graph import Topology

SYMPTOM_HERE = 0.5
"""It hurts here. Times the strength of the finding (1 to 3)."""
EXPLAINED = -1.3
"""A dependency was in trouble no later than this component."""
ORIGIN = 0.7
"""It hurts here and nothing below that was looked at is in trouble. Times the strength (1 to 3)."""
BLAMES_ANOTHER = -0.7
"""Its own words point at somebody else."""
EXPLAINS = 0.3
"""For every component above whose trouble this one explains, up to three."""
OLDER = 0.6
"""What is left of "it begins here" when it was out of the ordinary long before the alerting component was."""
SEEN_FALSE = {"clean_metrics": 2.0, "clean_hop": 0.8, "clean_pods": 0.5, "clean_logs": 0.5}
"""What a healthy look at the alerting component does for "false alarm"."""
SEEN_TRUE = -2.5
"""What trouble at the alerting component or below it does to "false alarm"."""
INNOCENT = -1.5
"""The change was made after the trouble began."""
AGAIN = 0.2
"""What is left of a weight when the same source has said the same before."""
CHANGED_CODE = 2.8
"""What fails is in a file that the change touched."""
NEW_FROM = 0.5
"""A finding worth this much puts up a hypothesis of its own."""
SPECIFIC = -0.5
"""A component with one particular fault is a smaller claim than "something is wrong with it"."""


@dataclass
class Ranking:
    """What one reflection adds."""

    new: list[Hypothesis] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What is believed so far, as far as the ranking needs it."""

    topology: Topology
    hypotheses: Mapping[str, Hypothesis]
    weights: Sequence[Weight]
    shown: Mapping[str, frozenset[str]]
    """Hypothesis id -> kinds of evidence with a proof or tell that speaks for it."""
    alerting: frozenset[str] = frozenset()
    """The alerting components and everything they depend on."""
    alerted: frozenset[str] = frozenset()
    """The alerting components themselves."""
    explainers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Component -> ids of hypotheses about another place that were shown to be why it suffers."""
    heard: frozenset[tuple[str, str, str]] = frozenset()
    """(hypothesis id, source, kind of finding) that weighed before: the same source saying the same again is hardly news."""


class Ranker:
    """Weighs the findings of one observation. Pure: same findings and beliefs, same weights."""

    def __init__(self, known: Known, next_hypothesis: int) -> None:
        self._known = known
        self._next = next_hypothesis
        self._ranking = Ranking()
        self._kind: tuple[str, str] = ("", "")
        self._copies: list[Weight] = []
        self._explainers = {place: set(ids) for place, ids in known.explainers.items()}
        self._mechanisms: set[int] = set()
        """Places in ``weights`` of those that speak of one mechanism, not of the component."""
        self._all = dict(known.hypotheses)

    def rank(self, cited: Sequence[tuple[Finding, str]]) -> Ranking:
        """``cited`` pairs each finding with the id of the evidence that it became."""
        for finding, _ in cited:
            self._put_up(finding)
        for finding, evidence in cited:
            self._weigh(finding, evidence)
            self._take_over(finding)
        self._explain_away(cited)
        self._add_place_to_mechanism({evidence: finding.source for finding, evidence in cited})
        self._inherit()
        return self._ranking

    # -- hypotheses --------------------------------------------------------------------------------------------------

    def _put_up(self, finding: Finding) -> None:
        place = finding.blames or finding.component
        if place is None or role_of(finding.kind) in (Role.CLEAN, Role.NOTE):
            return
        for fault, log_odds in finding.suggests.items():
            if log_odds >= (NEW_FROM if fault != UNKNOWN_FAULT else 0.0) and self._of(place, fault) is None:
                self._add(place, fault, finding)

    def _add(self, component: str, fault: str, finding: Finding) -> None:
        general = self._of(component, UNKNOWN_FAULT)
        hypothesis = Hypothesis(
            id=f"H{self._next}",
            component=component,
            fault=fault,
            statement=statement(component, fault, finding.change_id),
            prior=(general.prior if general else -2.5) + (SPECIFIC if fault != UNKNOWN_FAULT else 0.0),
            change_id=finding.change_id if role_of(finding.kind) is Role.CHANGE else None,
            origin=f"finding: {finding.kind}",
        )
        self._next += 1
        self._all[hypothesis.id] = hypothesis
        self._ranking.new.append(hypothesis)

    def _of(self, component: str, fault: str) -> Hypothesis | None:
        return next((h for h in self._all.values() if (h.component, h.fault) == (component, fault)), None)

    def _at(self, component: str | None) -> list[Hypothesis]:
        return [h for h in self._all.values() if h.component == component and h.fault != FALSE_ALARM]

    # -- weights -----------------------------------------------------------------------------------------------------

    def _say(self, evidence: str, hypothesis: Hypothesis, log_odds: float, because: str) -> None:
        log_odds *= AGAIN if (hypothesis.id, *self._kind) in self._known.heard else 1.0
        if abs(log_odds) >= 0.05:
            weight = Weight(
                evidence_id=evidence, hypothesis_id=hypothesis.id, log_odds=round(log_odds, 3), because=because
            )
            self._ranking.weights.append(weight)

    def _weigh(self, finding: Finding, evidence: str) -> None:
        role = role_of(finding.kind)
        place = finding.blames or finding.component
        self._kind = (finding.source, finding.kind)
        if place is None:
            return
        for fault, log_odds in finding.suggests.items():
            targets = (
                self._suffering(place) if fault == UNKNOWN_FAULT else [h for h in self._at(place) if h.fault == fault]
            )
            for hypothesis in targets:
                if fault != UNKNOWN_FAULT:
                    self._mechanisms.add(len(self._ranking.weights))
                self._say(evidence, hypothesis, log_odds, reason(finding, fault))
        if role is Role.CLEAN:
            self._clean(finding, evidence, place)
        elif role is Role.CHANGE:
            self._change(finding, evidence)
        elif role in (Role.SYMPTOM, Role.TELLS, Role.PROOF):
            self._trouble(finding, evidence, place)

    def _trouble(self, finding: Finding, evidence: str, place: str) -> None:
        """It hurts: here, or at the one who is blamed; and then it is no false alarm."""
        if finding.blames and finding.blames != finding.component:
            outside = "third_party_outage" in finding.suggests
            for hypothesis in self._at(finding.component):
                if not self._has_shown(hypothesis):
                    worth = EXPLAINED if outside else BLAMES_ANOTHER
                    self._say(evidence, hypothesis, worth, f"{finding.component} points at {finding.blames}")
        elif role_of(finding.kind) is Role.SYMPTOM and finding.kind != "dependency_error":
            for hypothesis in self._suffering(place):
                self._say(evidence, hypothesis, SYMPTOM_HERE * min(finding.strength, 3.0), f"{place} is in trouble")
        if place in self._known.alerting or finding.component in self._known.alerting:
            for hypothesis in self._all.values():
                if hypothesis.fault == FALSE_ALARM:
                    self._say(evidence, hypothesis, SEEN_TRUE, f"there is trouble at {place}")

    def _clean(self, finding: Finding, evidence: str, place: str) -> None:
        for hypothesis in self._at(place):
            if hypothesis.fault not in finding.suggests:
                self._say(
                    evidence,
                    hypothesis,
                    refutes(finding.kind, hypothesis.fault),
                    f"{place} is healthy in {finding.source}",
                )
        for hypothesis in self._all.values():
            if hypothesis.fault == FALSE_ALARM and hypothesis.component == place:
                self._say(
                    evidence, hypothesis, SEEN_FALSE.get(finding.kind, 0.0), f"{place} is healthy in {finding.source}"
                )

    def _change(self, finding: Finding, evidence: str) -> None:
        if finding.kind == "change_after_onset":
            for hypothesis in self._all.values():
                if finding.change_id and hypothesis.change_id == finding.change_id:
                    self._say(evidence, hypothesis, INNOCENT, "the change was made after the trouble began")

    def _add_place_to_mechanism(self, sources: Mapping[str, str]) -> None:
        """Where it hurts and how it breaks are two facts of one look; the fold keeps only the stronger, so they are joined."""
        places: dict[tuple[str, str], float] = {}
        mechanisms: dict[tuple[str, str], int] = {}
        for number, weight in enumerate(self._ranking.weights):
            key = (weight.hypothesis_id, sources.get(weight.evidence_id, ""))
            if weight.log_odds <= 0:
                continue
            if number in self._mechanisms:
                best = mechanisms.get(key)
                if best is None or weight.log_odds > self._ranking.weights[best].log_odds:
                    mechanisms[key] = number
            else:
                places[key] = max(places.get(key, 0.0), weight.log_odds)
        for key, number in mechanisms.items():
            if place := places.get(key):
                weight = self._ranking.weights[number]
                self._ranking.weights[number] = weight.model_copy(
                    update={"log_odds": round(weight.log_odds + place, 3)}
                )

    def _suffering(self, place: str | None) -> list[Hypothesis]:
        """Hypotheses that trouble at a place speaks for: those of the place, and those elsewhere that explain it."""
        elsewhere = self._explainers.get(place or "", set())
        return [*self._at(place), *(h for h in self._all.values() if h.id in elsewhere and h.component != place)]

    def _take_over(self, finding: Finding) -> None:
        """A node or namespace that is shown to be why a workload suffers is spoken for by what was seen of that."""
        victim, place = finding.component, finding.blames
        if not victim or not place or role_of(finding.kind) not in (Role.PROOF, Role.TELLS):
            return
        general = next(
            (h for h in self._known.hypotheses.values() if (h.component, h.fault) == (victim, UNKNOWN_FAULT)), None
        )
        explaining = self._explainers.setdefault(victim, set())
        for hypothesis in self._at(place):
            if finding.suggests.get(hypothesis.fault, 0.0) < 1.5 or hypothesis.id in explaining:
                continue
            explaining.add(hypothesis.id)
            copied = [w for w in self._known.weights if general and w.hypothesis_id == general.id and w.log_odds > 0]
            self._copies += [w.model_copy(update={"hypothesis_id": hypothesis.id}) for w in copied]

    def _told_of(self, place: str) -> set[str]:
        """Mechanisms that are told of a place: what they have in common with those above comes from below."""
        told = {self._ranking.weights[number].hypothesis_id for number in self._mechanisms}
        return {h.fault for h in self._at(place) if h.id in told and h.fault != UNKNOWN_FAULT}

    def _has_shown(self, hypothesis: Hypothesis) -> bool:
        """Its mechanism was shown or told; that it hurts there, however badly, shows nothing."""
        return bool(self._known.shown.get(hypothesis.id)) or any(
            self._ranking.weights[number].hypothesis_id == hypothesis.id
            and self._ranking.weights[number].log_odds >= 1.5
            for number in self._mechanisms
        )

    # -- where it begins -----------------------------------------------------------------------------------------------

    def _explain_away(self, cited: Sequence[tuple[Finding, str]]) -> None:
        """Along the dependencies: trouble below that is no later explains trouble above."""
        troubles = troubles_in(cited)
        self._kind = ("", "")
        clean = {f.component for f, _ in cited if f.kind == "clean_metrics"}
        idle = frozenset(
            f.component
            for f, _ in cited
            if f.component and f.facts.get("ceased") and f.facts.get("metric") in ("traffic", "other")
        )
        explained: dict[str, int] = {}
        origins: list[Trouble] = []
        beside = {c: explaining_beside(c, troubles, idle, self._known.topology) for c in troubles}
        for component, trouble in troubles.items():
            below = troubled_below(component, troubles, clean, self._known.topology)
            below = [d for d in below if component not in beside[d] and trouble.explained_by(troubles[d])]
            explaining = [troubles[d] for d in dict.fromkeys((*below, *beside[component])) if d in troubles]
            explained.update({other.component: explained.get(other.component, 0) + 1 for other in explaining})
            origins += [] if explaining or beside[component] else [trouble]
            for other in explaining:
                for hypothesis in self._at(component):
                    if not self._has_shown(hypothesis) or hypothesis.fault in self._told_of(other.component):
                        why = f"{other.component} was in trouble no later and explains it"
                        self._say(other.evidence, hypothesis, EXPLAINED, why)
        for trouble in origins:
            worth = ORIGIN * min(trouble.strength, 3.0) * (OLDER if self._is_older(trouble, troubles) else 1.0)
            worth += EXPLAINS * min(explained.get(trouble.component, 0), 3)
            for hypothesis in self._at(trouble.component):
                self._say(
                    trouble.evidence, hypothesis, worth, f"{trouble.component} is in trouble and nothing below it is"
                )

    def _is_older(self, trouble: Trouble, troubles: Mapping[str, Trouble]) -> bool:
        """It was out of the ordinary well before the first of the alerting components was."""
        felt = [t.onset for c, t in troubles.items() if c in self._known.alerted and t.onset is not None]
        return bool(felt) and trouble.onset is not None and trouble.onset < min(felt) - LONG_BEFORE

    def _inherit(self) -> None:
        """A fault put up now shares what is known about its component already."""
        self._ranking.weights += self._copies
        for hypothesis in self._ranking.new:
            general = next(
                (
                    h
                    for h in self._known.hypotheses.values()
                    if (h.component, h.fault) == (hypothesis.component, UNKNOWN_FAULT)
                ),
                None,
            )
            for weight in self._known.weights:
                if general and weight.hypothesis_id == general.id:
                    self._ranking.weights.append(weight.model_copy(update={"hypothesis_id": hypothesis.id}))
