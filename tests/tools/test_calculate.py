"""Arithmetic is worked out, never executed; units are converted, never mixed."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sre_core.errors import ToolError
from sre_core.tools.arithmetic import work_out
from sre_core.tools.base import ToolContext
from sre_core.tools.calculate import Calculate, Calculated
from sre_core.tools.units import Amount

FIGURE = tuple[float, str]


async def calculate(expression: str, unit: str = "", **values: FIGURE | list[float]) -> Calculated:
    named = {
        name: value if isinstance(value, list) else {"value": value[0], "unit": value[1]}
        for name, value in values.items()
    }
    tool = Calculate()
    query = tool.parse({"expression": expression, "values": named, "unit": unit})
    return await tool.run(query, ToolContext())  # type: ignore[arg-type]


async def test_a_calculation_reads_as_one_line() -> None:
    answer = await calculate("after / before", after=(90.0, "ms"), before=(0.01, "s"))
    assert answer.text == "after / before = 9 (with after = 90 ms, before = 0.01 s)"


@pytest.mark.parametrize(
    ("expression", "unit", "values", "answer"),
    [
        ("p99 > objective", "", {"p99": (2500.0, "ms"), "objective": (2.0, "s")}, True),
        ("size / time", "MiB/s", {"size": (10.0, "MiB"), "time": (2.0, "s")}, 5.0),
        ("rate * time", "", {"rate": (10.0, "rps"), "time": (1.0, "min")}, 600.0),
        ("failed / all", "percent", {"failed": (7.0, ""), "all": (100.0, "")}, 7.0),
        ("share == 0.05", "", {"share": (5.0, "percent")}, True),
        ("burn_rate(ratio, 99.9)", "", {"ratio": (5.0, "percent")}, 50.0),
        ("error_budget(0.9995, 1000000)", "", {}, 500.0),
        ("percentile(times, 50) + mean(times) + max(times, 9)", "", {"times": [1.0, 2.0, 3.0]}, 13.0),
        ("1 < 2 < 3 and not 2 > 3 or 1 > 2", "", {}, True),
        ("round(2.567, 2)", "", {}, 2.57),
        ("a ** 2", "", {"a": (3.0, "")}, 9.0),
    ],
)
async def test_what_comes_out(
    expression: str, unit: str, values: dict[str, FIGURE | list[float]], answer: float | bool
) -> None:
    assert (await calculate(expression, unit, **values)).value == answer


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("seconds + bytes_", "cannot be added"),
        ("seconds < bytes_", "cannot be compared"),
        ("sum(seconds, bytes_)", "cannot be put in one list"),
        ("1 / 0", "divided by zero"),
        ("1 % 0", "divided by zero"),
        ("2 ** 1e9", "too large"),
        ("9 ** 9 ** 9", "too large"),
        ("(-8) ** 0.5", "not whole"),
        ("1e308 * 10", "not a finite number"),
        ("burn_rate(0.01, 100)", "no error budget"),
        ("error_budget(seconds, 10)", "must be a ratio"),
        ("percentile(1, 101)", "between 0 and 100"),
        ("unknown + 1", "no value"),
        ("__import__('os')", "no meaning"),
        ("(1).real", "no meaning"),
        ("[x for x in (1, 2)]", "no meaning"),
        ("lambda: 1", "no meaning"),
        ("open(1)", "no function"),
        ("[1, 2]", "a list"),
        ("1 and 2", "comparisons"),
        ("1 +", "not arithmetic"),
        ("-" * 300 + "1", "nested deeper"),
        ("min()", "must hold 1"),
        ("abs(1, 2)", "takes 1 arguments"),
    ],
)
async def test_what_cannot_be_worked_out_says_why(expression: str, says: str) -> None:
    with pytest.raises(ToolError, match=says):
        await calculate(expression, seconds=(1.0, "s"), bytes_=(1.0, "B"))


async def test_an_answer_cannot_be_given_in_a_unit_of_something_else() -> None:
    with pytest.raises(ToolError, match="cannot be given in 'MiB'"):
        await calculate("t", "MiB", t=(1.0, "s"))
    with pytest.raises(ToolError, match="no unit that is known"):
        await calculate("t", "", t=(1.0, "furlongs"))


async def test_a_value_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ToolError, match="finite"):
        await calculate("a", a=(math.nan, ""))


NUMBERS = st.integers(-1000, 1000).map(str) | st.floats(0, 1000, allow_subnormal=False).map(repr)
EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        )
        | st.tuples(st.sampled_from(["-", "abs", "round"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})")
        | st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        )
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_plain_arithmetic_agrees_with_python(expression: str) -> None:
    assume(len(expression) <= 500)
    expected = in_python(expression)
    if expected is None:
        with pytest.raises(ToolError):
            work_out(expression, {})
    else:
        assert work_out(expression, {}) == Amount(expected)


def in_python(expression: str) -> float | None:
    """What Python makes of it; None when that is no finite number."""
    try:
        value: float = eval(expression)
    except (ArithmeticError, ValueError):
        return None
    return value if math.isfinite(value) else None


@given(st.text(max_size=80) | st.text(alphabet="0123456789.+-*/%()<>=!,[]ae \x00notdr\"'", max_size=60))
def test_any_text_is_an_answer_or_a_tool_error(text: str) -> None:
    try:
        answer = work_out(text, {"a": Amount(2), "e": (Amount(1), Amount(3))})
    except ToolError:
        return
    assert isinstance(answer, bool) or math.isfinite(answer.number)
