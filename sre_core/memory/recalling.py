"""What is said about the incidents that resemble an alert: why each matched, what differs, whether it may be claimed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sre_core.beliefs import percent
from sre_core.diagnosis.faults import label
from sre_core.domain import UNKNOWN_FAULT, Incident, Recollection, Standing
from sre_core.memory.calibration import Calibration
from sre_core.memory.likeness import Likeness
from sre_core.memory.machines import machines_in
from sre_core.memory.picture import Picture
from sre_core.memory.standing import OUTDATED_AFTER, Judged, certainty, judge
from sre_core.memory.unchanging import steady

UNCLAIMED = -2.0
"""Log-odds that the cause of something merely alike starts with; its likeness is added."""
WORTH_A_LOOK = 0.25
"""Below this likeness it gives no hypothesis at all."""
BEFORE, RAISE, MOST = -1.0, 1.8, 1.0
"""What the cause of a claimed one starts with, what full trust adds to that, and more than that never: odds of 2.7 to 1, less
than one strong piece of evidence."""
MOST_WORDS = 5


@dataclass(frozen=True)
class Circumstances:
    """What the alert is compared under."""

    picture: Picture = field(default_factory=Picture)
    at: datetime | None = None
    kind: str = ""
    machines: frozenset[str] = frozenset()
    """The machines that the alert names."""
    calibration: Calibration = field(default_factory=Calibration)
    """What ratings made of the weight of memory, and of stated confidence."""
    outdated_after: timedelta = OUTDATED_AFTER


def recollections(
    found: Iterable[Likeness], same_alert: Sequence[Incident], now: Circumstances, most: int
) -> list[Recollection]:
    """Those to be believed first: pinned and claimed, claimed, alike; then those that are only shown.

    What does not count (any more) and is among the ``most`` nearest is shown beside ``most`` others: that a cause was
    contradicted, or a fix failed, must not be crowded out by what is merely alike.
    """
    told = [_recollection(one, same_alert, now) for one in found]
    told.sort(key=lambda r: (not r.recommended, not (r.claimed and r.incident.pinned), not r.claimed, -r.similarity))
    nearest = sorted(told, key=lambda r: (not r.same_alert, -r.similarity))[:most]
    return [*told[:most], *(one for one in told[most:] if one in nearest and _warns(one))]


def _warns(one: Recollection) -> bool:
    return not one.recommended or one.incident.failed_times > 0


def _recollection(one: Likeness, same_alert: Sequence[Incident], now: Circumstances) -> Recollection:
    incident = one.told.incident
    judged = judge(incident, same_alert, now.picture.components, now.at, now.outdated_after)
    trust, cautions = _calibrated(incident, judged, now.calibration)
    places = tuple(name for name, far in now.picture.hops.items() if far == 0 and name in one.told.places)
    claimed = one.claimed and judged.standing is Standing.BELIEVED and incident.has_cause
    return Recollection(
        incident=incident,
        similarity=round(max(one.similarity, 0.99 if one.same_alert else 0.0), 4),
        shared=tuple(dict.fromkeys((*places, *one.shared))),
        matched=tuple(_matched(one, now.picture)),
        differs=tuple(_differs(one, now)),
        same_alert=one.same_alert,
        claimed=claimed,
        standing=judged.standing,
        cautions=cautions,
        trust=round(trust, 4),
        prior=_prior(one, claimed, judged.standing, trust, now.calibration.memory_counts),
    )


def _calibrated(incident: Incident, judged: Judged, calibration: Calibration) -> tuple[float, tuple[str, ...]]:
    """Trust in a cause that only stated confidence speaks for is worth what such confidence turned out to be worth."""
    stated = incident.confidence
    bucket = calibration.bucket_of(stated) if stated is not None and certainty(incident) < 2 else None
    if bucket is None or bucket.right is None or bucket.factor == 1.0:
        return judged.trust, judged.cautions
    why = (
        f"Verdicts stated this surely ({percent(bucket.low)} to {percent(bucket.high)}) were right in "
        f"{percent(bucket.right)} of {bucket.count} that people rated."
    )
    return min(judged.trust * bucket.factor, 1.0), (*judged.cautions, why)


def _prior(one: Likeness, claimed: bool, standing: Standing, trust: float, counts: float) -> float | None:
    likeness = 1.0 if one.same_alert else one.similarity
    if standing is not Standing.BELIEVED or one.told.incident.cause is None or likeness < WORTH_A_LOOK:
        return None
    if not claimed:
        return round(UNCLAIMED + counts * trust * likeness, 3)
    return round(min(BEFORE + RAISE * counts * trust * likeness, MOST), 3)


def _matched(one: Likeness, picture: Picture) -> Iterable[str]:
    if one.same_alert:
        yield "the very same alert"
    places = sorted((picture.hops[p], p) for p in one.told.places if p in picture.hops)
    if places:
        far, name = places[0]
        yield f"the same component, {name}" if far == 0 else f"{name} is next to it ({far} hop{'s' if far > 1 else ''})"
    if one.meaning is not None and one.meaning >= 0.5:
        yield f"it means nearly the same ({percent(one.meaning)})"
    if one.shared:
        yield f"the same words: {', '.join(one.shared[:MOST_WORDS])}"
    fault = one.told.incident.fault
    if one.fault is not None and one.fault >= 0.8 and fault not in (None, UNKNOWN_FAULT):
        yield f"the words are those of {label(fault or '')}"


def _differs(one: Likeness, now: Circumstances) -> Iterable[str]:
    incident, alerting = one.told.incident, now.picture.alerting
    if not one.same_alert and incident.kind and now.kind and incident.kind != now.kind:
        yield f"another alert: then “{incident.kind}”"
    if alerting and incident.alerting and not set(alerting) & set(incident.alerting):
        yield f"then it was raised at {incident.alerting[0]}, now at {alerting[0]}"
    elif incident.component and alerting and incident.component not in now.picture.hops:
        yield f"the cause then was at {incident.component}, which is not near it here"
    then = machines_in(incident.alert, steady(incident.title))
    if now.machines and then and not now.machines & then:
        yield f"then it was about {min(then)}, now about {min(now.machines)}"
    if incident.change_id:
        yield f"then it came with the change {incident.change_id}"
    last = incident.occurred[-1] if incident.occurred else incident.started_at
    if now.at and last and (days := (now.at - last).days) >= 1:
        yield f"that was {days} day{'s' if days > 1 else ''} before"
