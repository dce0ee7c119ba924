"""What to call normal when nobody said: the early part of what was recorded, because an alert may come long after the trouble.

A source that knows its baseline is believed. Otherwise the readings before the alert may already be bad ones, which hides a
fault that began half an hour before somebody was called. So only the first part of them counts as normal, and the rest is
judged with the time of trouble.
"""

from __future__ import annotations

from datetime import timedelta

from sre_core.diagnosis.context import Context
from sre_core.diagnosis.counters import refigured
from sre_core.domain import Window
from sre_core.tools.query_metrics import MetricSeries, MetricsReading

EARLY = 0.5
"""Share of the time before the alert that is taken for normal."""
FEWEST = 12
"""With fewer readings before the alert, all of them are needed to say what is normal."""
MARGIN = 0.1
"""How far beyond the widest normal reading counts as beyond it, as a share of that reading's distance from the middle."""


def with_normal(reading: MetricsReading, context: Context) -> MetricsReading:
    """The reading with its baseline shortened where it was only assumed; as it is where the source said it."""
    if context.baseline is not None or context.window is not None or reading.baseline is None:
        return reading
    whole = reading.baseline.end - reading.baseline.start
    fewest = min((_before(s, reading.baseline) for s in reading.series), default=0)
    if fewest < FEWEST:
        return reading
    split = reading.baseline.start + EARLY * whole
    normal = Window(start=reading.baseline.start, end=split)
    judged = Window(start=split + timedelta(microseconds=1), end=reading.window.end)
    shortened = reading.model_copy(update={"baseline": normal, "window": judged})
    return shortened.model_copy(update={"series": tuple(_wider(_refigured(s, shortened)) for s in reading.series)})


def _before(series: MetricSeries, baseline: Window) -> int:
    return sum(v is not None and t <= baseline.end for t, v in zip(series.times, series.values, strict=True))


def _refigured(series: MetricSeries, reading: MetricsReading) -> MetricSeries:
    readings = [(t, v) for t, v in zip(series.times, series.values, strict=True) if v is not None]
    return refigured(series, readings, reading)


def _wider(series: MetricSeries) -> MetricSeries:
    centre, low, high = series.baseline_median, series.baseline_low, series.baseline_high
    if centre is None or low is None or high is None:
        return series
    return series.model_copy(
        update={"baseline_low": low - MARGIN * (centre - low), "baseline_high": high + MARGIN * (high - centre)}
    )
