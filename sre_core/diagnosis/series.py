"""When does a series leave its normal level, which way, and does it stay away? Pure arithmetic on one series.

The normal level is the baseline's median, the normal spread 1.4826 x MAD (the factor that makes the median absolute
deviation estimate the standard deviation of a normal distribution; Rousseeuw and Croux 1993), as the metrics tool hands
them over. A reading is out when it is far off in spreads *and* by an amount that matters; an anomaly is a run of them that
still goes on (or nearly): a blip that came and went explains nothing that hurts now.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sre_core.diagnosis.findings import Direction
from sre_core.diagnosis.metric_kinds import MetricKind
from sre_core.domain import Series
from sre_core.tools.query_metrics import MetricSeries

MIN_Z = 4.0
"""Robust standard deviations: about 1 in 16 000 readings of a normal distribution; we look at hundreds of series."""

MIN_READINGS = 3
"""Readings in a row; 2 where the whole window has no more than 6."""

MIN_BASELINE = 5
"""With fewer readings before, the first third of the window serves as normal, if it has enough."""

RELATIVE_FLOOR = 0.03
"""Spread is never taken to be less than this share of the level: exporters round, and idle systems hardly vary."""

SHARES = ("availability", "cache_hits")
SHARE_FLOOR = 0.003
"""For shares near the whole (availability 99.9 %): there a loss of one in a hundred is a lot."""

POINTS = 60

DAY, SAME_HOUR = timedelta(days=1), timedelta(minutes=35)
ALIKE = 0.7
"""Share of today's distance from normal that an earlier day must have shown, and of readings for which that must hold."""


@dataclass(frozen=True)
class Level:
    """What is normal for one series."""

    median: float
    spread: float
    low: float
    high: float


@dataclass(frozen=True)
class Departure:
    """A lasting departure from the normal level."""

    onset: datetime
    direction: Direction
    peak: float
    typical: float
    """Median of the readings that are out."""
    level: Level
    z: float
    over: bool
    """It came and went: the last readings are normal again."""

    @property
    def strength(self) -> float:
        """1 at the threshold, one more for every factor of 4 in spreads, 5 at most."""
        return round(min(5.0, 1.0 + math.log(max(self.z / MIN_Z, 1.0), 4)), 2)


def level_of(series: MetricSeries, start: datetime | None, floor: float = RELATIVE_FLOOR) -> Level | None:
    """The normal level; None when there is too little to say what is normal. ``floor``: least spread, as a share of it."""
    if series.baseline_median is not None and series.baseline_count >= MIN_BASELINE:
        spread = max(series.baseline_spread or 0.0, floor * abs(series.baseline_median), 1e-9)
        low = series.baseline_low if series.baseline_low is not None else series.baseline_median - 2 * spread
        high = series.baseline_high if series.baseline_high is not None else series.baseline_median + 2 * spread
        return Level(series.baseline_median, spread, low, high)
    values = [value for value in series.values if value is not None]
    first = values[: len(values) // 3]
    if start is not None or len(first) < MIN_BASELINE:
        return None
    centre = median(first)
    spread = max(1.4826 * median(abs(v - centre) for v in first), floor * abs(centre), 1e-9)
    return Level(centre, spread, min(first), max(first))


def departure(series: MetricSeries, kind: MetricKind, start: datetime | None) -> Departure | None:
    """The last lasting departure after ``start`` (None: anywhere); None when the series stays normal."""
    level = level_of(series, start, SHARE_FLOOR if kind.name in SHARES else RELATIVE_FLOOR)
    if level is None:
        return None
    readings = [
        (t, v)
        for t, v in zip(series.times, series.values, strict=True)
        if v is not None and (start is None or t >= start)
    ]
    ups, downs = (_runs(readings, level, kind, way) for way in (Direction.UP, Direction.DOWN))
    runs = [run for run in (ups, downs) if run is not None and kind.bad in (None, run[0])]
    if not runs:
        return None
    way, run = max(runs, key=lambda found: len(found[1]))
    if recurs(series, [readings[i] for i in run], level):
        return None
    outs = [readings[i][1] for i in run]
    peak = max(outs) if way is Direction.UP else min(outs)
    typical = median(outs)
    over = len(readings) - 1 - run[-1] > max(2, len(readings) // 8)
    return Departure(readings[run[0]][0], way, peak, typical, level, abs(typical - level.median) / level.spread, over)


def _runs(
    readings: list[tuple[datetime, float]], level: Level, kind: MetricKind, way: Direction
) -> tuple[Direction, list[int]] | None:
    """Indices of the last run of readings that are out this way: gaps of up to a quarter of it are bridged."""
    out = [i for i, (_, value) in enumerate(readings) if is_out(value, level, kind, way)]
    needed = MIN_READINGS if len(readings) > 6 else 2
    run: list[int] = []
    for i in reversed(out):
        if run and run[-1] - i > 2 + len(run) // 4:
            if len(run) >= needed:
                break
            run = []
        run.append(i)
    return (way, run[::-1]) if len(run) >= needed else None


def is_out(value: float, level: Level, kind: MetricKind, way: Direction) -> bool:
    """Far off in spreads, beyond what the baseline ever showed, and by an amount that matters."""
    change = value - level.median if way is Direction.UP else level.median - value
    beyond = value > level.high if way is Direction.UP else value < level.low
    whole = 100.0 if kind.name in SHARES and level.median > 1.5 else 1.0
    enough = max(kind.relative * abs(level.median), kind.absolute * whole)
    return beyond and change >= enough and change / level.spread >= MIN_Z


def recurs(series: MetricSeries, out: Sequence[tuple[datetime, float]], level: Level) -> bool:
    """On the days before, the readings at the same hour were as far out: a nightly batch, a weekday's peak."""
    known = [(t, v) for t, v in zip(series.times, series.values, strict=True) if v is not None]
    if not known or out[0][0] - known[0][0] < DAY:
        return False
    compared = [_as_yesterday(moment, value, known, level) for moment, value in out]
    told = [same for same in compared if same is not None]
    return len(told) >= len(out) / 2 and sum(told) >= ALIKE * len(told)


def _as_yesterday(moment: datetime, value: float, known: Sequence[tuple[datetime, float]], level: Level) -> bool | None:
    """Whether most earlier days were at least nearly as far out at this hour; None when none was recorded."""
    now, days = value - level.median, []
    for day in range(1, 8):
        near = min(known, key=lambda reading: abs(reading[0] - (moment - day * DAY)))
        if abs(near[0] - (moment - day * DAY)) <= SAME_HOUR:
            then = near[1] - level.median
            days.append(then * now > 0 and abs(then) >= ALIKE * abs(now))
    return sum(days) * 2 > len(days) if days else None


def picture(series: MetricSeries, onset: datetime | None, baseline: float | None) -> Series:
    """The series thinned to at most ``POINTS`` readings, for a sparkline."""
    step = max(1, math.ceil(len(series.times) / POINTS))
    return Series(
        name=f"{series.component} {series.metric}",
        unit=series.unit,
        times=series.times[::step],
        values=series.values[::step],
        onset=onset,
        baseline=baseline,
    )


def readable(value: float, unit: str) -> str:
    """A figure with at most four digits and its unit, bytes as MiB or GiB, ratios as per cent."""
    match unit.casefold():
        case "bytes" | "b" | "byte":
            return _bytes(value)
        case "ratio":
            return f"{100 * value:.3g} %"
        case "percent" | "%":
            return f"{value:.3g} %"
        case "s" | "sec" | "seconds" if 0 < abs(value) < 1:
            return f"{_digits(1000 * value)} ms"
        case known:
            return f"{_digits(value)} {SHORT.get(known, unit)}".strip()


SHORT = {
    "count": "",
    "none": "",
    "1": "",
    "seconds": "s",
    "sec": "s",
    "milliseconds": "ms",
    "count/second": "/s",
    "bytes/second": "B/s",
    "1/s": "/s",
}
"""Units as a person writes them; a count has none."""


def _bytes(value: float) -> str:
    size = abs(value)
    if size >= 2**30:
        return f"{value / 2**30:.2f} GiB"
    if size >= 2**20:
        return f"{value / 2**20:.0f} MiB"
    return f"{value / 2**10:.0f} KiB" if size >= 2**10 else f"{value:.0f} B"


def _digits(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.3g}" if abs(value) < 1e3 else f"{value:.0f}"
