"""Metrics come with what was normal beside what is wrong, however much or little is known about when."""

from __future__ import annotations

import pytest

from sre_core.errors import ToolError
from sre_core.tools.base import ToolContext
from sre_core.tools.periods import KnownPeriods
from sre_core.tools.query_metrics import MOST_POINTS, MetricsQuery, MetricsReading, QueryMetrics
from tests.tools.telemetry import at, between, metrics

LATENCY = ("cart", "p99", [(0, 10.0), (1, 12.0), (2, 11.0), (3, 10.0), (10, 90.0), (11, 95.0)])
REQUESTS = ("web", "rps", [(0, 5.0), (11, 6.0)])


async def read(*series, known: KnownPeriods = KnownPeriods(), query: MetricsQuery = MetricsQuery()) -> MetricsReading:  # type: ignore[no-untyped-def]
    return await QueryMetrics(metrics(*series), known).run(query, ToolContext())


async def test_figures_of_the_window_stand_beside_those_of_the_baseline() -> None:
    reading = await read(LATENCY, query=MetricsQuery(window=between(9, 12)))
    (series,) = reading.series
    assert (series.baseline_median, series.baseline_count) == (10.5, 4)
    assert series.baseline_spread == pytest.approx(0.5 * 1.4826)
    assert (series.window_median, series.window_low, series.window_high, series.window_last) == (92.5, 90.0, 95.0, 95.0)
    assert (series.unit, len(series.times), series.window_count) == ("ms", 6, 2)


async def test_everything_is_read_when_nothing_is_named() -> None:
    reading = await read(LATENCY, REQUESTS)
    assert [(series.component, series.metric) for series in reading.series] == [("cart", "p99"), ("web", "rps")]
    assert reading.components == ("cart", "web")


async def test_what_has_no_reading_is_missing_and_not_healthy() -> None:
    reading = await read(LATENCY, query=MetricsQuery(components=("cart", "orders"), window=between(9, 12)))
    assert (reading.components, reading.missing) == (("cart",), ("orders",))


async def test_the_window_of_the_sources_counts_when_none_is_asked_for() -> None:
    reading = await read(LATENCY, known=KnownPeriods(window=between(9, 12)))
    assert reading.window == between(9, 12)
    assert reading.baseline is not None
    assert reading.baseline.start == at(0)


async def test_a_window_that_begins_with_its_baseline_is_trouble_only_after_it() -> None:
    reading = await read(LATENCY, known=KnownPeriods(window=between(0, 12), baseline=between(0, 5)))
    assert (reading.window, reading.baseline) == (between(5, 12), between(0, 5))


async def test_an_alert_that_says_when_opens_the_window_ten_minutes_before() -> None:
    reading = await read(LATENCY, known=KnownPeriods(starts_at=at(11)))
    assert reading.window == between(1, 11)


async def test_a_window_over_everything_gives_way_to_what_the_alert_says() -> None:
    reading = await read(LATENCY, known=KnownPeriods(window=between(0, 11), starts_at=at(9)))
    assert reading.window == between(9, 11)


async def test_without_any_hint_the_latest_part_is_the_window_and_all_readings_are_there() -> None:
    reading = await read(LATENCY)
    assert reading.window.end == at(11)
    assert reading.window.start == at(11 * 0.7)
    assert len(reading.series[0].times) == 6


async def test_a_single_reading_has_no_baseline() -> None:
    reading = await read(("cart", "p99", [(0, 1.0)]))
    assert reading.baseline is None
    assert reading.series[0].baseline_median is None


async def test_long_series_are_thinned_but_not_in_the_window_nor_at_the_end() -> None:
    minutes = [(float(minute), float(minute)) for minute in range(2000)]
    (series,) = (await read(("cart", "p99", minutes), query=MetricsQuery(window=between(1000, 1050)))).series
    assert len(series.times) <= MOST_POINTS
    assert sum(at(1000) <= time <= at(1050) for time in series.times) == 51
    assert series.times[-40:] == tuple(at(minute) for minute in range(1960, 2000))
    assert series.times == tuple(sorted(series.times))


async def test_nothing_read_and_no_time_known_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ToolError, match="No readings of nobody"):
        await read(LATENCY, query=MetricsQuery(components=("nobody",)))


async def test_nothing_read_in_a_known_window_is_an_answer() -> None:
    reading = await read(LATENCY, known=KnownPeriods(window=between(9, 12)), query=MetricsQuery(components=("nobody",)))
    assert (reading.series, reading.missing) == ((), ("nobody",))


async def test_the_reading_survives_being_stored() -> None:
    reading = await read(LATENCY, REQUESTS)
    assert MetricsReading.model_validate_json(reading.model_dump_json()) == reading
