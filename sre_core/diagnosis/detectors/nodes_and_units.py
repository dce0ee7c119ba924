"""Nodes and the system units on them: ready, cordoned, running?"""

from __future__ import annotations

import re

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import parse_command, table
from sre_core.tools.run_diagnostic import DiagnosticOutput

STATUS = re.compile(r"(?:^ssh\s+(?P<node>\S+)\s+)?(?:sudo\s+)?systemctl\s+(?:status|is-active)\s+(?P<unit>[\w@.-]+)")
UNITS = (
    (r"containerd|docker|crio|cri-o", "container_runtime_unavailable"),
    (r"kubelet", "kubelet_unavailable"),
    (r"kube-?proxy", "kube_proxy_unavailable"),
    (r"kube-?scheduler", "scheduler_unavailable"),
    (r"ntp|chrony|timesyncd", "clock_skew"),
    (r"dns|named|unbound", "dns_failure"),
)


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """``kubectl get nodes`` and ``systemctl status``."""
    if not answer.recorded:
        return []
    if match := STATUS.search(answer.command):
        return _unit(answer.output, match["node"], match["unit"], context)
    command = parse_command(answer.command)
    if command and (command.verb, command.kind) == ("get", "nodes") and command.output in ("", "wide"):
        return _nodes(table(answer.output), context)
    return []


def unit_fault(unit: str) -> str:
    """The fault that a unit which is down makes."""
    return next((fault for words, fault in UNITS if re.search(words, unit)), "unknown_fault")


def _unit(output: str, node: str | None, unit: str, context: Context) -> list[Finding]:
    unit = unit.removesuffix(".service")
    component = f"node/{node}" if node else None
    state = re.search(r"Active: \S+[^\n;]*|^(in)?active$|^failed$|could not be found|not loaded", output, re.MULTILINE)
    if component is None or state is None or "could not be found" in state.group():
        return []
    quote = f"{unit} on {node}: {' '.join(state.group().split())}"
    if re.search(r"\bactive \(running\)|^active$|active \(exited\)", state.group()):
        return [
            Finding(
                kind="unit_active",
                component=component,
                source="commands",
                quote=quote,
                suggests={unit_fault(unit): -3.0},
            )
        ]
    return [
        Finding(
            kind="unit_inactive",
            component=victim_of(node or "", context) or component,
            source="commands",
            quote=quote,
            suggests={unit_fault(unit): 4.0},
            blames=component,
            strength=3.0,
        )
    ]


def victim_of(node: str, context: Context) -> str | None:
    """A workload on this node that is not well; None when none is known."""
    return next(
        (
            c
            for c, where in sorted(context.placement.items())
            if where == node and c in context.unhealthy | context.troubled
        ),
        None,
    )


def _nodes(rows: list[dict[str, str]], context: Context) -> list[Finding]:
    found = []
    cordoned = [row for row in rows if "SchedulingDisabled" in row.get("STATUS", "")]
    for row in rows:
        line = " ".join(" ".join(row.values()).split())
        component, status = f"node/{row.get('NAME', '')}", row.get("STATUS", "")
        if "NotReady" in status or "Unknown" in status:
            suggests = {"kubelet_unavailable": 2.0, "node_not_ready": 1.8, "container_runtime_unavailable": 1.2}
            victim = victim_of(row.get("NAME", ""), context)
            found.append(
                Finding(
                    kind="node_not_ready",
                    component=victim or component,
                    source="commands",
                    quote=line,
                    suggests=suggests,
                    blames=component,
                    strength=3.0,
                )
            )
        elif "SchedulingDisabled" in status and len(cordoned) == len(rows):
            found.append(Finding(kind="node_closed", component=component, source="commands", quote=line, strength=2.0))
        else:
            found.append(Finding(kind="clean_node", component=component, source="commands", quote=line))
    return found
