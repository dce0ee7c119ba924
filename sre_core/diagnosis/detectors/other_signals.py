"""What else monitoring had raised: symptoms, used-up resources, and mechanisms that an alert's name gives away."""

from __future__ import annotations

import re

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Finding
from sre_core.diagnosis.speech import cut
from sre_core.diagnosis.wording import family_of
from sre_core.sources.base import Signal
from sre_core.tools.read_signals import SignalList

FINE = re.compile(
    r"\b(resolved|recovered|within (threshold|limits?)|same as|finished|caught up|as usual|normal again|ok)\b",
    re.IGNORECASE,
)

MEANINGS: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("memory_kill", r"oom", {"memory_exhaustion": 2.5}),
    ("signal", r"throttl|cfs", {"cpu_saturation": 1.5, "cpu_throttling": 1.5}),
    ("signal", r"saturat\w*.*cpu|cpu.*(high|saturat|overload|hog)", {"cpu_saturation": 1.8}),
    ("signal", r"saturat\w*.*mem|mem\w*.*(high|pressure|saturat)", {"memory_exhaustion": 1.2}),
    ("signal", r"retrans|packet.?loss|network_quality", {"packet_loss": 2.2, "network_latency": 1.2}),
    ("noted_signal", r"(throughput|traffic|network|rps|requests?).*(drop|down|low|fall)", {}),
    ("signal", r"disk.*(full|space|usage|critical|warning|free)|filesystem|storage.*(low|full)", {"disk_full": 1.8}),
    ("signal", r"crashloop|restart", {"crash_loop": 1.0}),
    ("signal", r"cert\w*.*expir", {"tls_certificate_expired": 1.5}),
    ("signal", r"replica\w*.*(stale|lag|behind)|lag", {"replication_lag": 0.8, "replication_failure": 0.8}),
    ("signal", r"queue.*(deep|long|grow)|backlog", {"queue_backlog": 0.8}),
    ("signal", r"pool.*exhaust|connections.*(high|limit)", {"connection_pool_exhaustion": 1.8}),
    ("signal", r"not.?ready|node.*down", {"node_not_ready": 1.5}),
    ("signal", r"network|traffic_anomaly|inbound|outbound|\bpps\b", {"network_latency": 1.0, "packet_loss": 0.5}),
    ("traffic_up", r"traffic.*(above|surge|spike|high)|(request|throughput).*(surge|spike)", {"traffic_surge": 0.8}),
    ("symptom_signal", r"latency|slow", {"network_latency": 0.5}),
    ("symptom_signal", r"error|fail|5xx|unavailab|success|budget|burn|down", {}),
)
"""Kind of finding, words, fault -> log-odds. An alert was tuned by somebody: its name means something, not everything."""


def detect(signals: SignalList, context: Context) -> list[Finding]:
    """One finding a signal that names one of our components; what resolved itself is only noted."""
    return [found for signal in signals.signals if (found := _finding(signal, context))]


def _finding(signal: Signal, context: Context) -> Finding | None:
    text = f"{signal.name} {signal.detail}"
    component = _component(signal, context)
    if component is None:
        return None
    kind, suggests = _meaning(signal.name, signal.detail)
    if FINE.search(signal.detail):
        kind, suggests = "resolved_signal", {}
    return Finding(
        kind=kind,
        component=component,
        source="signals",
        quote=cut(f"{signal.name}: {signal.detail}" if signal.detail else signal.name),
        locator=f"signals:{signal.line}",
        onset=signal.time if suggests or kind == "symptom_signal" else None,
        strength=magnitude(text),
        suggests=suggests,
    )


def _component(signal: Signal, context: Context) -> str | None:
    if signal.component is None:
        return None
    if signal.component in context.nodes:
        return f"node/{signal.component}"
    return context.names.of_workload(signal.component) or signal.component


def _meaning(name: str, detail: str) -> tuple[str, dict[str, float]]:
    for kind, words, suggests in MEANINGS:
        if re.search(words, name, re.IGNORECASE):
            return kind, dict(suggests)
    if family := family_of(name):
        return family.finding, {family.fault: round(0.8 * family.log_odds, 2)}
    if family := family_of(detail):
        return family.finding, {family.fault: round(0.7 * family.log_odds, 2)}
    return "noted_signal", {}


def magnitude(text: str) -> float:
    """1 without figures; up to 4 with the percentage that the signal itself gives."""
    changes = [abs(float(figure)) for figure in re.findall(r"[-+](\d+(?:\.\d+)?)\s?%", text)]
    worst = max(changes, default=0.0)
    return 1.0 + (worst >= 100) + (worst >= 1000) + (worst >= 10000)
