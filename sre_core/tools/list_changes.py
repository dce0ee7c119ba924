"""List what was changed before the trouble began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from sre_core.domain import Moment, Value, Window
from sre_core.errors import ToolError
from sre_core.sources.base import Change, ChangeSource
from sre_core.tools.base import Tool, ToolContext


class ChangesQuery(Value):
    """Which changes to list."""

    components: tuple[str, ...] | None = Field(
        default=None, description="Component ids; None lists all, also unassigned ones."
    )
    until: Moment | None = Field(default=None, description="Only changes up to this time; None lists all known.")
    hours: float = Field(default=72.0, gt=0, description="How far back from 'until' (or from the newest change).")


class ChangeList(Value):
    """The changes, newest first."""

    changes: tuple[Change, ...]
    known: int = Field(description="How many changes the source knows in all.")
    covered: Window | None = Field(description="Time that was searched; None when the source is empty.")


class ListChanges(Tool[ChangesQuery, ChangeList]):
    """List deploys, commits, flags and configuration changes, newest first: most incidents begin with one. A deploy names the
    commit that it ships in ``refers_to``; that commit is in the list too, however old it is."""

    name = "list_changes"
    source = "changes"

    def __init__(self, changes: ChangeSource) -> None:
        self._changes = changes

    async def run(self, query: ChangesQuery, context: ToolContext) -> ChangeList:
        """An empty list is an answer: nothing is known to have changed."""
        known = await self._changes.read()
        until = query.until or max((change.time for change in known), default=None)
        if until is None:
            return ChangeList(changes=(), known=0, covered=None)
        covered = _covered(until, query.hours)
        listed = [change for change in known if covered.start <= change.time <= covered.end and _asked(change, query)]
        shipped = _shipped(listed, known)
        return ChangeList(changes=tuple(_newest_first([*listed, *shipped])), known=len(known), covered=covered)

    def summarise(self, output: ChangeList) -> str:
        """How many, and the newest."""
        if not output.changes:
            return f"no changes in the time searched ({output.known} known in all)"
        newest = output.changes[0]
        about = f" of {newest.component}" if newest.component else ""
        return f"{len(output.changes)} changes; newest: {newest.kind}{about}: {newest.title}"

    def components(self, query: ChangesQuery, output: ChangeList) -> tuple[str, ...]:
        """Those asked for; else those that were changed."""
        changed = (change.component for change in output.changes if change.component is not None)
        return query.components if query.components is not None else tuple(dict.fromkeys(changed))


def _covered(until: datetime, hours: float) -> Window:
    try:
        return Window(start=until - timedelta(hours=hours), end=until)
    except OverflowError as error:
        raise ToolError("hours reaches back before the calendar begins. Ask for fewer hours.") from error


def _asked(change: Change, query: ChangesQuery) -> bool:
    return query.components is None or change.component in query.components


def _shipped(listed: Sequence[Change], known: Sequence[Change]) -> list[Change]:
    """What the listed ones refer to, and is not listed itself."""
    by_id = {change.id: change for change in known}
    here = {change.id for change in listed}
    wanted = dict.fromkeys(change.refers_to for change in listed if change.refers_to is not None)
    return [by_id[name] for name in wanted if name in by_id and name not in here]


def _newest_first(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: change.time, reverse=True)
