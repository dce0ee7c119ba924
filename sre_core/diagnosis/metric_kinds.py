"""What a metric measures, read from its name and unit, and how much it must move before that means anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sre_core.diagnosis.findings import Direction


@dataclass(frozen=True)
class MetricKind:
    """A family of metrics. ``bad`` None: both directions tell something."""

    name: str
    words: re.Pattern[str]
    bad: Direction | None
    relative: float
    """Smallest change that counts, as a share of the normal level."""
    absolute: float = 0.0
    """Smallest change that counts, in the metric's own unit; for ratios."""
    symptom: bool = False
    """It shows that somebody suffers, not why."""
    suggests: tuple[tuple[str, float], ...] = ()
    """Fault -> log-odds when it moved the bad way."""


def _kind(
    name: str,
    words: str,
    bad: Direction | None,
    relative: float,
    absolute: float = 0.0,
    *,
    symptom: bool = False,
    **suggests: float,
) -> MetricKind:
    return MetricKind(name, re.compile(words, re.IGNORECASE), bad, relative, absolute, symptom, tuple(suggests.items()))


UP, DOWN = Direction.UP, Direction.DOWN

KINDS = (
    _kind("expiry", r"expir", DOWN, 1.0),
    _kind(
        "limit", r"(_|\b)(limit|max|maximum|capacity|quota|size_limit)(_bytes)?$|connections_max|pool_size$", None, 0.1
    ),
    _kind("pool_waiting", r"(connection|pool|db).*(wait|pending|queued)", UP, 1.0, 1.0, connection_pool_exhaustion=2.0),
    _kind("pool", r"(connection|pool|conn)s?.*(in_use|active|used|busy|open|count)?$", UP, 0.5, 3.0),
    _kind(
        "replication_lag",
        r"replica\w*.*(lag|delay|behind)|(lag|delay).*replica|seconds_behind",
        UP,
        1.0,
        10.0,
        replication_lag=1.0,
        replication_failure=0.8,
    ),
    _kind("queue", r"queue|backlog|consumer_?lag|depth|unacked|pending_messages", UP, 1.0, 5.0, queue_backlog=0.8),
    _kind("throttling", r"throttl|cfs", UP, 1.0, 0.05, cpu_throttling=1.2, cpu_saturation=0.8),
    _kind("packet_loss", r"retrans|packets?_?(lost|loss|drop)|loss_ratio", UP, 1.0, 0.005, packet_loss=2.0),
    _kind("clock", r"clock|ntp|time_offset", UP, 1.0, 0.5, clock_skew=2.0),
    _kind(
        "file_descriptors",
        r"(open_)?(fds?|file_desc\w*|files_open)(_|\b|$)",
        UP,
        0.5,
        50.0,
        file_descriptor_exhaustion=1.0,
    ),
    _kind("threads", r"threads?(_|\b)|workers?_(busy|active)", UP, 0.5, 10.0, thread_pool_exhaustion=1.0),
    _kind("locks", r"lock|deadlock", UP, 1.0, 1.0, lock_contention=1.8),
    _kind("cache_hits", r"(cache.*)?hit_?(ratio|rate)", DOWN, 0.15, 0.05, cache_stampede=1.8),
    _kind("evictions", r"evict", UP, 1.0, 5.0, cache_stampede=1.0),
    _kind("restarts", r"restart|crash", UP, 0.5, 1.0, crash_loop=1.0),
    _kind(
        "disk_latency", r"(disk|io|fsync|write|read).*(latency|wait|await|duration)|iowait", UP, 0.5, disk_latency=1.5
    ),
    _kind("disk", r"disk|filesystem|inode|volume_used|storage_used", UP, 0.1, 0.03),
    _kind("availability", r"availab|success|\bup\b|healthy", DOWN, 0.0, 0.005, symptom=True),
    _kind("errors", r"error|fail|fault|5xx|4xx|exception|rejected|dropped", UP, 0.5, 0.004, symptom=True),
    _kind("latency", r"latency|duration|response_?time|p9\d|p50|p99|_ms$|elapsed|slow", UP, 0.3, symptom=True),
    _kind("cpu", r"cpu|load_?(avg|1|5)", UP, 0.4, cpu_saturation=1.0),
    _kind("memory", r"mem|heap|rss|working_set", UP, 0.2),
    _kind("traffic", r"request|rps|qps|rate|throughput|traffic|calls|ops", None, 0.4, symptom=True),
    _kind("network", r"network|net_|receive|transmit|bytes_(in|out)|packets", None, 0.5, symptom=True),
)
OTHER = _kind("other", r"", None, 0.5, symptom=True)


def kind_of(metric: str) -> MetricKind:
    """What a metric measures; ``other`` when its name says nothing known. Camel case and dots count as separators."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", metric).replace(".", "_")
    return next((kind for kind in KINDS if kind.words.search(name)), OTHER)
