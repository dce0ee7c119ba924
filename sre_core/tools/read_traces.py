"""Read traces: which hop is slow or fails, by itself and not because of what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pydantic import Field

from sre_core.domain import Value, Window
from sre_core.sources.base import Span, TraceSource
from sre_core.tools.base import Tool, ToolContext
from sre_core.tools.periods import KnownPeriods


class TracesQuery(Value):
    """Which spans to read."""

    component: str | None = Field(default=None, description="Component id; None reads all of them.")
    window: Window | None = Field(default=None, description="The time of trouble; None takes what is known.")


class HopTiming(Value):
    """How one operation of one component does, in the window and before. Self time leaves out the spans it waits for."""

    component: str
    name: str
    count: int
    errors: int
    p95_ms: float
    self_p95_ms: float
    baseline_count: int = 0
    baseline_errors: int = 0
    baseline_self_p95_ms: float | None = None
    errors_without_failing_child: int = Field(default=0, description="Errors that began here: no span below failed.")
    example: str | None = Field(default=None, description="trace_id/span_id of the slowest or failing one.")


class TraceReading(Value):
    """The hops, worst self time first."""

    traces: int
    hops: tuple[HopTiming, ...]
    components: tuple[str, ...] = ()


class ReadTraces(Tool[TracesQuery, TraceReading]):
    """Read traces, by component and operation: how long each takes by itself, what it does not wait for others, against
    before; and how many errors began in it, no span below having failed."""

    name = "read_traces"
    source = "traces"

    def __init__(self, traces: TraceSource, periods: KnownPeriods) -> None:
        self._traces = traces
        self._periods = periods

    async def run(self, query: TracesQuery, context: ToolContext) -> TraceReading:
        """An empty reading is an answer: nothing was traced."""
        spans = await self._traces.read(None)  # all of them: a span's own time is what its children leave
        begins = query.window.start if query.window is not None else self._periods.trouble_begins
        end = query.window.end if query.window is not None else None
        return await asyncio.to_thread(_reading, spans, query.component, begins, end)

    def summarise(self, output: TraceReading) -> str:
        """How much was traced, and the worst hop."""
        if not output.hops:
            return "no spans"
        worst = output.hops[0]
        slowest = f"{worst.component} {worst.name} {worst.self_p95_ms:.0f} ms"
        return f"{output.traces} traces, {len(output.hops)} hops; worst own time: {slowest}"

    def components(self, query: TracesQuery, output: TraceReading) -> tuple[str, ...]:
        """Those that have spans, and the one that was asked for."""
        return tuple(dict.fromkeys((*output.components, *((query.component,) if query.component else ()))))


@dataclass(frozen=True)
class _Timed:
    """A span with what only its trace tells. Times in ms."""

    span: Span
    self_ms: float
    began_here: bool

    @property
    def failed(self) -> bool:
        return _failed(self.span)


def _reading(
    spans: Sequence[Span], component: str | None, begins: datetime | None, end: datetime | None
) -> TraceReading:
    hops: dict[tuple[str, str], list[_Timed]] = {}
    for timed in _timed(spans):
        if component in (None, timed.span.component) and (end is None or timed.span.time <= end):
            hops.setdefault((timed.span.component, timed.span.name), []).append(timed)
    timings = [_timing(hop, begins) for hop in hops.values()]
    return TraceReading(
        traces=len({timed.span.trace_id for hop in hops.values() for timed in hop}),
        hops=tuple(sorted(timings, key=lambda timing: (-timing.self_p95_ms, timing.component, timing.name))),
        components=tuple(sorted({component for component, _ in hops})),
    )


def _timing(hop: Sequence[_Timed], begins: datetime | None) -> HopTiming:
    now = [timed for timed in hop if begins is None or timed.span.time >= begins]
    usual = [timed for timed in hop if begins is not None and timed.span.time < begins]
    telling = max(now or usual, key=lambda timed: (timed.began_here, timed.failed, timed.self_ms))
    return HopTiming(
        component=telling.span.component,
        name=telling.span.name,
        count=len(now),
        errors=sum(timed.failed for timed in now),
        p95_ms=_p95([timed.span.duration_ms for timed in now]) or 0.0,
        self_p95_ms=_p95([timed.self_ms for timed in now]) or 0.0,
        baseline_count=len(usual),
        baseline_errors=sum(timed.failed for timed in usual),
        baseline_self_p95_ms=_p95([timed.self_ms for timed in usual]),
        errors_without_failing_child=sum(timed.began_here for timed in now),
        example=f"{telling.span.trace_id}/{telling.span.span_id}",
    )


def _timed(spans: Sequence[Span]) -> Iterator[_Timed]:
    children: dict[tuple[str, str], list[Span]] = {}
    for span in spans:
        if span.parent_id is not None and span.parent_id != span.span_id:
            children.setdefault((span.trace_id, span.parent_id), []).append(span)
    above_failures = _above_failures(spans)
    for span in spans:
        key = (span.trace_id, span.span_id)
        yield _Timed(span, _own_time(span, children.get(key, ())), _failed(span) and key not in above_failures)


def _own_time(span: Span, children: Sequence[Span]) -> float:
    """Its duration without the time in which any child was at work (children may overlap, and may outlive it)."""
    start, end = _interval(span)
    covered, reached = 0.0, start
    for child_start, child_end in sorted(map(_interval, children)):
        since, until = max(child_start, reached), min(child_end, end)
        if until > since:
            covered += until - since
            reached = until
    return max(span.duration_ms - covered, 0.0)


def _interval(span: Span) -> tuple[float, float]:
    start = span.time.timestamp() * 1000
    return start, start + span.duration_ms


def _above_failures(spans: Sequence[Span]) -> set[tuple[str, str]]:
    """Every span that has a failed one somewhere below it."""
    parents = {(span.trace_id, span.span_id): span.parent_id for span in spans}
    above: set[tuple[str, str]] = set()
    for span in spans:
        parent = (span.trace_id, span.parent_id) if _failed(span) and span.parent_id is not None else None
        while parent is not None and parent not in above and parent in parents:
            above.add(parent)
            grandparent = parents[parent]
            parent = (span.trace_id, grandparent) if grandparent is not None else None
    return above


def _failed(span: Span) -> bool:
    return (span.status or "").lower() == "error"


def _p95(durations: Sequence[float]) -> float | None:
    return float(np.percentile(durations, 95)) if durations else None
