"""An investigation that was concluded becomes an incident that is remembered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sre_core.diagnosis.roles import Role, role_of
from sre_core.diagnosis.showing import FALSE_ALARM
from sre_core.domain import Conclusion, Evidence, Examined, Incident, Proof, Rating, Verdict
from sre_core.events import AlertReceived, ConclusionRated, ConclusionReached, Event, ReflectionMade
from sre_core.investigation import Investigation
from sre_core.memory.fingerprint import fingerprint, kind_of
from sre_core.memory.told import cause_of, cut, found, looked_into, remedy

WORTH_REMEMBERING = (Verdict.CONFIRMED, Verdict.LIKELY, Verdict.INCONCLUSIVE)
MOST_SEEN, MOST_PROOFS, LONGEST_ALERT = 10, 6, 2000
_CITED = re.compile(r"(.+?):\d+(?:-\d+)?(?:\s|$)")
_TELLING = (Role.PROOF, Role.TELLS, Role.SYMPTOM, Role.CHANGE)


def incident_id(investigation_id: str) -> str:
    """The id under which an investigation is remembered."""
    return f"investigation:{investigation_id}"


def incident_from_investigation(state: Investigation, events: Sequence[Event] = ()) -> Incident | None:
    """What the next alert is compared with; None when nothing was wrong, or nothing is concluded.

    Where a person told the true cause, that is what is remembered. A verdict that a person called wrong without telling the
    cause is remembered as refuted, without a cause; one that found none, as that, with what was examined and ruled out.
    ``events`` (its whole timeline) say where each finding stands, and when.
    """
    conclusion, rating, alert = state.conclusion, state.control.rating, state.alert
    if conclusion is None or not alert.title:
        return None
    rated = rating.rated if rating else None
    rater = rating.said.by.removeprefix("person:") if rating else None
    if not (rated and rated.tells_cause) and conclusion.verdict not in WORTH_REMEMBERING:
        return None
    cause = cause_of(conclusion, rated, rater)
    own = rated is not None and (rated.rating is Rating.WRONG or "told_by" in cause)
    return Incident(
        id=incident_id(state.id),
        title=alert.title,
        **cause,
        **remedy(state, conclusion, rated, rater),
        **looked_into(state, conclusion, cause),
        symptoms=_symptoms(state),
        started_at=alert.starts_at or state.opened_at,
        source=f"investigation {state.id}",
        alert=alert.text[:LONGEST_ALERT],
        fingerprint=fingerprint(alert),
        kind=kind_of(alert),
        alerting=_alerting(state),
        affected=_affected(state, conclusion),
        seen=tuple(cut(f"{e.component}: {e.quote}" if e.component else e.quote) for e in _telling(state)[:MOST_SEEN]),
        evidence=_proofs(state, conclusion, events),
        runbooks=_runbooks(state),
        verdict=conclusion.verdict,
        confidence=stated_confidence(state),
        rating=rated.rating if rated else None,
        rated_by=rater,
        note=rated.note if rated else "",
        seconds_to_cause=None if own or not found(conclusion) else _seconds_to_cause(events),
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
    telling = [e for e in state.evidence.values() if weights.get(e.id, 0.0) > 0 or role_of(e.finding) in _TELLING]
    return sorted(telling, key=lambda e: -weights.get(e.id, 0.0))


def _symptoms(state: Investigation) -> str:
    told = (state.alert.description, state.alert.context)
    seen = (e.quote for e in _telling(state)[:3])
    return "\n".join(cut(words, 600) for words in (*told, *seen) if words)


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
        Proof(text=cut(e.quote), source=e.source, component=e.component, evidence_id=e.id, seq=places.get(e.id))
        for e in chosen[:MOST_PROOFS]
    )


def _runbooks(state: Investigation) -> tuple[str, ...]:
    """Documents that fitted, without the lines: ``runbooks/disk-full.md:12-20 Disk full`` is ``runbooks/disk-full.md``."""
    cited = (_CITED.match(e.locator) for e in state.evidence.values() if e.finding == "runbook")
    return tuple(dict.fromkeys(match[1] for match in cited if match))


def _seconds_to_cause(events: Sequence[Event]) -> float | None:
    ended = _when(events, ConclusionReached)
    began = next((e.at for e in events if isinstance(e.happening, AlertReceived)), None)
    return max((ended - began).total_seconds(), 0.0) if ended and began else None


def _when(events: Sequence[Event], kind: type[ConclusionReached] | type[ConclusionRated]) -> datetime | None:
    return next((e.at for e in reversed(events) if isinstance(e.happening, kind)), None)
