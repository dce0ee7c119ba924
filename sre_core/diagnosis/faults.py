"""The kinds of fault that a root cause can name. ``docs/faults.md`` is this table in prose; a test proves that both agree.

Terms are snake_case, mechanism first. Adding one is adding a row here and a line there.
"""

from __future__ import annotations

from sre_core.domain import RemediationKind as R
from sre_core.domain import Value


class Fault(Value):
    """One kind of fault: how it works, what it looks like, what speaks against it, what usually ends it."""

    term: str
    mechanism: str
    observables: str
    refuted_by: str
    remedies: tuple[R, ...]
    """Best first: what stops the bleeding, then what fixes it."""

    @property
    def label(self) -> str:
        """The term as plain words."""
        return label(self.term)


def _fault(term: str, mechanism: str, observables: str, refuted_by: str, *remedies: R) -> Fault:
    return Fault(term=term, mechanism=mechanism, observables=observables, refuted_by=refuted_by, remedies=remedies)


_TABLE = (
    # -- a resource runs out ---------------------------------------------------------------------------------------
    _fault(
        "memory_exhaustion",
        "needs more memory than its limit allows and is killed or refuses work",
        "OOMKilled, exit code 137, OutOfMemoryError, memory at its limit",
        "memory well below its limit",
        R.SCALE,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "memory_leak",
        "memory is taken and never given back, whatever the load",
        "memory climbs in a straight line between restarts, unlike traffic",
        "memory follows traffic or is flat",
        R.RESTART,
        R.FIX_FORWARD,
    ),
    _fault(
        "cpu_saturation",
        "work waits for processor time",
        "cpu at its limit or far above normal, latency up without slow dependencies",
        "cpu as usual",
        R.SCALE,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "cpu_throttling",
        "the container's cpu quota is used up in every period and it is paused",
        "throttled periods or cfs throttled seconds up, latency up while the node has cpu left",
        "no throttled periods",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    _fault(
        "disk_full",
        "nothing can be written any more",
        "no space left on device, disk used near 100 %, writes fail while reads work",
        "free space and inodes left",
        R.PURGE_DATA,
        R.SCALE,
    ),
    _fault(
        "disk_latency",
        "reads and writes to disk are slow",
        "io wait or disk latency up, fsync warnings, queries slow across the board",
        "disk latency as usual",
        R.FAILOVER,
        R.ESCALATE,
    ),
    _fault(
        "file_descriptor_exhaustion",
        "no more files or sockets can be opened",
        "too many open files (EMFILE), open descriptors at the limit",
        "descriptors well below the limit",
        R.RESTART,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "connection_pool_exhaustion",
        "callers wait for a connection that is never free",
        "timed out waiting for a connection from the pool, connections in use at their maximum, waiters above zero",
        "idle connections in the pool",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
        R.RESTART,
    ),
    _fault(
        "thread_pool_exhaustion",
        "every worker is busy and new work is refused or queued",
        "rejected execution, worker threads at their maximum, queue full",
        "idle workers",
        R.SCALE,
        R.RESTART,
    ),
    _fault(
        "queue_backlog",
        "work arrives faster than it is taken off the queue",
        "queue depth or consumer lag grows, age of the oldest message grows",
        "queue depth as usual",
        R.SCALE,
        R.FIX_FORWARD,
    ),
    _fault(
        "lock_contention",
        "work waits for a lock that another holds",
        "deadlock detected, lock wait timeout, sessions waiting for locks",
        "no waiters on locks",
        R.RESTART,
        R.FIX_FORWARD,
    ),
    _fault(
        "slow_query",
        "one kind of query takes far longer than it should",
        "slow query log, database cpu up, latency only where that query is made",
        "query times as usual",
        R.CONFIG_CHANGE,
        R.FIX_FORWARD,
    ),
    _fault(
        "cache_stampede",
        "the cache no longer answers and everything goes to what is behind it",
        "hit ratio falls, evictions up, load behind the cache up",
        "hit ratio as usual",
        R.SCALE,
        R.CONFIG_CHANGE,
    ),
    # -- load ------------------------------------------------------------------------------------------------------
    _fault(
        "traffic_surge",
        "more requests come from outside than the system is sized for",
        "request rate at the entry far above normal before anything slows down",
        "request rate as usual",
        R.SCALE,
        R.WAIT,
    ),
    _fault(
        "retry_storm",
        "retries multiply the load on what is already failing",
        "request rate grows along the chain though not at the entry, attempts per request up",
        "as many calls per request as usual",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    _fault(
        "rate_limited",
        "somebody refuses calls above an agreed rate",
        "429, too many requests, throttled by a provider",
        "no refusals",
        R.CONFIG_CHANGE,
        R.ESCALATE,
    ),
    _fault(
        "timeout_misconfigured",
        "a timeout is shorter than the work takes, or too long to protect anybody",
        "calls end at exactly the same duration, a changed timeout setting, the callee finishes its work",
        "durations vary, the callee itself is slow",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    # -- somebody changed something --------------------------------------------------------------------------------
    _fault(
        "code_regression",
        "a new version does something wrong",
        "errors or latency begin at a deploy, an exception from a file that it changed",
        "the trouble began before the deploy",
        R.ROLLBACK,
        R.FIX_FORWARD,
    ),
    _fault(
        "config_error",
        "a setting is wrong or missing",
        "errors begin at a configuration change, missing or invalid setting in the log",
        "settings as before",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "feature_flag_regression",
        "a flag opened a path that does not work",
        "errors begin when the flag was turned, only for those who have it",
        "the flag was turned after the trouble began",
        R.CONFIG_CHANGE,
        R.FIX_FORWARD,
    ),
    _fault(
        "schema_migration_failure",
        "data and code no longer agree on the schema",
        "unknown column, relation does not exist, failed migration",
        "schema as the code expects",
        R.ROLLBACK,
        R.FIX_FORWARD,
    ),
    _fault(
        "plugin_incompatibility",
        "an extension does not work with what it was installed into",
        "errors from a plugin's stage, begun when it was installed or upgraded",
        "errors older than the plugin",
        R.ROLLBACK,
        R.ESCALATE,
    ),
    _fault(
        "third_party_outage",
        "somebody else's service fails",
        "calls to an outside host fail or slow down, our side is healthy",
        "the outside host answers as usual",
        R.FAILOVER,
        R.ESCALATE,
        R.WAIT,
    ),
    # -- data ------------------------------------------------------------------------------------------------------
    _fault(
        "replication_failure",
        "changes are no longer copied to where they are read",
        "replication errors, replica stale and getting staler",
        "replica up to date",
        R.ROLLBACK,
        R.RESTART,
        R.ESCALATE,
    ),
    _fault(
        "replication_lag",
        "changes are copied, but late",
        "replication lag high, then shrinking; no replication errors",
        "lag as usual",
        R.WAIT,
        R.SCALE,
    ),
    _fault(
        "data_corruption",
        "stored data is damaged",
        "checksum mismatch, invalid page, cannot decode",
        "checksums right",
        R.FAILOVER,
        R.ESCALATE,
    ),
    # -- identity and trust ----------------------------------------------------------------------------------------
    _fault(
        "tls_certificate_expired",
        "a certificate is past its date and nobody who checks it connects any more",
        "certificate has expired, notAfter in the past, handshakes fail at one host",
        "notAfter in the future",
        R.ROTATE_CREDENTIAL,
    ),
    _fault(
        "credential_expired",
        "a password, token or key is no longer accepted",
        "401, token expired, password authentication failed, for one caller",
        "logins of that caller succeed",
        R.ROTATE_CREDENTIAL,
    ),
    _fault(
        "permission_denied",
        "a caller may not do what it needs to do",
        "403, access denied, forbidden, begun with a change of roles or policies",
        "the same call is allowed",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "service_account_missing",
        "pods name a service account that does not exist, so none is created",
        "serviceaccount not found, replicas created 0",
        "the service account exists",
        R.CONFIG_CHANGE,
    ),
    # -- network ---------------------------------------------------------------------------------------------------
    _fault(
        "dns_failure",
        "names are not resolved any more",
        "no such host, NXDOMAIN or SERVFAIL for names that exist, many callers at once",
        "names resolve",
        R.RESTART,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "network_latency",
        "packets take longer than they should",
        "latency up on every call of one pod or node, cpu and errors as usual, fewer requests done",
        "round trips as usual",
        R.RESCHEDULE,
        R.ESCALATE,
    ),
    _fault(
        "packet_loss",
        "packets get lost on the way",
        "TCP retransmissions up, timeouts at random, median fine and tail bad",
        "no retransmissions",
        R.RESCHEDULE,
        R.ESCALATE,
    ),
    _fault(
        "network_partition",
        "one part of the network cannot reach another",
        "no route to host, timeouts between two groups while each is healthy within",
        "connections between them succeed",
        R.FAILOVER,
        R.ESCALATE,
    ),
    _fault(
        "clock_skew",
        "clocks disagree",
        "token used before issued, not yet valid, clock offset up",
        "clocks synchronised",
        R.RESTART,
        R.CONFIG_CHANGE,
    ),
    # -- generic ---------------------------------------------------------------------------------------------------
    _fault(
        "crash_loop",
        "the process starts, dies and starts again, for a reason not yet known",
        "CrashLoopBackOff, restarts climbing",
        "no restarts",
        R.ROLLBACK,
        R.RESTART,
    ),
    _fault(
        "dependency_unavailable",
        "something it needs cannot be reached, and nothing says why",
        "connection refused, no healthy upstream",
        "the dependency answers",
        R.FAILOVER,
        R.RESTART,
    ),
    # -- starting a container --------------------------------------------------------------------------------------
    _fault(
        "image_not_found",
        "the image or tag does not exist",
        "ErrImagePull, manifest unknown, not found",
        "the image is pulled",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "image_pull_unauthorized",
        "the registry does not let the node pull",
        "ImagePullBackOff, unauthorized, pull access denied, failed to authorize",
        "the image is pulled",
        R.ROTATE_CREDENTIAL,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "registry_unreachable",
        "the registry's name or address cannot be reached",
        "ErrImagePull with no such host, i/o timeout or connection refused from the registry",
        "other images come from the same registry",
        R.CONFIG_CHANGE,
        R.ESCALATE,
    ),
    _fault(
        "volume_permission_denied",
        "the process may not read or write its volume",
        "permission denied on a mounted path, crash at start",
        "files are opened",
        R.CONFIG_CHANGE,
    ),
    # -- probes ----------------------------------------------------------------------------------------------------
    _fault(
        "liveness_probe_wrong_port",
        "the liveness probe asks a port nobody listens on, and the container is killed for it",
        "liveness probe failed on a port that is not the container's, restarts with exit code 143",
        "probe and container port agree",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "liveness_probe_wrong_protocol",
        "the liveness probe speaks another protocol than the port, and the container is killed for it",
        "liveness probe failed with a malformed answer, restarts",
        "the probe speaks the port's protocol",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "liveness_probe_wrong_timing",
        "the liveness probe gives the container no time to start, and kills it",
        "liveness probe failed within seconds of every start, tiny delay and threshold, restarts",
        "delay and threshold leave time to start",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "readiness_probe_wrong_port",
        "the readiness probe asks a port nobody listens on, so no traffic is sent",
        "running but never ready, readiness probe failed on a port that is not the container's",
        "probe and container port agree",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "readiness_probe_wrong_protocol",
        "the readiness probe speaks another protocol than the port, so no traffic is sent",
        "running but never ready, readiness probe failed with a malformed answer",
        "the probe speaks the port's protocol",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    # -- routing ---------------------------------------------------------------------------------------------------
    _fault(
        "service_selector_mismatch",
        "the Service selects labels that no pod carries",
        "endpoints empty while pods are ready",
        "endpoints list the pods",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "service_port_mismatch",
        "the Service forwards to a port nobody listens on",
        "endpoints there, connection refused, target port is not the container's",
        "target port and container port agree",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "service_protocol_mismatch",
        "the Service forwards another transport than the pods speak",
        "UDP in the Service for a TCP port, TCP connections refused",
        "the Service's protocol is the pods'",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "env_address_mismatch",
        "a caller holds a wrong address of what it depends on",
        "calls to a host that does not exist or is somebody else, address in an environment variable",
        "addresses name existing services",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    # -- quotas ----------------------------------------------------------------------------------------------------
    _fault(
        "cpu_quota_exceeded",
        "the namespace may not request more cpu, so pods are refused",
        "exceeded quota, requests.cpu or limits.cpu used at hard",
        "quota left",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    _fault(
        "memory_quota_exceeded",
        "the namespace may not request more memory, so pods are refused",
        "exceeded quota, requests.memory or limits.memory used at hard",
        "quota left",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    _fault(
        "pod_quota_exceeded",
        "the namespace may not hold more pods",
        "exceeded quota, pods used at hard",
        "quota left",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "service_quota_exceeded",
        "the namespace may not hold more Services, so one is missing",
        "exceeded quota, services used at hard, a name that does not resolve",
        "quota left",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "storage_quota_exceeded",
        "the namespace may not request more storage, so a claim is missing",
        "exceeded quota, requests.storage, claim not found",
        "quota left",
        R.CONFIG_CHANGE,
    ),
    # -- scheduling ------------------------------------------------------------------------------------------------
    _fault(
        "node_selector_mismatch",
        "no node carries the label that the pod's node selector asks for",
        "FailedScheduling: didn't match node selector, a node selector in the pod",
        "a node carries the label",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "node_affinity_mismatch",
        "no node satisfies the pod's node affinity",
        "FailedScheduling: didn't match node affinity, no node selector in the pod",
        "a node satisfies it",
        R.ROLLBACK,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "pod_anti_affinity_conflict",
        "replicas may not share a node and there are not enough nodes",
        "FailedScheduling: didn't match pod anti-affinity rules",
        "a node without a conflicting pod",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    _fault(
        "taint_toleration_mismatch",
        "nodes carry a taint that the pod does not tolerate",
        "FailedScheduling: untolerated taint",
        "the pod tolerates the taint",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "node_cordoned",
        "nodes are closed to new pods",
        "FailedScheduling: nodes were unschedulable, SchedulingDisabled",
        "nodes open to new pods",
        R.CONFIG_CHANGE,
        R.RESCHEDULE,
    ),
    _fault(
        "cpu_capacity_mismatch",
        "the pod asks for more cpu than any node has left",
        "FailedScheduling: insufficient cpu",
        "a node with that much cpu left",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    _fault(
        "memory_capacity_mismatch",
        "the pod asks for more memory than any node has left",
        "FailedScheduling: insufficient memory",
        "a node with that much memory left",
        R.CONFIG_CHANGE,
        R.SCALE,
    ),
    # -- volumes ---------------------------------------------------------------------------------------------------
    _fault(
        "volume_capacity_mismatch",
        "the claim asks for more than any volume holds",
        "claim pending, available volume smaller than the claim",
        "a volume that is large enough",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "volume_access_mode_mismatch",
        "the claim asks for an access mode that no volume offers",
        "claim pending, available volume with other access modes",
        "a volume with that access mode",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "volume_storage_class_mismatch",
        "the claim names a storage class that does not exist or fits no volume",
        "ProvisioningFailed, storageclass not found",
        "the storage class exists",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "volume_selector_mismatch",
        "the claim selects labels that no volume carries",
        "claim pending, available volume with other labels",
        "a volume with those labels",
        R.CONFIG_CHANGE,
    ),
    _fault(
        "volume_bound_elsewhere",
        "the volume that the claim needs is taken by another claim",
        "claim pending, every volume bound to somebody else",
        "a free volume",
        R.CONFIG_CHANGE,
    ),
    # -- the cluster itself ----------------------------------------------------------------------------------------
    _fault(
        "container_runtime_unavailable",
        "the container runtime of a node is down",
        "containerd.sock no such file, FailedCreatePodSandBox, unit inactive",
        "unit active",
        R.RESTART,
        R.RESCHEDULE,
    ),
    _fault(
        "kubelet_unavailable",
        "the kubelet of a node is down",
        "node NotReady, port 10250 refused, unit inactive",
        "unit active",
        R.RESTART,
        R.RESCHEDULE,
    ),
    _fault(
        "kube_proxy_unavailable",
        "a node no longer routes Service addresses",
        "Service addresses unreachable from one node only, unit inactive",
        "unit active",
        R.RESTART,
    ),
    _fault(
        "scheduler_unavailable",
        "nobody assigns pods to nodes",
        "pods pending without any scheduling event, unit inactive",
        "unit active",
        R.RESTART,
    ),
    _fault(
        "node_not_ready",
        "a node does not report ready, for a reason not yet known",
        "NotReady, pods evicted or unknown",
        "node ready",
        R.RESCHEDULE,
        R.ESCALATE,
    ),
    # -- nothing or nothing yet ------------------------------------------------------------------------------------
    _fault(
        "monitoring_false_alarm",
        "the alert is wrong and the system is healthy",
        "telemetry shows nothing of what the alert says",
        "telemetry shows the symptom",
        R.NONE,
        R.CONFIG_CHANGE,
    ),
    _fault(
        "unknown_fault",
        "the component is where it begins; what is wrong with it is not known",
        "anomalies that begin at the component",
        "the component is healthy",
        R.ESCALATE,
    ),
)

FAULTS = {fault.term: fault for fault in _TABLE}
"""Every fault kind by its term, in the order of docs/faults.md."""

GENERIC = frozenset({"unknown_fault", "crash_loop", "dependency_unavailable", "node_not_ready"})
"""Terms that say that something is wrong without a mechanism; a report never calls them confirmed."""


SPELLED = {"tls": "TLS", "cpu": "CPU", "dns": "DNS"}
"""Words of terms that are written in capitals."""


def label(term: str) -> str:
    """The term as plain words, also for one that is not in the table."""
    return " ".join(SPELLED.get(word, word) for word in term.split("_"))
