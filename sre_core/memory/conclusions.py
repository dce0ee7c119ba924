"""An investigation that ended with a cause becomes an incident that is remembered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import FALSE_ALARM
from sre_core.domain import Conclusion, Evidence, Examined, Incident, Proof, Rating, Verdict
from sre_core.events import AlertReceived, ConclusionRated, ConclusionReached, Event, ReflectionMade
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.memory.fingerprint import fingerprint, kind_of

WORTH_REMEMBERING = (Verdict.CONFIRMED, Verdict.LIKELY)
MOST_SEEN, MOST_PROOFS, LONGEST_LINE, LONGEST_ALERT = 10, 6, 200, 2000
_CITED = re.compile(r"(.+?):\d+(?:-\d+)?(?:\s|$)")
_TELLING = (Role.PROOF, Role.TELLS, Role.SYMPTOM, Role.CHANGE)


def incident_id(investigation_id: str) -> str:
    """The id under which an investigation is remembered."""
    return f"investigation:{investigation_id}"


def incident_from_investigation(state: Investigation, events: Sequence[Event] = ()) -> Incident | None:
    """What the next alert is compared with; None when no cause was found and nobody told one.

    Where a person told the true cause, that is what is remembered. A verdict that a person called wrong without telling the
    cause is remembered as refuted, without a cause. ``events`` (its whole timeline) say where each finding stands, and when.
    """
    conclusion, rating = state.conclusion, state.control.rating
    if conclusion is None:
        return None
    rated = rating.rated if rating else None
    told = rated if rated and rated.component else None
    if told is None and conclusion.verdict not in WORTH_REMEMBERING:
        return None
    wrong = rated is not None and rated.rating is Rating.WRONG
    if told is None and (conclusion.root_cause is None or not state.alert.title):
        return None
    resolution, done, held, by = _remedy(state, conclusion)
    alert = state.alert
    return Incident(
        id=incident_id(state.id),
        title=alert.title,
        **_cause(conclusion, told, wrong),
        symptoms=_symptoms(state),
        resolution=told.note if told and told.note and not done else "" if wrong and not done else resolution,
        started_at=alert.starts_at or state.opened_at,
        source=f"investigation {state.id}",
        alert=alert.text[:LONGEST_ALERT],
        fingerprint=fingerprint(alert),
        kind=kind_of(alert),
        alerting=_alerting(state),
        affected=_affected(state, conclusion),
        seen=tuple(_cut(f"{e.component}: {e.quote}" if e.component else e.quote) for e in _telling(state)[:MOST_SEEN]),
        evidence=_proofs(state, conclusion, events),
        done=done,
        fix_held=rated.fix_held if rated and rated.fix_held is not None else held,
        runbooks=_runbooks(state),
        verdict=conclusion.verdict,
        confidence=stated_confidence(state),
        rating=rated.rating if rated else None,
        rated_by=rating.said.by.removeprefix("person:") if rating else None,
        resolved_by=by or (rating.said.by.removeprefix("person:") if told and rating else None),
        seconds_to_cause=_seconds_to_cause(events),
        workspace=state.workspace,
        capsule=state.capsule,
        investigation_id=state.id,
        occurrence=state.workspace or (state.origin[0] if state.origin else state.id),
        settled_at=_when(events, ConclusionRated if rated else ConclusionReached) or state.last_at,
    )


def stated_confidence(state: Investigation) -> float | None:
    """The probability of the cause that was concluded; None when no cause was."""
    cause = state.conclusion.root_cause if state.conclusion else None
    if cause is None:
        return None
    chances = (p for h, p in state.ranked if (h.component, h.fault) == (cause.component, cause.fault))
    return round(min(sum(chances), 1.0), 4)


def _cause(conclusion: Conclusion, told: ConclusionRated | None, wrong: bool) -> dict[str, str | None]:
    cause = conclusion.root_cause
    before = cause.statement if cause else conclusion.headline
    if told:
        same = cause is not None and told.component == cause.component and told.fault in (None, cause.fault)
        if same and cause is not None:
            return {
                "component": cause.component,
                "fault": cause.fault,
                "statement": cause.statement,
                "change_id": cause.change_id,
            }
        statement = (
            told.note or f"{(told.fault or 'the fault').replace('_', ' ')} at {told.component}, as a person told."
        )
        fault = told.fault or (cause.fault if cause and not wrong and cause.component == told.component else None)
        return {"component": told.component, "fault": fault, "statement": statement, "refuted": before}
    if wrong or cause is None:
        return {"component": None, "fault": None, "refuted": before}
    return {
        "component": cause.component,
        "fault": cause.fault,
        "statement": cause.statement,
        "change_id": cause.change_id,
    }


def _remedy(state: Investigation, conclusion: Conclusion) -> tuple[str, bool, bool | None, str | None]:
    """(what was done, or proposed; whether it was done; whether that helped; who had it done)"""
    carried_out = [r for r in state.actions.values() if r.remedies and r.status is Status.SUCCEEDED and r.observation]
    if not carried_out:
        return "; ".join(item.action for item in conclusion.remediation[:2]), False, None, None
    last = carried_out[-1]
    words = "; ".join(record.observation.summary for record in carried_out if record.observation)
    return words, True, _recovered(last), last.decided_by.removeprefix("person:") or None


def _recovered(record: ActionRecord) -> bool | None:
    output = record.observation.data if record.observation else None
    recovered = output.get("recovered") if isinstance(output, dict) else None
    return recovered if isinstance(recovered, bool) else None


def _alerting(state: Investigation) -> tuple[str, ...]:
    """What the alert names, by field or in its text: where the first hypotheses were put up."""
    put_up = (h.component for h in state.hypotheses.values() if h.origin == "symptom" and h.fault != FALSE_ALARM)
    return tuple(dict.fromkeys(filter(None, (state.alert.component, *put_up))))


def _affected(state: Investigation, conclusion: Conclusion) -> tuple[str, ...]:
    bad = [x.component for x in state.examined if x.showed is Examined.BAD]
    return tuple(dict.fromkeys((*conclusion.blast_radius, *bad)))[:20]


def _telling(state: Investigation) -> list[Evidence]:
    """What was out of the ordinary, the heaviest first."""
    weights: dict[str, float] = {}
    for weight in state.weights:
        weights[weight.evidence_id] = max(weights.get(weight.evidence_id, 0.0), weight.log_odds)
    found = [e for e in state.evidence.values() if weights.get(e.id, 0.0) > 0 or role_of(e.finding) in _TELLING]
    return sorted(found, key=lambda e: -weights.get(e.id, 0.0))


def _symptoms(state: Investigation) -> str:
    told = (state.alert.description, state.alert.context)
    seen = (e.quote for e in _telling(state)[:3])
    return "\n".join(_cut(words, 600) for words in (*told, *seen) if words)


def _proofs(state: Investigation, conclusion: Conclusion, events: Sequence[Event]) -> tuple[Proof, ...]:
    cited = [id_ for claim in conclusion.claims if claim.verified for id_ in claim.evidence]
    chosen = [
        state.evidence[id_]
        for id_ in dict.fromkeys((*cited, *(e.id for e in _telling(state))))
        if id_ in state.evidence
    ]
    places = {
        piece.id: event.seq
        for event in events
        if isinstance(event.happening, ReflectionMade)
        for piece in event.happening.reflection.evidence
    }
    return tuple(
        Proof(text=_cut(e.quote), source=e.source, component=e.component, evidence_id=e.id, seq=places.get(e.id))
        for e in chosen[:MOST_PROOFS]
    )


def _runbooks(state: Investigation) -> tuple[str, ...]:
    """Documents that fitted, without the lines: ``runbooks/disk-full.md:12-20 Disk full`` is ``runbooks/disk-full.md``."""
    found = (_CITED.match(e.locator) for e in state.evidence.values() if e.finding == "runbook")
    return tuple(dict.fromkeys(match[1] for match in found if match))


def _seconds_to_cause(events: Sequence[Event]) -> float | None:
    ended = _when(events, ConclusionReached)
    began = next((e.at for e in events if isinstance(e.happening, AlertReceived)), None)
    return max((ended - began).total_seconds(), 0.0) if ended and began else None


def _when(events: Sequence[Event], kind: type[ConclusionReached] | type[ConclusionRated]) -> datetime | None:
    return next((e.at for e in reversed(events) if isinstance(e.happening, kind)), None)


def _cut(text: str, longest: int = LONGEST_LINE) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
