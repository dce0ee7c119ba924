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

TROUBLE = r"error|exception|fail|refus|reject|denied|timeout|abort|reset"

KINDS = (
    _kind("expiry", r"expir", DOWN, 1.0),
    _kind("uptime", r"uptime|start_time|boot_time", DOWN, 0.5),
    _kind(
        "limit",
        r"^(?!.*(latency|duration|response|lag|age|pause|wait)).*(_|\b)(limits?|max|maximum|capacity|quota|hard|size_limit)"
        r"(_(bytes|cores|cpu|memory|threads|fds|connections))*$|connections_max|pool_size$|max_?(clients|connections)$"
        r"|(disk|filesystem|volume|fs)_(size|total)(_bytes)?$",
        None,
        0.1,
    ),
    _kind("pool_waiting", r"(connection|pool|db).*(wait|pending|queued)", UP, 1.0, 1.0, connection_pool_exhaustion=2.0),
    _kind(
        "threads",
        r"threads?(_|\b)|workers?_(busy|active)|busy_workers|goroutines",
        UP,
        0.5,
        10.0,
        thread_pool_exhaustion=1.0,
    ),
    _kind(
        "pool",
        rf"^(?!.*({TROUBLE})).*(connection|pool|conn|connected_client|client|(?<!active_)session)s?.*(in_use|active|used|busy|open|count)?$",
        UP,
        0.5,
        3.0,
    ),
    _kind(
        "replication_lag",
        r"replica\w*.*(lag|delay|behind)|(lag|delay).*replica|seconds_behind",
        UP,
        1.0,
        10.0,
        replication_lag=1.0,
        replication_failure=0.8,
    ),
    _kind(
        "staleness", r"freshness|stale|oldest_\w*(age|message)|age_of_oldest|last_success_age", UP, 0.5, symptom=True
    ),
    _kind(
        "queue",
        r"queue|backlog|(jobs?|tasks?)_(waiting|pending)|(_|\b)lag(_|\b)|depth|unacked|(pending|messages?)_(messages|visible|ready|pending|behind)|messages_visible",
        UP,
        1.0,
        5.0,
        queue_backlog=0.8,
    ),
    _kind(
        "throttling",
        r"cfs|cpu\w*throttl|throttl\w*(cpu|periods|seconds)",
        UP,
        1.0,
        0.05,
        cpu_throttling=1.2,
        cpu_saturation=0.8,
    ),
    _kind(
        "refused_for_rate", r"throttl|rate_?limited|(_|\b)429(_|\b)|throughput_exceeded", UP, 1.0, 1.0, rate_limited=1.8
    ),
    _kind("names_unresolved", r"servfail|nxdomain|dns\w*(error|fail|timeout)", UP, 1.0, 0.01, dns_failure=2.0),
    _kind(
        "packet_loss",
        r"retrans|packets?_?(lost|loss|drop)|loss_ratio|if_?(in|out|hc)\w*(err|disc)|crc_?err|(rx|tx)_(err|drop)|discards",
        UP,
        1.0,
        0.005,
        packet_loss=2.0,
    ),
    _kind("clock", r"clock|ntp|chrony|timex|time_offset|offset_seconds$", None, 1.0, 0.5, clock_skew=2.0),
    _kind(
        "file_descriptors",
        r"(open_)?(fds?|file_desc\w*|files_open)(_|\b|$)",
        UP,
        0.5,
        50.0,
        file_descriptor_exhaustion=1.0,
    ),
    _kind("locks", r"(?<!b)(?<!c)lock|deadlock", UP, 1.0, 1.0, lock_contention=1.8),
    _kind("cache_hits", r"(cache.*)?hit_?(ratio|rate)", DOWN, 0.15, 0.05, cache_stampede=1.8),
    _kind("cache_misses", r"(^|_)miss(es)?(_|$)", UP, 1.0, 1.0, cache_stampede=1.2),
    _kind("evictions", r"evict", UP, 1.0, 5.0, cache_stampede=1.0),
    _kind("restarts", r"restart|crash", UP, 0.5, 1.0, crash_loop=1.0),
    _kind(
        "disk_latency", r"(disk|io|fsync|write|read).*(latency|wait|await|duration)|iowait", UP, 0.5, disk_latency=1.5
    ),
    _kind(
        "disk_free",
        r"(disk|filesystem|fs|volume|storage|inodes?)\w*(free|avail)|(free|avail)\w*(disk|storage|space|inodes?)",
        DOWN,
        0.5,
        disk_full=1.0,
    ),
    _kind("memory_free", r"mem\w*(free|avail)|free\w*mem", DOWN, 0.5, memory_exhaustion=0.8),
    _kind("disk", r"disk|filesystem|inode|volume_used|storage_used", UP, 0.1, 0.03),
    _kind(
        "availability", r"(?<!un)availab|(?<!un)success|(_|\b)up(_|\b)|(?<!un)healthy", DOWN, 0.0, 0.005, symptom=True
    ),
    _kind("client_errors", r"4xx|(_|\b)4\d\d(_|\b)", UP, 0.5, 0.004),
    _kind(
        "errors",
        rf"{TROUBLE}|(?<!de)(?<!page_)fault|5xx|(_|\b)5\d\d(_|\b)|drop(s|ped)?(_|\b)|dead_?letter|unhealthy|unavailab",
        UP,
        0.5,
        0.004,
        symptom=True,
    ),
    _kind("gc", r"(^|_)gc_|garbage", UP, 1.0, memory_exhaustion=0.8, memory_leak=0.8),
    _kind(
        "latency",
        r"latency|duration|response_?time|p9\d|p50|p99|(_|\b)(ms|millis\w*|msec)(_|$)|elapsed|slow|await|(_|\b)rtt(_|\b)|jitter",
        UP,
        0.3,
        symptom=True,
    ),
    _kind("database_load", r"db_?load|active_sessions", UP, 0.5, symptom=True),
    _kind("cpu", r"(?<!non_)cpu|load_?(avg|1|5)", UP, 0.4, cpu_saturation=1.0),
    _kind("memory", r"mem|heap|rss|working_set|private_bytes", UP, 0.2),
    _kind(
        "traffic",
        r"request|rps|qps|(?<!ope)rate|throughput|traffic|calls|ops|per_(second|sec|min|minute|hour)|invocations|transactions"
        r"|commits?(_|\b)|queries|records|documents|processed",
        None,
        0.4,
        symptom=True,
    ),
    _kind("network", r"network|net_|receive|transmit|bytes_(in|out)|packets", None, 0.5, symptom=True),
)
OTHER = _kind("other", r"", None, 0.5, symptom=True)


def kind_of(metric: str) -> MetricKind:
    """What a metric measures; ``other`` when its name says nothing known. Camel case and dots count as separators."""
    kind = _by_name(metric.split("{")[0])
    if kind.name not in ("traffic", "other") or "{" not in metric:
        return kind
    labelled = _by_name(re.sub(r"\W+", "_", metric))
    return labelled if labelled.name in TOLD_BY_LABELS else kind


TOLD_BY_LABELS = frozenset({"errors", "names_unresolved", "refused_for_rate"})
"""What a label may make of a count: ``requests{code="503"}`` counts errors."""


def _by_name(metric: str) -> MetricKind:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", metric).replace(".", "_")
    return next((kind for kind in KINDS if kind.words.search(name)), OTHER)
