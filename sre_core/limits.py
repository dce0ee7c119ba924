"""When to stop whatever the reasoner says. Pure. A person's guidance gives a fresh allowance."""

from __future__ import annotations

from sre_core.events import LimitReached
from sre_core.investigation import Investigation

MAX_DENIALS_IN_A_ROW = 3
MAX_STARTS = 3
"""An action that was started this often and never came back took the process down with it; it is not tried again."""


def may_propose(investigation: Investigation) -> bool:
    """Whether a remediation may be put before somebody: a person can be asked, and proposals were not refused in a row."""
    return investigation.attended and investigation.denials_in_a_row < MAX_DENIALS_IN_A_ROW


def reached(investigation: Investigation) -> LimitReached | None:
    """The first limit that is used up; None when there is room for one more action."""
    limits = investigation.limits
    started = investigation.started - investigation.started_before
    if started >= limits.max_actions:
        return LimitReached(
            limit="max_actions", detail=f"{started} actions were run; {limits.max_actions} are allowed."
        )
    seconds = (investigation.worked - investigation.worked_before).total_seconds()
    if seconds >= limits.max_seconds:
        return LimitReached(
            limit="max_seconds", detail=f"{seconds:.0f} s of work; {limits.max_seconds:.0f} s are allowed."
        )
    if investigation.failures_in_a_row >= limits.max_failures_in_a_row:
        detail = f"{investigation.failures_in_a_row} actions failed in a row."
        return LimitReached(limit="max_failures_in_a_row", detail=detail)
    if investigation.denials_in_a_row >= MAX_DENIALS_IN_A_ROW:
        detail = f"{investigation.denials_in_a_row} proposals in a row were not allowed."
        return LimitReached(limit="max_denials_in_a_row", detail=detail)
    return None
