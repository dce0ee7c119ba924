"""Telemetry for tool tests: short to write, behind the real adapters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pandas as pd

from sre_core.domain import Window
from sre_core.sources.base import LogRecord, Span
from sre_core.sources.recorded import RecordedMetrics

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def between(start: float, end: float) -> Window:
    """From so many minutes after noon to so many."""
    return Window(start=at(start), end=at(end))


def metrics(*series: tuple[str, str, Iterable[tuple[float, float]]], unit: str = "ms") -> RecordedMetrics:
    """Series as (component, metric, (minute, value) pairs)."""
    rows = [
        (at(minute), component, metric, value, unit) for component, metric, pairs in series for minute, value in pairs
    ]
    frame = pd.DataFrame(rows, columns=["time", "component", "metric", "value", "unit"])
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return RecordedMetrics(lambda: frame.sort_values("time", kind="stable", ignore_index=True))


def log(
    line: int, message: str, minute: float | None = None, component: str = "cart", severity: str | None = None
) -> LogRecord:
    """One log line."""
    time = None if minute is None else at(minute)
    return LogRecord(line=line, time=time, component=component, severity=severity, message=message)


def span(
    name: str,
    start_ms: float,
    duration_ms: float,
    parent: str | None = None,
    status: str = "ok",
    component: str | None = None,
    minute: float = 0,
    trace: str = "t1",
) -> Span:
    """One span whose id is its name."""
    return Span(
        trace_id=trace,
        span_id=name,
        parent_id=parent,
        component=component or name,
        name=name,
        time=at(minute) + timedelta(milliseconds=start_ms),
        duration_ms=duration_ms,
        status=status,
    )
