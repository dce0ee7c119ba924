"""Counters that only go up, read as what they count: how much a second, or how long on average.

Prometheus-like exporters hand out running totals. A total is always higher than it was, so compared with its own past it
would look wrong on every day of the year; only its slope says anything. A pair of ``_sum`` and ``_count`` is a mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median

from sre_core.diagnosis.metric_kinds import kind_of
from sre_core.domain import Window
from sre_core.tools.query_metrics import MetricSeries, MetricsReading

NAMED = re.compile(r"_(total|count|sum|bucket)(\{.*\})?$", re.IGNORECASE)
LEVELS = frozenset(
    {"restarts", "limit", "expiry", "uptime", "queue", "memory", "disk", "disk_free", "memory_free", "staleness"}
)
"""Kinds whose rise is the news itself, whatever their name ends with."""
FAILURES = frozenset({"errors", "packet_loss", "refused_for_rate", "names_unresolved", "client_errors"})
"""Failures that never get fewer, over many readings, are a running total, whatever it is called."""
FEWEST_RISES = 3
MOST_RESETS = 0.05
"""Share of steps that may fall: a restarted process counts from zero again."""
MOSTLY_RISING, STEADY = 0.9, 0.5
FEWEST = 12

Readings = Sequence[tuple[datetime, float]]


def as_rates(reading: MetricsReading) -> MetricsReading:
    """The same reading with every counter replaced by its rate, and every sum with its count by their mean."""
    by_name = {(s.component, s.metric): s for s in reading.series}
    return reading.model_copy(update={"series": tuple(_converted(reading, by_name.values()))})


def _converted(reading: MetricsReading, every: Iterable[MetricSeries]) -> Iterator[MetricSeries]:
    sums = {(s.component, s.metric): s for s in every if is_counter(s)}
    for series in every:
        if (series.component, series.metric) not in sums:
            yield series
        elif series.metric.endswith("_bucket"):
            continue
        elif series.metric.endswith("_sum") and (count := sums.get((series.component, f"{series.metric[:-4]}_count"))):
            mean = tuple(_ratios(_kept(series), _kept(count)))
            yield refigured(series, mean, reading, metric=f"{series.metric[:-4]}_mean")
        else:
            yield refigured(
                series, tuple(_rates(_kept(series))), reading, unit=f"{series.unit}/s".removeprefix("count")
            )


def is_counter(series: MetricSeries) -> bool:
    """It is named like one and hardly ever falls, or it rises all the time and steadily."""
    values = [value for _, value in _kept(series)]
    steps = [after - before for before, after in pairwise(values)]
    if len(values) < FEWEST or not any(steps) or kind_of(series.metric).name in LEVELS:
        return False
    falling = sum(step < 0 for step in steps) / len(steps)
    if kind_of(series.metric).name in FAILURES and falling == 0 and len(values) >= 2 * FEWEST:
        return sum(step > 0 for step in steps) >= FEWEST_RISES
    if NAMED.search(series.metric):
        return falling <= MOST_RESETS
    rising = sum(step > 0 for step in steps) / len(steps)
    rates = [rate for _, rate in _rates(_kept(series))][: len(steps) // 3]
    usual = median(rates) if rates else 0.0
    steady = usual > 0 and median(abs(rate - usual) for rate in rates) < STEADY * usual
    return (
        falling == 0
        and rising >= MOSTLY_RISING
        and steady
        and kind_of(series.metric).name in ("traffic", "errors", "other")
    )


def _kept(series: MetricSeries) -> list[tuple[datetime, float]]:
    return [(t, v) for t, v in zip(series.times, series.values, strict=True) if v is not None]


def _rates(readings: Readings) -> Iterator[tuple[datetime, float]]:
    for (before, low), (after, high) in pairwise(readings):
        seconds = (after - before).total_seconds()
        if seconds > 0:
            yield after, (high - low if high >= low else high) / seconds


def _ratios(sums: Readings, counts: Readings) -> Iterator[tuple[datetime, float]]:
    per_second = dict(_rates(counts))
    for moment, busy in _rates(sums):
        if times := per_second.get(moment):
            yield moment, busy / times


def refigured(
    series: MetricSeries,
    readings: Readings,
    reading: MetricsReading,
    *,
    metric: str | None = None,
    unit: str | None = None,
) -> MetricSeries:
    """The series with other readings, its normal level and its window's figures taken from those."""
    normal, now = _within(readings, reading.baseline), _within(readings, reading.window)
    centre = median(normal) if normal else None
    return series.model_copy(
        update={
            "metric": metric or series.metric,
            "unit": series.unit if unit is None else unit,
            "times": tuple(t for t, _ in readings),
            "values": tuple(v for _, v in readings),
            "baseline_median": centre,
            "baseline_spread": 1.4826 * median(abs(v - centre) for v in normal) if centre is not None else None,
            "baseline_low": min(normal, default=None),
            "baseline_high": max(normal, default=None),
            "baseline_count": len(normal),
            "window_median": median(now) if now else None,
            "window_low": min(now, default=None),
            "window_high": max(now, default=None),
            "window_last": now[-1] if now else None,
            "window_count": len(now),
        }
    )


def _within(readings: Readings, window: Window | None) -> list[float]:
    return [v for t, v in readings if window is not None and window.start <= t <= window.end]
