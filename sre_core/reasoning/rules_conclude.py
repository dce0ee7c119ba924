"""What happened, where, how sure, what was not looked at, and what to do. Every sentence cites what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sre_core.diagnosis.faults import FAULTS, GENERIC, label
from sre_core.diagnosis.ranking import FALSE_ALARM, kinds_shown
from sre_core.diagnosis.roles import Role, role_of
from sre_core.domain import (
    SOMETHING_ELSE,
    UNKNOWN_FAULT,
    Claim,
    Conclusion,
    Evidence,
    Examined,
    Hypothesis,
    NotExamined,
    Remediation,
    RemediationKind,
    RootCause,
    RuledOut,
    Verdict,
)
from sre_core.investigation import Investigation, Status
from sre_core.reasoning.case import Case, onsets
from sre_core.reasoning.rules_choose import supporting_actions
from sre_core.reasoning.rules_documents import runbooks, searched
from sre_core.reasoning.rules_remedies import change_of, ordered_support, remedies

CONFIRMED = 0.8
LIKELY = 0.45
HEALTHY = 0.6
"""Probability of "false alarm" from which, with telemetry at the alert read and healthy, nothing is wrong."""
STRONG_AGAINST = -1.6
"""A look that speaks this much against the leader keeps it from being confirmed."""
MOST_CLAIMS = 6
MOST_RULED_OUT = 15


def conclude(case: Case, investigation: Investigation) -> Conclusion:
    """The end, as sure as the evidence allows."""
    return _Concluder(case, investigation).make()


class _Concluder:
    """Builds one conclusion."""

    def __init__(self, case: Case, investigation: Investigation) -> None:
        self._case = case
        self._state = investigation
        self._leader, self._chance = self._lead()

    def _lead(self) -> tuple[Hypothesis | None, float]:
        if not self._state.ranked:
            return None, 0.0
        return self._state.ranked[0]

    def make(self) -> Conclusion:
        """Verdict first; everything else follows from it."""
        verdict = self._verdict()
        leader = self._leader if verdict in (Verdict.CONFIRMED, Verdict.LIKELY) else None
        cause = self._root_cause(leader) if leader else None
        return Conclusion(
            verdict=verdict,
            headline=self._headline(verdict, cause),
            root_cause=cause,
            claims=tuple(self._claims(verdict))[:MOST_CLAIMS],
            ruled_out=tuple(self._ruled_out(leader)),
            not_examined=tuple(self._not_examined()),
            blast_radius=self._blast_radius(leader),
            remediation=tuple(self._remediation(verdict, leader)),
            would_settle=tuple(self._would_settle(verdict)),
            why=self._why(verdict),
        )

    def _remediation(self, verdict: Verdict, leader: Hypothesis | None) -> Iterator[Remediation]:
        if verdict is Verdict.NO_INCIDENT:
            rule = self._state.alert.labels.get("alertname") or self._state.alert.title
            yield Remediation(
                action=f"Change nothing in the system; check how “{rule}” is measured and whether it should have fired.",
                kind=RemediationKind.NONE,
            )
        else:
            yield from remedies(self._case, self._state, leader)

    # -- how sure ------------------------------------------------------------------------------------------------------

    def _verdict(self) -> Verdict:
        leader = self._leader
        if leader is None or not self._state.evidence:
            return Verdict.INCONCLUSIVE
        if leader.fault == FALSE_ALARM:
            return (
                Verdict.NO_INCIDENT if self._chance >= HEALTHY and self._looked_and_healthy() else Verdict.INCONCLUSIVE
            )
        if self._chance >= CONFIRMED and self._proven(leader) and not self._contradicted(leader):
            return Verdict.CONFIRMED
        likely = self._chance >= LIKELY and self._told(leader) and self._state.chances[SOMETHING_ELSE] < self._chance
        return Verdict.LIKELY if likely else Verdict.INCONCLUSIVE

    def _kinds(self, leader: Hypothesis) -> frozenset[str]:
        kinds = {e.id: e.finding for e in self._state.evidence.values()}
        return kinds_shown(self._state.weights, kinds).get(leader.id, frozenset())

    def _proven(self, leader: Hypothesis) -> bool:
        """A mechanism with a name, seen at work, and a second look that agrees."""
        changed = any(
            "which the change touched" in w.because for w in self._state.weights if w.hypothesis_id == leader.id
        )
        seen = changed or any(role_of(kind) is Role.PROOF for kind in self._kinds(leader))
        return leader.fault not in GENERIC and seen and len(supporting_actions(self._state, leader.id)) >= 2

    def _told(self, leader: Hypothesis) -> bool:
        """Not a bare guess: words or figures mean this fault, or at least the place is out of the ordinary."""
        return bool(self._kinds(leader)) or bool(supporting_actions(self._state, leader.id))

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

    # -- what ------------------------------------------------------------------------------------------------------------

    def _root_cause(self, leader: Hypothesis) -> RootCause:
        change = change_of(self._state, leader)
        return RootCause(
            component=leader.component,
            fault=leader.fault,
            statement=self._statement(leader),
            change_id=change[0] if change else None,
        )

    def _statement(self, leader: Hypothesis) -> str:
        fault = FAULTS.get(leader.fault)
        mechanism = (
            fault.mechanism
            if fault and leader.fault != UNKNOWN_FAULT
            else "is where it begins; what is wrong with it is not known"
        )
        since = onsets(self._state).get(leader.component)
        when = f" (since {since:%Y-%m-%d %H:%M} UTC)" if since else ""
        change = change_of(self._state, leader)
        by = f", brought by {change[0]}" if change else ""
        load = " under far more traffic than usual" if not change and self._surge(leader) else ""
        return f"{leader.component}: {label(leader.fault)}: {mechanism}{load}{by}{when}."

    def _headline(self, verdict: Verdict, cause: RootCause | None) -> str:
        if verdict is Verdict.NO_INCIDENT:
            return "No incident: what the alert says does not show in the telemetry, which is healthy."
        if cause is None or self._leader is None:
            top = [
                f"{h.component} ({label(h.fault)}, {p:.0%})"
                for h, p in self._state.ranked[:2]
                if h.fault != FALSE_ALARM
            ]
            return f"Not settled. Closest: {'; '.join(top) or 'nothing'}."
        fault = label(cause.fault) if cause.fault != UNKNOWN_FAULT else "something not yet named"
        by = (
            f" after change {cause.change_id}"
            if cause.change_id
            else " under a traffic surge"
            if self._surge(self._leader)
            else ""
        )
        probably = "" if verdict is Verdict.CONFIRMED else "Probably "
        since = onsets(self._state).get(cause.component)
        return f"{probably}{cause.component}: {fault}{by}{f', since {since:%H:%M} UTC' if since else ''}."

    def _surge(self, leader: Hypothesis) -> Evidence | None:
        """More traffic at the component or at those that call it, before it went wrong."""
        above = {leader.component, *self._case.topology.upstream(leader.component)}
        loads = (
            "memory_exhaustion",
            "cpu_saturation",
            "thread_pool_exhaustion",
            "connection_pool_exhaustion",
            "queue_backlog",
            "traffic_surge",
        )
        found = [e for e in self._state.evidence.values() if e.finding == "traffic_up" and e.component in above]
        return min(found, key=lambda e: (e.onset is None, e.onset, e.id)) if found and leader.fault in loads else None

    # -- sentences -------------------------------------------------------------------------------------------------------

    def _claims(self, verdict: Verdict) -> Iterator[Claim]:
        if verdict is Verdict.NO_INCIDENT:
            clean = [e for e in self._state.evidence.values() if role_of(e.finding) is Role.CLEAN]
            for piece in clean[:4]:
                yield Claim(text=f"Healthy in {piece.source}: {quoted(piece)}", evidence=(piece.id,))
            return
        if self._leader is None:
            return
        support = ordered_support(self._state, self._leader)
        for piece in support[:3]:
            yield Claim(text=f"{piece.component or piece.source}: {quoted(piece)}", evidence=(piece.id,))
        if surge := self._surge(self._leader):
            yield Claim(text=f"Traffic rose at {surge.component}: {quoted(surge)}", evidence=(surge.id,))
        if change := change_of(self._state, self._leader):
            yield Claim(
                text=f"Changed before it began: {quoted(self._state.evidence[change[1]])}", evidence=(change[1],)
            )
        for piece in self._sufferers():
            yield Claim(text=f"Suffers from it: {quoted(piece)}", evidence=(piece.id,))

    def _sufferers(self) -> list[Evidence]:
        if self._leader is None:
            return []
        above = self._case.topology.upstream(self._leader.component)
        found = [e for e in self._state.evidence.values() if e.component in above and e.finding == "anomalous_series"]
        return sorted(found, key=lambda e: (e.component not in self._case.alerting(self._state.alert), e.id))[:2]

    def _ruled_out(self, leader: Hypothesis | None) -> list[RuledOut]:
        out = [o for o in self._state.ruled_out.values() if leader is None or o.hypothesis_id != leader.id]
        near = self._case.neighbourhood(self._state.alert)
        return sorted(
            out, key=lambda o: (self._state.hypotheses[o.hypothesis_id].component not in near, o.hypothesis_id)
        )[:MOST_RULED_OUT]

    def _not_examined(self) -> Iterator[NotExamined]:
        yield from self._case.sources.absent
        for record in self._state.actions.values():
            if record.status is Status.FAILED:
                yield NotExamined(source=record.action.tool, reason=f"it failed: {record.error}")
            elif record.status in (Status.REJECTED, Status.DENIED) and not record.remedies:
                yield NotExamined(source=record.action.tool, reason=f"{record.status.value}: {record.reason}")
        seen = {
            examination.component for examination in self._state.examined if examination.showed is not Examined.NO_DATA
        }
        blind = sorted(self._case.neighbourhood(self._state.alert) & set(self._case.topology.components) - seen)
        for component in blind[:20]:
            yield NotExamined(source="telemetry", reason="no source says anything about it", component=component)

    def _blast_radius(self, leader: Hypothesis | None) -> tuple[str, ...]:
        if leader is None:
            return ()
        above = self._case.topology.upstream(leader.component)
        return tuple(sorted(above, key=lambda name: (above[name], name)))

    def _would_settle(self, verdict: Verdict) -> Iterator[str]:
        if verdict in (Verdict.CONFIRMED, Verdict.NO_INCIDENT):
            return
        for hypothesis, chance in self._state.ranked[:3]:
            fault = FAULTS.get(hypothesis.fault)
            if chance >= 0.05 and fault and hypothesis.fault not in GENERIC and hypothesis.fault != FALSE_ALARM:
                yield (
                    f"{hypothesis.component}: look for {fault.observables}; {fault.refuted_by} would refute "
                    f"{label(hypothesis.fault)}."
                )
            elif chance >= 0.05 and hypothesis.fault in GENERIC:
                yield f"{hypothesis.component}: its logs, events and resource usage around the onset would name the mechanism."
        if searched(self._state) and not runbooks(self._state):
            yield from self._look_up()

    def _look_up(self) -> Iterator[str]:
        """No document fits: which words to take to the vendor or to a search engine."""
        words = self._state.alert.title
        if self._leader and (change := change_of(self._state, self._leader)):
            title = self._state.evidence[change[1]].quote.split(": ", 1)[-1]
            yield (
                f"No runbook covers this. Look up “{words}” together with what was changed ({title[:140]}), in the "
                f"vendor's documentation or issue tracker."
            )
            return
        yield (
            f"No runbook covers this. Look up “{words}” in the documentation of "
            f"{self._leader.component if self._leader else 'the component'}."
        )

    def _why(self, verdict: Verdict) -> str:
        leader = self._leader
        if leader is None:
            return "Nothing was put up."
        looks = len(supporting_actions(self._state, leader.id))
        share = (
            f"{label(leader.fault)} at {leader.component} holds {self._chance:.0%} of the probability, from "
            f"{looks} looks that speak for it"
        )
        match verdict:
            case Verdict.CONFIRMED:
                kinds = sorted(kind.replace("_", " ") for kind in self._kinds(leader) if role_of(kind) is Role.PROOF)
                return (
                    f"{share}; the mechanism itself was seen "
                    f"({', '.join(kinds) or 'it fails in the file that was changed'}), and nothing speaks strongly "
                    f""
                    f""
                    f"against it."
                )
            case Verdict.LIKELY:
                missing = (
                    "the mechanism was told by words or timing but not seen at work"
                    if not self._proven(leader)
                    else "it is not far enough ahead, or something speaks against it"
                )
                return f"{share}; not confirmed because {missing}."
            case Verdict.NO_INCIDENT:
                return "The alerting component and what it depends on were read and are as they usually are."
            case _:
                return f"{share}; that is not enough to name a cause."


def quoted(piece: Evidence, length: int = 180) -> str:
    """The evidence's own words between quotation marks, cut to the longest stretch that holds none itself."""
    parts = [part.strip() for part in re.split(r'["“”]', piece.quote)]
    text = max(parts, key=len, default="")
    return f"“{text[:length].rstrip()}”." if len(text) >= 3 else f"{piece.quote[:length]}."


def cite(pieces: Sequence[Evidence]) -> tuple[str, ...]:
    """Their ids."""
    return tuple(piece.id for piece in pieces)
