"""Quantities that know their dimension: time, bytes, what is counted a second, and plain numbers (percent among them)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sre_core.errors import ToolError

Number = int | float
Dimension = tuple[int, int]
"""Powers of (bytes, seconds): (0, 0) is a plain number, (1, -1) bytes a second."""

PLAIN: Dimension = (0, 0)
_BYTES: Dimension = (1, 0)
TIME: Dimension = (0, 1)
_RATE: Dimension = (0, -1)
_THROUGHPUT: Dimension = (1, -1)

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "seconds": 1}
_LONGER = {"min": 60, "m": 60, "minutes": 60, "h": 3600, "hours": 3600, "d": 86400, "days": 86400, "w": 604800}
_DECIMAL = {"B": 1, "bytes": 1, "kB": 1000, "MB": 10**6, "GB": 10**9, "TB": 10**12, "PB": 10**15}
_BINARY = {
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
    "TiB": 1 << 40,
    "Ki": 1 << 10,
    "Mi": 1 << 20,
    "Gi": 1 << 30,
    "Ti": 1 << 40,
}
_BY_DIMENSION: dict[Dimension, dict[str, Number]] = {
    PLAIN: {"": 1, "ratio": 1, "count": 1, "requests": 1, "errors": 1, "percent": 0.01, "%": 0.01, "pct": 0.01},
    TIME: {**_SECONDS, **_LONGER},
    _BYTES: {**_DECIMAL, **_BINARY},
    _RATE: {"1/s": 1, "rps": 1, "req/s": 1, "Hz": 1, "1/min": 1 / 60, "rpm": 1 / 60, "1/h": 1 / 3600, "1/d": 1 / 86400},
    _THROUGHPUT: {f"{unit}/s": factor for unit, factor in (_DECIMAL | _BINARY).items()},
}
UNITS: dict[str, tuple[Dimension, Number]] = {
    unit: (dimension, factor) for dimension, units in _BY_DIMENSION.items() for unit, factor in units.items()
}
_BASE_UNITS = {PLAIN: "", TIME: "s", _BYTES: "B", _RATE: "1/s", _THROUGHPUT: "B/s"}
_NAMES = {PLAIN: "a plain number", TIME: "a time", _BYTES: "bytes", _RATE: "a rate", _THROUGHPUT: "bytes a second"}


@dataclass(frozen=True)
class Amount:
    """A number in the base unit of its dimension."""

    number: Number
    dimension: Dimension = PLAIN


Worth = Amount | bool | tuple[Amount, ...]
"""What a part of an expression comes to."""


def amount(value: Number, unit: str) -> Amount:
    """A value with its unit. Raises ``ToolError`` when there is no such unit, or the value is no finite number."""
    if not math.isfinite(value):
        raise ToolError("A value is not a finite number. Leave out what was not measured.")
    dimension, factor = _known(unit)
    return Amount(value if factor == 1 else _twelve_digits(value * factor), dimension)


def in_unit(result: Amount, unit: str) -> tuple[Number, str]:
    """The number in this unit; in the base unit of its dimension when none is asked for. Raises ``ToolError``."""
    if not unit:
        return result.number, base_unit(result.dimension)
    dimension, factor = _known(unit)
    if dimension != result.dimension:
        raise ToolError(f"The answer is {described(result.dimension)}, which cannot be given in {unit!r}.")
    return result.number if factor == 1 else _twelve_digits(result.number / factor), unit


def readable(result: Amount) -> str:
    """A long time or many bytes as people say them: '2 h 30 min', '1.5 GiB'; empty for what reads well as it is."""
    size = abs(result.number)
    if result.dimension == TIME and 60 <= size < 1e12:
        return _in_parts(result.number)
    if result.dimension == _BYTES and size >= 1 << 10:
        unit = next(name for name in ("TiB", "GiB", "MiB", "KiB") if size >= _BINARY[name])
        return f"{result.number / _BINARY[unit]:.3g} {unit}"
    return ""


def _in_parts(seconds: Number) -> str:
    """Its two largest parts."""
    left, parts = round(abs(seconds)), []
    for unit in ("d", "h", "min", "s"):
        whole, left = divmod(left, int(UNITS[unit][1]))
        if whole:
            parts.append(f"{whole} {unit}")
    return ("-" if seconds < 0 else "") + " ".join(parts[:2])


def base_unit(dimension: Dimension) -> str:
    """What an amount of this dimension is counted in."""
    powers = (f"{name}^{power}" for name, power in zip(("B", "s"), dimension, strict=True) if power)
    return _BASE_UNITS.get(dimension) or " ".join(powers)


def described(dimension: Dimension) -> str:
    """The dimension in words."""
    return _NAMES.get(dimension, base_unit(dimension))


def _known(unit: str) -> tuple[Dimension, Number]:
    try:
        return UNITS[unit.strip()]
    except KeyError:
        raise ToolError(f"{unit!r} is no unit that is known. Known: {', '.join(filter(None, UNITS))}.") from None


def _twelve_digits(number: Number) -> Number:
    """Without the noise that binary fractions bring in: 7 percent is 0.07."""
    return number if isinstance(number, int) else float(f"{number:.12g}")
