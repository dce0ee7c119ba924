"""A quote is cited with the fewest lines in which it stands, and one that does not stand there is no citation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.knowledge.ask import Quote
from sre_core.knowledge.composed import LONGEST, Passage, backed
from sre_core.web.citing import plainly

WORDS = st.lists(st.text(alphabet="abcdefg", min_size=4, max_size=8), min_size=4, max_size=8).map(" ".join)
LINES = st.lists(WORDS, min_size=1, max_size=12)


def quote(line: int, text: str = "") -> Quote:
    return Quote(document="a.md", title="A", heading="", first_line=line, last_line=line, text=text, score=1.0)


@given(lines=LINES, data=st.data())
def test_a_stretch_of_lines_is_found_in_lines_that_hold_it_all(lines: list[str], data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(begin, len(lines) - 1))
    said = " ".join(lines[begin : end + 1])
    found = Passage(1, "a.md", "A", 1, lines).lines_with(said)
    assert found is not None
    first, last = found
    assert plainly(said) in plainly("\n".join(lines[first - 1 : last]))
    assert last - first <= end - begin


@given(lines=LINES, said=WORDS)
def test_what_does_not_stand_there_is_no_citation(lines: list[str], said: str) -> None:
    passage = Passage(1, "a.md", "A", 1, lines)
    stands = plainly(said) in plainly("\n".join(lines))
    assert (backed("It is so.", [(1, said)], [passage], "") is not None) == (stands and len(said) >= 15)


@given(before=st.integers(0, 60), after=st.integers(0, 60), width=st.integers(1, 200))
def test_a_passage_is_around_its_quote_and_no_longer_than_it_may_be(before: int, after: int, width: int) -> None:
    lines = ["x" * width] * before + ["the line itself"] + ["y" * width] * after
    passage = Passage.around(1, quote(before + 1), "\n".join(lines))
    assert passage.lines[before + 1 - passage.first_line] == "the line itself"
    assert len("\n".join(passage.lines)) <= max(LONGEST, len("the line itself"))


def test_a_document_that_changed_is_cited_as_it_was_found() -> None:
    passage = Passage.around(1, quote(9, "as it was"), "shorter now")
    assert (passage.first_line, list(passage.lines)) == (9, ["as it was"])
