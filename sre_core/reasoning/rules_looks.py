"""Every look that could be taken next: tool and arguments, what it can tell apart, how sharply, and at what price."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sre_core.diagnosis.detectors.nodes_and_units import STATUS, unit_fault
from sre_core.diagnosis.detectors.reachability import CONNECT
from sre_core.diagnosis.faults import FAULTS, label
from sre_core.diagnosis.kube_events import VOLUME_FAULTS
from sre_core.diagnosis.kubectl import Kubectl
from sre_core.diagnosis.roles import UNHEALTHY
from sre_core.domain import UNKNOWN_FAULT
from sre_core.investigation import Investigation
from sre_core.reasoning.case import Case

EVERYTHING: frozenset[str] = frozenset()
"""A reach that means all components."""

ROUTING = frozenset({"service_selector_mismatch", "service_port_mismatch", "service_protocol_mismatch", "env_address_mismatch"})
WAYS = frozenset({"kube_proxy_unavailable", "network_partition"})
QUOTAS = frozenset({"cpu_quota_exceeded", "memory_quota_exceeded", "pod_quota_exceeded", "service_quota_exceeded", "storage_quota_exceeded"})


@dataclass(frozen=True)
class Look:
    """One candidate. ``sharpness``: the share of the doubt about its reach that it would usually end (0 to 1)."""

    tool: str
    arguments: Mapping[str, Any]
    step: str
    why: str
    sharpness: float
    reach: frozenset[str] = EVERYTHING
    faults: frozenset[str] = frozenset()
    """Only these faults (and unnamed ones) are told apart; empty is all."""
    cost: float = 1.0
    floor: float = 0.0
    """Worth at least this many nats: a question that is always asked, or an answer that is needed to act."""
    kind: str = ""
    """Looks of one kind at one component repeat each other."""


@dataclass
class Offered:
    """Collects the looks that the tools at hand allow."""

    case: Case
    investigation: Investigation
    looks: list[Look] = field(default_factory=list)

    def all(self) -> list[Look]:
        """Everything, in a fixed order."""
        for name, make in (
            ("query_metrics", self._metrics),
            ("read_signals", self._signals),
            ("list_changes", self._changes),
            ("read_traces", self._traces),
            ("read_logs", self._logs),
            ("run_diagnostic", self._commands),
            ("search_runbooks", self._documents),
            ("calculate", self._arithmetic),
        ):
            if name in self.case.tools:
                self.looks += make()
        return self.looks

    # -- telemetry ---------------------------------------------------------------------------------------------------

    def _metrics(self) -> Iterator[Look]:
        source = self.case.sources.metrics
        if source is None:
            return
        near = sorted(self.case.neighbourhood(self.investigation.alert) & source.components())
        everything = len(source.components()) <= 150
        arguments: dict[str, Any] = {} if everything or not near else {"components": near}
        why = "One look at every metric shows who is out of the ordinary, since when, and who is not."
        yield Look("query_metrics", arguments, "symptom", why, 0.8, floor=0.8)

    def _signals(self) -> Iterator[Look]:
        yield Look("read_signals", {}, "symptom", "What else monitoring raised may point at the same place.", 0.4, floor=0.3)

    def _changes(self) -> Iterator[Look]:
        why = "Most incidents follow a change: what was made shortly before it began, and where?"
        yield Look("list_changes", {"hours": 72.0}, "changes", why, 0.4, floor=0.6)

    def _traces(self) -> Iterator[Look]:
        yield Look("read_traces", {}, "origin", "Self times show which hop is slow or fails by itself.", 0.6, floor=0.4)

    def _logs(self) -> Iterator[Look]:
        source = self.case.sources.logs
        if source is None:
            return
        yield Look("read_logs", {}, "logs", "Across all logs, which complaints are new or growing, and whom do they name?", 0.6, floor=0.7)
        for component in sorted(source.components()):
            yield Look("read_logs", {"component": component}, "logs", f"What does {component} itself say?", 0.4, frozenset({component}))

    # -- documents and figures -----------------------------------------------------------------------------------------

    def _documents(self) -> Iterator[Look]:
        alert, ranked = self.investigation.alert, self.investigation.ranked
        yield Look("search_runbooks", {"text": alert.title[:300]}, "documents", "Is the alert written down somewhere?", 0.05, floor=0.3)
        leader, chance = ranked[0] if ranked else (None, 0.0)
        if leader and chance >= 0.3 and leader.fault != UNKNOWN_FAULT and self.investigation.evidence:
            seen = FAULTS[leader.fault].observables if leader.fault in FAULTS else ""
            text = f"{label(leader.fault)} {leader.component} {seen}"[:400]
            why = f"What do we have on {label(leader.fault)} at {leader.component}, and what to do about it?"
            yield Look("search_runbooks", {"text": text, "component": leader.component}, "documents", why, 0.05, floor=0.25)

    def _arithmetic(self) -> Iterator[Look]:
        if (objective := error_objective(self.investigation.alert.text)) is None or (ratio := self._error_ratio()) is None:
            return
        values = {"error_ratio": {"value": ratio}, "objective": {"value": 1 - objective}}
        why = f"How fast is the error budget used, at {100 * ratio:.3g} % errors where {100 * objective:.3g} % are allowed?"
        arguments = {"expression": "burn_rate(error_ratio, objective)", "values": values}
        yield Look("calculate", arguments, "symptom", why, 0.05, cost=0.5, floor=0.25, kind="burn")

    def _error_ratio(self) -> float | None:
        """The error ratio nearest to the alert that was seen out of the ordinary."""
        near = self.case.alerting(self.investigation.alert)
        pieces = [e for e in self.investigation.evidence.values() if e.series and " errors " in e.locator and e.series.unit == "ratio"]
        pieces.sort(key=lambda e: (e.component not in near, e.id))
        for piece in pieces:
            after = [v for t, v in zip(piece.series.times, piece.series.values, strict=True) if v is not None and piece.onset and t >= piece.onset] if piece.series else []  # fmt: skip
            if after:
                return round(sorted(after)[len(after) // 2], 4)
        return None

    # -- commands --------------------------------------------------------------------------------------------------------

    def _commands(self) -> Iterator[Look]:
        for command in self.case.commands:
            if look := self._command(command, self.case.parsed[command]):
                yield look

    def _command(self, command: str, kubectl: Kubectl | None) -> Look | None:
        if kubectl is not None:
            return self._kubectl(command, kubectl)
        if match := STATUS.search(command):
            fault = unit_fault(match["unit"])
            reach = frozenset({f"node/{match['node']}"})
            return _run(command, f"Does {match['unit']} run on {match['node']}?", 0.6, reach, frozenset({fault}), kind="unit")
        if match := CONNECT.match(command):
            component = self.case.names.of_workload(match["host"])
            places = frozenset({component, *(f"node/{node}" for node in self.case.nodes)}) if component else frozenset()
            return _run(command, f"Does {match['host']} answer on {match['port']}?", 0.4, places, ROUTING | WAYS, kind="nc") if places else None
        named = self.case.names.in_text(command)
        if "openssl" in command and named:
            why = f"Is the certificate of {named[0]} still valid?"
            return _run(command, why, 0.6, frozenset(named[:1]), frozenset({"tls_certificate_expired"}), kind="openssl")
        return _run(command, "What does it say?", 0.1, frozenset(named)) if named else None

    def _kubectl(self, command: str, k: Kubectl) -> Look | None:
        if k.labels or k.selector or (k.namespace or "").startswith("kube-"):
            return None
        if k.verb == "get" and not k.names:
            return self._listing(command, k)
        if k.verb == "get":
            return self._one_volume(command, k)
        return self._closer(command, k)

    def _listing(self, command: str, k: Kubectl) -> Look | None:
        wide = f"{command} -o wide"
        if k.output not in ("", "wide") or (k.output == "" and k.kind == "pods" and wide in self.case.commands):
            return None
        if k.output == "wide" and k.kind != "pods":
            return None
        sharpness, why, faults = LISTINGS.get(k.kind, (0.0, "", frozenset()))
        if not sharpness or (k.kind in ("persistentvolumes", "persistentvolumeclaims") and not self._volume_trouble()):
            return None
        return _run(command, why, sharpness, EVERYTHING, faults, kind=f"list {k.kind}", floor=0.3 if k.kind == "pods" else 0.0)

    def _one_volume(self, command: str, k: Kubectl) -> Look | None:
        if k.kind not in ("persistentvolumes", "persistentvolumeclaims") or k.output != "yaml" or not self._volume_trouble():
            return None
        why = f"What does {k.names[0]} ask for or hold?"
        return _run(command, why, 0.8, self._volume_trouble(), frozenset(VOLUME_FAULTS), kind=f"yaml {k.names[0]}", floor=0.3)

    def _volume_trouble(self) -> frozenset[str]:
        return frozenset(e.component for e in self.investigation.evidence.values() if e.component and e.finding in ("volume_unbound", "claim_misfit"))

    def _closer(self, command: str, k: Kubectl) -> Look | None:
        if not k.names:
            return None
        name = k.names[0]
        if k.kind == "nodes":
            return _run(command, f"What is the state of {name}?", 0.15, frozenset({f"node/{name}"}), kind="describe node")
        if k.kind == "resourcequotas":
            place = frozenset(f"namespace/{n}" for n in self.case.namespaces[:1])
            return _run(command, f"Is the quota {name} used up?", 0.5, place, QUOTAS, kind=f"quota {name}", floor=self._refused_floor())
        component = self.case.names.of_workload(name)
        if component is None:
            return None
        bad = self._unhealthy(component)
        sharpness, faults, floor = self._closeness(k, name, component, bad)
        if not sharpness:
            return None
        if k.verb in ("logs", "exec"):
            return _run(command, f"What does {name} say?", sharpness, frozenset({component}), kind=f"{k.verb} {name}")
        why = f"Why is {component} not well: what do its {k.kind} say?" if bad else f"Are the {k.kind} of {component} as they should be?"
        return _run(command, why, sharpness, frozenset({component}), faults, kind=f"describe {k.kind}", floor=floor)

    def _closeness(self, k: Kubectl, name: str, component: str, bad: bool) -> tuple[float, frozenset[str], float]:
        if k.verb in ("logs", "exec"):
            return (0.45 if k.verb == "logs" else 0.2), frozenset(), 0.0
        if k.kind == "pods" and not self._is_bad_pod(name) and bad:
            return 0.3, frozenset(), 0.0
        if k.kind == "pods":
            return (0.8 if bad else 0.4), frozenset(), 0.0
        if k.kind in ("deployments", "replicasets", "statefulsets"):
            return (0.6 if self._missing(component) else 0.15), frozenset(), 0.0
        if k.kind == "services":
            return (0.15 if bad else 0.45), ROUTING, 0.0
        return (0.1 if k.kind == "endpoints" else 0.0), ROUTING, 0.0

    def _unhealthy(self, component: str) -> bool:
        return any(e.component == component and e.finding in UNHEALTHY for e in self.investigation.evidence.values())

    def _missing(self, component: str) -> bool:
        return any(e.component == component and e.finding == "replicas_missing" for e in self.investigation.evidence.values())

    def _is_bad_pod(self, name: str) -> bool:
        seen = [e.quote for e in self.investigation.evidence.values() if e.finding in UNHEALTHY]
        return any(name in quote for quote in seen) or not any(re.search(r"-[a-z0-9]{5} ", quote) for quote in seen)

    def _refused_floor(self) -> float:
        """A quota is worth reading when something is missing that should be there."""
        signs = ("replicas_missing", "service_missing", "volume_unbound")
        return 0.15 if any(e.finding in signs or "not found" in e.quote for e in self.investigation.evidence.values()) else 0.0


LISTINGS: Mapping[str, tuple[float, str, frozenset[str]]] = {
    "pods": (0.6, "Who is ready, who restarts, who waits, and on which node?", frozenset()),
    "deployments": (0.45, "Are all replicas there?", frozenset()),
    "endpoints": (0.4, "Does every Service have pods behind it?", ROUTING),
    "services": (0.35, "Are all Services there, with the ports and transport they should have?", ROUTING | QUOTAS),
    "nodes": (0.35, "Are all nodes ready?", frozenset()),
    "events": (0.3, "What has the cluster complained about?", frozenset()),
    "persistentvolumes": (0.7, "Which volumes are there, and whose are they?", frozenset(VOLUME_FAULTS)),
    "persistentvolumeclaims": (0.2, "Which claims wait?", frozenset(VOLUME_FAULTS)),
}


def _run(
    command: str,
    why: str,
    sharpness: float,
    reach: frozenset[str],
    faults: frozenset[str] = frozenset(),
    *,
    kind: str = "",
    floor: float = 0.0,
) -> Look:
    step = "cluster" if kind.startswith(("list", "unit", "nc")) else "mechanism"
    return Look("run_diagnostic", {"command": command}, step, why, sharpness, reach, faults, 1.0, floor, kind or command)


def error_objective(text: str) -> float | None:
    """The share of errors that an alert says is allowed: 0.01 for 'error rate below 1 %'."""
    match = re.search(r"error[\w ]{0,20}(?:below|under|<|less than)\s*(\d+(?:\.\d+)?)\s*%", text, re.IGNORECASE)
    match = match or re.search(r"(?:availability|success)[\w ]{0,20}(?:above|over|>|at least|of)\s*(\d+(?:\.\d+)?)\s*%", text, re.IGNORECASE)
    if match is None:
        return None
    share = float(match.group(1)) / 100
    return (share if match.group(0).casefold().startswith("error") else 1 - share) or None
