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
    deltas: Mapping[tuple[str, str], float]
    """(kind, metric) -> how far it went from normal."""
    own: bool = False
    """It shows or tells a mechanism of its own."""

    def explained_by(self, other: Trouble) -> bool:
        """Whether the other's trouble, below this one, is early and large enough to be where this one's comes from."""
        if self.onset is not None and other.onset is not None and other.onset > self.onset + LATER:
            return False
        if not self.deltas or not other.deltas:
            return other.own or other.strength >= COMPARABLE * self.strength
        same = [metric for metric in self.deltas if metric in other.deltas]
        if same:
            return any(other.deltas[metric] >= SHARE[metric[0]] * self.deltas[metric] for metric in same)
        shared = {kind for kind, _ in self.deltas} & {kind for kind, _ in other.deltas}
        if not shared:
            return other.own or other.strength >= self.strength
        return any(other.largest(kind) >= SHARE[kind] * self.largest(kind) for kind in shared)

    def largest(self, kind: str) -> float:
        """The largest change among its metrics of this kind."""
        return max((delta for (k, _), delta in self.deltas.items() if k == kind), default=0.0)


LONG_BEFORE = 420.0
"""Seconds: a cause is felt by the alerting component within minutes."""
LATER = 180.0
"""Seconds by which a cause may be seen after its effect: scrape intervals and smoothing."""
COMPARABLE = 0.6
"""Where nobody gave figures to compare, a dependency explains a caller that is not much worse off than itself."""
SHARE = {"latency": 0.15, "errors": 0.1, "availability": 0.1}
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
        if finding.kind == "traffic_up":
            continue
        before = found.get(finding.component)
        onset = finding.onset.timestamp() if finding.onset else None
        metric = finding.locator.split()[-3] if kind in SHARE else ""
        deltas = {(kind, metric): abs(float(finding.facts.get("delta", 0.0)))} if kind in SHARE else {}
        own = role_of(finding.kind) is not Role.SYMPTOM
        found[finding.component] = (
            Trouble(finding.component, evidence, finding.strength, onset, deltas, own)
            if before is None
            else _merged(before, finding, evidence, onset, deltas, own)
        )
    return found


def _merged(
    before: Trouble,
    finding: Finding,
    evidence: str,
    onset: float | None,
    deltas: Mapping[tuple[str, str], float],
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
    )


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
