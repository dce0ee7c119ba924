"""Whether a memory still counts, and for how much: ratings, fixes that failed, other causes since, components that are gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sre_core.diagnosis.faults import label
from sre_core.domain import Incident, Rating, Standing, Verdict

ONLY_LIKELY, CONFIRMED, BY_A_PERSON = 0.7, 0.85, 1.0
"""Trust in a cause that was found likely, that was confirmed, and that a person stands for."""
PARTLY_RIGHT, CALLED_WRONG = 0.7, 0.5
"""What is left of it when a person called it partly right, or the same alert's verdict wrong another time."""
UNSOLVED = "It was looked into, and the cause was not found."
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
    if not incident.has_cause:
        why = f"The verdict then was called wrong: {incident.refuted}" if incident.refuted else UNSOLVED
        return Judged(Standing.REFUTED if incident.refuted else Standing.UNSOLVED, 0.0, (why, *cautions))
    if incident.pinned:
        return Judged(Standing.BELIEVED, trust, cautions)
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
    if incident.rating is Rating.RIGHT or incident.edited_by or incident.told_by or told:
        return 2
    return int(incident.verdict is Verdict.CONFIRMED)


def _trust(incident: Incident, same: list[Incident]) -> tuple[float, tuple[str, ...]]:
    trust = (ONLY_LIKELY, CONFIRMED, BY_A_PERSON)[certainty(incident)]
    cautions = []
    if incident.rating is Rating.PARTLY and not incident.refuted and not incident.told_by:
        trust *= PARTLY_RIGHT
        cautions.append(f"{incident.rated_by or 'Somebody'} called the verdict partly right.")
    if failed := incident.failed_times:
        trust *= (1 + incident.held_times) / (1 + incident.held_times + failed)
        times = "" if failed == 1 else f" {failed} times"
        cautions.append(
            f"The fix failed{times}" + (f", and held {incident.held_times}." if incident.held_times else ".")
        )
    wrong = [other for other in same if other.refuted and not other.has_cause and _later(other, incident)]
    if wrong:
        trust *= CALLED_WRONG
        cautions.append(f"A later verdict on the same alert was called wrong: {wrong[-1].refuted}")
    return trust, tuple(cautions)


def _contradicting(incident: Incident, same: list[Incident]) -> Incident | None:
    """The latest of the same alert with another cause that is settled later and founded at least as well."""
    needed = max(certainty(incident), 1)
    others = (other for other in same if other.has_cause and certainty(other) >= needed and _later(other, incident))
    return max((other for other in others if is_another_cause(other, incident)), key=_settled, default=None)


def is_another_cause(one: Incident, other: Incident) -> bool:
    """Whether both cannot be true: other places, other faults, or told by a person in other words."""
    if one.component and other.component and one.component != other.component:
        return True
    if one.fault and other.fault:
        return one.fault != other.fault
    in_words = any(each.told_by and not each.fault for each in (one, other))
    if one.investigation_id and one.investigation_id == other.investigation_id:
        return False
    return in_words and one.statement.casefold() != other.statement.casefold()


def _later(one: Incident, other: Incident) -> bool:
    return _settled(one) > _settled(other)


def _settled(incident: Incident) -> float:
    moment = incident.settled_at or incident.started_at
    return moment.timestamp() if moment else float("-inf")


def _outdated(incident: Incident, components: frozenset[str], at: datetime | None, after: timedelta) -> str:
    if components and incident.component and incident.component not in components:
        known = "the one component" if len(components) == 1 else f"the {len(components)} components"
        return f"{incident.component} does not exist any more among {known} known here."
    last = incident.occurred[-1] if incident.occurred else incident.started_at
    if at and last and at - last > after and certainty(incident) < 2:
        days = (at - last).days
        return f"It is {days} {'day' if days == 1 else 'days'} old, and nobody ever confirmed it."
    return ""


def _cause(incident: Incident) -> str:
    place = f" at {incident.component}" if incident.component else ""
    return f"{label(incident.fault)}{place}" if incident.fault else f"“{incident.statement.rstrip('.')}”{place}"
