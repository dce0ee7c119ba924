"""Units as people write them in an expression: '250 ms', '10 GiB/h', '99.9%'. What could be read in two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from sre_core.errors import ToolError
from sre_core.tools.units import TIME, UNITS, Amount, amount

WRITTEN = "written_"
"""How the names begin that stand for quantities."""
_NUMBER = r"(?<![\w.])(?:\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)"
_AMBIGUOUS = ("m", "")
"""'5m' is five minutes to Prometheus, and five thousandths of a core to Kubernetes."""


def _any_of(units: list[str]) -> str:
    return "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))


_WRITTEN = [unit for unit in UNITS if unit not in _AMBIGUOUS and re.match("[A-Za-zµ]", unit)]
_TIMES = [unit for unit, (dimension, _) in UNITS.items() if dimension == TIME and unit not in _AMBIGUOUS]
_QUANTITY = re.compile(rf"({_NUMBER})\s*({_any_of(_WRITTEN)})(?:/({_any_of(_TIMES)})(?![\w(]))?(?![\w(])")
_MINUTES_OR_MILLI = re.compile(rf"{_NUMBER}\s*m(?![\w(])")
_PERCENT = re.compile(rf"({_NUMBER})(?:\s*%(?=\s*(?:$|[),*/<>=!\]]|(?:and|or)\b))|%(?=\s+[+-]\s))")
_PERCENT_OR_REST = re.compile(rf"{_NUMBER}(?:%\s*[+-]|\s+%\s*[+-]\s|\s+%[+-])")


def with_names(expression: str, taken: Container[str]) -> tuple[str, Mapping[str, Amount]]:
    """The expression with a name for each quantity written in it, and what the names stand for. Raises ``ToolError``.

    ``taken``: names that stand for something already.
    """
    written: dict[str, Amount] = {}

    def named(worth: Amount) -> str:
        name = f"{WRITTEN}{len(written)}"
        while name in taken:
            name += "_"
        written[name] = worth
        return name

    def quantity(match: re.Match[str]) -> str:
        number, unit, per = match.groups()
        if (said := per or unit.partition("/")[2]) in taken:
            raise ToolError(f"'/{said}' is a unit, and {said!r} is also a named value. Name the value otherwise.")
        worth = amount(_number(number), unit)
        if per:
            each = amount(1, per)
            powers = (worth.dimension[0], worth.dimension[1] - 1)
            worth = Amount(worth.number / each.number, powers)
        return f" {named(worth)} "

    text = _PERCENT.sub(lambda match: f" {named(amount(_number(match.group(1)), 'percent'))} ", expression)
    if _PERCENT_OR_REST.search(text):
        raise ToolError("'%' before a sign may mean percent or the rest of a division. Write percent, or '% (-2)'.")
    if _MINUTES_OR_MILLI.search(text):
        raise ToolError("'m' may mean minutes or thousandths. Write min, or the fraction.")
    return _QUANTITY.sub(quantity, text), written


def _number(text: str) -> int | float:
    """Raises ``ToolError`` for what Python would not read as a number either."""
    try:
        plain = text.replace("_", "")
        return int(plain) if plain.isdecimal() and len(plain) < 300 else float(plain)
    except ValueError as error:
        raise ToolError(f"{text!r} is no number.") from error
