"""Evidence from a document is shown with the lines that it has there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Evidence, Observation
from sre_core.tools.search_runbooks import Passage, Passages
from ui import citations

TEXT = "Before you restart:\n\n- tell the team\n- drain it\n\n```\nsystemctl restart db\n```"


def observation(text: str = TEXT, **other: Any) -> Observation:
    passage = Passage(
        document="db.md", title="DB", kind="runbook", heading="", first_line=3, last_line=9, text=text, score=1
    )
    found = Passages(query="db", passages=(passage,), searched=1).model_dump(mode="json")
    brought = {"action_id": "a1", "tool": "search_runbooks", "source": "documents", "summary": "1 passage"}
    return Observation(**{**brought, "output_type": "Passages", "data": found, **other})


def evidence(quote: str, locator: str = "db.md:3-9 DB") -> Evidence:
    return Evidence(id="e1", action_id="a1", source="documents", finding="runbook", quote=quote, locator=locator)


def test_a_quote_in_one_line_gets_its_lines_back() -> None:
    assert citations.in_its_lines(evidence(" ".join(TEXT.split())), observation()) == TEXT


def test_what_was_cut_off_is_cut_off_there_too() -> None:
    quote = "Before you restart: - tell the te…"
    assert citations.in_its_lines(evidence(quote), observation()) == "Before you restart:\n\n- tell the te …"


@pytest.mark.parametrize(
    ("piece", "seen"),
    [
        (evidence("Before you restart: - tell"), None),
        (evidence("Before you restart: - tell"), observation(data={"erased": True})),
        (evidence("Before you restart: - tell"), observation(output_type="LogLines")),
        (evidence("Before you restart: - tell", locator="other.md:3-9 DB"), observation()),
        (evidence("These are not its words"), observation()),
    ],
)
def test_where_the_passage_is_not_seen_the_quote_is_as_it_is_kept(piece: Evidence, seen: Observation | None) -> None:
    assert citations.in_its_lines(piece, seen) == piece.quote


@given(st.text(alphabet="ab -\n\t", max_size=60), st.integers(min_value=1, max_value=60))
def test_the_same_words_are_shown_whatever_the_lines(text: str, length: int) -> None:
    line = " ".join(text.split())
    quote = line if len(line) <= length else line[: length - 1] + "…"
    shown = citations.in_its_lines(evidence(quote), observation(text))
    assert " ".join(shown.removesuffix(" …").split()) == quote.removesuffix("…").strip()
