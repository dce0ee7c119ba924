"""Do arithmetic, so that no figure in a report is guessed."""

from __future__ import annotations

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import ToolError
from sre_core.tools.arithmetic import LONGEST_LIST, work_out
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.units import Amount, amount, in_unit


class Quantity(Value):
    """A number with its unit, such as 2500 ms, 5 percent or 0.01."""

    value: float
    unit: str = Field(
        default="",
        description="'' for a bare number; 'percent', 'ms', 's', 'min', 'h', 'd', 'B', 'KiB', 'MiB', 'GiB', '1/s' ...",
    )


class Calculation(Value):
    """An expression over named quantities: + - * / // % **, comparisons, and/or/not, min max sum mean percentile abs round,
    error_budget(objective, total), burn_rate(error_ratio, objective)."""

    expression: str = Field(min_length=1, max_length=500)
    values: dict[str, Quantity | tuple[float, ...]] = Field(
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
    """Do arithmetic on figures that were read, units included, so that no figure in a report is guessed. Units of one
    dimension are converted (2500 ms < 3 s); bytes and seconds are never mixed."""

    name = "calculate"
    source = "calculation"
    cost = 0.1

    async def run(self, query: Calculation, context: ToolContext) -> Calculated:
        """Raises ``ToolError`` that says what is wrong with the expression, its units or its figures."""
        answer = work_out(query.expression, {name: _worth(name, value) for name, value in query.values.items()})
        value, unit = (answer, "") if isinstance(answer, bool) else in_unit(answer, query.unit)
        shown = str(value).lower() if isinstance(value, bool) else f"{value:.12g}"
        given = ", ".join(f"{name} = {_shown(known)}" for name, known in query.values.items())
        return Calculated(
            expression=query.expression,
            value=value if isinstance(value, bool) else float(value),
            unit=unit,
            text=f"{query.expression} = {shown}{f' {unit}' if unit else ''}" + (f" (with {given})" if given else ""),
        )

    def summarise(self, output: Calculated) -> str:
        """The whole calculation."""
        return output.text


def _worth(name: str, value: Quantity | tuple[float, ...]) -> Amount | tuple[Amount, ...]:
    if isinstance(value, Quantity):
        return amount(value.value, value.unit)
    if len(value) > LONGEST_LIST:
        raise ToolError(f"{name} holds more than {LONGEST_LIST} figures. Take a part of them.")
    return tuple(amount(figure, "") for figure in value)


def _shown(value: Quantity | tuple[float, ...]) -> str:
    if isinstance(value, Quantity):
        return f"{value.value:.12g} {value.unit}".strip()
    return f"[{', '.join(f'{figure:.6g}' for figure in value[:8])}{', ...' if len(value) > 8 else ''}]"
