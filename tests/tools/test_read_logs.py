"""Logs come counted by shape, the most telling shape first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.sources.base import CountedPattern, LogRecord
from sre_core.sources.recorded import RecordedLogs
from sre_core.tools.base import ToolContext
from sre_core.tools.log_patterns import Shapes, mask, words_of
from sre_core.tools.periods import KnownPeriods
from sre_core.tools.read_logs import LogQuery, LogReading, ReadLogs
from tests.tools.telemetry import at, between, log

CHATTER = [log(n, f"GET /cart/{n} took {n} ms", minute=n, severity="info") for n in range(1, 9)]
FAILURE = log(9, "connection refused by redis-cart:6379", minute=10, severity="error")


async def read(
    records: list[LogRecord],
    query: LogQuery = LogQuery(),
    known: KnownPeriods = KnownPeriods(),
    counted: tuple[CountedPattern, ...] = (),
) -> LogReading:
    return await ReadLogs(RecordedLogs(records, counted), known).run(query, ToolContext())


async def test_lines_of_one_shape_are_counted_together_and_one_is_kept_word_for_word() -> None:
    reading = await read(CHATTER)
    (pattern,) = reading.patterns
    assert (pattern.pattern, pattern.count, pattern.source) == ("GET /cart/<*> took <*> ms", 8, "logs")
    assert (pattern.example, pattern.line) == ("GET /cart/1 took 1 ms", 1)
    assert (pattern.first_seen, pattern.last_seen) == (at(1), at(8))


async def test_errors_come_before_chatter() -> None:
    reading = await read([*CHATTER, FAILURE])
    assert reading.patterns[0].example == FAILURE.message
    assert reading.by_severity == {"info": 8, "error": 1}


async def test_an_error_without_a_severity_is_loud_by_its_words() -> None:
    reading = await read([*CHATTER, log(9, "Unhandled exception in charge()", minute=3)])
    assert reading.patterns[0].line == 9


async def test_a_new_shape_comes_before_a_known_one_and_says_that_it_is_new() -> None:
    known_failure = [log(n, "mail provider failed", minute=n, severity="error") for n in range(20, 28)]
    old = [log(n, "mail provider failed", minute=n, severity="error") for n in range(8)]
    new = log(99, "certificate has expired", minute=21, severity="error")
    reading = await read([*old, *known_failure, new], known=KnownPeriods(window=between(20, 30)))
    assert [(pattern.example, pattern.count, pattern.baseline_count) for pattern in reading.patterns] == [
        ("certificate has expired", 1, 0),
        ("mail provider failed", 8, 8),
    ]


async def test_without_any_line_from_before_nothing_is_known_of_what_is_normal() -> None:
    reading = await read([log(1, "late", minute=25)], known=KnownPeriods(window=between(20, 30)))
    assert reading.patterns[0].baseline_count is None


async def test_a_component_that_was_silent_before_has_a_known_normal_when_others_spoke() -> None:
    records = [log(1, "hello", minute=0, component="web"), log(2, "boom", minute=25)]
    reading = await read(records, LogQuery(component="cart"), KnownPeriods(window=between(20, 30)))
    assert [(pattern.example, pattern.baseline_count) for pattern in reading.patterns] == [("boom", 0)]


async def test_only_lines_in_the_window_and_with_the_words_are_counted() -> None:
    reading = await read([*CHATTER, FAILURE], LogQuery(window=between(9, 20), contains="REFUSED"))
    assert reading.total == 1
    assert reading.patterns[0].baseline_count == 0


async def test_counted_patterns_stand_beside_mined_ones() -> None:
    counted = CountedPattern(
        line=4, component="web", pattern="status 503", count=700, baseline_count=2, severity="error"
    )
    reading = await read(CHATTER, counted=(counted,))
    first = reading.patterns[0]
    assert (first.source, first.line, first.count, first.baseline_count, first.component) == (
        "log_patterns",
        4,
        700,
        2,
        "web",
    )


async def test_a_pattern_that_was_counted_and_is_in_the_log_is_one() -> None:
    counted = CountedPattern(line=1, component="cart", pattern="GET /cart/77 took 12 ms", count=900)
    (pattern,) = (await read(CHATTER, counted=(counted,))).patterns
    assert (pattern.count, pattern.source, pattern.line) == (900, "logs", 1)


async def test_the_sample_is_the_first_and_the_last_lines() -> None:
    reading = await read(CHATTER, LogQuery(limit=4))
    assert [record.line for record in reading.sample] == [1, 2, 7, 8]


async def test_silence_is_an_answer() -> None:
    reading = await read([], LogQuery(component="cart"))
    assert (reading.total, reading.patterns, reading.covered) == (0, (), None)


def test_a_json_line_says_its_message_its_error_and_its_status() -> None:
    line = '{"level":50,"msg":"request error","error":"no healthy upstream","http.resp.status":503,"id":"e24dbe49"}'
    assert words_of(line) == ("request error | no healthy upstream | status=503", "error")
    assert words_of("{not json") == ("{not json", None)


def test_what_varies_is_masked_and_a_status_is_not() -> None:
    ids = "cart-79b49f5555-625p8 10.0.0.7:6379 e24dbe49-427a-410a-9911-945886bd0889"
    assert (
        mask(f"2026-03-01T12:00:00.123Z pod {ids} status=503 in 5000ms")
        == "<*> pod cart-<*> <*> <*> status=503 in <*>ms"
    )
    assert mask("Exited with exit code 137 after 12 s") == "Exited with exit code 137 after <*> s"


@given(st.lists(st.text(max_size=60), max_size=12))
def test_every_line_has_a_shape_that_is_found_again(lines: list[str]) -> None:
    shapes = Shapes()
    numbers = [shapes.add(line) for line in lines]
    assert [shapes.find(line) for line in lines] == numbers
    for number in numbers:
        assert isinstance(shapes.pattern(number), str)
