"""What happened, where, how sure, what was not looked at, and what to do. Every sentence cites what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from sre_core.beliefs import percent
from sre_core.diagnosis.faults import FAULTS, GENERIC, label
from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import FALSE_ALARM
from sre_core.domain import (
    UNKNOWN_FAULT,
    Conclusion,
    Examined,
    Hypothesis,
    Lead,
    NotExamined,
    Remediation,
    RemediationKind,
    RootCause,
    RuledOut,
    Verdict,
)
from sre_core.grounds import Grounds, grounds
from sre_core.investigation import Investigation, Status
from sre_core.reasoning.case import Case, onsets
from sre_core.reasoning.rules_choose import statements_for, supporting_actions
from sre_core.reasoning.rules_claims import claims, surge
from sre_core.reasoning.rules_dismiss import dismissals, in_race, who_ruled_out
from sre_core.reasoning.rules_documents import runbooks, searched
from sre_core.reasoning.rules_leads import counted_leads, leads, telling
from sre_core.reasoning.rules_reflect import NAMELESS
from sre_core.reasoning.rules_remedies import change_of, remedies
from sre_core.reasoning.rules_unseen import first_looks, nothing_seen
from sre_core.reasoning.rules_verdict import Judge
from sre_core.reasoning.rules_web import web_leads, what_the_web_said

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
        self._ranked = in_race(investigation)
        self._judge = Judge(case, investigation)
        self._leader, self._chance = self._lead()
        self._grounds = grounds(investigation)
        self._leads: list[Lead] = []

    def _lead(self) -> tuple[Hypothesis | None, float]:
        return next(iter(self._ranked), (None, 0.0))

    def make(self) -> Conclusion:
        """Verdict first; everything else follows from it."""
        verdict = self._judge.verdict()
        self._leads = list(leads(self._state)) if verdict is Verdict.INCONCLUSIVE else []
        external = [] if verdict is Verdict.NO_INCIDENT else web_leads(self._state)
        leader = self._leader if verdict in (Verdict.CONFIRMED, Verdict.LIKELY) else None
        cause = self._root_cause(leader) if leader else None
        return Conclusion(
            verdict=verdict,
            headline=self._headline(verdict, cause),
            root_cause=cause,
            claims=tuple(claims(self._case, self._state, verdict))[:MOST_CLAIMS],
            leads=tuple(self._leads or external),
            ruled_out=tuple(self._ruled_out(leader)),
            not_examined=tuple(self._not_examined()),
            blast_radius=self._blast_radius(leader),
            remediation=tuple(self._remediation(verdict, leader)),
            would_settle=tuple(self._would_settle(verdict)),
            why=" ".join([self._why(verdict), *self._beside_the_alert(leader), *self._set_aside()]),
        )

    def _remediation(self, verdict: Verdict, leader: Hypothesis | None) -> Iterator[Remediation]:
        if verdict is Verdict.NO_INCIDENT:
            rule = self._state.alert.labels.get("alertname") or self._state.alert.title
            yield Remediation(
                action=f"Change nothing in the system; check how “{rule}” is measured and whether it should have fired.",
                kind=RemediationKind.NONE,
            )
        else:
            yield from remedies(self._case, self._state, leader, leads=bool(self._leads))

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
        load = " under far more traffic than usual" if not change and surge(self._case, self._state, leader) else ""
        if leader.fault == UNKNOWN_FAULT:
            return f"{leader.component} {mechanism}{by}{when}."
        name = label(leader.fault) or NAMELESS
        return f"{name[0].upper()}{name[1:]} at {leader.component}: {mechanism}{load}{by}{when}."

    def _headline(self, verdict: Verdict, cause: RootCause | None) -> str:
        if verdict is Verdict.NO_INCIDENT:
            return "No incident: what the alert says does not show in the telemetry, which is healthy."
        if cause is None or self._leader is None:
            return self._unsettled()
        fault = label(cause.fault) if cause.fault != UNKNOWN_FAULT else "something not yet named"
        by = (
            f" after change {cause.change_id}"
            if cause.change_id
            else " under a traffic surge"
            if surge(self._case, self._state, self._leader)
            else ""
        )
        probably = "" if verdict is Verdict.CONFIRMED else "Probably "
        since = onsets(self._state).get(cause.component)
        return f"{probably}{cause.component}: {fault}{by}{f', since {since:%H:%M} UTC' if since else ''}."

    def _unsettled(self) -> str:
        """All was ruled out by people, or nothing was seen, or these are the closest; and what matched all the same."""
        matches = f" {counted_leads(self._leads).capitalize()}: to follow, not a cause." if self._leads else ""
        if self._all_ruled_out:
            return f"Not settled. {self._all_ruled_out}.{matches}"
        if not telling(self._state):
            return f"{nothing_seen(self._case, self._state)}{matches}"
        weighed = [(h, p) for h, p in self._ranked if h.fault != FALSE_ALARM and self._grounds[h.id].examined]
        top = [
            f"{h.component} ({label(h.fault) if h.fault != UNKNOWN_FAULT else 'fault not known'}, {percent(p)})"
            for h, p in weighed[:2]
        ]
        closest = f"Closest: {'; '.join(top)}." if top else "What was seen points at no cause."
        return f"Not settled. {closest}{matches}"

    @property
    def _all_ruled_out(self) -> str:
        """That no explanation is left, and who ruled them out; empty while one is left, besides that nothing is wrong."""
        if not self._state.dismissed_ids or any(h.fault != FALSE_ALARM for h, _ in self._ranked):
            return ""
        but = " but a false alarm" if self._ranked else ""
        return f"Every explanation that was put up{but} was ruled out by {who_ruled_out(self._state)}"

    def _ruled_out(self, leader: Hypothesis | None) -> list[RuledOut]:
        out = [o for o in self._state.ruled_out.values() if leader is None or o.hypothesis_id != leader.id]
        near = self._case.neighbourhood(self._state.alert)
        return sorted(
            out, key=lambda o: (self._state.hypotheses[o.hypothesis_id].component not in near, o.hypothesis_id)
        )[:MOST_RULED_OUT]

    def _set_aside(self) -> Iterator[str]:
        """A person's word is no evidence: what was set aside and still leads is said to do so."""
        for guidance, places, _ in dismissals(self._case, self._state):
            if self._leader and self._leader.component in places:
                yield (
                    f"{guidance.by} set {self._leader.component} aside (“{guidance.text[:120]}”); what had been read "
                    f"points there all the same, so check that before acting on it."
                )

    def _beside_the_alert(self, leader: Hypothesis | None) -> Iterator[str]:
        """A cause that what alerts does not depend on, as far as is known, may be another incident."""
        alerting = self._case.alerting(self._state.alert)
        known = self._case.topology.components
        if leader is None or leader.component not in known or not alerting or alerting[0] not in known:
            return
        if leader.component not in self._case.neighbourhood(self._state.alert):
            yield (
                f"The alert names {alerting[0]}, which as far as the topology knows does not depend on {leader.component}: "
                f"make sure that this is what the alert is about."
            )

    def _not_examined(self) -> Iterator[NotExamined]:
        yield from self._case.sources.absent
        yield from self._not_answered()
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

    def _not_answered(self) -> Iterator[NotExamined]:
        """What a person asked for and nothing at hand could look at; what a person asked to leave alone."""
        aside = {guidance.seq for guidance, *_ in dismissals(self._case, self._state)}
        looked = {record.action.step_id for record in self._state.actions.values()}
        for guidance in self._state.guidance:
            if guidance.seq in aside:
                yield NotExamined(source="guidance", reason=f"left alone as asked: “{guidance.text[:120]}”")
            elif f"guidance-{guidance.seq}" not in looked:
                reason = f"asked for, and nothing at hand here could look at it: “{guidance.text[:120]}”"
                yield NotExamined(source="guidance", reason=reason)

    def _blast_radius(self, leader: Hypothesis | None) -> tuple[str, ...]:
        if leader is None:
            return ()
        above = self._case.topology.upstream(leader.component)
        return tuple(sorted(above, key=lambda name: (above[name], name)))

    def _would_settle(self, verdict: Verdict) -> Iterator[str]:
        if verdict in (Verdict.CONFIRMED, Verdict.NO_INCIDENT):
            return
        if self._all_ruled_out:
            yield "Put up another explanation, or bring one back that was ruled out: that one is looked at next."
        if not telling(self._state):
            yield from first_looks(self._case, self._state)
            return
        for hypothesis, chance in self._ranked[:3]:
            fault = FAULTS.get(hypothesis.fault)
            if chance >= 0.05 and fault and hypothesis.fault not in GENERIC and hypothesis.fault != FALSE_ALARM:
                yield (
                    f"{hypothesis.component}: look for {fault.observables}; {fault.refuted_by} would refute "
                    f"{label(hypothesis.fault)}."
                )
            elif chance >= 0.05 and hypothesis.fault in GENERIC:
                yield f"{hypothesis.component}: its logs, events and resource usage around the onset would name the mechanism."
        if searched(self._state) and not runbooks(self._state, self._leader):
            yield from self._look_up()

    def _look_up(self) -> Iterator[str]:
        """No document fits: what the web says, else which words to take to the vendor or to a search engine."""
        words = self._state.alert.title
        if said := what_the_web_said(self._state):
            yield f"No runbook covers this. {said}"
            return
        if self._leader and (change := change_of(self._state, self._leader)):
            title = self._state.evidence[change[1]].quote.split(": ", 1)[-1].split("; ")[0]
            yield (
                f"No runbook covers this. Look up “{words}” together with what was changed ({title[:140]}), in the "
                f"vendor's documentation or issue tracker."
            )
            return
        yield (
            f"No runbook covers this. Look up “{words}” in the documentation of "
            f"{self._leader.component if self._leader else 'the component'}."
        )

    def _only_a_prior(self, leader: Hypothesis, stands_on: Grounds) -> str:
        """Nothing that was looked at speaks for or against the leader."""
        return (
            f"Nothing that was seen speaks for or against any one explanation. In front, with {percent(self._chance)}, is "
            f"{_called(leader).rstrip(',')}: {stands_on.said}. That is where to look, and no finding."
        )

    def _why(self, verdict: Verdict) -> str:
        leader = self._leader
        if leader is None and self._all_ruled_out:
            return f"{self._all_ruled_out}; none is left to weigh."
        if leader is None:
            matched = f"{counted_leads(self._leads).capitalize()}, but " if self._leads else ""
            why = "no component can be looked at here, so there is no hypothesis to weigh"
            return f"{matched}{why}." if matched else f"{why[0].upper()}{why[1:]}."
        if not self._grounds[leader.id].examined:
            return self._only_a_prior(leader, self._grounds[leader.id])
        looks = len(supporting_actions(self._state, leader.id))
        said = statements_for(self._state, leader.id)
        by_people = f" and {said} stated by people" if said else ""
        speak = "1 look that speaks" if looks == 1 else f"{looks} looks that speak"
        share = f"{_called(leader)} holds {percent(self._chance)} of the probability, from {speak} for it{by_people}"
        match verdict:
            case Verdict.CONFIRMED:
                kinds = sorted(
                    kind.replace("_", " ") for kind in self._judge.kinds(leader) if role_of(kind) is Role.PROOF
                )
                return (
                    f"{share}; the mechanism itself was seen "
                    f"({', '.join(kinds) or 'figures and words tell the same, or it fails in the changed file'}), and "
                    f"nothing speaks strongly against it."
                )
            case Verdict.LIKELY:
                missing = (
                    "the mechanism was told by words or timing but not seen at work"
                    if not self._judge.proven(leader)
                    else "it is not far enough ahead, or something speaks against it"
                )
                return f"{share}; not confirmed because {missing}."
            case Verdict.NO_INCIDENT:
                return "The alerting component and what it depends on were read and are as they usually are."
            case _:
                return f"{share}; that is not enough to name a cause."


def _called(leader: Hypothesis) -> str:
    """A hypothesis in the middle of a sentence."""
    if leader.fault == UNKNOWN_FAULT:
        return f"{leader.component}, with a fault not known yet,"
    return f"{label(leader.fault)} at {leader.component}"
