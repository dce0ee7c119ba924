"""Lists of figures: opened, and of one dimension."""

from __future__ import annotations

from collections.abc import Sequence

from sre_core.errors import ToolError
from sre_core.tools.units import Amount, Worth, described

LONGEST_LIST = 10_000


def figures(arguments: Sequence[Worth]) -> list[Amount]:
    """All figures of the arguments, lists opened; of one dimension, and at least one."""
    opened = [figure for argument in arguments for figure in (argument if isinstance(argument, tuple) else (argument,))]
    found = [Amount(int(figure)) if isinstance(figure, bool) else figure for figure in opened]
    if not found or len(found) > LONGEST_LIST:
        raise ToolError(f"A list must hold 1 to {LONGEST_LIST} figures; this one holds {len(found)}.")
    for other in found[1:]:
        refuse_unlike(found[0], other, "put in one list")
    return found


def numbers(amounts: Sequence[Amount]) -> list[float]:
    """Without their units."""
    return [float(amount.number) for amount in amounts]


def single(worth: Worth, what: str) -> Amount:
    """The one figure that this is. Raises ``ToolError``."""
    if isinstance(worth, tuple):
        raise ToolError(f"{what} must be one figure, not a list.")
    return Amount(int(worth)) if isinstance(worth, bool) else worth


def refuse_unlike(left: Amount, right: Amount, what: str) -> None:
    """Raises ``ToolError`` for bytes with seconds."""
    if left.dimension != right.dimension:
        raise ToolError(
            f"{described(left.dimension).capitalize()} and {described(right.dimension)} cannot be {what}. Check the units."
        )
