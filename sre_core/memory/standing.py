"""Whether a memory still counts, and for how much: ratings, fixes that failed, other causes since, components that are gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sre_core.domain import Incident, Rating, Standing, Verdict

ONLY_LIKELY, CONFIRMED, BY_A_PERSON = 0.7, 0.85, 1.0
"""Trust in a cause that was found likely, that was confirmed, and that a person stands for."""
PARTLY_RIGHT, CALLED_WRONG = 0.7, 0.5
"""What is left of it when a person called it partly right, or the same alert's verdict wrong another time."""
OUTDATED_AFTER = timedelta(days=365)


@dataclass(frozen=True)
class Judged:
    """What is to be made of one memory."""

    standing: Standing = Standing.BELIEVED
    trust: float = 1.0
    cautions: tuple[str, ...] = ()


def judge(
    incident: Incident,
    others: Iterable[Incident],
    components: frozenset[str],
    at: datetime | None,
    outdated_after: timedelta = OUTDATED_AFTER,
) -> Judged:
    """How it stands at that time, beside others of the same alert, among the components there are (empty: not known)."""
    same = [other for other in others if other.id != incident.id and other.fingerprint == incident.fingerprint != ""]
    trust, cautions = _trust(incident, same)
    if incident.pinned:
        return Judged(Standing.BELIEVED, trust, cautions)
    if incident.component is None:
        why = f"The verdict then was called wrong: {incident.refuted}" if incident.refuted else "No cause is known."
        return Judged(Standing.REFUTED if incident.refuted else Standing.BELIEVED, 0.0, (why, *cautions))
    if other := _contradicting(incident, same):
        when = f" on {other.settled_at:%Y-%m-%d}" if other.settled_at else ""
        why = f"The same alert had another cause{when}: {_cause(other)}."
        return Judged(Standing.CONTRADICTED, trust, (why, *cautions))
    if why := _outdated(incident, components, at, outdated_after):
        return Judged(Standing.OUTDATED, trust, (why, *cautions))
    return Judged(Standing.BELIEVED, trust, cautions)


def certainty(incident: Incident) -> int:
    """How well its cause is founded: 2 a person stands for it, 1 it was confirmed by evidence, 0 it was found likely."""
    if incident.investigation_id is None or incident.source != f"investigation {incident.investigation_id}":
        return 2
    told = bool(incident.refuted and incident.component)
    if incident.rating is Rating.RIGHT or incident.edited_by or told:
        return 2
    return int(incident.verdict is Verdict.CONFIRMED)


def _trust(incident: Incident, same: list[Incident]) -> tuple[float, tuple[str, ...]]:
    trust = (ONLY_LIKELY, CONFIRMED, BY_A_PERSON)[certainty(incident)]
    cautions = []
    if incident.rating is Rating.PARTLY and not incident.refuted:
        trust *= PARTLY_RIGHT
        cautions.append(f"{incident.rated_by or 'Somebody'} called the verdict partly right.")
    if failed := incident.failed_times:
        trust *= (1 + incident.held_times) / (1 + incident.held_times + failed)
        times = "" if failed == 1 else f" {failed} times"
        cautions.append(
            f"The fix failed{times}" + (f", and held {incident.held_times}." if incident.held_times else ".")
        )
    wrong = [other for other in same if other.refuted and other.component is None and _later(other, incident)]
    if wrong:
        trust *= CALLED_WRONG
        cautions.append(f"A later verdict on the same alert was called wrong: {wrong[-1].refuted}")
    return trust, tuple(cautions)


def _contradicting(incident: Incident, same: list[Incident]) -> Incident | None:
    """The latest of the same alert with another cause that is settled later and founded at least as well."""
    needed = max(certainty(incident), 1)
    found = [
        o for o in same if o.cause and o.cause != incident.cause and certainty(o) >= needed and _later(o, incident)
    ]
    return max(found, key=_settled, default=None)


def _later(one: Incident, other: Incident) -> bool:
    return _settled(one) > _settled(other)


def _settled(incident: Incident) -> float:
    moment = incident.settled_at or incident.started_at
    return moment.timestamp() if moment else float("-inf")


def _outdated(incident: Incident, components: frozenset[str], at: datetime | None, after: timedelta) -> str:
    if components and incident.component not in components:
        return f"{incident.component} does not exist any more among the {len(components)} components known here."
    last = incident.occurred[-1] if incident.occurred else incident.started_at
    if at and last and at - last > after and certainty(incident) < 2:
        return f"It is {(at - last).days} days old, and nobody ever confirmed it."
    return ""


def _cause(incident: Incident) -> str:
    return f"{(incident.fault or 'something').replace('_', ' ')} at {incident.component}"
