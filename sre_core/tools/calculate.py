"""Do arithmetic, so that no figure in a report is guessed."""

from __future__ import annotations

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import ToolError
from sre_core.tools.arithmetic import work_out
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.lists import LONGEST_LIST
from sre_core.tools.units import Amount, amount, in_unit, readable


class Quantity(Value):
    """A number with its unit, such as 2500 ms, 5 percent or 0.01."""

    value: float
    unit: str = Field(
        default="",
        description="'' for a bare number; 'percent', 'ms', 's', 'min', 'h', 'd', 'B', 'KiB', 'MiB', 'GiB', '1/s' ...",
    )


class Series(Value):
    """Readings in the order of their time, with their unit; evenly spaced where they are projected."""

    values: tuple[float, ...] = Field(min_length=1)
    unit: str = ""


class Calculation(Value):
    """An expression over numbers, quantities written in it ('250 ms', '10 GiB/h', '99.9%') and named values.

    Known are + - * / // % **, comparisons, and/or/not, min max sum mean median stdev count percentile(series, 99) abs round,
    growth(before, after), rate(first, last, time), error_budget(objective, total), burn_rate(error_ratio, objective),
    burns(factor, objective, ratio_1h, ratio_5m, ...), budget_spent(ratio, objective, window, period),
    budget_lasts(ratio, objective, period, spent), slope(series, every), fit(series), projected(series, every, ahead),
    time_until(limit, series, every) or time_until(limit, first, last, time)."""

    expression: str = Field(min_length=1, max_length=500)
    values: dict[str, Quantity | Series | tuple[float, ...]] = Field(
        default_factory=dict, description="What the names stand for."
    )
    unit: str = Field(default="", description="Unit that the answer is wanted in; '' takes what comes out.")


class Calculated(Value):
    """The answer."""

    expression: str
    value: float | bool
    unit: str = ""
    text: str = Field(description="The whole calculation in one readable line.")


class Calculate(Tool[Calculation, Calculated]):
    """Do arithmetic on figures that were read, units included, so that no figure in a report is guessed: rates, percentiles,
    burn rates, and when something is full. Units of one dimension are converted (2500 ms < 3 s); bytes and seconds are never
    mixed."""

    name = "calculate"
    source = "calculation"
    cost = 0.1

    async def run(self, query: Calculation, context: ToolContext) -> Calculated:
        """Raises ``ToolError`` that says what is wrong with the expression, its units or its figures."""
        answer = work_out(query.expression, {name: _worth(name, value) for name, value in query.values.items()})
        value, unit = (answer, "") if isinstance(answer, bool) else in_unit(answer, query.unit)
        shown = str(value).lower() if isinstance(value, bool) else f"{value:.12g} {unit}".rstrip()
        if not isinstance(answer, bool) and not query.unit and (said := readable(answer)):
            shown = f"{shown} ({said})"
        given = ", ".join(f"{name} = {_shown(known)}" for name, known in query.values.items())
        return Calculated(
            expression=query.expression,
            value=value if isinstance(value, bool) else float(value),
            unit=unit,
            text=f"{query.expression} = {shown}" + (f" (with {given})" if given else ""),
        )

    def summarise(self, output: Calculated) -> str:
        """The whole calculation."""
        return output.text


def _worth(name: str, value: Quantity | Series | tuple[float, ...]) -> Amount | tuple[Amount, ...]:
    if isinstance(value, Quantity):
        return amount(value.value, value.unit)
    figures, unit = (value.values, value.unit) if isinstance(value, Series) else (value, "")
    if len(figures) > LONGEST_LIST:
        raise ToolError(f"{name} holds more than {LONGEST_LIST} figures. Take a part of them.")
    return tuple(amount(figure, unit) for figure in figures)


def _shown(value: Quantity | Series | tuple[float, ...]) -> str:
    if isinstance(value, Quantity):
        return f"{value.value:.12g} {value.unit}".strip()
    figures, unit = (value.values, value.unit) if isinstance(value, Series) else (value, "")
    shown = ", ".join(f"{figure:.6g}" for figure in figures[:8])
    return f"[{shown}{', ...' if len(figures) > 8 else ''}] {unit}".strip()
