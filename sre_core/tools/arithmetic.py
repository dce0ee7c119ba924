"""Work out an expression by walking its syntax tree. Nothing is ever executed: only what is listed here has a meaning."""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sre_core.errors import ToolError
from sre_core.tools.units import PLAIN, Amount, Number, described

LONGEST_EXPRESSION = 500
DEEPEST = 120
LONGEST_LIST = 10_000
LARGEST_EXPONENT = 1000
_LARGEST_BITS = 1024

Worth = Amount | bool | tuple[Amount, ...]

_COMPARISONS: dict[type[ast.cmpop], Callable[[Number, Number], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_LIKE_WITH_LIKE: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}


def work_out(expression: str, values: Mapping[str, Amount | tuple[Amount, ...]]) -> Amount | bool:
    """What the expression comes to. Raises ``ToolError`` that says what is wrong with it, whatever it is."""
    if len(expression) > LONGEST_EXPRESSION:
        raise ToolError(f"The expression is longer than {LONGEST_EXPRESSION} characters. Work it out in parts.")
    try:
        worth = _Walk(values).worth(_parsed(expression), 0)
    except ZeroDivisionError as error:
        raise ToolError("Something is divided by zero. Check the figures, or compare instead of dividing.") from error
    except (OverflowError, ValueError) as error:
        raise ToolError(f"The result is not a number that can be worked with: {error}.") from error
    if isinstance(worth, tuple):
        raise ToolError("The answer is a list. Use min, max, sum, mean or percentile to make one figure of it.")
    return worth


def _parsed(expression: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as '1if 2else 3': odd, and refused below anyway
            return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it cannot be read"
        raise ToolError(f"The expression is not arithmetic: {reason}.") from error


class _Walk:
    def __init__(self, values: Mapping[str, Amount | tuple[Amount, ...]]) -> None:
        self._values = values

    def worth(self, node: ast.expr, depth: int) -> Worth:
        if depth > DEEPEST:
            raise ToolError(f"The expression is nested deeper than {DEEPEST} levels. Work it out in parts.")
        match node:
            case ast.Constant(value=bool() as constant):
                return constant
            case ast.Constant(value=int() | float() as constant):
                return _checked(Amount(constant))
            case ast.Name(id=name):
                return self._named(name)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return tuple(self._amount(item, depth) for item in items)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return not _truth(self.worth(inner, depth + 1))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
                amount = self._amount(inner, depth)
                return Amount(-amount.number if isinstance(sign, ast.USub) else amount.number, amount.dimension)
            case ast.BinOp(left=left, op=op, right=right):
                return _checked(_combined(self._amount(left, depth), op, self._amount(right, depth)))
            case ast.BoolOp(op=op, values=parts):
                return self._both_or_either(op, parts, depth)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._compared([left, *others], ops, depth)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return _checked(_called(name, [self.worth(argument, depth + 1) for argument in arguments]))
        raise ToolError(f"{type(node).__name__} has no meaning here. {KNOWN}")

    def _named(self, name: str) -> Worth:
        if name not in self._values:
            known = ", ".join(sorted(self._values)) or "none"
            raise ToolError(f"{name!r} has no value. Named values: {known}. {KNOWN}")
        return self._values[name]

    def _amount(self, node: ast.expr, depth: int) -> Amount:
        worth = self.worth(node, depth + 1)
        if isinstance(worth, tuple):
            raise ToolError("A list stands where one figure is needed. Use min, max, sum, mean or percentile.")
        return Amount(int(worth)) if isinstance(worth, bool) else worth

    def _both_or_either(self, op: ast.boolop, parts: Sequence[ast.expr], depth: int) -> bool:
        enough = isinstance(op, ast.Or)
        return enough if any(_truth(self.worth(part, depth + 1)) is enough for part in parts) else not enough

    def _compared(self, nodes: Sequence[ast.expr], ops: Sequence[ast.cmpop], depth: int) -> bool:
        amounts = [self._amount(node, depth) for node in nodes]
        for left, op, right in zip(amounts, ops, amounts[1:], strict=False):
            if type(op) not in _COMPARISONS:
                raise ToolError(f"{type(op).__name__} has no meaning here. {KNOWN}")
            _refuse_unlike(left, right, "compared")
            if not _COMPARISONS[type(op)](left.number, right.number):
                return False
        return True


def _combined(left: Amount, op: ast.operator, right: Amount) -> Amount:
    match op:
        case ast.Add() | ast.Sub() | ast.Mod() | ast.FloorDiv():
            _refuse_unlike(
                left, right, {ast.Add: "added", ast.Sub: "subtracted"}.get(type(op), "divided to whole numbers")
            )
            dimension = PLAIN if isinstance(op, ast.FloorDiv) else left.dimension
            return Amount(_LIKE_WITH_LIKE[type(op)](left.number, right.number), dimension)
        case ast.Mult():
            powers = tuple(a + b for a, b in zip(left.dimension, right.dimension, strict=True))
            return Amount(left.number * right.number, (powers[0], powers[1]))
        case ast.Div():
            powers = tuple(a - b for a, b in zip(left.dimension, right.dimension, strict=True))
            return Amount(left.number / right.number, (powers[0], powers[1]))
        case ast.Pow():
            return _power(left, right)
    raise ToolError(f"{type(op).__name__} has no meaning here. {KNOWN}")


def _power(base: Amount, exponent: Amount) -> Amount:
    if exponent.dimension != PLAIN or (base.dimension != PLAIN and not isinstance(exponent.number, int)):
        raise ToolError("An exponent must be a plain number, and a whole one when the base has a unit.")
    bits = math.log2(abs(base.number)) if base.number not in (0, 1, -1) else 0.0
    if abs(exponent.number) > LARGEST_EXPONENT or abs(bits * exponent.number) > _LARGEST_BITS:
        raise ToolError("The power is too large to be worked with. Check the exponent.")
    raised = base.number**exponent.number
    if isinstance(raised, complex):
        raise ToolError("A negative number has no power that is not whole.")
    power = int(exponent.number)
    return Amount(raised, (base.dimension[0] * power, base.dimension[1] * power) if base.dimension != PLAIN else PLAIN)


def _called(name: str, arguments: Sequence[Worth]) -> Amount:
    if name not in _FUNCTIONS:
        raise ToolError(f"There is no function {name!r}. {KNOWN}")
    function, counts = _FUNCTIONS[name]
    if counts and len(arguments) not in counts:
        raise ToolError(f"{name} takes {' or '.join(map(str, counts))} arguments, not {len(arguments)}.")
    return function(arguments)


def _figures(arguments: Sequence[Worth]) -> list[Amount]:
    """All figures of the arguments, lists opened; of one dimension, and at least one."""
    opened = [figure for argument in arguments for figure in (argument if isinstance(argument, tuple) else (argument,))]
    figures = [Amount(int(figure)) if isinstance(figure, bool) else figure for figure in opened]
    if not figures or len(figures) > LONGEST_LIST:
        raise ToolError(f"A list must hold 1 to {LONGEST_LIST} figures; this one holds {len(figures)}.")
    for other in figures[1:]:
        _refuse_unlike(figures[0], other, "put in one list")
    return figures


def _plainly(fold: Callable[[list[Number]], Number]) -> Callable[[Sequence[Worth]], Amount]:
    """A function of many figures that keeps their dimension."""

    def folded(arguments: Sequence[Worth]) -> Amount:
        figures = _figures(arguments)
        return Amount(fold([figure.number for figure in figures]), figures[0].dimension)

    return folded


def _percentile(arguments: Sequence[Worth]) -> Amount:
    figures, rank = _figures(arguments[:1]), _single(arguments[1], "The percentile")
    percent = rank.number
    if rank.dimension != PLAIN or not 0 <= percent <= 100:
        raise ToolError("The percentile must be between 0 and 100.")
    with np.errstate(all="ignore"):  # what overflows is refused as not finite
        value = float(np.percentile([float(figure.number) for figure in figures], percent))
    return Amount(value, figures[0].dimension)


def _round(arguments: Sequence[Worth]) -> Amount:
    amount = _single(arguments[0], "What is rounded")
    digits = _single(arguments[1], "The number of digits").number if len(arguments) == 2 else 0
    if not isinstance(digits, int) or abs(digits) > 15:
        raise ToolError("The number of digits must be a whole number up to 15.")
    return Amount(round(amount.number, digits) if len(arguments) == 2 else round(amount.number), amount.dimension)


def _error_budget(arguments: Sequence[Worth]) -> Amount:
    total = _single(arguments[1], "The total")
    return Amount(_budget(_single(arguments[0], "The objective")) * total.number, total.dimension)


def _burn_rate(arguments: Sequence[Worth]) -> Amount:
    ratio, budget = _single(arguments[0], "The error ratio"), _budget(_single(arguments[1], "The objective"))
    if ratio.dimension != PLAIN or not 0 <= ratio.number <= 1:
        raise ToolError("An error ratio must be between 0 and 1, or 0 and 100 percent with its unit.")
    if budget == 0:
        raise ToolError("An objective of 100 % leaves no error budget to burn.")
    return Amount(ratio.number / budget)


def _budget(objective: Amount) -> float:
    """The share that may fail; an objective above 1 is taken for percent."""
    ratio = objective.number / 100 if objective.number > 1 else objective.number
    if objective.dimension != PLAIN or not 0 <= ratio <= 1:
        raise ToolError("An objective must be a ratio such as 0.999, or a percentage such as 99.9.")
    return round(1 - ratio, 12)


def _single(worth: Worth, what: str) -> Amount:
    if isinstance(worth, tuple):
        raise ToolError(f"{what} must be one figure, not a list.")
    return Amount(int(worth)) if isinstance(worth, bool) else worth


def _truth(worth: Worth) -> bool:
    if isinstance(worth, bool):
        return worth
    raise ToolError("and, or and not join comparisons, not figures. Compare them with something first.")


def _refuse_unlike(left: Amount, right: Amount, what: str) -> None:
    if left.dimension != right.dimension:
        raise ToolError(
            f"{described(left.dimension).capitalize()} and {described(right.dimension)} cannot be {what}. Check the units."
        )


def _checked(amount: Amount) -> Amount:
    if not math.isfinite(amount.number):  # raises OverflowError for a whole number beyond any float
        raise ToolError("The result is not a finite number. Check the figures.")
    return amount


_FUNCTIONS: dict[str, tuple[Callable[[Sequence[Worth]], Amount], tuple[int, ...]]] = {
    "min": (_plainly(min), ()),
    "max": (_plainly(max), ()),
    "sum": (_plainly(sum), ()),
    "mean": (_plainly(lambda numbers: sum(numbers) / len(numbers)), ()),
    "percentile": (_percentile, (2,)),
    "abs": (_plainly(lambda numbers: abs(numbers[0])), (1,)),
    "round": (_round, (1, 2)),
    "error_budget": (_error_budget, (2,)),
    "burn_rate": (_burn_rate, (2,)),
}
KNOWN = f"Known are + - * / // % **, comparisons, and, or, not, numbers, named values and {', '.join(_FUNCTIONS)}."
