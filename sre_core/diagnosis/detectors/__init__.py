"""Detectors: one a file, one line each here. A detector reads one typed output and says what stands out, or that nothing does.

Adding one: write ``detect(output, context) -> list[Finding]`` in a file of its own, add its line, add its test (one that
fires, one that stays silent). A new kind of finding tells of the faults that it suggests; to let it prove or refute them, give
it a role in ``roles.ROLES``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.detectors import (
    anomalous_series,
    certificates,
    command_words,
    env_addresses,
    kube_descriptions,
    kube_probes,
    kube_quotas,
    kube_routing,
    kube_volumes,
    kube_workloads,
    log_patterns,
    nodes_and_units,
    other_signals,
    reachability,
    recent_changes,
    resource_at_limit,
    steady_climb,
    trace_hops,
    web_pages,
)
from sre_core.diagnosis.findings import Finding
from sre_core.domain import Value
from sre_core.tools.list_changes import ChangeList
from sre_core.tools.query_metrics import MetricsReading
from sre_core.tools.read_logs import LogReading
from sre_core.tools.read_signals import SignalList
from sre_core.tools.read_traces import TraceReading
from sre_core.tools.run_diagnostic import DiagnosticOutput
from sre_core.web.dossier import Dossier


@dataclass(frozen=True)
class Detector:
    """A detector by its name, and what it reads."""

    name: str
    reads: type[Value]
    detect: Callable[[Any, Context], list[Finding]]


REGISTRY = (
    Detector("anomalous_series", MetricsReading, anomalous_series.detect),
    Detector("resource_at_limit", MetricsReading, resource_at_limit.detect),
    Detector("steady_climb", MetricsReading, steady_climb.detect),
    Detector("log_patterns", LogReading, log_patterns.detect),
    Detector("recent_changes", ChangeList, recent_changes.detect),
    Detector("other_signals", SignalList, other_signals.detect),
    Detector("trace_hops", TraceReading, trace_hops.detect),
    Detector("kube_workloads", DiagnosticOutput, kube_workloads.detect),
    Detector("kube_descriptions", DiagnosticOutput, kube_descriptions.detect),
    Detector("kube_probes", DiagnosticOutput, kube_probes.detect),
    Detector("kube_routing", DiagnosticOutput, kube_routing.detect),
    Detector("kube_quotas", DiagnosticOutput, kube_quotas.detect),
    Detector("kube_volumes", DiagnosticOutput, kube_volumes.detect),
    Detector("env_addresses", DiagnosticOutput, env_addresses.detect),
    Detector("nodes_and_units", DiagnosticOutput, nodes_and_units.detect),
    Detector("reachability", DiagnosticOutput, reachability.detect),
    Detector("certificates", DiagnosticOutput, certificates.detect),
    Detector("command_words", DiagnosticOutput, command_words.detect),
    Detector("web_pages", Dossier, web_pages.detect),
)


def findings_in(output: Value, context: Context, detectors: Sequence[Detector] = REGISTRY) -> list[Finding]:
    """Everything that the detectors for this kind of output find, in registry order."""
    reading = (detector for detector in detectors if isinstance(output, detector.reads))
    return [finding for detector in reading for finding in detector.detect(output, context)]
