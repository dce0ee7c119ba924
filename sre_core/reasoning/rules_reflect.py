"""What one observation does: findings become evidence, evidence becomes weights, and a sentence says what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sre_core import beliefs
from sre_core.diagnosis.detectors import findings_in
from sre_core.diagnosis.faults import label
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.ranking import CHANGED_CODE, Known, Ranker
from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import FALSE_ALARM, explainers_in, kinds_shown
from sre_core.domain import (
    SOMETHING_ELSE,
    UNKNOWN_FAULT,
    Evidence,
    Examination,
    Examined,
    Hypothesis,
    Reflection,
    RuledOut,
    Value,
    Weight,
)
from sre_core.investigation import ActionRecord, Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_documents import finding_of_document
from sre_core.reasoning.rules_thought import Thought
from sre_core.tools.query_metrics import MetricsReading
from sre_core.tools.read_logs import LogReading
from sre_core.tools.run_diagnostic import DiagnosticOutput

MOST_EVIDENCE = 40
FOR_THE_READER = frozenset(
    {
        "steady_metrics",
        "noted_signal",
        "resolved_signal",
        "passed_anomaly",
        "odd_series",
        "traffic_change",
        "quota_present",
    }
)
MOST_NOTES = 4
RULED_OUT_BELOW = 0.02
AGAINST = -1.2
"""Log-odds of evidence against it that a hypothesis must have to be ruled out, not just be unlikely."""
MOST_RULED_OUT = 12
ONCE = 0.05
"""A hypothesis that never reached this probability is not worth a line when it goes."""
SUMMARISED_FROM = 2
"""This many healthy components and more are told in one piece of evidence."""
NAMELESS = "a fault without a name"


def reflect(case: Case, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
    """The reflection on one action: it came back, came back empty, or failed."""
    action = record.action
    if output is None:
        return Reflection(
            action_id=action.id,
            thought=f"{action.tool} gave no answer: {(record.error or 'its output was erased').rstrip('.')}. Nothing changes.",
        )
    if isinstance(output, DiagnosticOutput) and not output.recorded:
        return Reflection(
            action_id=action.id, thought=f"`{output.command}` was not recorded, which is evidence of nothing."
        )
    context = case.context(investigation, action.components)
    findings = findings_in(output, context, case.detectors) or finding_of_document(output, investigation, case)
    return _Reflector(case, investigation, record, output).make(findings)


class _Reflector:
    """Builds one reflection."""

    def __init__(self, case: Case, investigation: Investigation, record: ActionRecord, output: Value) -> None:
        self._case = case
        self._state = investigation
        self._record = record
        self._output = output

    def make(self, findings: Sequence[Finding]) -> Reflection:
        """Evidence, weights, what is ruled out, what was examined, and the thought."""
        findings = [finding for finding in findings if self._told(finding) not in self._corrected]
        cited = self._cite(findings)
        pairs = [(finding, piece.id) for finding, piece in cited]
        ranking = Ranker(self._known(), len(self._state.hypotheses) + 1).rank(pairs)
        evidence = tuple({piece.id: piece for _, piece in cited}.values())
        weights = [*ranking.weights, *self._changed_code(cited, ranking.new)]
        after = self._after(ranking.new, weights, evidence)
        ruled_out = tuple(self._ruled_out(after, weights))
        return Reflection(
            action_id=self._record.action.id,
            thought=Thought(self._state.chances, self._in_race, after).of(self._output, findings, len(ruled_out)),
            evidence=evidence,
            weights=tuple(weights),
            new_hypotheses=tuple(ranking.new),
            ruled_out=ruled_out,
            examined=tuple(self._examined(findings)),
            steps_answered=self._answered(),
            steps_pruned=self._pruned(after),
        )

    # -- evidence ----------------------------------------------------------------------------------------------------

    def _cite(self, findings: Sequence[Finding]) -> list[tuple[Finding, Evidence]]:
        """Each finding with its evidence; healthy ones of a kind share one piece."""
        first = int(self._state.next_id("E")[1:])
        telling = [f for f in findings if role_of(f.kind) is not Role.CLEAN]
        healthy: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in findings:
            if role_of(finding.kind) is Role.CLEAN:
                healthy[finding.kind, finding.source].append(finding)
        telling = _most_telling(_fewer_notes(telling))
        cited = [(finding, self._evidence(first + i, finding)) for i, finding in enumerate(telling)]
        number = first + len(cited)
        for group in healthy.values():
            group = sorted(
                group, key=lambda f: (f.component not in self._case.neighbourhood(self._state.alert), f.component or "")
            )
            piece = self._summary(number, group) if len(group) >= SUMMARISED_FROM else self._evidence(number, group[0])
            if _key(piece) in self._corrected:
                continue
            cited += [(finding, piece) for finding in group]
            number += 1
        return cited

    @cached_property
    def _corrected(self) -> frozenset[tuple[str | None, str, str, str]]:
        """What a person corrected: the same words from the same place are not taken in again under another id."""
        return frozenset(_key(piece) for piece in self._state.superseded_evidence.values())

    def _told(self, finding: Finding) -> tuple[str | None, str, str, str]:
        return _key(self._evidence(0, finding))

    def _evidence(self, number: int, finding: Finding) -> Evidence:
        return Evidence(
            id=f"E{number}",
            action_id=self._record.action.id,
            source=finding.source,
            component=finding.component,
            finding=finding.kind,
            quote=finding.quote,
            locator=finding.locator,
            onset=finding.onset,
            series=finding.series,
        )

    def _summary(self, number: int, group: Sequence[Finding]) -> Evidence:
        names = [finding.component for finding in group if finding.component]
        quote = "; ".join(finding.quote for finding in group[:6])
        more = f"; and {len(group) - 6} more" if len(group) > 6 else ""
        return Evidence(
            id=f"E{number}",
            action_id=self._record.action.id,
            source=group[0].source,
            finding=group[0].kind,
            quote=quote + more,
            locator=f"healthy: {', '.join(names)}",
        )

    # -- beliefs -----------------------------------------------------------------------------------------------------

    def _known(self) -> Known:
        kinds = {piece.id: piece.finding for piece in self._state.evidence.values()}
        alert = self._state.alert
        alerting = self._case.neighbourhood(alert) if self._case.alerting(alert) else frozenset(self._case.components)
        shown = kinds_shown(self._state.weights, kinds)
        pieces = self._state.evidence
        heard = {
            (w.hypothesis_id, pieces[w.evidence_id].source, kinds[w.evidence_id])
            for w in self._state.weights
            if w.evidence_id in pieces and pieces[w.evidence_id].source != "changes"
        }
        seen = {piece.id: (piece.component, piece.finding) for piece in pieces.values()}
        return Known(
            topology=self._case.topology,
            hypotheses=self._state.hypotheses,
            weights=self._state.weights,
            shown=shown,
            alerting=alerting,
            alerted=frozenset(self._case.alerting(alert)),
            explainers=explainers_in(self._state.weights, self._state.hypotheses, seen),
            heard=frozenset(heard),
        )

    def _changed_code(self, cited: Iterable[tuple[Finding, Evidence]], new: Sequence[Hypothesis]) -> list[Weight]:
        """What fails is in a file that a change before it touched: whichever of the two was seen last is cited."""
        fresh = {piece.id for _, piece in cited}
        everything = {**self._state.evidence, **{piece.id: piece for _, piece in cited}}
        changes = [e for e in everything.values() if e.finding == "change_before_onset" and e.component]
        spoken = [
            e
            for e in everything.values()
            if e.finding in ("exception", "new_log_pattern", "error_words", "failing_hop")
        ]
        weights = []
        for change in changes:
            for piece in spoken:
                if (
                    change.component != piece.component
                    or not {change.id, piece.id} & fresh
                    or not (stem := common_file(change.quote, piece.quote))
                ):
                    continue
                hypothesis = next(
                    (
                        h
                        for h in (*self._state.hypotheses.values(), *new)
                        if (h.component, h.fault) == (change.component, "code_regression")
                    ),
                    None,
                )
                if hypothesis:
                    latest = piece if piece.id in fresh else change
                    weights.append(
                        Weight(
                            evidence_id=latest.id,
                            hypothesis_id=hypothesis.id,
                            log_odds=CHANGED_CODE,
                            because=f"it fails in {stem}, which the change touched",
                        )
                    )
        return weights

    def _after(
        self, new: Sequence[Hypothesis], weights: Sequence[Weight], evidence: Sequence[Evidence]
    ) -> dict[str, float]:
        hypotheses = {**self._state.hypotheses, **{h.id: h for h in new}}
        pieces = {**self._state.evidence, **{piece.id: piece for piece in evidence}}
        self._hypotheses = hypotheses
        out = self._state.dismissed_ids | {h.id for h in new if self._state.why_dismissed(h)}
        self._in_race = {id_: h for id_, h in hypotheses.items() if id_ not in out}
        tally = beliefs.Tally(dismissed=set(out))
        for hypothesis in hypotheses.values():
            tally.enter(hypothesis)
        for weight in [*self._state.weights, *weights]:
            if weight.evidence_id in pieces and weight.hypothesis_id in hypotheses:
                tally.weigh(weight, pieces[weight.evidence_id])
        return tally.probabilities()

    def _ruled_out(self, after: Mapping[str, float], weights: Sequence[Weight]) -> list[RuledOut]:
        """What became improbable by evidence against it, worst first; only what was ever worth a thought."""
        against: dict[str, Weight] = {}
        totals: dict[str, float] = defaultdict(float)
        for weight in [*self._state.weights, *weights]:
            if weight.log_odds < 0:
                totals[weight.hypothesis_id] += weight.log_odds
                worst = against.get(weight.hypothesis_id, weight)
                against[weight.hypothesis_id] = min(worst, weight, key=lambda w: w.log_odds)
        out = []
        for id_, weight in against.items():
            hypothesis = self._in_race.get(id_)
            if (
                hypothesis is None
                or id_ in self._state.ruled_out
                or after[id_] >= RULED_OUT_BELOW
                or totals[id_] > AGAINST
            ):
                continue
            if max(self._state.chances.get(id_, 0.0), after[id_]) < ONCE / 10 and hypothesis.fault != UNKNOWN_FAULT:
                continue
            because = tuple(
                dict.fromkeys(
                    w.evidence_id
                    for w in [*self._state.weights, *weights]
                    if w.hypothesis_id == id_ and w.log_odds < -0.3
                )
            )
            out.append(
                RuledOut(hypothesis_id=id_, statement=named(hypothesis), reason=weight.because, because=because[:4])
            )
        return sorted(out, key=lambda o: -self._state.chances.get(o.hypothesis_id, 0.0))[:MOST_RULED_OUT]

    # -- what was looked at, and what is left ----------------------------------------------------------------------------

    def _examined(self, findings: Sequence[Finding]) -> list[Examination]:
        source = self._source
        bad = {
            f.component
            for f in findings
            if role_of(f.kind) in (Role.SYMPTOM, Role.TELLS, Role.PROOF) and f.kind != "dependency_error"
        }
        clean = {f.component for f in findings if role_of(f.kind) is Role.CLEAN}
        shown = {c: Examined.BAD for c in bad if c} | {c: Examined.CLEAN for c in clean if c and c not in bad}
        for component in self._without_data():
            shown.setdefault(component, Examined.NO_DATA)
        return [Examination(component=c, source=source, showed=showed) for c, showed in sorted(shown.items())]

    @property
    def _source(self) -> str:
        return self._record.observation.source if self._record.observation else self._record.action.tool

    def _without_data(self) -> tuple[str, ...]:
        match self._output:
            case MetricsReading(missing=missing):
                return missing
            case LogReading(total=0):
                return self._record.action.components
            case _:
                return ()

    def _answered(self) -> tuple[str, ...]:
        step = self._record.action.step_id
        return (step,) if step and step not in self._state.steps_answered else ()

    def _pruned(self, after: Mapping[str, float]) -> tuple[str, ...]:
        """Looking for where it begins is pointless once one place holds nearly all the probability."""
        plan = self._state.plan
        places = beliefs.by_component(after, self._hypotheses)
        top = max((p for c, p in places.items() if c != SOMETHING_ELSE), default=0.0)
        steps = {step.id for step in plan.steps} if plan else set()
        left = {"origin"} & steps - self._state.steps_answered - self._state.steps_pruned - set(self._answered())
        return tuple(sorted(left)) if top > 0.97 else ()


def named(hypothesis: Hypothesis) -> str:
    """The hypothesis as a heading: 'cart as the origin', 'lock contention at orders-db'."""
    if hypothesis.fault == UNKNOWN_FAULT:
        return f"{hypothesis.component} as the origin"
    if hypothesis.fault == FALSE_ALARM:
        return "A false alarm"
    by = f", brought by {hypothesis.change_id}" if hypothesis.change_id else ""
    name = label(hypothesis.fault) or NAMELESS
    return f"{name[0].upper()}{name[1:]} at {hypothesis.component}{by}"


def _key(piece: Evidence) -> tuple[str | None, str, str, str]:
    return piece.component, piece.source, piece.finding, piece.quote


def _fewer_notes(findings: list[Finding]) -> list[Finding]:
    """Of what is only noted for the reader, a few of each kind; what later looks are compared with stays whole."""
    seen: dict[str, int] = defaultdict(int)
    kept = []
    for finding in findings:
        seen[finding.kind] += 1
        if finding.kind not in FOR_THE_READER or seen[finding.kind] <= MOST_NOTES:
            kept.append(finding)
    return kept


def _most_telling(findings: list[Finding]) -> list[Finding]:
    def worth(finding: Finding) -> tuple[float, float]:
        return (-max(finding.suggests.values(), default=0.0), -finding.strength)

    kept = set(map(id, sorted(findings, key=worth)[:MOST_EVIDENCE]))
    return [finding for finding in findings if id(finding) in kept]


def common_file(changed: str, spoken: str) -> str | None:
    """A file's stem of at least five letters that a change touched and a complaint names."""
    stems = {
        part.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        for part in changed.replace(",", " ").replace(";", " ").split()
        if "." in part and not part[0].isdigit()
    }
    found = sorted(
        stem
        for stem in stems
        if len(stem) >= 5
        and stem.isidentifier()
        and stem.casefold() in spoken.casefold()
        and not stem.casefold().startswith("test")
    )
    return found[0] if found else None
