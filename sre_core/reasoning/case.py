"""What the rules know of a workspace before they look, and what an investigation has seen so far, as detectors want it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sre_core.diagnosis.context import Context, Names
from sre_core.diagnosis.detectors import REGISTRY, Detector
from sre_core.diagnosis.detectors.nodes_and_units import STATUS
from sre_core.diagnosis.detectors.reachability import CONNECT
from sre_core.diagnosis.kubectl import Kubectl, parse_command
from sre_core.diagnosis.roles import UNHEALTHY, Role, role_of
from sre_core.domain import Alert, Evidence
from sre_core.investigation import Investigation
from sre_core.sources.base import Sources
from sre_core.tools.base import AnyTool
from sre_core.tools.periods import KnownPeriods
from sre_core.topology.graph import Topology

EXECUTABLE = frozenset({"restart", "rollback", "scale"})
"""Kinds of remediation that a tool of ours can carry out."""


BEGINS = frozenset({"anomalous_series", "anomalous_resource", "resource_at_limit", "shifted_series"})
"""Findings in figures whose onset is when something began."""
SOONER = timedelta(minutes=2)
"""What fails is logged a little before it shows in figures."""
HAS_A_POD = UNHEALTHY - {"replicas_missing", "scheduling_failed", "image_pull_failed"}
MISSING = frozenset({"replicas_missing", "service_missing"})


@dataclass(frozen=True)
class Case:
    """One workspace: its sources, the tools that exist for them, and what the command list alone gives away."""

    sources: Sources
    tools: Mapping[str, AnyTool]
    detectors: Sequence[Detector] = REGISTRY
    heard_of: frozenset[str] = frozenset()
    """Components that documents and past incidents tell of. They count where the workspace itself knows none, and only for what
    an alert names: nothing of theirs can be looked at."""

    @property
    def topology(self) -> Topology:
        """The system as a graph."""
        return self.sources.topology

    @cached_property
    def commands(self) -> tuple[str, ...]:
        """The diagnostic commands that can be answered; none without the tool for them."""
        has_tool = "run_diagnostic" in self.tools and self.sources.commands is not None
        return tuple(self.sources.commands.commands()) if has_tool and self.sources.commands else ()

    @cached_property
    def parsed(self) -> Mapping[str, Kubectl | None]:
        """Each command line, taken apart; None for what is not kubectl."""
        return {command: parse_command(command) for command in self.commands}

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Nodes that commands name."""
        named = [match["node"] for command in self.commands if (match := STATUS.search(command)) and match["node"]]
        described = [k.names[0] for k in self.parsed.values() if k and k.kind == "nodes" and k.names]
        return tuple(sorted({*named, *described}))

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """Namespaces that commands name, the most frequent first."""
        found = [k.namespace for k in self.parsed.values() if k and k.namespace and not k.namespace.startswith("kube-")]
        return tuple(sorted(set(found), key=lambda name: (-found.count(name), name)))

    @cached_property
    def unit_hosts(self) -> Mapping[str, str]:
        """System unit -> the one node it can be asked about on; units that run on several are left out."""
        places: dict[str, set[str]] = {}
        for command in self.commands:
            if (match := STATUS.search(command)) and match["node"]:
                places.setdefault(match["unit"], set()).add(match["node"])
        return {unit: min(hosts) for unit, hosts in places.items() if len(hosts) == 1}

    @cached_property
    def ports(self) -> Mapping[str, str]:
        """Port -> component, from addresses that commands name, where only one component is reached on it."""
        reached: dict[str, set[str]] = {}
        for command in self.commands:
            if (match := CONNECT.match(command)) and (component := self.names.of_workload(match["host"])):
                reached.setdefault(match["port"], set()).add(component)
        return {port: min(components) for port, components in reached.items() if len(components) == 1}

    @cached_property
    def components(self) -> tuple[str, ...]:
        """Every component known: the topology's, those with telemetry, and the nodes and namespaces that commands list."""
        seen = {*self.topology.components}
        for source in (self.sources.metrics, self.sources.logs, self.sources.traces):
            seen |= source.components() if source is not None else frozenset()
        places = {f"node/{node}" for node in self.nodes} | {f"namespace/{name}" for name in self.namespaces[:1]}
        return (*sorted(seen - set(self.nodes)), *sorted(places))

    @cached_property
    def names(self) -> Names:
        """How the components are called in text."""
        named = self.components or sorted(name for name in self.heard_of if name.strip("*"))
        return Names.of(self.topology, (c for c in named if "/" not in c or c in self.topology))

    @cached_property
    def offers(self) -> tuple[tuple[str, str, str | None], ...]:
        """Remediations that the workspace can carry out."""
        target = self.sources.remediations
        usable = "apply_remediation" in self.tools and target is not None
        return tuple(o for o in target.offers() if o[0] in EXECUTABLE) if usable and target is not None else ()

    def alerting(self, alert: Alert) -> tuple[str, ...]:
        """The components that the alert names: by field, by name in its text, or by an endpoint that carries a name."""
        named = [alert.component] if alert.component and alert.component in self.components else []
        if alert.component and not named and (found := self.names.of_workload(alert.component)):
            named = [found]
        return tuple(dict.fromkeys([*named, *self.names.in_text(alert.text), *self._by_endpoint(alert.text)]))

    def _by_endpoint(self, text: str) -> list[str]:
        """``/api/v2/orders`` names ``orders`` and so ``orders-service``: the one component that begins with that word.

        Of several, the one that calls others: a path is answered by a service, not by the store behind it.
        """
        found = []
        for path in re.findall(r"(?<!\w)/[a-z][\w/-]+", text):
            for word in reversed(path.strip("/").split("/")):
                stem = word.casefold().rstrip("s")
                near = [c for c in self.components if len(stem) > 3 and c.casefold().startswith(stem)]
                if len(near) > 1:
                    near = [c for c in near if self.topology.depends_on(c)]
                if len(near) == 1:
                    found.append(near[0])
        return found

    def neighbourhood(self, alert: Alert) -> frozenset[str]:
        """The alerting components and everything they depend on; everything when the alert names none."""
        alerting = self.alerting(alert)
        below = {name for component in alerting for name in self.topology.downstream(component)}
        return frozenset({*alerting, *below}) if alerting else frozenset(self.components)

    def began_unannounced(self, investigation: Investigation) -> datetime | None:
        """When figures show that it began well before the alert says, and no source says when; else None."""
        said = KnownPeriods.of(self.sources).trouble_begins
        if said is None or self.sources.window is not None or self.sources.baseline is not None:
            return None
        seen = [
            e.onset
            for e in investigation.evidence.values()
            if e.onset and e.source == "metrics" and e.finding in BEGINS
        ]
        return min(seen) - SOONER if seen and min(seen) < said else None

    def context(self, investigation: Investigation, subject: tuple[str, ...] = ()) -> Context:
        """What detectors may know, out of the evidence so far."""
        evidence = investigation.evidence.values()
        unhealthy = frozenset(e.component for e in evidence if e.component and e.finding in UNHEALTHY)
        ready = frozenset(name for e in evidence if e.finding == "clean_pods" for name in listed(e))
        return Context(
            topology=self.topology,
            names=self.names,
            alert=investigation.alert,
            window=self.sources.window,
            baseline=self.sources.baseline,
            subject=subject,
            begins=self.began_unannounced(investigation) or KnownPeriods.of(self.sources).trouble_begins,
            onsets=onsets(investigation),
            unhealthy=unhealthy,
            raised=frozenset(e.component for e in evidence if e.component and e.finding == "exception"),
            ready=ready - unhealthy,
            listens=_noted(investigation, "container_ports"),
            targets={c: min(t) for c, t in _noted(investigation, "service_wiring").items() if t},
            claims=dict(e.locator.split("|", 1) for e in evidence if e.finding == "volume_terms" and "|" in e.locator),
            troubled=frozenset(
                e.component for e in evidence if e.component and e.finding in ("anomalous_series", "symptom_signal")
            ),
            signalled=frozenset(e.component for e in evidence if e.component and e.finding == "signal"),
            has_pods=ready | frozenset(e.component for e in evidence if e.component and e.finding in HAS_A_POD),
            bad_pods=frozenset(e.quote.split(" ", 1)[0] for e in evidence if e.finding in HAS_A_POD),
            missing=frozenset(
                e.component
                for e in evidence
                if e.component
                and (e.finding in MISSING or ("not found" in e.quote and e.finding == "scheduling_failed"))
            ),
            ports=self.ports,
            placement=dict(
                pair.split("=", 1) for e in evidence if e.finding == "placement" for pair in e.locator.split()[1:]
            ),
            nodes=self.nodes,
            unit_hosts=self.unit_hosts,
            namespace=self.namespaces[0] if self.namespaces else None,
        )


def listed(piece: Evidence) -> tuple[str, ...]:
    """The components that a summary of healthy ones stands for."""
    if piece.locator.startswith("healthy: "):
        return tuple(piece.locator.removeprefix("healthy: ").split(", "))
    return (piece.component,) if piece.component else ()


def _noted(investigation: Investigation, finding: str) -> dict[str, frozenset[str]]:
    return {
        e.component: frozenset(e.locator.split()[1:])
        for e in investigation.evidence.values()
        if e.finding == finding and e.component
    }


def onsets(investigation: Investigation) -> dict[str, datetime]:
    """Component -> when its trouble was first seen. Load and changes are not trouble."""
    found: dict[str, datetime] = {}
    for piece in investigation.evidence.values():
        if piece.component is None or piece.onset is None or piece.finding == "traffic_up":
            continue
        if role_of(piece.finding) in (Role.SYMPTOM, Role.TELLS, Role.PROOF):
            found[piece.component] = min(found.get(piece.component, piece.onset), piece.onset)
    return found
