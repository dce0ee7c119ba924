"""Two courses side by side: what both did, what came out differently, what only one did."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sre_core.comparison import compare
from sre_core.course import Stop, StopKind, abreast, course, difference
from sre_core.investigation import fold
from tests.core.test_comparison import Fork, original

AT = datetime(2026, 3, 2, tzinfo=UTC)


def stop(seq: int, alike: str, kind: StopKind = "action", outcome: str = "") -> Stop:
    return Stop(seq=seq, at=AT, kind=kind, text=alike, outcome=outcome, alike=alike)


def beside(one: list[Stop], other: list[Stop]) -> list[tuple[str, str, str]]:
    lines = abreast(one, other)
    return [
        (line.one.alike if line.one else "", line.other.alike if line.other else "", line.likeness) for line in lines
    ]


def test_the_same_step_stands_in_one_line_and_what_only_one_did_alone() -> None:
    mine, theirs = [stop(1, "logs"), stop(2, "traces"), stop(3, "deploys")], [stop(1, "logs"), stop(2, "deploys")]
    assert beside(mine, theirs) == [
        ("logs", "logs", "same"),
        ("traces", "", "only one"),
        ("deploys", "deploys", "same"),
    ]


def test_the_same_step_with_another_outcome_came_out_differently() -> None:
    assert beside([stop(1, "logs", outcome="3 lines")], [stop(1, "logs", outcome="none")]) == [
        ("logs", "logs", "differs")
    ]


def test_a_plan_stands_beside_a_plan_and_an_end_beside_an_end_however_different() -> None:
    mine = [stop(4, "said x", "person"), stop(5, "plan a", "plan"), stop(6, "logs"), stop(7, "end a", "conclusion")]
    theirs = [stop(4, "plan b", "plan"), stop(5, "end b", "conclusion")]
    assert beside(mine, theirs) == [
        ("said x", "", "only one"),
        ("plan a", "plan b", "differs"),
        ("logs", "", "only one"),
        ("end a", "end b", "differs"),
    ]


STOPS = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["plan", "action", "person", "conclusion"]))).map(
    lambda drawn: [stop(seq, f"{kind} {name}", kind) for seq, (name, kind) in enumerate(drawn, start=1)]
)


@given(one=STOPS, other=STOPS)
def test_every_step_of_both_stands_somewhere_exactly_once(one: list[Stop], other: list[Stop]) -> None:
    lines = abreast(one, other)
    assert sorted(line.one.seq for line in lines if line.one) == [each.seq for each in one]
    assert sorted(line.other.seq for line in lines if line.other) == [each.seq for each in other]
    for line in lines:
        assert (line.one is None) == (line.likeness == "only other")
        assert (line.other is None) == (line.likeness == "only one")


@given(one=STOPS)
def test_a_course_beside_itself_is_the_same_throughout(one: list[Stop]) -> None:
    assert all(line.likeness == "same" for line in abreast(one, one))


async def test_a_course_tells_an_action_once_with_its_outcome_and_leads_to_the_moment_that_it_ended() -> None:
    events = await original()
    actions = [each for each in course(events, fold("inv", events)) if each.kind == "action"]
    assert [(each.tool, each.outcome) for each in actions] == [("look", "cold"), ("look", "cold")]
    assert [events[each.seq - 1].happening.type for each in actions] == ["ActionSucceeded"] * 2


async def test_a_fork_is_laid_beside_its_original_from_where_they_part() -> None:
    events = await original()
    fork = await Fork(events, 4).go_on(looks=2, tool="peer")
    compared = compare(fork.events, events)
    assert compared.shared == 4
    likenesses = {line.likeness for line in compared.courses}
    assert {"only one", "only other"} <= likenesses
    said = next(line.one for line in compared.courses if line.one and line.one.kind == "person")
    assert said.text == "grace: look into the chimney"
    assert all(line.one is None or line.one.seq > 4 for line in compared.courses)


def test_two_probabilities_are_told_apart_in_words() -> None:
    names = ("the fork", "the original")
    assert difference(0.5, 0.5001, names) == "same"
    assert difference(None, 0.2, names) == "only in the original"
    assert difference(0.4, None, names) == "only in the fork"
    assert difference(0.7, 0.2, names) == "likelier in the fork"
    assert difference(0.1, 0.2, names) == "likelier in the original"
