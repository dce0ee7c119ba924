"""Tables of pods and deployments: who is not ready, who restarts, whose replicas are missing, on which node."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import Kubectl, parse_command, table
from sre_core.tools.run_diagnostic import DiagnosticOutput

STATUSES = (
    (
        r"ImagePull|ErrImage|InvalidImage",
        "image_pull_failing",
        dict.fromkeys(("image_not_found", "image_pull_unauthorized", "registry_unreachable"), 1.2),
    ),
    (r"OOMKilled", "memory_kill", {"memory_exhaustion": 3.0}),
    (r"CrashLoopBackOff|Error$|RunContainerError", "crash_loop", {"crash_loop": 1.2}),
    (r"CreateContainerConfigError", "pod_not_ready", {"config_error": 2.0}),
    (r"Pending", "pod_pending", {"unknown_fault": 1.0}),
    (
        r"Init:|ContainerCreating|PodInitializing|Unknown|Terminating|NodeLost|Evicted",
        "pod_not_ready",
        {"unknown_fault": 1.0},
    ),
)
"""Status -> kind of finding, fault -> log-odds. The status alone seldom tells the mechanism."""

HEALTHY = frozenset({"Running", "Completed", "Succeeded"})


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Findings of ``kubectl get pods`` and ``kubectl get deployments|statefulsets``."""
    command = parse_command(answer.command)
    if not answer.recorded or command is None or command.verb != "get" or command.output not in ("", "wide"):
        return []
    rows = table(answer.output)
    if command.kind == "pods":
        return _pods(rows, command, context)
    if command.kind in ("deployments", "statefulsets"):
        return [found for row in rows if (found := _workload(row, context))]
    return []


def _pods(rows: list[dict[str, str]], command: Kubectl, context: Context) -> list[Finding]:
    by_component: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        if row.get("NAME"):
            by_component[context.names.of_workload(row["NAME"]) or f"pod/{row['NAME']}"].append(row)
    found = []
    for component, pods in by_component.items():
        bad = [finding for pod in pods for finding in (_pod(pod, component),) if finding]
        found += bad[:2] or [_clean(component, pods)]
    whole = not command.names and not command.selector
    placed = {
        by: pods[0]["NODE"] for by, pods in by_component.items() if pods[0].get("NODE") not in (None, "", "<none>")
    }
    where = " ".join(f"{component}={node}" for component, node in placed.items())
    note = Finding(kind="placement", component=None, source="commands", quote=where[:200], locator=f"placed {where}")
    return (
        found
        + ([note] if placed else [])
        + list(_nodes(rows, context))
        + list(_slow_nodes(placed, context))
        + (list(_absent(by_component, context)) if whole else [])
    )


def _pod(row: dict[str, str], component: str) -> Finding | None:
    ready, status = row.get("READY", ""), row.get("STATUS", "")
    have, _, want = ready.partition("/")
    line = " ".join(" ".join(row.values()).split())
    for words, kind, suggests in STATUSES:
        if re.search(words, status):
            return _bad(kind, component, line, suggests, 2.0)
    restarted = re.match(r"(\d+)(?: \((.+) ago\))?", row.get("RESTARTS", ""))
    if status == "Running" and have != want:
        return _bad("pod_not_ready", component, line, {"unknown_fault": 1.0}, 2.0)
    if restarted and int(restarted.group(1)) >= 1 and restarted.group(2) and not re.search(r"[dh]", restarted.group(2)):
        return _bad("restarts", component, line, {"unknown_fault": 0.8, "crash_loop": 0.6}, 1.5)
    return None


def _bad(kind: str, component: str, line: str, suggests: dict[str, float], strength: float) -> Finding:
    return Finding(kind=kind, component=component, source="commands", quote=line, suggests=suggests, strength=strength)


def _clean(component: str, pods: list[dict[str, str]]) -> Finding:
    line = " ".join(" ".join(pods[0].values()).split())
    return Finding(kind="clean_pods", component=component, source="commands", quote=line, facts={"pods": len(pods)})


def _nodes(rows: list[dict[str, str]], context: Context) -> Iterator[Finding]:
    """A node on which everything that is not ready stands, when it is more than one workload."""
    bad = Counter(
        row.get("NODE", "")
        for row in rows
        if row.get("STATUS") not in HEALTHY and row.get("NODE") not in ("", "<none>")
    )
    good = Counter(row.get("NODE", "") for row in rows if row.get("STATUS") in HEALTHY)
    if len(bad) != 1:
        return
    node, count = bad.most_common(1)[0]
    if count >= 2 and good[node] < count:
        quote = f"{count} pods on {node} are not ready, {good[node]} are; elsewhere {sum(good.values()) - good[node]} are ready"
        suggests = {"container_runtime_unavailable": 2.0, "kubelet_unavailable": 1.8, "node_not_ready": 1.5}
        victim = next((row["NAME"] for row in rows if row.get("NODE") == node and row.get("STATUS") not in HEALTHY), "")
        yield _suspect(node, context.names.of_workload(victim), quote, suggests)


def _suspect(node: str, victim: str | None, quote: str, suggests: dict[str, float]) -> Finding:
    return Finding(
        kind="node_suspect",
        component=victim or f"node/{node}",
        source="commands",
        quote=quote,
        suggests=suggests,
        blames=f"node/{node}" if victim else None,
        strength=2.5,
    )


def _slow_nodes(placed: dict[str, str], context: Context) -> Iterator[Finding]:
    """A node on which most workloads suffer while most elsewhere do not: what they share is the node."""
    for node in sorted(set(placed.values())):
        here = [component for component, where in placed.items() if where == node]
        elsewhere = [component for component in placed if component not in here]
        victim = next((c for c in here if c in context.troubled), None)
        if victim and f"node/{node}" in context.signalled:
            quote = f"{victim} suffers and runs on {node}, for which another alert was raised"
            yield _suspect(node, victim, quote, {"network_latency": 1.6, "packet_loss": 1.6, "cpu_saturation": 0.5})
            continue
        bad, bad_elsewhere = (sum(c in context.troubled for c in some) for some in (here, elsewhere))
        if bad >= 2 and elsewhere and bad / len(here) >= 0.6 and bad_elsewhere / len(elsewhere) <= 0.4:
            quote = f"{bad} of {len(here)} workloads on {node} suffer, {bad_elsewhere} of {len(elsewhere)} elsewhere"
            together = min(0.5 * (bad - 2), 1.5)  # the more suffer at once, the less it is chance
            suggests = {"network_latency": 2.0 + together, "packet_loss": 1.2 + together, "cpu_saturation": 1.0}
            yield _suspect(node, next(c for c in here if c in context.troubled), quote, suggests)


def _absent(seen: dict[str, list[dict[str, str]]], context: Context) -> Iterator[Finding]:
    """Workloads of which no pod exists at all, where most of the others have one."""
    ours = [
        c.id
        for c in context.topology.components.values()
        if c.kind in ("service", "database", "cache", "proxy", "broker", "worker", "unknown")
    ]
    missing = [component for component in ours if component not in seen]
    if len(missing) > len(ours) / 4:
        return
    for component in missing:
        quote = f"no pod of {component} in the list of {sum(map(len, seen.values()))} pods"
        yield Finding(
            kind="replicas_missing",
            component=component,
            source="commands",
            quote=quote,
            suggests={"unknown_fault": 1.8},
            strength=2.5,
        )


def _workload(row: dict[str, str], context: Context) -> Finding | None:
    have, _, want = row.get("READY", "").partition("/")
    component = context.names.of_workload(row.get("NAME", ""))
    if component is None or not have.isdigit() or not want.isdigit():
        return None
    line = " ".join(" ".join(row.values()).split())
    if int(have) < int(want):
        suggests = {"unknown_fault": 1.5}
        return Finding(
            kind="replicas_missing", component=component, source="commands", quote=line, suggests=suggests, strength=2.5
        )
    return Finding(kind="clean_pods", component=component, source="commands", quote=line)
