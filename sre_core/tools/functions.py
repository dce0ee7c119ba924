"""What an expression may call: figures of a series, error budgets, and where a series is going."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import numpy as np

from sre_core.errors import ToolError
from sre_core.tools.budgets import budget_lasts, budget_spent, burn_rate, burns, error_budget
from sre_core.tools.lists import figures, numbers, refuse_unlike, single
from sre_core.tools.projections import fit, projected, rate, slope, time_until
from sre_core.tools.units import PLAIN, Amount, Number, Worth

Function = Callable[[Sequence[Worth]], Worth]


def called(name: str, arguments: Sequence[Worth]) -> Worth:
    """What the function makes of them. Raises ``ToolError`` for one that there is not, or for the wrong number of arguments."""
    if name not in FUNCTIONS:
        raise ToolError(f"There is no function {name!r}. Known are {', '.join(FUNCTIONS)}.")
    function, counts = FUNCTIONS[name]
    if counts and len(arguments) not in counts:
        raise ToolError(f"{name} takes {' or '.join(map(str, counts))} arguments, not {len(arguments)}.")
    return function(arguments)


def _plainly(fold: Callable[[list[Number]], Number]) -> Function:
    """A function of many figures that keeps their dimension."""

    def folded(arguments: Sequence[Worth]) -> Amount:
        found = figures(arguments)
        return Amount(fold([figure.number for figure in found]), found[0].dimension)

    return folded


def _percentile(arguments: Sequence[Worth]) -> Amount:
    found, rank = figures(arguments[:1]), single(arguments[1], "The percentile")
    percent = rank.number
    if rank.dimension != PLAIN or not 0 <= percent <= 100:
        raise ToolError("The percentile must be between 0 and 100.")
    with np.errstate(all="ignore"):  # what overflows is refused as not finite
        value = float(np.percentile(numbers(found), percent))
    return Amount(value, found[0].dimension)


def _round(arguments: Sequence[Worth]) -> Amount:
    amount = single(arguments[0], "What is rounded")
    digits = single(arguments[1], "The number of digits").number if len(arguments) == 2 else 0
    if not isinstance(digits, int) or abs(digits) > 15:
        raise ToolError("The number of digits must be a whole number up to 15.")
    return Amount(round(amount.number, digits) if len(arguments) == 2 else round(amount.number), amount.dimension)


def _growth(arguments: Sequence[Worth]) -> Amount:
    before, after = (single(argument, "What grew") for argument in arguments)
    refuse_unlike(before, after, "compared")
    return Amount(after.number / before.number - 1)


FUNCTIONS: dict[str, tuple[Function, tuple[int, ...]]] = {
    "min": (_plainly(min), ()),
    "max": (_plainly(max), ()),
    "sum": (_plainly(sum), ()),
    "mean": (_plainly(lambda found: sum(found) / len(found)), ()),
    "median": (_plainly(statistics.median), ()),
    "stdev": (_plainly(lambda found: statistics.pstdev(map(float, found))), ()),
    "count": (lambda arguments: Amount(len(figures(arguments))), ()),
    "percentile": (_percentile, (2,)),
    "abs": (_plainly(lambda found: abs(found[0])), (1,)),
    "round": (_round, (1, 2)),
    "growth": (_growth, (2,)),
    "rate": (rate, (3,)),
    "error_budget": (error_budget, (2,)),
    "burn_rate": (burn_rate, (2,)),
    "burns": (burns, ()),
    "budget_spent": (budget_spent, (4,)),
    "budget_lasts": (budget_lasts, (3, 4)),
    "slope": (slope, (2,)),
    "fit": (fit, (1,)),
    "projected": (projected, (3,)),
    "time_until": (time_until, (3, 4)),
}
"""By name: what it does, and how many arguments it takes; none listed is any number."""
