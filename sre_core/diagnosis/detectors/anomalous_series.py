"""A metric that left its normal level and stays away, with when it began; and components whose metrics are all normal."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sre_core.diagnosis.assumed_normal import with_normal
from sre_core.diagnosis.context import Context
from sre_core.diagnosis.counters import as_rates
from sre_core.diagnosis.findings import Direction, Finding
from sre_core.diagnosis.metric_kinds import MetricKind, kind_of
from sre_core.diagnosis.series import Departure, departure, level_of, picture, readable
from sre_core.tools.query_metrics import MetricSeries, MetricsReading

MOST_OF_A_KIND = 2
"""Latency comes as p50, p95, p99 and more; two of a kind and component are enough."""
MOST_ODD = 4
"""When more series than this only move with the time of day, none of them is worth a line."""
FOLLOW_LOAD = frozenset({"cpu", "network", "queue", "pool", "threads", "file_descriptors", "memory", "evictions"})
SLACK = 1.2
"""How much more than the load a resource may grow and still be called busy."""
CEASED = 0.25
"""Requests below this share of normal: the component may be cut off."""
FAR_OUT = 2.0
FAR = 3.0
"""Times (or one divided by so much) from which an unknown figure counts as a symptom."""
SURGE = 1.7
"""Requests at this multiple of normal are called a surge."""


def detect(reading: MetricsReading, context: Context) -> list[Finding]:
    """The strongest departures of each component, and one finding for each that is clean."""
    reading = as_rates(with_normal(reading, context))
    start = begin(reading, context)
    by_component: dict[str, list[Finding]] = defaultdict(list)
    judged: dict[str, list[MetricSeries]] = defaultdict(list)
    for series in reading.series:
        kind = kind_of(series.metric)
        if level_of(series, start) is None or kind.name in ("limit", "expiry"):
            continue
        judged[series.component].append(series)
        if gone := departure(series, kind, start):
            by_component[series.component].append(_finding(series, kind, gone))
    loads = {c: load for c, findings in by_component.items() if (load := _load(findings)) > 1}
    kept = {c: [f for f in findings if not _follows(f, loads.get(c, 1.0))] for c, findings in by_component.items()}
    found = [finding for findings in kept.values() for finding in _strongest(findings)]
    found = [f for f in found if f.kind != "traffic_up" or _enters_at(f.component, loads, context)]
    odd = [f for f in found if f.kind in ("traffic_change", "odd_series")]
    found = [f for f in found if f not in odd or len(odd) <= MOST_ODD]
    lasting = {c for c, findings in by_component.items() if any(_unsettling(f) for f in findings)}
    healthy = "clean_metrics" if normal_is_known(context) else "steady_metrics"
    return found + [_clean(c, series, healthy) for c, series in judged.items() if c not in lasting]


def _unsettling(finding: Finding) -> bool:
    """Whether a component with this finding cannot be called healthy. Requests rise and fall; ceasing is another thing."""
    if finding.kind == "traffic_change":
        return float(finding.facts["times"]) < CEASED
    return finding.kind != "passed_anomaly" and (finding.kind != "odd_series" or is_far(float(finding.facts["times"])))


def is_far(times: float) -> bool:
    """A figure whose meaning is not known is worth a thought when it is a multiple, or a fraction, of what it was."""
    return not 1 / FAR < times < FAR


def normal_is_known(context: Context) -> bool:
    """Whether anybody said when it was normal. If not, a series that does not move may have been bad all along."""
    return any((context.window, context.baseline, context.alert.starts_at))


def _load(findings: list[Finding]) -> float:
    """How many times the usual requests the component gets; 1 when nothing says so."""
    return max((float(f.facts["times"]) for f in findings if f.kind == "traffic_up"), default=1.0)


def _follows(finding: Finding, load: float) -> bool:
    """A resource that grows no more than the requests do is busy, not broken."""
    ordinary = finding.facts["metric"] in FOLLOW_LOAD and finding.kind != "traffic_up"
    return ordinary and load > 1 and float(finding.facts["times"]) <= SLACK * load


def _enters_at(component: str | None, loads: Mapping[str, float], context: Context) -> bool:
    """Where the load comes in, and where the alert looks; in between it only passes through."""
    named = component in context.names.in_text(context.alert.text) or component == context.alert.component
    return named or component is None or not any(caller in loads for caller in context.topology.used_by(component))


def begin(reading: MetricsReading, context: Context) -> datetime | None:
    """From when on readings are judged: the end of the baseline, else the start of the window."""
    if reading.baseline and reading.window.start <= reading.baseline.end <= reading.window.end:
        return reading.baseline.end
    if reading.baseline is None:
        return None
    return reading.window.start


def _strongest(findings: list[Finding]) -> Iterator[Finding]:
    """What lasts before what passed; own resources and symptoms both stay visible."""
    lasting = sorted(
        (f for f in findings if f.kind != "passed_anomaly"), key=lambda f: (f.kind, -f.strength, f.locator)
    )
    kinds: dict[str, int] = defaultdict(int)
    for finding in lasting:
        kinds[str(finding.facts["metric"])] += 1
        if kinds[str(finding.facts["metric"])] <= MOST_OF_A_KIND:
            yield finding
    if not lasting:
        yield from findings[:1]


def _finding(series: MetricSeries, kind: MetricKind, gone: Departure) -> Finding:
    name = _name(kind, gone)
    return Finding(
        kind=name,
        component=series.component,
        source="metrics",
        quote=quote(series, gone),
        locator=f"{series.component} {series.metric} {kind.name} {gone.typical - gone.level.median:+.6g}",
        onset=gone.onset,
        direction=gone.direction,
        strength=min(gone.strength, 1.0) if name == "shifted_series" else gone.strength,
        suggests={} if gone.over else dict(kind.suggests),
        series=picture(series, gone.onset, gone.level.median),
        facts={
            "metric": kind.name,
            "unit": series.unit,
            "delta": gone.typical - gone.level.median,
            "times": gone.typical / gone.level.median if gone.level.median > 0 else math.inf,
            "ceased": gone.direction is Direction.DOWN and gone.typical < CEASED * gone.level.median,
        },
    )


def _name(kind: MetricKind, gone: Departure) -> str:
    if gone.over:
        return "passed_anomaly"
    if kind.name == "traffic":
        surge = gone.direction is Direction.UP and gone.typical >= SURGE * max(gone.level.median, 1e-9)
        return "traffic_up" if surge else "traffic_change"
    if kind.name in ("other", "network"):
        far = is_far(gone.typical / gone.level.median) if gone.level.median > 0 else True
        return "shifted_series" if far and kind.name == "other" and gone.strength >= FAR_OUT else "odd_series"
    return "anomalous_series" if kind.symptom else "anomalous_resource"


def quote(series: MetricSeries, gone: Departure) -> str:
    """The figures in one line: 'latency_p99_ms 2250 ms since 13:33 (normal 95.1 ms)'."""
    now, normal = readable(gone.typical, series.unit), readable(gone.level.median, series.unit)
    return f"{series.component} {series.metric} {now} since {gone.onset:%Y-%m-%d %H:%M} (normal {normal})"


def _clean(component: str, series: Iterable[MetricSeries], kind: str) -> Finding:
    shown = [
        f"{s.metric} {readable(s.window_median, s.unit)} (normal {readable(s.baseline_median, s.unit)})"
        for s in sorted(series, key=lambda s: (not kind_of(s.metric).symptom, s.metric))
        if s.window_median is not None and s.baseline_median is not None
    ]
    return Finding(kind=kind, component=component, source="metrics", quote=f"{component}: " + ", ".join(shown[:2]))
