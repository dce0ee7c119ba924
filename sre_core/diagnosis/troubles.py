"""Who suffers, since when and how much: what lets trouble below explain trouble above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.roles import Role, role_of
from sre_core.topology.graph import Topology


@dataclass(frozen=True)
class Trouble:
    """That a component suffers, since when, and by how much in each kind of metric."""

    component: str
    evidence: str
    strength: float
    onset: float | None
    deltas: Mapping[tuple[str, str, str], float]
    """(kind, unit, metric) -> how far it went from normal. Only what has the same unit compares."""
    own: bool = False
    """It shows or tells a mechanism of its own."""
    kinds: frozenset[str] = frozenset()
    """Kinds of metrics that are out of the ordinary."""

    def explained_by(self, other: Trouble) -> bool:
        """Whether the other's trouble, below this one, is early and large enough to be where this one's comes from."""
        if self.onset is not None and other.onset is not None and other.onset > self.onset + LATER:
            return False
        if not self.deltas or not other.deltas:
            return other.own or other.strength >= COMPARABLE * self.strength
        same = [metric for metric in self.deltas if metric in other.deltas]
        if same:
            return any(other.deltas[metric] >= SHARE[metric[0]] * self.deltas[metric] for metric in same)
        shared = {key[:2] for key in self.deltas} & {key[:2] for key in other.deltas}
        if not shared:
            return other.own or other.strength >= COMPARABLE * self.strength
        return any(other.largest(*sort) >= SHARE[sort[0]] * self.largest(*sort) for sort in shared)

    def largest(self, kind: str, unit: str) -> float:
        """The largest change among its metrics of this kind and unit."""
        return max((delta for key, delta in self.deltas.items() if key[:2] == (kind, unit)), default=0.0)


LOST = {"availability": "errors"}
"""What is missing to full availability are errors."""
UNITS = (
    {"percent": ("ratio", 0.01), "%": ("ratio", 0.01)}
    | dict.fromkeys(("s", "sec", "seconds", "second"), ("ms", 1000.0))
    | dict.fromkeys(("milliseconds", "millis"), ("ms", 1.0))
)
"""Unit -> the one that it is compared in, and what it is multiplied with."""
WAITING = frozenset({"queue", "staleness"})
"""What piles up at a queue when whoever empties it does not."""
CACHE = frozenset({"cache_hits", "cache_misses"})
LONG_BEFORE = 420.0
"""Seconds: a cause is felt by the alerting component within minutes."""
LATER = 180.0
"""Seconds by which a cause may be seen after its effect: scrape intervals and smoothing."""
COMPARABLE = 0.6
"""Where nobody gave figures to compare, a dependency explains a caller that is not much worse off than itself."""
SHARE = {"latency": 0.15, "errors": 0.1}
"""A dependency that explains a caller's extra latency or errors shows at least this share of it: several calls a request."""


def troubles_in(cited: Sequence[tuple[Finding, str]]) -> dict[str, Trouble]:
    """What the metrics of one look say about who suffers; what only shows load (requests up or down) is not suffering."""
    found: dict[str, Trouble] = {}
    for finding, evidence in cited:
        kind = str(finding.facts.get("metric", ""))
        if (
            finding.source not in ("metrics", "signals")
            or finding.component is None
            or role_of(finding.kind) not in (Role.SYMPTOM, Role.TELLS, Role.PROOF)
        ):
            continue
        if finding.kind == "traffic_up" or is_mere_growth(finding):
            continue
        before = found.get(finding.component)
        onset = finding.onset.timestamp() if finding.onset else None
        deltas = _deltas(finding, LOST.get(kind, kind))
        own = role_of(finding.kind) is not Role.SYMPTOM
        found[finding.component] = (
            Trouble(finding.component, evidence, finding.strength, onset, deltas, own, frozenset({kind}))
            if before is None
            else _merged(before, finding, evidence, onset, deltas, own)
        )
    return found


def _deltas(finding: Finding, kind: str) -> dict[tuple[str, str, str], float]:
    """How far it went, in the unit in which others of its kind may be compared with it."""
    if kind not in SHARE:
        return {}
    unit = str(finding.facts.get("unit", "")).casefold()
    name, factor = UNITS.get(unit, (unit, 1.0))
    return {(kind, name, finding.locator.split()[-3]): factor * abs(float(finding.facts.get("delta", 0.0)))}


def is_mere_growth(finding: Finding) -> bool:
    """A resource that is used more and not used up tells of no fault by itself: it may hold what others wait for."""
    return finding.kind == "anomalous_resource" and not finding.suggests


def _merged(
    before: Trouble,
    finding: Finding,
    evidence: str,
    onset: float | None,
    deltas: Mapping[tuple[str, str, str], float],
    own: bool,
) -> Trouble:
    stronger = finding.strength > before.strength
    known = [moment for moment in (before.onset, onset) if moment is not None]
    return Trouble(
        before.component,
        evidence if stronger else before.evidence,
        max(before.strength, finding.strength),
        min(known, default=None),
        {**before.deltas, **deltas},
        before.own or own,
        before.kinds | {str(finding.facts.get("metric", ""))},
    )


def explaining_beside(
    component: str, troubles: Mapping[str, Trouble], idle: frozenset[str], topology: Topology
) -> list[str]:
    """Who explains trouble against the direction of the calls: a consumer its queue, a cold cache the store behind it."""
    trouble, users = troubles[component], topology.used_by(component)
    if trouble.kinds <= WAITING:
        busy = [name for name in users if name in troubles and not troubles[name].kinds <= WAITING]
        return sorted({*(name for name in busy if troubles[name].own), *(name for name in users if name in idle)})
    caches = {*users, *(beside for user in users for beside in topology.depends_on(user))} - {component}
    cold = [name for name in caches if name in troubles and troubles[name].kinds & CACHE]
    return sorted(name for name in cold if not trouble.kinds & CACHE and not _is_later(troubles[name], trouble))


def _is_later(one: Trouble, other: Trouble) -> bool:
    return one.onset is not None and other.onset is not None and one.onset > other.onset + LATER


def troubled_below(
    component: str, troubles: Mapping[str, Trouble], clean: set[str | None], topology: Topology
) -> list[str]:
    """Troubled dependencies, also through ones that nobody has readings of."""
    found, seen, open_ends = [], {component}, list(topology.depends_on(component))
    while open_ends:
        name = open_ends.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in troubles:
            found.append(name)
        elif name not in clean:
            open_ends += topology.depends_on(name)
    return sorted(found)
