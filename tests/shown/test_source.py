"""An output as a page shows it: readable lines, what is cited marked to the character, what is cut or gone said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core import events as ev
from sre_core.domain import Action, ContentRef, Evidence, Observation, Reflection
from sre_core.errors import ContentGone
from sre_core.events import entry
from sre_core.shown.layout import Layout
from sre_core.shown.source import MOST_CHARACTERS, Source, source_of
from tests.fakes import OPENED, PERSON, ListTimeline

PODS = "NAME      READY   STATUS\ncart-0    1/1     Running\ncart-1    0/1     CrashLoopBackOff"


def read_of(text: str) -> Any:
    return lambda digest: text


def gone(digest: str) -> str:
    raise ContentGone("This output was erased.")


def told(data: Any, *pieces: Evidence, bulky: bool = False) -> ListTimeline:
    """An investigation with one action that brought this back, and what was made of it."""
    timeline = ListTimeline()
    timeline.say(OPENED)
    action = Action(id="A1", tool="look", arguments={"nth": 1})
    content = ContentRef(digest="d" * 64, characters=9) if bulky else None
    seen = Observation(
        action_id="A1",
        tool="look",
        source="look",
        summary="seen",
        output_type="X",
        data=None if bulky else data,
        content=content,
    )
    for happening in (
        ev.ActionProposed(action=action),
        ev.ActionStarted(action_id="A1", run_id="r"),
        ev.ActionSucceeded(action_id="A1", run_id="r", observation=seen),
        ev.ReflectionMade(reflection=Reflection(action_id="A1", thought="so", evidence=pieces)),
    ):
        timeline.say(entry("engine", happening))
    return timeline


def piece(quote: str, locator: str = "", component: str | None = None, id_: str = "E1", **more: Any) -> Evidence:
    return Evidence(
        id=id_, action_id="A1", source="look", finding="x", quote=quote, locator=locator, component=component, **more
    )


def shown(data: Any, *pieces: Evidence) -> Source:
    return source_of(told(data, *pieces).state, "E1", gone)


def marked(source: Source, evidence: str = "E1") -> list[str]:
    lines = {line.number: line.text for line in source.lines}
    return [lines[c.line][c.first : c.last] for c in source.citations if c.evidence == evidence]


def test_the_very_words_are_marked_to_the_character() -> None:
    source = shown({"command": "get pods", "output": PODS}, piece("cart-1 0/1 CrashLoopBackOff"))
    assert marked(source) == ["cart-1    0/1     CrashLoopBackOff"]
    assert source.cited[0].exact


def test_words_that_stand_in_several_places_are_marked_in_the_object_that_they_are_about() -> None:
    said = f"connection refused by the peer{'.' * 150}"
    data = {"patterns": [{"component": "till", "text": said}, {"component": "oven", "text": said}]}
    source = shown(data, piece(said, component="oven"), piece(said, component="till", id_="E2"))
    lines = [line.text for line in source.lines]
    about = {c.evidence: lines[c.line - 2].strip() for c in source.citations}
    assert about == {"E1": "- component: oven", "E2": "- component: till"}


def test_what_varies_in_a_pattern_and_what_was_joined_is_found_part_by_part() -> None:
    data = {"pattern": "took <*> ms to answer the till", "other": "nobody was at the door"}
    source = shown(data, piece("took … ms to answer the till; nobody was at the door"))
    assert marked(source) == ["took <*> ms to answer the till", "nobody was at the door"]


def test_figures_that_were_worked_out_lead_to_the_series_and_to_when_it_began() -> None:
    times = [f"2026-01-01T12:0{minute}:00Z" for minute in range(6)]
    series = [
        {"component": c, "metric": m, "times": times, "values": [1.0] * 6}
        for c in ("till", "oven")
        for m in ("cpu", "heat")
    ]
    began = datetime(2026, 1, 1, 12, 3, tzinfo=UTC)
    source = shown({"series": series}, piece("oven heat 9 since 12:03", "oven heat level +8", "oven", onset=began))
    assert marked(source) == ["oven", "heat", "2026-01-01T12:03:00Z", "1.0"]
    assert not source.cited[0].exact


def test_what_is_nowhere_in_it_is_not_marked_anywhere() -> None:
    source = shown({"output": "all is well"}, piece("the moon is full tonight", "moon phase"))
    assert (source.citations, source.cited[0].found) == ((), False)


def test_what_is_cited_is_shown_however_far_down_it_stands() -> None:
    data = {"lines": [f"{number} {'x' * 150}" for number in range(4000)] + ["here the oven caught fire", "end"]}
    source = source_of(
        told(data, piece("here the oven caught fire"), bulky=True).state, "A1", read_of(json.dumps(data))
    )
    assert marked(source) == ["here the oven caught fire"]
    assert source.left_out > 0
    assert [line.number for line in source.lines if line.number is None] == [None]
    assert sum(len(line.text) for line in source.lines) < MOST_CHARACTERS * 1.1


def test_a_citation_far_into_a_long_line_is_in_the_part_that_is_shown() -> None:
    source = shown({"text": "y" * 50_000 + " the oven caught fire " + "z" * 50_000}, piece("the oven caught fire"))
    assert marked(source) == ["the oven caught fire"]
    assert source.left_out > 90_000


def test_what_was_erased_is_said_with_the_reason() -> None:
    timeline = told(None, piece("a password"), bulky=True)
    timeline.write(entry(PERSON, ev.ContentErased(digest="d" * 64, reason="it held a password")))
    source = source_of(timeline.state, "E1", gone)
    assert source.missing == "What it brought back was erased: it held a password"
    assert (source.lines, source.cited[0].found) == ((), False)


def test_a_persons_fact_is_its_own_source_and_what_corrected_it_does_not_hide_it() -> None:
    timeline = told({"a": 1}, piece("something else here"))
    timeline.say(entry(PERSON, ev.FactStated(text="The door\nstood open", corrects=("E1",))))
    assert marked(source_of(timeline.state, "E2", gone), "E2") == ["The door", "stood open"]
    assert source_of(timeline.state, "E1", gone).action == "A1"


def test_there_is_no_source_of_what_is_not_there() -> None:
    with pytest.raises(ContentGone, match="no E9"):
        source_of(told({}).state, "E9", gone)


def test_lists_that_go_side_by_side_are_a_table() -> None:
    lines = Layout.of({"times": ["a", "b", "c", "d"], "values": [1, 22, 3, 4]}).lines
    assert lines == ["times | values:", "  a  1", "  b  22", "  c  3", "  d  4"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=5),
    max_leaves=20,
)


@given(JSON)
def test_every_value_stands_where_its_place_says(value: Any) -> None:
    layout = Layout.of(value)
    for leaf in layout.leaves:
        written = "\n".join(layout.lines[line - 1][first:last] for line, first, last in leaf.whole)
        assert [part.rstrip("\r") for part in leaf.text.split("\n")] == written.split("\n")


@given(JSON, st.text(min_size=1, max_size=40))
def test_marks_never_leave_the_lines_that_are_shown(value: Any, quote: str) -> None:
    source = shown(value, piece(quote, "a b", "c"))
    lines = {line.number: line.text for line in source.lines}
    assert all(0 <= c.first < c.last <= len(lines[c.line]) for c in source.citations)
