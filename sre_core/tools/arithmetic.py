"""Work out an expression by walking its syntax tree. Nothing is ever executed: only what is listed here has a meaning."""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence

from sre_core.errors import ToolError
from sre_core.tools.functions import FUNCTIONS, called
from sre_core.tools.lists import refuse_unlike
from sre_core.tools.units import PLAIN, Amount, Number, Worth
from sre_core.tools.written_units import WRITTEN, with_names

LONGEST_EXPRESSION = 500
DEEPEST = 120
LARGEST_EXPONENT = 1000
_LARGEST_BITS = 1024

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
        text, written = with_names(expression, values)
        worth = _Walk({**values, **written}).worth(_parsed(text), 0)
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
                worth = called(name, [self.worth(argument, depth + 1) for argument in arguments])
                return worth if isinstance(worth, bool | tuple) else _checked(worth)
        raise ToolError(f"{type(node).__name__} has no meaning here. {KNOWN}")

    def _named(self, name: str) -> Worth:
        if name not in self._values:
            known = ", ".join(sorted(n for n in self._values if not n.startswith(WRITTEN))) or "none"
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
            refuse_unlike(left, right, "compared")
            if not _COMPARISONS[type(op)](left.number, right.number):
                return False
        return True


def _combined(left: Amount, op: ast.operator, right: Amount) -> Amount:
    match op:
        case ast.Add() | ast.Sub() | ast.Mod() | ast.FloorDiv():
            refuse_unlike(
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


def _truth(worth: Worth) -> bool:
    if isinstance(worth, bool):
        return worth
    raise ToolError("and, or and not join comparisons, not figures. Compare them with something first.")


def _checked(amount: Amount) -> Amount:
    if not math.isfinite(amount.number):  # raises OverflowError for a whole number beyond any float
        raise ToolError("The result is not a finite number. Check the figures.")
    return amount


KNOWN = f"Known are + - * / // % **, comparisons, and, or, not, numbers, named values and {', '.join(FUNCTIONS)}."
