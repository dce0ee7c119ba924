"""Where a series is going: a straight line through its readings, or through two of them, drawn on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sre_core.errors import ToolError
from sre_core.tools.lists import figures, numbers, refuse_unlike, single
from sre_core.tools.units import TIME, Amount, Dimension, Worth


def rate(arguments: Sequence[Worth]) -> Amount:
    """(first, last, time between): how fast it changes."""
    first, last = single(arguments[0], "The first reading"), single(arguments[1], "The last reading")
    refuse_unlike(first, last, "compared")
    between = _time(arguments[2], "The time between the readings")
    return Amount((last.number - first.number) / between, _a_second(first.dimension))


def slope(arguments: Sequence[Worth]) -> Amount:
    """(series, time between readings): how fast it changes on average, by least squares."""
    readings, every = _series(arguments[0]), _time(arguments[1], "The time between readings")
    return Amount(_line(readings)[0] / every, _a_second(readings[0].dimension))


def fit(arguments: Sequence[Worth]) -> Amount:
    """(series): how well a straight line describes it, 0 to 1 (R²)."""
    readings = _series(arguments[0])
    steps, last = _line(readings)
    found = np.array(numbers(readings))
    line = last + steps * (np.arange(len(found)) - len(found) + 1)
    with np.errstate(all="ignore"):
        spread = float(((found - found.mean()) ** 2).sum())
        return Amount(1.0 if spread == 0 else 1 - float(((found - line) ** 2).sum()) / spread)


def projected(arguments: Sequence[Worth]) -> Amount:
    """(series, time between readings, time ahead): what it will be, if it goes on like that."""
    readings, every = _series(arguments[0]), _time(arguments[1], "The time between readings")
    ahead = single(arguments[2], "The time ahead")
    refuse_unlike(ahead, Amount(0, TIME), "compared")
    steps, last = _line(readings)
    return Amount(last + steps * ahead.number / every, readings[0].dimension)


def time_until(arguments: Sequence[Worth]) -> Amount:
    """(limit, series, time between readings) or (limit, first, last, time between): when the limit is reached, from the last
    reading on."""
    limit = single(arguments[0], "The limit")
    if len(arguments) == 3:
        readings, between = _series(arguments[1]), _time(arguments[2], "The time between readings")
    else:
        readings = figures([single(one, "A reading") for one in arguments[1:3]])
        between = _time(arguments[3], "The time between the readings")
    refuse_unlike(limit, readings[0], "compared")
    steps, last = _line(readings)
    left = limit.number - last
    if left == 0 or left * (limit.number - readings[0].number) < 0:
        return Amount(0, TIME)  # it was passed on the way
    if steps * left <= 0:
        raise ToolError("It does not move towards the limit, so at this rate it is never reached.")
    return Amount(left / steps * between, TIME)


def _series(worth: Worth) -> list[Amount]:
    readings = figures([worth])
    if len(readings) < 2:
        raise ToolError("A series needs at least two readings, evenly spaced.")
    return readings


def _line(readings: Sequence[Amount]) -> tuple[float, float]:
    """(change from one reading to the next, value at the last reading) of the line that fits best."""
    found = np.array(numbers(readings))
    at = np.arange(len(found)) - len(found) + 1
    with np.errstate(all="ignore"):  # what overflows is refused as not finite
        off = at - at.mean()
        steps = float((off * (found - found.mean())).sum() / (off * off).sum())
        return steps, float(found.mean() - steps * at.mean())


def _time(worth: Worth, what: str) -> float:
    amount = single(worth, what)
    if amount.dimension != TIME or amount.number <= 0:
        raise ToolError(f"{what} must be a time, such as 5 min.")
    return amount.number


def _a_second(dimension: Dimension) -> Dimension:
    return dimension[0], dimension[1] - 1
