"""Probes that fail because they ask the wrong port, in the wrong protocol, or too early and too impatiently."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.kubectl import KubeEvent, described_events, field, fields, parse_command
from sre_core.diagnosis.speech import cut
from sre_core.tools.run_diagnostic import DiagnosticOutput

PROBE = re.compile(
    r"^\s*(Liveness|Readiness"
    r"|Startup):\s+(\S+) (\S*?):(\d+)(\S*)?\s+delay=(\d+)s timeout=(\d+)s period=(\d+)s #success=\d+ #failure=(\d+)",
    re.MULTILINE,
)
OTHER_TONGUE = re.compile(
    r"malformed HTTP|server gave HTTP response to HTTPS|first record does not look like a TLS|unexpected HTTP"
    r"|error reading server preface|http2",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Probe:
    """One probe of a description. Times in seconds."""

    role: str
    protocol: str
    port: int
    delay: int
    period: int
    failures: int
    line: str

    @property
    def patience(self) -> int:
        """Seconds from the start until the container is given up."""
        return self.delay + self.period * self.failures


def probes(description: str) -> list[Probe]:
    """The probes with a numeric port."""
    return [
        Probe(m[1].casefold(), m[2], int(m[4]), int(m[6]), int(m[8]), int(m[9]), " ".join(m[0].split()))
        for m in PROBE.finditer(description)
    ]


def detect(answer: DiagnosticOutput, context: Context) -> list[Finding]:
    """Probes of a described pod that keep failing while the pod is not ready or restarts."""
    command = parse_command(answer.command)
    if not answer.recorded or command is None or command.verb != "describe" or command.kind != "pods":
        return []
    text = answer.output
    component = context.names.of_workload(field(text, "Name") or "")
    restarts = sum(int(n) for n in fields(text, "Restart Count") if n.isdigit())
    unready = bool(re.search(r"^\s*(ContainersReady|Ready)\s+False", text, re.MULTILINE))
    if component is None or not (restarts or unready):
        return []
    failing = [event for event in described_events(text) if event.reason == "Unhealthy"]
    ports = {int(port.split("/")[0]) for port in fields(text, "Port") if port.split("/")[0].isdigit()}
    found = []
    for probe in probes(text):
        complaints = [event for event in failing if event.message.casefold().startswith(probe.role)]
        if complaints and (fault := _wrong(probe, complaints, ports, probes(text), restarts)):
            found.append(_finding(probe, complaints[-1], fault, component))
    return found


def _wrong(
    probe: Probe, complaints: list[KubeEvent], ports: set[int], all_probes: list[Probe], restarts: int
) -> str | None:
    """What is wrong with a probe that fails; None when the application itself may be to blame."""
    if ports and probe.port not in ports:
        return f"{probe.role}_probe_wrong_port"
    others = {other.protocol for other in all_probes if other.port == probe.port}
    if any(OTHER_TONGUE.search(event.message) for event in complaints) or (
        len(others) > 1 and probe.protocol.startswith("http")
    ):
        return f"{probe.role}_probe_wrong_protocol"
    if probe.role == "liveness" and restarts and (probe.patience <= 10 or probe.failures == 1):
        return "liveness_probe_wrong_timing"
    return None


def _finding(probe: Probe, complaint: KubeEvent, fault: str, component: str) -> Finding:
    return Finding(
        kind="probe_misconfigured",
        component=component,
        source="commands",
        quote=cut(f"{probe.line} | {complaint.line}", 400),
        strength=3.0,
        suggests={fault: 3.5},
    )
