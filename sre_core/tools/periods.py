"""When it was bad and when it was normal, from what the sources and the alert say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sre_core.domain import Window
from sre_core.sources.base import Sources

BEFORE_THE_ALERT = timedelta(minutes=10)
"""An alert waits until it is sure: the trouble is looked for from this long before it says it began."""
LATEST_PART = 0.3
"""The share of the recorded time that is taken for the trouble when nothing says when it was."""


@dataclass(frozen=True)
class KnownPeriods:
    """What is known of when it happened. None: nobody said."""

    window: Window | None = None
    baseline: Window | None = None
    starts_at: datetime | None = None

    @classmethod
    def of(cls, sources: Sources) -> KnownPeriods:
        """What these sources and their alert say."""
        starts_at = sources.alert.starts_at if sources.alert is not None else None
        return cls(sources.window, sources.baseline, starts_at)

    @property
    def trouble_begins(self) -> datetime | None:
        """The earliest time that counts as trouble; None when nobody said. A recorded window may begin with its baseline."""
        if self.window is not None and self.baseline is not None and self._baseline_opens_window:
            return self.baseline.end
        if self.window is not None:
            return self.window.start
        return self.starts_at - BEFORE_THE_ALERT if self.starts_at is not None else None

    @property
    def _baseline_opens_window(self) -> bool:
        assert self.window is not None
        assert self.baseline is not None
        return self.baseline.start <= self.window.start < self.baseline.end < self.window.end

    def split(self, first: datetime, last: datetime) -> tuple[Window, Window | None]:
        """(trouble, normal) within what was recorded from ``first`` to ``last``.

        What nobody said is chosen: from 10 minutes before the alert's start to the end, or else the last 30 % of the
        recorded time. A window that leaves nothing before it says nothing about what is normal, so the next is tried.
        """
        if self.window is not None and self.baseline is not None:
            return Window(start=self.trouble_begins or self.window.start, end=self.window.end), self.baseline
        for start, end in self._candidates(first, last):
            if first < start <= min(end, last):
                return Window(start=start, end=end), self.baseline or before(start, first)
        return self.window or Window(start=first, end=last), self.baseline

    def _candidates(self, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
        said = [(self.window.start, self.window.end)] if self.window is not None else []
        if self.starts_at is not None:
            said += [(self.starts_at - BEFORE_THE_ALERT, last), (self.starts_at, last)]
        return [*said, (last - (last - first) * LATEST_PART, last)]


def before(start: datetime, first: datetime) -> Window | None:
    """Everything recorded before ``start``; None when there is nothing."""
    return Window(start=first, end=start - timedelta(microseconds=1)) if first < start else None
