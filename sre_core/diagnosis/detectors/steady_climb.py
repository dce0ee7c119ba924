"""Something that only grows, for hours: memory, descriptors, threads, connections or disk that are taken and never given back.

A slow leak has no onset and never leaves its normal level by a jump, so it is looked for by its shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.findings import Direction, Finding
from sre_core.diagnosis.metric_kinds import kind_of
from sre_core.diagnosis.series import picture, readable
from sre_core.tools.query_metrics import MetricSeries, MetricsReading

PARTS = 8
FEWEST = 24
"""Readings; three in each part."""
LEAST_TIME = timedelta(hours=1)
GROWN = 1.3
"""Times what it was at first."""
LARGEST_STEP = 0.45
"""Share of the whole growth that one part may bring: a jump is no climb."""
TAKES = {
    "memory": ("memory_leak", 2.0),
    "file_descriptors": ("file_descriptor_exhaustion", 1.2),
    "threads": ("thread_pool_exhaustion", 0.8),
    "pool": ("connection_pool_exhaustion", 0.8),
    "disk": ("disk_full", 1.0),
}
"""Kind of what is taken -> fault, log-odds."""


def detect(reading: MetricsReading, context: Context) -> list[Finding]:
    """One finding a series that climbs from its first readings to its last."""
    return [_finding(series) for series in reading.series if kind_of(series.metric).name in TAKES and climbs(series)]


def climbs(series: MetricSeries) -> bool:
    """Every part of the record is higher than the one before, and no single jump makes the difference."""
    known = [(t, v) for t, v in zip(series.times, series.values, strict=True) if v is not None]
    if len(known) < FEWEST or known[-1][0] - known[0][0] < LEAST_TIME:
        return False
    levels = _levels([v for _, v in known])
    steps = [after - before for before, after in pairwise(levels)]
    whole = levels[-1] - levels[0]
    grown = levels[0] > 0 and levels[-1] >= GROWN * levels[0]
    return grown and all(step > 0 for step in steps[:-1]) and steps[-1] >= 0 and max(steps) <= LARGEST_STEP * whole


def _levels(values: Sequence[float]) -> list[float]:
    size = len(values) / PARTS
    return [median(values[round(i * size) : round((i + 1) * size)]) for i in range(PARTS)]


def _finding(series: MetricSeries) -> Finding:
    fault, log_odds = TAKES[kind_of(series.metric).name]
    known = [(t, v) for t, v in zip(series.times, series.values, strict=True) if v is not None]
    hours = (known[-1][0] - known[0][0]).total_seconds() / 3600
    first, last = readable(known[0][1], series.unit), readable(known[-1][1], series.unit)
    return Finding(
        kind="steady_climb",
        component=series.component,
        source="metrics",
        quote=f"{series.component} {series.metric} climbed from {first} to {last} over {hours:.1f} h without falling back",
        locator=f"{series.component} {series.metric}",
        direction=Direction.UP,
        strength=2.0,
        suggests={fault: log_odds},
        series=picture(series, None, None),
    )
