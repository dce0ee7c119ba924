"""What one Kubernetes event says about the kind of fault. The words are those of the scheduler, kubelet and controllers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sre_core.diagnosis.kubectl import KubeEvent
from sre_core.diagnosis.wording import family_of


@dataclass(frozen=True)
class Meaning:
    """Faults with their log-odds, on the object's workload or, where set, on the node or namespace."""

    kind: str
    suggests: dict[str, float] = field(default_factory=dict)
    place: str = "workload"


QUOTA = (
    ("service_quota_exceeded", r"\bservices"),
    ("storage_quota_exceeded", r"storage|persistentvolumeclaims"),
    ("cpu_quota_exceeded", r"cpu"),
    ("memory_quota_exceeded", r"memory"),
    ("pod_quota_exceeded", r"\bpods\b"),
)
UNFIT = (
    ("cpu_capacity_mismatch", r"insufficient cpu", 3.0),
    ("memory_capacity_mismatch", r"insufficient memory", 3.0),
    ("pod_anti_affinity_conflict", r"anti-affinity", 3.0),
    (
        "taint_toleration_mismatch",
        r"untolerated taint(?! \{node\.kubernetes\.io/(unreachable|not-ready|unschedulable))|that the pod didn't tolerate",
        3.0,
    ),
    ("node_selector_mismatch", r"node selector|node affinity/selector", 2.0),
    ("node_affinity_mismatch", r"node affinity", 2.0),
    ("node_not_ready", r"untolerated taint \{node\.kubernetes\.io/(unreachable|not-ready)", 1.5),
    ("node_cordoned", r"were unschedulable|taint \{node\.kubernetes\.io/unschedulable", 3.0),
)


def meaning_of(event: KubeEvent, description: str = "") -> Meaning | None:
    """What the event says; None when it is routine or says nothing by itself. ``description`` is that of the object, if read."""
    message = event.message
    match event.reason:
        case "FailedScheduling":
            return unscheduled(message, description)
        case "FailedCreate" | "ReplicaSetCreateError":
            return refused(message)
        case "FailedCreatePodSandBox" | "FailedCreatePodContainer" | "ContainerGCFailed" | "ImageGCFailed":
            return unsandboxed(message)
        case "ProvisioningFailed" | "FailedBinding":
            return unprovisioned(message)
        case "FailedMount" | "FailedAttachVolume":
            return Meaning(
                "volume_failed",
                {"volume_permission_denied": 1.5 if "permission" in message else 0.6, "config_error": 0.5},
            )
        case "OOMKilling" | "OOMKilled" | "SystemOOM":
            return Meaning("memory_kill", {"memory_exhaustion": 3.0})
        case "NodeNotReady":
            return Meaning("node_not_ready", {"node_not_ready": 1.5, "kubelet_unavailable": 1.0}, "node")
        case "Failed" | "InspectFailed" | "ErrImagePull" | "ImagePullBackOff":
            return unpulled(message)
        case "BackOff" if "restarting" in message:
            return Meaning("crash_loop", {"crash_loop": 1.0})
        case _:
            return None


def unscheduled(message: str, description: str) -> Meaning:
    """The reason that holds for most nodes; nodes that are always closed (a control plane) do not count unless all are."""
    if re.search(r"persistentvolumeclaim .{1,80} not found", message):
        return Meaning("scheduling_failed", {"storage_quota_exceeded": 1.5}, "namespace")
    if "unbound" in message or "persistent volume" in message or "persistentvolume" in message:
        return Meaning("volume_unbound", dict.fromkeys(VOLUME_FAULTS, 1.0))
    total = re.search(r"0/(\d+) nodes", message)
    reasons = re.findall(r"(\d+) ((?:node\(s\)|Insufficient)[^,.]*(?:\{[^}]*\})?)", message.split("preemption:")[0])
    best = max(reasons, key=lambda reason: (int(reason[0]), "unschedulable" not in reason[1]), default=None)
    if best is None or total is None:
        return Meaning("scheduling_failed", {})
    return Meaning("scheduling_failed", _unfit(best[1], description, all_of_them=best[0] == total.group(1)))


VOLUME_FAULTS = (
    "volume_capacity_mismatch",
    "volume_access_mode_mismatch",
    "volume_storage_class_mismatch",
    "volume_selector_mismatch",
    "volume_bound_elsewhere",
)


def _unfit(reason: str, description: str, *, all_of_them: bool) -> dict[str, float]:
    fault, log_odds = next(((f, w) for f, words, w in UNFIT if re.search(words, reason, re.IGNORECASE)), ("", 0.0))
    if fault in ("node_selector_mismatch", "node_affinity_mismatch") and "Node-Selectors:" in description:
        none = re.search(r"Node-Selectors:\s+<none>", description)
        return {"node_affinity_mismatch" if none else "node_selector_mismatch": 3.0}
    if fault == "node_selector_mismatch":
        return {fault: log_odds, "node_affinity_mismatch": log_odds}
    return {fault: log_odds if fault != "node_cordoned" or all_of_them else 1.5} if fault else {}


def refused(message: str) -> Meaning | None:
    """Why the API server would not create the pod."""
    if "exceeded quota" in message:
        asked = message.split("requested:")[-1].split("used:")[0]
        fault = next((fault for fault, words in QUOTA if re.search(words, asked)), None)
        return Meaning("quota_exceeded", {fault: 3.5}, "namespace") if fault else None
    if re.search(r"serviceaccount .{1,80}not found", message):
        return Meaning("account_missing", {"service_account_missing": 3.0})
    return Meaning("refused", {"permission_denied": 1.0}) if "forbidden" in message else None


def unsandboxed(message: str) -> Meaning:
    """Why the kubelet could not set the pod up."""
    if re.search(r"oom", message, re.IGNORECASE):
        return Meaning("memory_kill", {"memory_exhaustion": 3.0})
    if re.search(r"containerd\.sock|dockershim|docker\.sock|crio\.sock|runtime (service|is not)", message):
        return Meaning("runtime_down", {"container_runtime_unavailable": 3.0}, "node")
    return Meaning("sandbox_failed", {"config_error": 0.5})


def unprovisioned(message: str) -> Meaning | None:
    """Why a claim got no volume."""
    if re.search(r"storageclass\S* .{0,80}not found", message):
        return Meaning("volume_unbound", {"volume_storage_class_mismatch": 3.5})
    if "exceeded quota" in message:
        return Meaning("quota_exceeded", {"storage_quota_exceeded": 3.5}, "namespace")
    return None


def unpulled(message: str) -> Meaning | None:
    """Why the image could not be pulled."""
    family = family_of(f"image pull: {message}")
    if family and family.fault in ("image_not_found", "image_pull_unauthorized", "registry_unreachable"):
        return Meaning("image_pull_failed", {family.fault: 3.5})
    if family and family.fault in (
        "memory_exhaustion",
        "volume_permission_denied",
        "config_error",
        "permission_denied",
    ):
        return Meaning(family.finding, {family.fault: family.log_odds})
    return None
