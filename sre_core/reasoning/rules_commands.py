"""Which command would tell what: the knowledge of kubectl, systemctl, nc and openssl that an SRE has in the fingers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sre_core.diagnosis.detectors.nodes_and_units import STATUS, unit_fault
from sre_core.diagnosis.detectors.reachability import CONNECT
from sre_core.diagnosis.kube_events import VOLUME_FAULTS
from sre_core.diagnosis.kubectl import Kubectl
from sre_core.diagnosis.roles import UNHEALTHY
from sre_core.investigation import Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import EVERYTHING, Look

ROUTING = frozenset(
    {"service_selector_mismatch", "service_port_mismatch", "service_protocol_mismatch", "env_address_mismatch"}
)
WAYS = frozenset({"kube_proxy_unavailable", "network_partition"})
QUOTAS = frozenset(
    {
        "cpu_quota_exceeded",
        "memory_quota_exceeded",
        "pod_quota_exceeded",
        "service_quota_exceeded",
        "storage_quota_exceeded",
    }
)


@dataclass(frozen=True)
class Commands:
    """The looks that the recorded (or allowed) commands offer, given what was seen so far."""

    case: Case
    investigation: Investigation

    def looks(self) -> Iterator[Look]:
        """Every command that is worth a thought, in listing order."""
        for command in self.case.commands:
            if look := self._command(command, self.case.parsed[command]):
                yield look

    def _command(self, command: str, kubectl: Kubectl | None) -> Look | None:
        if kubectl is not None:
            return self._kubectl(command, kubectl)
        if match := STATUS.search(command):
            fault = unit_fault(match["unit"])
            reach = frozenset({f"node/{match['node']}"})
            return _run(
                command, f"Does {match['unit']} run on {match['node']}?", 0.6, reach, frozenset({fault}), kind="unit"
            )
        if match := CONNECT.match(command):
            component = self.case.names.of_workload(match["host"])
            places = frozenset({component, *(f"node/{node}" for node in self.case.nodes)}) if component else frozenset()
            return (
                _run(
                    command, f"Does {match['host']} answer on {match['port']}?", 0.4, places, ROUTING | WAYS, kind="nc"
                )
                if places
                else None
            )
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
        return _run(
            command, why, sharpness, EVERYTHING, faults, kind=f"list {k.kind}", floor=0.3 if k.kind == "pods" else 0.0
        )

    def _one_volume(self, command: str, k: Kubectl) -> Look | None:
        if (
            k.kind not in ("persistentvolumes", "persistentvolumeclaims")
            or k.output != "yaml"
            or not self._volume_trouble()
        ):
            return None
        why = f"What does {k.names[0]} ask for or hold?"
        return _run(
            command, why, 0.8, self._volume_trouble(), frozenset(VOLUME_FAULTS), kind=f"yaml {k.names[0]}", floor=0.3
        )

    def _volume_trouble(self) -> frozenset[str]:
        return frozenset(
            e.component
            for e in self.investigation.evidence.values()
            if e.component and e.finding in ("volume_unbound", "claim_misfit")
        )

    def _closer(self, command: str, k: Kubectl) -> Look | None:
        if not k.names:
            return None
        name = k.names[0]
        if k.kind == "nodes":
            return _run(
                command, f"What is the state of {name}?", 0.15, frozenset({f"node/{name}"}), kind="describe node"
            )
        if k.kind == "resourcequotas":
            place = frozenset(f"namespace/{n}" for n in self.case.namespaces[:1])
            return _run(
                command,
                f"Is the quota {name} used up?",
                0.5,
                place,
                QUOTAS,
                kind=f"quota {name}",
                floor=self._refused_floor(),
            )
        component = self.case.names.of_workload(name)
        if component is None:
            return None
        bad = self._unhealthy(component)
        sharpness, faults, floor = self._closeness(k, name, component, bad)
        if not sharpness:
            return None
        if k.verb in ("logs", "exec"):
            return _run(command, f"What does {name} say?", sharpness, frozenset({component}), kind=f"{k.verb} {name}")
        why = (
            f"Why is {component} not well: what do its {k.kind} say?"
            if bad
            else f"Are the {k.kind} of {component} as they should be?"
        )
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
        return any(
            e.component == component and e.finding == "replicas_missing" for e in self.investigation.evidence.values()
        )

    def _is_bad_pod(self, name: str) -> bool:
        seen = [e.quote for e in self.investigation.evidence.values() if e.finding in UNHEALTHY]
        return any(name in quote for quote in seen) or not any(re.search(r"-[a-z0-9]{5} ", quote) for quote in seen)

    def _refused_floor(self) -> float:
        """A quota is worth reading when something is missing that should be there."""
        signs = ("replicas_missing", "service_missing", "volume_unbound")
        return (
            0.15
            if any(e.finding in signs or "not found" in e.quote for e in self.investigation.evidence.values())
            else 0.0
        )


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
    return Look(
        "run_diagnostic", {"command": command}, step, why, sharpness, reach, faults, 1.0, floor, kind or command
    )
