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
        ("250 ms * 4", "", {}, 1.0),
        ("300 MB / 5 s", "MB/s", {}, 60.0),
        ("10 GiB/h * 30 min", "GiB", {}, 5.0),
        ("1_500 ms + .5 s", "", {}, 2.0),
        ("99.9%", "", {}, 0.999),
        ("5% - 2 percent", "percent", {}, 3.0),
        ("5%2", "", {}, 1.0),
        ("7 % -3", "", {}, -2.0),
        ("3 h > 179 min and 1 Gi > 1 GB", "", {}, True),
        ("growth(200 ms, 3 s)", "percent", {}, 1400.0),
        ("rate(100, 400, 5 min)", "1/min", {}, 60.0),
        ("median(3, 1, 9) + count([1, 2])", "", {}, 5.0),
        ("stdev([2, 4, 4, 4, 5, 5, 7, 9])", "", {}, 2.0),
        ("burns(14.4, 99.9%, 1.44%, 2%)", "", {}, True),
        ("burns(14.4, 99.9, 2%, 1%)", "", {}, False),
        ("budget_spent(1.44%, 99.9, 1 h, 30 d)", "percent", {}, 2.0),
        ("budget_lasts(1%, 99.9, 30 d)", "d", {}, 3.0),
        ("budget_lasts(1%, 99.9, 30 d, 50%)", "d", {}, 1.5),
        ("time_until(100 GiB, 70 GiB, 80 GiB, 1 h)", "h", {}, 2.0),
        ("time_until(0, 5, 4, 30 min)", "h", {}, 2.0),
        ("time_until(100, 90, 110, 1 h)", "", {}, 0.0),
        ("time_until(10, line, 5 min)", "min", {"line": [1.0, 2.0, 3.0, 4.0]}, 30.0),
        ("slope(line, 1 min)", "1/min", {"line": [1.0, 3.0, 5.0]}, 2.0),
        ("projected(line, 1 min, 10 min)", "", {"line": [1.0, 3.0, 5.0]}, 25.0),
        ("fit(line)", "", {"line": [1.0, 3.0, 5.0]}, 1.0),
    ],
)
async def test_what_comes_out(
    expression: str, unit: str, values: dict[str, FIGURE | list[float]], answer: float | bool
) -> None:
    assert (await calculate(expression, unit, **values)).value == pytest.approx(answer, rel=1e-9)


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
        ("5%-2", "percent or the rest"),
        ("5 % - 2", "percent or the rest"),
        ("5m * 2", "minutes or thousandths"),
        ("1e999 s", "not a finite number"),
        ("3 furlongs", "not arithmetic"),
        ("2 s ** 2 + 1", "cannot be added"),
        ("burns(2, 99.9)", "at least one window"),
        ("burn_rate(2, 99.9)", "between 0 and 1"),
        ("budget_lasts(0, 99.9, 30 d)", "Nothing fails"),
        ("budget_spent(1%, 99.9, 1, 30 d)", "must be a time"),
        ("time_until(100, 50, 40, 1 h)", "never reached"),
        ("time_until(100 s, 50, 60, 1 h)", "cannot be compared"),
        ("time_until(100, [1], 1 h)", "at least two readings"),
        ("slope([1, 2], 0 s)", "must be a time"),
        ("rate(1 s, 1 B, 1 s)", "cannot be compared"),
    ],
)
async def test_what_cannot_be_worked_out_says_why(expression: str, says: str) -> None:
    with pytest.raises(ToolError, match=says):
        await calculate(expression, seconds=(1.0, "s"), bytes_=(1.0, "B"))


async def test_a_long_time_and_many_bytes_are_also_said_as_people_say_them() -> None:
    assert (await calculate("time_until(100 GiB, 70 GiB, 80 GiB, 1 h)")).text.endswith("= 7200 s (2 h)")
    assert (await calculate("90 min + 30 s")).text == "90 min + 30 s = 5430 s (1 h 30 min)"
    assert (await calculate("2 * 768 MiB")).text.endswith("B (1.5 GiB)")


async def test_a_series_has_a_unit() -> None:
    query = Calculate.parse(
        {"expression": "percentile(t, 50)", "values": {"t": {"values": [100, 200, 300], "unit": "ms"}}}
    )
    answer = await Calculate().run(query, ToolContext())  # type: ignore[arg-type]
    assert (answer.value, answer.unit) == (0.2, "s")
    assert "t = [100, 200, 300] ms" in answer.text


async def test_a_unit_that_is_also_a_name_is_refused() -> None:
    with pytest.raises(ToolError, match="also a named value"):
        await calculate("10 MB/s", s=(2.0, ""))
    with pytest.raises(ToolError, match="also a named value"):
        await calculate("10 GiB/h", h=(2.0, ""))


async def test_a_name_that_a_person_chose_is_never_taken_for_a_written_quantity() -> None:
    assert (await calculate("written_0 + 5 s", written_0=(1.0, "s"))).value == 6.0


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


@given(
    st.text(max_size=80)
    | st.text(alphabet="0123456789.+-*/%()<>=!,[]ae \x00notdr\"'", max_size=60)
    | st.text(alphabet="0159._e+-*/%() smhdGiBMwµ", max_size=40)
)
def test_any_text_is_an_answer_or_a_tool_error(text: str) -> None:
    try:
        answer = work_out(text, {"a": Amount(2), "e": (Amount(1), Amount(3))})
    except ToolError:
        return
    assert isinstance(answer, bool) or math.isfinite(answer.number)
