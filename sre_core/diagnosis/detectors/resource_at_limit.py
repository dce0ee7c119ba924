"""A resource that is used up: memory, disk, descriptors or connections at their limit, a certificate at its end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.detectors.anomalous_series import begin
from sre_core.diagnosis.detectors.steady_climb import climbs
from sre_core.diagnosis.findings import Direction, Finding
from sre_core.diagnosis.metric_kinds import kind_of
from sre_core.diagnosis.series import level_of, picture, readable
from sre_core.tools.query_metrics import MetricSeries, MetricsReading

NEARLY_ALL = 0.95
DISK_NEARLY_FULL = 0.97
OF_BEFORE = 0.5
"""Where the size is not read, what is left must be a smaller share still."""
FREE = {"disk_free": ("disk_full", 2.5), "memory_free": ("memory_exhaustion", 2.0)}
USED_AND_LIMIT = {
    "memory": ("memory", "memory_exhaustion", 2.0),
    "pool": ("conn|client|session", "connection_pool_exhaustion", 2.5),
    "file_descriptors": ("f", "file_descriptor_exhaustion", 2.5),
    "threads": ("thread", "thread_pool_exhaustion", 2.5),
    "disk": ("disk", "disk_full", 2.5),
}
"""Kind of what is used -> words in the name of its limit, fault, log-odds."""


def detect(reading: MetricsReading, context: Context) -> list[Finding]:
    """Used against limit where both are read; shares of a whole where they stand alone."""
    by_component: dict[str, list[MetricSeries]] = defaultdict(list)
    for series in reading.series:
        by_component[series.component].append(series)
    found: list[Finding] = []
    for all_series in by_component.values():
        found += _against_limits(all_series, reading, context)
        found += _shares(all_series)
        found += _gone(all_series)
        found += _expired(all_series)
    return found


def _against_limits(all_series: list[MetricSeries], reading: MetricsReading, context: Context) -> Iterator[Finding]:
    limits = [s for s in all_series if kind_of(s.metric).name == "limit"]
    for used in all_series:
        rule = USED_AND_LIMIT.get(kind_of(used.metric).name)
        limit = next((one for one in limits if rule and re.search(rule[0], one.metric, re.IGNORECASE)), None)
        if rule is None or limit is None or not (caps := dict(zip(limit.times, limit.values, strict=True))):
            continue
        yield from _full(used, limit, caps, rule[1], rule[2], reading, context)


def _full(
    used: MetricSeries,
    limit: MetricSeries,
    caps: Mapping[datetime, float | None],
    fault: str,
    log_odds: float,
    reading: MetricsReading,
    context: Context,
) -> Iterator[Finding]:
    """Several readings at the limit in the time of trouble, and not in normal operation."""
    start = begin(reading, context)
    full = [
        (t, v, cap)
        for t, v in zip(used.times, used.values, strict=True)
        if v is not None and (cap := caps.get(t)) and v >= NEARLY_ALL * cap and (start is None or t >= start)
    ]
    level = level_of(used, start)
    before = limit.baseline_median
    if len(full) < 2 or (level and before and level.median >= NEARLY_ALL * before):
        return
    onset, _, cap = full[0]
    peak = max(v for _, v, _ in full)
    shrunk = before is not None and cap < 0.7 * before
    words = f"{used.component} {used.metric} reached {readable(peak, used.unit)} of {limit.metric} {readable(cap, limit.unit)}"
    words += f" (limit was {readable(before, limit.unit)})" if shrunk and before is not None else ""
    yield Finding(
        kind="resource_at_limit",
        component=used.component,
        source="metrics",
        quote=f"{words} since {onset:%Y-%m-%d %H:%M}",
        locator=f"{used.component} {used.metric}",
        onset=onset,
        direction=Direction.UP,
        strength=3.0,
        suggests={"memory_leak": log_odds, fault: 0.5 * log_odds}
        if fault == "memory_exhaustion" and climbs(used)
        else {fault: log_odds},
        series=picture(used, onset, level.median if level else None),
        facts={"limit_shrunk": shrunk},
    )


def _shares(all_series: list[MetricSeries]) -> Iterator[Finding]:
    for series in all_series:
        kind, last = kind_of(series.metric).name, series.window_last
        share = series.unit in ("ratio", "percent", "%") or "ratio" in series.metric or "percent" in series.metric
        if last is None or not share or "free" in series.metric or "avail" in series.metric:
            continue
        whole = 100.0 if series.unit in ("percent", "%") or last > 1.5 else 1.0
        usual = series.baseline_median
        if kind == "disk" and last >= DISK_NEARLY_FULL * whole:
            yield _used_up(series, last, "disk_full", 2.5)
        elif kind == "cpu" and last >= NEARLY_ALL * whole and (usual is None or usual < 0.8 * whole):
            yield _used_up(series, last, "cpu_saturation", 1.8)


def _gone(all_series: list[MetricSeries]) -> Iterator[Finding]:
    """Free space that is gone: against the size of the whole where it is read, else against what was free before."""
    for series in all_series:
        fault = FREE.get(kind_of(series.metric).name)
        usual = series.baseline_high
        if fault is None or series.window_last is None or not usual:
            continue
        whole = next((s.window_last for s in all_series if s is not series and _is_whole_of(s, series)), None)
        left = series.window_last / (whole or usual)
        if left <= (1 - DISK_NEARLY_FULL) * (1 if whole else OF_BEFORE) and usual > 2 * series.window_last:
            yield _used_up(series, series.window_last, *fault, since=_since(series))


def _is_whole_of(other: MetricSeries, free: MetricSeries) -> bool:
    words = re.sub(r"(free|avail)\w*", "", free.metric.split("{")[0], flags=re.IGNORECASE).strip("_")
    return re.search(r"size|total|capacity", other.metric, re.IGNORECASE) is not None and other.metric.startswith(
        words[:8]
    )


def _since(series: MetricSeries) -> datetime | None:
    """From when on it stayed as low as it is at the end, give or take a hundredth of what was free."""
    slack = 0.01 * (series.baseline_high or 0.0)
    known = [(t, v) for t, v in zip(series.times, series.values, strict=True) if v is not None]
    low = [t for t, v in known if v <= known[-1][1] + slack]
    high = [t for t, v in known if v > known[-1][1] + slack]
    return min((t for t in low if not high or t > high[-1]), default=None)


def _used_up(
    series: MetricSeries,
    last: float,
    fault: str,
    log_odds: float,
    *,
    since: datetime | None = None,
    kind: str = "resource_at_limit",
) -> Finding:
    return Finding(
        kind=kind,
        component=series.component,
        source="metrics",
        quote=f"{series.component} {series.metric} is {readable(last, series.unit)}",
        locator=f"{series.component} {series.metric}",
        onset=since,
        strength=3.0,
        suggests={fault: log_odds},
        series=picture(series, since, series.baseline_median),
    )


def _expired(all_series: list[MetricSeries]) -> Iterator[Finding]:
    for series in all_series:
        if kind_of(series.metric).name != "expiry" or series.window_last is None or "cert" not in series.metric:
            continue
        if series.window_last <= 0:
            onset = next(
                (t for t, v in zip(series.times, series.values, strict=True) if v is not None and v <= 0), None
            )
            fault, kind = "tls_certificate_expired", "certificate_expired"
            yield _used_up(series, series.window_last, fault, 3.0, since=onset, kind=kind)
