"""Read metrics around the incident, beside what was normal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from sre_core.domain import Moment, Value, Window
from sre_core.errors import ToolError
from sre_core.sources.base import LARGEST_READING, MetricsSource
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.periods import BEFORE_THE_ALERT, KnownPeriods, before


class MetricsQuery(Value):
    """Which readings to look at."""

    components: tuple[str, ...] | None = Field(default=None, description="Component ids; None looks at all of them.")
    metrics: tuple[str, ...] | None = Field(default=None, description="Metric names; None looks at all of them.")
    window: Window | None = Field(
        default=None, description="The time of trouble; None takes what is known, or the latest part."
    )
    baseline: Window | None = Field(
        default=None, description="A time of normal operation; None takes what lies before the window."
    )


class MetricSeries(Value):
    """One metric of one component: every reading (thinned outside the window), and the normal level."""

    component: str
    metric: str
    unit: str = ""
    times: tuple[Moment, ...]
    values: tuple[float | None, ...]
    baseline_median: float | None = Field(description="None when nothing was read in the baseline.")
    baseline_spread: float | None = Field(description="Robust standard deviation (1.4826 x MAD) in the baseline.")
    baseline_low: float | None = Field(default=None, description="1st percentile in the baseline.")
    baseline_high: float | None = Field(default=None, description="99th percentile in the baseline.")
    baseline_count: int = 0
    window_median: float | None = Field(description="None when nothing was read in the window.")
    window_low: float | None = Field(default=None, description="Smallest in the window.")
    window_high: float | None = Field(default=None, description="Largest in the window.")
    window_last: float | None = None
    window_count: int = 0


class MetricsReading(Value):
    """What was read."""

    window: Window
    baseline: Window | None
    series: tuple[MetricSeries, ...]
    components: tuple[str, ...] = Field(description="Components with at least one reading.")
    missing: tuple[str, ...] = Field(default=(), description="Asked for, and no reading: not known, not healthy.")


MOST_POINTS = 240
"""Readings that one series brings back at most: 160 of the window and the end, and 80 of the rest."""
_MOST_IN_FOCUS = 160
_END = 40
_KEYS = ["component", "metric"]


class QueryMetrics(Tool[MetricsQuery, MetricsReading]):
    """Read metrics of some or all components: every series with its normal level (median, robust spread) beside the time of
    trouble. Asking for everything at once is cheap, and shows which component went first."""

    name = "query_metrics"
    source = "metrics"

    def __init__(self, metrics: MetricsSource, periods: KnownPeriods) -> None:
        self._metrics = metrics
        self._periods = periods

    async def run(self, query: MetricsQuery, context: ToolContext) -> MetricsReading:
        """Raises ``ToolError`` when nothing was read and nobody said when the trouble was."""
        frame = await self._metrics.read(query.components, query.metrics)
        return await asyncio.to_thread(self._reading, query, frame)

    def summarise(self, output: MetricsReading) -> str:
        """How much was read, and of how many."""
        missing = f"; no readings of {', '.join(output.missing)}" if output.missing else ""
        return f"{len(output.series)} series of {len(output.components)} components{missing}"

    def components(self, query: MetricsQuery, output: MetricsReading) -> tuple[str, ...]:
        """Those that have readings, and those asked for that have none."""
        return output.components + output.missing

    def _reading(self, query: MetricsQuery, frame: pd.DataFrame) -> MetricsReading:
        frame = frame[frame["value"].astype("float64").abs() <= LARGEST_READING]
        window, baseline = self._split(query, frame)
        read = tuple(sorted(frame["component"].unique())) if len(frame) else ()
        return MetricsReading(
            window=window,
            baseline=baseline,
            series=tuple(_series(frame, window, baseline)) if len(frame) else (),
            components=read,
            missing=tuple(name for name in query.components or () if name not in read),
        )

    def _split(self, query: MetricsQuery, frame: pd.DataFrame) -> tuple[Window, Window | None]:
        first, last = (frame["time"].min(), frame["time"].max()) if len(frame) else (None, None)
        if query.window is not None:
            known = self._periods.baseline
            known = known if known is not None and known.end <= query.window.start else None
            found = before(query.window.start, first.to_pydatetime()) if first is not None else None
            return query.window, query.baseline or known or found
        if first is not None and last is not None:
            window, baseline = self._periods.split(first.to_pydatetime(), last.to_pydatetime())
            return window, query.baseline or baseline
        begins, end = self._periods.trouble_begins, self._periods.window
        if begins is None:
            asked = ", ".join((*(query.components or ()), *(query.metrics or ()))) or "anything"
            raise ToolError(
                f"No readings of {asked}. Check the names, or ask for all components to see which have any."
            )
        return Window(
            start=begins, end=end.end if end else begins + BEFORE_THE_ALERT
        ), query.baseline or self._periods.baseline


def _series(frame: pd.DataFrame, window: Window, baseline: Window | None) -> Iterator[MetricSeries]:
    """One a component and metric, in name order. Figures come from grouped columns, not from a walk over rows."""
    in_window = _between(frame["time"], window)
    normal = _baseline_figures(frame[_between(frame["time"], baseline)] if baseline is not None else frame.iloc[:0])
    bad = _grouped(frame[in_window]).agg(["median", "min", "max", "last", "count"])
    everything: dict[Any, Any] = dict(frame.groupby(_KEYS, observed=True, sort=True).indices)
    for (component, metric), places in everything.items():
        kept = places[_thinned(in_window.to_numpy()[places])]
        points = frame.iloc[kept]
        yield MetricSeries(
            component=component,
            metric=metric,
            unit=str(points["unit"].iloc[-1]) if "unit" in points else "",
            times=tuple(points["time"].dt.to_pydatetime()),
            values=tuple(points["value"].tolist()),
            **_figures(normal, (component, metric), ("median", "spread", "low", "high", "count"), "baseline"),
            **_figures(bad, (component, metric), ("median", "min", "max", "last", "count"), "window"),
        )


def _grouped(frame: pd.DataFrame) -> Any:
    return frame.groupby(_KEYS, observed=True)["value"]


def _between(times: pd.Series[Any], window: Window) -> pd.Series[bool]:
    return (times >= window.start) & (times <= window.end)


def _baseline_figures(frame: pd.DataFrame) -> pd.DataFrame:
    grouped = _grouped(frame)
    deviation = (frame["value"] - grouped.transform("median")).abs()
    spread = deviation.groupby([frame[key] for key in _KEYS], observed=True).median() * 1.4826
    figures = {
        "median": grouped.median(),
        "spread": spread,
        "low": grouped.quantile(0.01),
        "high": grouped.quantile(0.99),
    }
    return pd.DataFrame({**figures, "count": grouped.count()})


def _figures(table: pd.DataFrame, key: tuple[Any, Any], columns: tuple[str, ...], prefix: str) -> dict[str, Any]:
    names = {"min": "low", "max": "high"}
    row = table.loc[key] if key in table.index else None
    found = {f"{prefix}_{names.get(c, c)}": None if row is None else float(row[c]) for c in columns}
    return found | {f"{prefix}_count": 0 if row is None else int(row["count"])}


def _thinned(in_window: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Which readings of a series to keep: all if they are few; else the window and the end in full, the rest evenly."""
    if len(in_window) <= MOST_POINTS:
        return np.arange(len(in_window))
    focus = in_window.copy()
    focus[-_END:] = True
    in_focus, rest = np.flatnonzero(focus), np.flatnonzero(~focus)
    return np.sort(np.concatenate([_evenly(in_focus, _MOST_IN_FOCUS), _evenly(rest, MOST_POINTS - _MOST_IN_FOCUS)]))


def _evenly(places: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.intp]:
    if len(places) <= most:
        return places
    picked: npt.NDArray[np.intp] = places[np.unique(np.linspace(0, len(places) - 1, most).round().astype(int))]
    return picked
