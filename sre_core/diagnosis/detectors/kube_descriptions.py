"""``kubectl describe`` and ``kubectl get events``: why pods are not created, placed, started or kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kube_events import meaning_of
from sre_core.diagnosis.kubectl import KubeEvent, described_events, field, fields, listed_events, parse_command
from sre_core.diagnosis.speech import cut
from sre_core.tools.run_diagnostic import DiagnosticOutput

OF_OTHERS = 0.6
"""Share that an event in the list of a whole namespace keeps: it may be old, or of a pod that is gone."""


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Events, and the state of containers where a pod is described."""
    command = parse_command(answer.command)
    if not answer.recorded or command is None:
        return []
    if command.verb == "get" and command.kind == "events":
        return _listed(answer.output, context)
    if command.verb != "describe" or command.kind not in (
        "pods",
        "replicasets",
        "deployments",
        "persistentvolumeclaims",
        "statefulsets",
    ):
        return []
    name = field(answer.output, "Name") or (command.names[0] if command.names else "")
    component = context.names.of_workload(field(answer.output, "Used By") or name) or context.names.of_workload(name)
    if component is None:
        return []
    events = [
        e for e in described_events(answer.output) if not (e.reason == "FailedCreate" and component in context.has_pods)
    ]
    refusals = [e for e in events if e.reason == "FailedCreate"]
    newest = min(refusals, key=lambda e: (seconds_ago(e.age), -e.times), default=None)
    kept = [e for e in events if e.reason != "FailedCreate" or e is newest]
    found = [f for e in kept if (f := _event(e, component, answer.output, context, 1.0))]
    if command.kind == "pods":
        found += _state(answer.output, component, context)
    return _one_of_each(found)


def _listed(output: str, context: Context) -> list[Finding]:
    """Events that can still be about what is wrong now: of workloads and pods that are not seen to be well."""
    latest: dict[tuple[str, str], tuple[float, Finding]] = {}
    for event in listed_events(output):
        component = context.names.of_workload(event.subject)
        if component is None or _is_history(event, component, context):
            continue
        if finding := _event(event, component, "", context, 1.0 if component in context.unhealthy else OF_OTHERS):
            key, age = (component, event.reason), seconds_ago(event.age)
            if key not in latest or age < latest[key][0]:
                latest[key] = (age, finding)
    return _one_of_each([finding for _, finding in latest.values()])


def _is_history(event: KubeEvent, component: str, context: Context) -> bool:
    """It was overtaken: the workload is well, its pods were created after all, or the pod is gone."""
    if component in context.ready and component not in context.unhealthy:
        return True
    if event.reason == "FailedCreate" and component in context.has_pods:
        return True
    kind, _, name = event.subject.partition("/")
    return kind == "pod" and bool(context.bad_pods) and component in context.has_pods and name not in context.bad_pods


def seconds_ago(age: str) -> float:
    """Seconds of an age as kubectl prints it ('2m16s', '41m', '3h20m', '12d'); the first one of '19s (x15 over 101s)'."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    return float(sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([smhd])", age.split("(")[0])))


def _event(event: KubeEvent, component: str, description: str, context: Context, share: float) -> Finding | None:
    meaning = meaning_of(event, description)
    if meaning is None:
        return None
    place: str | None = component
    if meaning.place == "namespace":
        namespace = field(description, "Namespace") or context.namespace
        place = f"namespace/{namespace}" if namespace else component
    elif meaning.place == "node":
        node = (field(description, "Node") or "").split("/")[0] or (
            event.subject.split("/")[1] if event.subject.startswith("node/") else ""
        )
        place = f"node/{node}" if node and node != "<none>" else component
    return Finding(
        kind=meaning.kind,
        component=component,
        source="commands",
        quote=cut(event.line, 400),
        strength=2.0,
        suggests={fault: round(share * w, 2) for fault, w in meaning.suggests.items()},
        blames=place if place != component else None,
    )


def _state(output: str, component: str, context: Context) -> Iterator[Finding]:
    """How the last container ended, and a pod that waits without a word from the scheduler."""
    last = re.search(
        r"(?:Last State|State):\s+(?:Terminated|Waiting)\n\s+Reason:\s+(OOMKilled)\n(?:\s+Exit Code:\s+(\d+))?", output
    )
    if last or ("137" in fields(output, "Exit Code") and "OOM" in output):
        words = " ".join(last.group().split()) if last else "Exit Code: 137"
        yield Finding(
            kind="memory_kill",
            component=component,
            source="commands",
            quote=words,
            suggests={"memory_exhaustion": 3.0},
            strength=3.0,
        )
    if (
        field(output, "Status") == "Pending"
        and re.search(r"Events:\s*(<none>)?\s*$", output)
        and field(output, "Node") in ("<none>", "", None)
    ):
        quote = f"{field(output, 'Name')} Status: Pending, Node: <none>, Events: <none>"
        host = next((node for unit, node in context.unit_hosts.items() if "scheduler" in unit), None)
        place = f"node/{host}" if host else None
        suggests = {"scheduler_unavailable": 2.8} if host else {"scheduler_unavailable": 2.0}
        yield Finding(
            kind="never_scheduled",
            component=component,
            source="commands",
            quote=quote,
            suggests=suggests,
            blames=place,
            strength=2.5,
        )


def _one_of_each(findings: list[Finding]) -> list[Finding]:
    kept: dict[tuple[str, str | None, str | None], Finding] = {}
    for finding in findings:
        key = (finding.kind + "".join(finding.suggests), finding.component, finding.blames)
        if key not in kept or max(finding.suggests.values(), default=0) > max(kept[key].suggests.values(), default=0):
            kept[key] = finding
    return sorted(kept.values(), key=lambda f: -max(f.suggests.values(), default=0.0))[:8]
