"""Reading along."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.gateway.drafts import readable
from tests.gateway.asks import GOOD

WHOLE = "reasoning: the disk is full\ntool: metrics\nname: disk_used\nminutes: 5"


def test_a_draft_is_read_as_far_as_it_goes() -> None:
    assert readable(GOOD[:26]) == "reasoning: the disk is"
    assert readable(GOOD) == WHOLE


def test_fences_and_words_around_it_are_left_out() -> None:
    assert readable(f"Here it is:\n```json\n{GOOD[:26]}") == "reasoning: the disk is"
    assert readable(f"Here it is:\n```json\n{GOOD}\n```\nDone.") == WHOLE


def test_words_before_any_json_are_shown_as_they_are() -> None:
    assert readable("Let me think") == "Let me think"


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(readable(text), str)
    assert isinstance(readable(f"{{{text}"), str)


@given(st.integers(0, len(GOOD)))
def test_what_was_read_stays_while_it_grows(length: int) -> None:
    shown = readable(GOOD[:length])
    assert length <= 1 or WHOLE.startswith(shown)
