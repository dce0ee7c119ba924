"""What a page shows beside the timeline and has to ask the workbench for: neither is in the events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sre_core.investigation import Investigation
from sre_core.next_checks import NextChecks
from ui.links import Runbooks, no_runbooks


def no_checks(_: Investigation) -> NextChecks | None:
    """Nobody can say."""
    return None


def a_model() -> bool:
    """There is one."""
    return True


@dataclass(frozen=True)
class AtHand:
    """By default nothing: the timeline alone."""

    next_checks: Callable[[Investigation], NextChecks | None] = no_checks
    runbooks: Runbooks = no_runbooks
    has_model: Callable[[], bool] = a_model
