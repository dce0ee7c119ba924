"""Error budgets: how fast they burn over one window or several, how much is spent, how long they last."""

from __future__ import annotations

from collections.abc import Sequence

from sre_core.errors import ToolError
from sre_core.tools.lists import refuse_unlike, single
from sre_core.tools.units import PLAIN, TIME, Amount, Worth

_ROUNDING = 1e-12
"""1.44 % of an objective of 99.9 % burns 14.4 times, whatever binary fractions make of it."""


def error_budget(arguments: Sequence[Worth]) -> Amount:
    """(objective, total): how much of the total may fail."""
    total = single(arguments[1], "The total")
    return Amount(_budget(arguments[0]) * total.number, total.dimension)


def burn_rate(arguments: Sequence[Worth]) -> Amount:
    """(error ratio, objective): how many times faster than allowed errors come."""
    return Amount(_burning(arguments[0], arguments[1]))


def burns(arguments: Sequence[Worth]) -> bool:
    """(factor, objective, error ratio of each window ...): whether every window burns at least so fast."""
    if len(arguments) < 3:
        raise ToolError("burns takes a factor, an objective, and the error ratio of at least one window.")
    factor = _plain(arguments[0], "The factor")
    return all(_burning(ratio, arguments[1]) >= factor * (1 - _ROUNDING) for ratio in arguments[2:])


def budget_spent(arguments: Sequence[Worth]) -> Amount:
    """(error ratio, objective, window, period): the share of the period's budget that this window used up."""
    window, period = _time(arguments[2], "The window"), _time(arguments[3], "The period")
    return Amount(_burning(arguments[0], arguments[1]) * window.number / period.number)


def budget_lasts(arguments: Sequence[Worth]) -> Amount:
    """(error ratio, objective, period, share spent already): the time until the budget is gone at this rate."""
    period = _time(arguments[2], "The period")
    spent = _plain(arguments[3], "The share spent") if len(arguments) == 4 else 0.0
    if not 0 <= spent <= 1:
        raise ToolError("The share spent must be between 0 and 1, or 0 and 100 percent with its unit.")
    burning = _burning(arguments[0], arguments[1])
    if burning == 0:
        raise ToolError("Nothing fails, so the budget lasts as long as that stays so.")
    return Amount((1 - spent) * period.number / burning, TIME)


def _burning(ratio: Worth, objective: Worth) -> float:
    failing, budget = _plain(ratio, "An error ratio"), _budget(objective)
    if not 0 <= failing <= 1:
        raise ToolError("An error ratio must be between 0 and 1, or 0 and 100 percent with its unit.")
    if budget == 0:
        raise ToolError("An objective of 100 % leaves no error budget to burn.")
    return failing / budget


def _budget(objective: Worth) -> float:
    """The share that may fail; an objective above 1 is taken for percent."""
    said = single(objective, "The objective")
    ratio = said.number / 100 if said.number > 1 else said.number
    if said.dimension != PLAIN or not 0 <= ratio <= 1:
        raise ToolError("An objective must be a ratio such as 0.999, or a percentage such as 99.9.")
    return round(1 - ratio, 12)


def _plain(worth: Worth, what: str) -> float:
    amount = single(worth, what)
    refuse_unlike(amount, Amount(0), "compared")
    return amount.number


def _time(worth: Worth, what: str) -> Amount:
    amount = single(worth, what)
    if amount.dimension != TIME or amount.number <= 0:
        raise ToolError(f"{what} must be a time, such as 1 h.")
    return amount
