"""Read logs: what is said, how often, since when, and is it new."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from sre_core.domain import Moment, Value, Window
from sre_core.sources.base import CountedPattern, LogRecord, LogSource
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.log_counts import CountedShapes, Seen, count_shapes, is_within, level_of
from sre_core.tools.log_patterns import words_of
from sre_core.tools.periods import KnownPeriods


class LogQuery(Value):
    """Which log lines to look at."""

    component: str | None = Field(default=None, description="Component id; None reads all of them.")
    contains: str | None = Field(default=None, description="Only lines with this text, any case.")
    window: Window | None = Field(default=None, description="Only lines in this time; None takes everything recorded.")
    limit: int = Field(default=40, ge=1, le=500, description="Sample lines to bring back: the first and last of them.")


class LogPattern(Value):
    """Lines of one shape, counted. ``baseline_count`` None: not known how many are normal."""

    component: str
    pattern: str = Field(description="The shape, with the varying parts as <*>.")
    example: str = Field(description="One line, word for word.")
    line: int = Field(description="Where the example stands in the source.")
    source: str = Field(description="logs, or log_patterns when somebody else counted.")
    count: int = Field(description="Lines of it; those before the trouble left out where baseline_count is known.")
    baseline_count: int | None = None
    severity: str | None = None
    first_seen: Moment | None = None
    last_seen: Moment | None = None


class LogReading(Value):
    """What the logs said."""

    component: str | None
    total: int
    by_severity: dict[str, int]
    covered: Window | None = Field(description="First to last record; None when no record carries a time.")
    patterns: tuple[LogPattern, ...] = Field(description="Most telling first: errors before chatter, new before known.")
    sample: tuple[LogRecord, ...] = Field(description="The first and the last lines.")
    components: tuple[str, ...] = ()


MOST_PATTERNS = 200
_LOUD = re.compile(
    r"(?i)(?<![\w-])(error|\w+exception|\w+error|exception|fatal|panic|traceback|fail(?:ed|ure|s)?|refused|denied|timed out"
    r"|unavailable|unreachable|oomkilled|out of memory|killed|cannot|could not|unable|no such|invalid|deadlock|rejected)(?![\w-])"
)
_FRAME = re.compile(r"^\s*(at |\.\.\. \d+ more|---|File \"|\||Caused by: *$)")
_LEVEL_RANKS = {"fatal": 3, "critical": 3, "panic": 3, "emergency": 3, "alert": 3, "error": 3, "err": 3, "severe": 3}
_LEVEL_RANKS |= {"warning": 2, "warn": 2, "info": 0, "information": 0, "debug": 0, "trace": 0, "notice": 0}


class ReadLogs(Tool[LogQuery, LogReading]):
    """Read the logs of one or all components, counted by shape: errors first, new ones before known ones, each with one line
    word for word. ``count`` is of the time of trouble where that is known, ``baseline_count`` of the time before it."""

    name = "read_logs"
    source = "logs"

    def __init__(self, logs: LogSource, periods: KnownPeriods) -> None:
        self._logs = logs
        self._periods = periods

    async def run(self, query: LogQuery, context: ToolContext) -> LogReading:
        """An empty reading is an answer too: nothing was logged, or nothing was recorded."""
        recorded = await self._logs.read(query.component)
        counted = [pattern for pattern in await self._logs.patterns(query.component) if _holds(pattern.pattern, query)]
        begins = query.window.start if query.window is not None else self._periods.trouble_begins
        normal_known = begins is not None and await self._covers_before(begins, recorded)
        return await asyncio.to_thread(_reading, query, recorded, counted, begins, normal_known)

    def summarise(self, output: LogReading) -> str:
        """How many lines and shapes, and the most telling one."""
        if not output.patterns:
            return f"no log lines{f' of {output.component}' if output.component else ''}"
        first = output.patterns[0]
        said = f"{first.component}: {first.pattern[:120]} ({first.count}x)"
        return f"{output.total} lines of {len(output.patterns)} shapes; first: {said}"

    def components(self, query: LogQuery, output: LogReading) -> tuple[str, ...]:
        """Those that said something, and the one that was asked for."""
        return tuple(dict.fromkeys((*output.components, *((query.component,) if query.component else ()))))

    async def _covers_before(self, begins: datetime, recorded: Sequence[LogRecord]) -> bool:
        """Whether the source holds anything from before the trouble: then a shape not seen there is new, not just unknown."""
        if any(record.time is not None and record.time < begins for record in recorded):
            return True
        return any(record.time is not None and record.time < begins for record in await self._logs.read(None))


def _reading(
    query: LogQuery,
    recorded: Sequence[LogRecord],
    counted: Sequence[CountedPattern],
    begins: datetime | None,
    normal_known: bool,
) -> LogReading:
    matching = [record for record in recorded if _holds(record.message, query)]
    records = [record for record in matching if query.window is None or is_within(record.time, query.window)]
    times = [record.time for record in records if record.time is not None]
    mined = count_shapes(matching if normal_known else records, begins if normal_known else None, query.window)
    patterns = sorted(_merged(mined, counted, normal_known), key=_telling, reverse=True)
    rest = query.limit // 2
    sample = (
        records if len(records) <= query.limit else [*records[: query.limit - rest], *records[len(records) - rest :]]
    )
    return LogReading(
        component=query.component,
        total=len(records),
        by_severity=dict(Counter(level_of(record) or "unknown" for record in records)),
        covered=Window(start=min(times), end=max(times)) if times else None,
        patterns=tuple(patterns[:MOST_PATTERNS]),
        sample=tuple(sample),
        components=tuple(sorted({record.component for record in records} | {pattern.component for pattern in counted})),
    )


def _holds(text: str, query: LogQuery) -> bool:
    return query.contains is None or query.contains.lower() in text.lower()


def _merged(
    mined: Mapping[str, CountedShapes], counted: Sequence[CountedPattern], normal_known: bool
) -> list[LogPattern]:
    """Mined shapes and counted ones; one that is both keeps the line, and the larger count."""
    found: dict[tuple[str, int | str], LogPattern] = {
        (component, shape): _as_mined(shapes.shapes.pattern(shape), seen, normal_known)
        for component, shapes in mined.items()
        for shape, seen in shapes.seen.items()
    }
    for pattern in counted:
        shapes = mined.get(pattern.component)
        shape = shapes.shapes.find(words_of(pattern.pattern)[0]) if shapes is not None else None
        key = (pattern.component, shape if shape is not None else f"line {pattern.line}")
        known = found.get(key)
        found[key] = _as_counted(pattern) if known is None else _completed(known, pattern)
    return list(found.values())


def _as_mined(pattern: str, seen: Seen, normal_known: bool) -> LogPattern:
    return LogPattern(
        component=seen.example.component,
        pattern=pattern,
        example=seen.example.message,
        line=seen.example.line,
        source="logs",
        count=seen.count,
        baseline_count=seen.before if normal_known else None,
        severity=seen.severity,
        first_seen=seen.first,
        last_seen=seen.last,
    )


def _as_counted(pattern: CountedPattern) -> LogPattern:
    return LogPattern(**pattern.model_dump(), example=pattern.pattern, source="log_patterns")


def _completed(known: LogPattern, pattern: CountedPattern) -> LogPattern:
    update = {"count": max(known.count, pattern.count), "severity": known.severity or pattern.severity}
    if pattern.baseline_count is not None:
        update["baseline_count"] = pattern.baseline_count
    return known.model_copy(update=update)


def _telling(pattern: LogPattern) -> tuple[int, bool, float, int]:
    """Errors before chatter, new before known, what grew most, what is most often; a stack frame says little by itself."""
    rank = _LEVEL_RANKS.get((pattern.severity or "").lower(), 0)
    if _LOUD.search(pattern.pattern) and not _is_low(pattern):
        rank = max(rank, 2 if rank else 1 if pattern.severity else 3)
    if _FRAME.match(pattern.example):
        rank = 0
    usual = pattern.baseline_count
    growth = 0.0 if usual is None else min(pattern.count / (usual + 1), 1000.0)
    return rank if pattern.count else -1, usual == 0, growth, pattern.count


def _is_low(pattern: LogPattern) -> bool:
    return (pattern.severity or "").lower() in ("debug", "trace")
