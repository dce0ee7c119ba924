"""A model's report made into ours. How sure it may be is computed: the model can be less sure than the evidence, never more."""

from __future__ import annotations

from collections.abc import Iterator

from sre_core import claims
from sre_core.diagnosis.showing import FALSE_ALARM
from sre_core.domain import Claim, Conclusion, Hypothesis, Remediation, RootCause, Verdict
from sre_core.investigation import Investigation
from sre_core.reasoning.model.wire import ConclusionAnswer, Remedy

MOST_REMEDIES = 8
_SURENESS = (Verdict.INCONCLUSIVE, Verdict.LIKELY, Verdict.CONFIRMED)
_MEANT = {"confirmed": Verdict.CONFIRMED, "likely": Verdict.LIKELY, "not settled": Verdict.INCONCLUSIVE}


def complaints(answer: ConclusionAnswer, state: Investigation) -> list[str]:
    """What a model has to mend: a cause that is no hypothesis."""
    if answer.cause in state.hypotheses or answer.cause == "none":
        return []
    return [f"There is no hypothesis {answer.cause!r}; use an id of the list, or 'none'."]


def conclusion_of(answer: ConclusionAnswer, rules: Conclusion, state: Investigation) -> Conclusion:
    """The report. ``rules``: what the rules conclude from the same evidence; theirs are the verdict's bound and what was not
    examined, and the remedies that a tool can carry out.

    A model that names another cause than the computed leader settles nothing: the disagreement is told.
    """
    if rules.verdict is Verdict.NO_INCIDENT:
        return rules.model_copy(update={"claims": _claims(answer, rules), "why": _both(answer, rules)})
    cause = state.hypotheses.get(answer.cause)
    agrees = cause is not None and rules.root_cause is not None and _is(cause, rules.root_cause)
    verdict = min(rules.verdict, _MEANT[answer.settled], key=_SURENESS.index) if agrees else Verdict.INCONCLUSIVE
    settled = verdict is not Verdict.INCONCLUSIVE
    return rules.model_copy(
        update={
            "verdict": verdict,
            "headline": answer.headline if settled else _open(answer, rules, cause),
            "root_cause": _named(answer, rules) if settled else None,
            "claims": _claims(answer, rules),
            "remediation": tuple(_remedies(answer, rules, state)),
            "would_settle": () if settled else tuple(dict.fromkeys((*answer.would_settle, *rules.would_settle)))[:8],
            "why": _both(answer, rules),
        }
    )


def independent(answer: ConclusionAnswer, state: Investigation) -> Conclusion:
    """What the model concludes by itself. Nothing computed bounds it, so it is an opinion and never the verdict."""
    cause = state.hypotheses.get(answer.cause)
    verdict = _MEANT[answer.settled] if cause else Verdict.INCONCLUSIVE
    if cause is not None and cause.fault == FALSE_ALARM and verdict is not Verdict.INCONCLUSIVE:
        verdict, cause = Verdict.NO_INCIDENT, None
    return Conclusion(
        verdict=verdict,
        headline=answer.headline,
        root_cause=_cause_of(cause, answer) if cause and verdict is not Verdict.INCONCLUSIVE else None,
        claims=tuple(Claim(text=one.text, evidence=tuple(one.evidence)) for one in answer.claims),
        remediation=tuple(_remediation(one, state) for one in answer.remedies),
        would_settle=tuple(answer.would_settle),
        why=answer.why,
    )


def _cause_of(cause: Hypothesis, answer: ConclusionAnswer) -> RootCause:
    return RootCause(
        component=cause.component, fault=cause.fault, statement=answer.statement, change_id=cause.change_id
    )


def unbacked(conclusion: Conclusion, state: Investigation) -> tuple[Claim, ...]:
    """Claims that do not stand."""
    return tuple(claim for claim in claims.check(conclusion, state).claims if not claim.verified)


def _is(cause: Hypothesis, named: RootCause) -> bool:
    return (cause.component, cause.fault) == (named.component, named.fault)


def _named(answer: ConclusionAnswer, rules: Conclusion) -> RootCause | None:
    return rules.root_cause.model_copy(update={"statement": answer.statement}) if rules.root_cause else None


def _open(answer: ConclusionAnswer, rules: Conclusion, cause: Hypothesis | None) -> str:
    """What is said when it is not settled."""
    computed = rules.root_cause
    if cause is not None and computed is not None and not _is(cause, computed):
        return (
            f"Not settled. The model holds {cause.component} ({cause.fault}) for the cause; the evidence that was weighed "
            f"points to {computed.component} ({computed.fault})."
        )
    return rules.headline if computed is None else f"Not settled. Closest: {computed.component} ({computed.fault})."


def _claims(answer: ConclusionAnswer, rules: Conclusion) -> tuple[Claim, ...]:
    said = tuple(Claim(text=one.text, evidence=tuple(one.evidence)) for one in answer.claims)
    return said or rules.claims


def _remedies(answer: ConclusionAnswer, rules: Conclusion, state: Investigation) -> Iterator[Remediation]:
    """The rules' own first: a tool may carry them out. What the model adds is for a person to do."""
    kinds = {one.kind for one in rules.remediation}
    more = [_remediation(one, state) for one in answer.remedies if one.kind not in kinds]
    yield from sorted([*rules.remediation, *more][:MOST_REMEDIES], key=lambda one: not one.first)


def _remediation(said: Remedy, state: Investigation) -> Remediation:
    cited = tuple(id_ for id_ in said.evidence if id_ in state.evidence)
    return Remediation(
        action=said.action,
        kind=said.kind,
        first=said.first,
        command=said.command or None,
        risk=said.risk,
        evidence=cited,
    )


def _both(answer: ConclusionAnswer, rules: Conclusion) -> str:
    return f"{answer.why} Computed beside it: {rules.why}" if rules.why else answer.why
