"""A hop's own time leaves out what it waits for; an error counts where it began."""

from __future__ import annotations

from sre_core.sources.base import Span
from sre_core.sources.recorded import RecordedTraces
from sre_core.tools.base import ToolContext
from sre_core.tools.periods import KnownPeriods
from sre_core.tools.read_traces import HopTiming, ReadTraces, TraceReading, TracesQuery
from tests.tools.telemetry import between, span


async def read(*spans: Span, query: TracesQuery = TracesQuery(), known: KnownPeriods = KnownPeriods()) -> TraceReading:
    return await ReadTraces(RecordedTraces(spans), known).run(query, ToolContext())


def hop(reading: TraceReading, component: str) -> HopTiming:
    return next(hop for hop in reading.hops if hop.component == component)


async def test_own_time_is_what_the_union_of_the_children_leaves() -> None:
    reading = await read(span("web", 0, 100), span("cart", 10, 50, "web"), span("ads", 40, 40, "web"))
    assert hop(reading, "web").self_p95_ms == 30
    assert hop(reading, "web").p95_ms == 100


async def test_a_child_that_outlives_its_parent_covers_no_more_than_the_parent() -> None:
    reading = await read(span("web", 0, 100), span("mail", 90, 500, "web"))
    assert hop(reading, "web").self_p95_ms == 90


async def test_the_worst_own_time_comes_first() -> None:
    reading = await read(span("web", 0, 100), span("cart", 5, 90, "web"))
    assert [hop.component for hop in reading.hops] == ["cart", "web"]


async def test_an_error_counts_where_nothing_below_failed() -> None:
    reading = await read(
        span("web", 0, 100, status="error"),
        span("cart", 5, 90, "web", status="ok"),
        span("redis", 6, 80, "cart", status="error"),
    )
    assert hop(reading, "web").errors == 1
    assert hop(reading, "web").errors_without_failing_child == 0, "redis failed below it, two hops down"
    assert hop(reading, "redis").errors_without_failing_child == 1
    assert hop(reading, "redis").example == "t1/redis"


async def test_what_lies_before_the_trouble_is_the_baseline() -> None:
    before, now = span("web", 0, 10, trace="t0"), span("web", 0, 90, minute=30, trace="t1")
    timing = hop(await read(before, now, known=KnownPeriods(window=between(20, 40))), "web")
    assert (timing.count, timing.baseline_count) == (1, 1)
    assert (timing.self_p95_ms, timing.baseline_self_p95_ms) == (90, 10)


async def test_a_component_is_read_with_its_children_taken_into_account() -> None:
    reading = await read(span("web", 0, 100), span("cart", 0, 60, "web"), query=TracesQuery(component="web"))
    assert [(hop.component, hop.self_p95_ms) for hop in reading.hops] == [("web", 40)]


async def test_spans_that_are_their_own_ancestors_do_no_harm() -> None:
    reading = await read(span("a", 0, 10, "b", "error"), span("b", 0, 10, "a", "error"), span("c", 0, 10, "c", "error"))
    assert len(reading.hops) == 3


async def test_no_spans_is_an_answer() -> None:
    assert (await read()).hops == ()
