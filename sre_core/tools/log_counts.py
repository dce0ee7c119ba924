"""How often each shape of log line was seen, in the time of trouble and before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sre_core.domain import Window
from sre_core.sources.base import LogRecord
from sre_core.tools.log_patterns import Shapes, words_of


@dataclass
class Seen:
    """Lines of one shape, while counting. ``before`` are those from before the trouble, left out of everything else."""

    example: LogRecord
    severity: str | None
    count: int = 0
    before: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, record: LogRecord, is_before: bool) -> None:
        """Count one line."""
        if is_before:
            self.before += 1
            return
        self.example = record if self.count == 0 else self.example
        self.count += 1
        if record.time is not None:
            self.first, self.last = self.first or record.time, record.time


@dataclass
class CountedShapes:
    """The shapes of one component's lines, by number."""

    shapes: Shapes = field(default_factory=Shapes)
    seen: dict[int, Seen] = field(default_factory=dict)

    def add(self, record: LogRecord, is_before: bool) -> None:
        """Count one line."""
        words, stated = words_of(record.message)
        level = record.severity.lower() if record.severity else stated
        self.seen.setdefault(self.shapes.add(words), Seen(record, level)).add(record, is_before)


def count_shapes(
    records: Iterable[LogRecord], begins: datetime | None, window: Window | None
) -> dict[str, CountedShapes]:
    """Shapes by component. Lines before ``begins`` count as normal; others outside the window do not count."""
    by_component: dict[str, CountedShapes] = {}
    for record in records:
        is_before = begins is not None and record.time is not None and record.time < begins
        if is_before or window is None or is_within(record.time, window):
            by_component.setdefault(record.component, CountedShapes()).add(record, is_before)
    return by_component


def is_within(time: datetime | None, window: Window) -> bool:
    """Whether a time is known and in the window."""
    return time is not None and window.start <= time <= window.end


def level_of(record: LogRecord) -> str | None:
    """How severe a line is, by its record or by what it says itself; None when neither says."""
    return record.severity.lower() if record.severity else words_of(record.message)[1]
