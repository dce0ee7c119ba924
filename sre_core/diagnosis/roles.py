"""What each kind of finding is good for. One table; a kind without a line only tells."""

from __future__ import annotations

import re
from enum import StrEnum


class Role(StrEnum):
    """What a finding of a kind may do to a hypothesis."""

    PROOF = "proof"
    """It shows the mechanism at work: enough, with a second source, to call a cause confirmed."""
    TELLS = "tells"
    """Words or figures that mean a mechanism, without showing it at work."""
    SYMPTOM = "symptom"
    """Somebody suffers here, or seems to: weak, and explained away by trouble further down."""
    CLEAN = "clean"
    """Looked at and healthy: it refutes."""
    CHANGE = "change"
    NOTE = "note"
    """Kept for later comparison or for the reader; weighs nothing."""


ROLES = {
    "memory_kill": Role.PROOF,
    "resource_at_limit": Role.PROOF,
    "pool_exhausted": Role.PROOF,
    "disk_full": Role.PROOF,
    "certificate_expired": Role.PROOF,
    "image_pull_failed": Role.PROOF,
    "scheduling_failed": Role.PROOF,
    "probe_misconfigured": Role.PROOF,
    "quota_exceeded": Role.PROOF,
    "account_missing": Role.PROOF,
    "runtime_down": Role.PROOF,
    "unit_inactive": Role.PROOF,
    "port_mismatch": Role.PROOF,
    "transport_mismatch": Role.PROOF,
    "no_endpoints": Role.PROOF,
    "claim_misfit": Role.PROOF,
    "wrong_address": Role.PROOF,
    "volume_unbound": Role.PROOF,
    "changed_code": Role.PROOF,
    "error_words": Role.TELLS,
    "replication_error": Role.TELLS,
    "exception": Role.TELLS,
    "anomalous_resource": Role.TELLS,
    "quota_used_up": Role.TELLS,
    "node_suspect": Role.TELLS,
    "node_not_ready": Role.TELLS,
    "unreachable_from": Role.TELLS,
    "never_scheduled": Role.TELLS,
    "volume_failed": Role.TELLS,
    "sandbox_failed": Role.TELLS,
    "refused": Role.TELLS,
    "signal": Role.TELLS,
    "failing_hop": Role.TELLS,
    "slow_hop": Role.TELLS,
    "steady_climb": Role.TELLS,
    "anomalous_series": Role.SYMPTOM,
    "shifted_series": Role.SYMPTOM,
    "symptom_signal": Role.SYMPTOM,
    "new_log_pattern": Role.SYMPTOM,
    "dependency_error": Role.SYMPTOM,
    "restarts": Role.SYMPTOM,
    "pod_not_ready": Role.SYMPTOM,
    "pod_pending": Role.SYMPTOM,
    "image_pull_failing": Role.SYMPTOM,
    "crash_loop": Role.SYMPTOM,
    "replicas_missing": Role.SYMPTOM,
    "service_missing": Role.SYMPTOM,
    "unreachable": Role.SYMPTOM,
    "clean_metrics": Role.CLEAN,
    "clean_logs": Role.CLEAN,
    "clean_pods": Role.CLEAN,
    "clean_hop": Role.CLEAN,
    "clean_node": Role.CLEAN,
    "unit_active": Role.CLEAN,
    "reachable": Role.CLEAN,
    "certificate_valid": Role.CLEAN,
    "has_endpoints": Role.CLEAN,
    "addresses_fine": Role.CLEAN,
    "change_before_onset": Role.CHANGE,
    "change_after_onset": Role.CHANGE,
    "traffic_up": Role.TELLS,
    "traffic_change": Role.NOTE,
    "odd_series": Role.NOTE,
    "passed_anomaly": Role.NOTE,
    "resolved_signal": Role.NOTE,
    "noted_signal": Role.NOTE,
    "quota_present": Role.NOTE,
    "node_closed": Role.NOTE,
    "container_ports": Role.NOTE,
    "service_wiring": Role.NOTE,
    "volume_terms": Role.NOTE,
    "placement": Role.NOTE,
    "steady_metrics": Role.NOTE,
    "runbook": Role.NOTE,
    "external": Role.NOTE,
    "external_dispute": Role.NOTE,
    "past_incident": Role.NOTE,
    "calculation": Role.NOTE,
    "outcome": Role.NOTE,
}


def role_of(kind: str) -> Role:
    """The role of a kind. One without a line here may tell of a mechanism, but never proves one."""
    return ROLES.get(kind, Role.TELLS)


UNHEALTHY = frozenset(
    {
        "pod_not_ready",
        "pod_pending",
        "image_pull_failing",
        "image_pull_failed",
        "crash_loop",
        "replicas_missing",
        "restarts",
        "scheduling_failed",
    }
)
"""Kinds after which a workload counts as not ready."""


KEEPS_PODS_DOWN = re.compile(
    r"image|registry|probe|quota|selector|affinity|taint|cordon|capacity_mismatch|volume|crash_loop|account|unavailable|kubelet|node_not"
)
"""Faults under which pods are not ready: seeing them ready speaks against these more than against any other."""
