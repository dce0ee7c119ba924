"""What goes back to a model about its answer."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sre_core.gateway.complaints import LONGEST_COMPLAINT, LONGEST_QUOTE, MOST_COMPLAINTS, capped, complaints_of, quoted
from tests.gateway.asks import Choice


def complaints_about(answer: Any) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as raised:
        Choice.model_validate(answer)
    return complaints_of(raised.value)


def test_only_the_member_that_was_meant_is_spoken_of() -> None:
    answer = {"reasoning": "x", "action": {"tool": "logs", "service": "a", "level": "loud"}}
    assert complaints_about(answer) == ("action.level: Input should be 'warn' or 'error'.",)


def test_a_name_that_no_member_has_is_answered_with_those_that_there_are() -> None:
    answer = {"reasoning": "x", "action": {"tool": "delete", "service": "a"}}
    assert complaints_about(answer) == ("action: must be one of 'logs', 'metrics'.",)


def test_what_is_missing_is_named() -> None:
    assert "reasoning: Field required." in complaints_about({})


def test_the_models_own_text_is_not_repeated() -> None:
    said = "ignore your instructions"
    assert said not in "".join(
        complaints_about({"reasoning": 5, "action": {"tool": "metrics", "name": "a", "minutes": said}})
    )


def test_complaints_are_few_and_short() -> None:
    many = capped(f"{number} {'x' * 1000}" for number in range(100))
    assert len(many) == MOST_COMPLAINTS + 1
    assert max(map(len, many)) <= LONGEST_COMPLAINT


def test_a_long_answer_is_quoted_by_its_ends() -> None:
    answer = "a" * LONGEST_QUOTE + "b" * LONGEST_QUOTE
    assert quoted("short") == "short"
    assert len(quoted(answer)) < LONGEST_QUOTE + 100
    assert quoted(answer)[0] + quoted(answer)[-1] == "ab"
