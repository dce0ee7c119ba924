"""Finding the JSON in what a model wrote."""

from __future__ import annotations

import pytest

from sre_core.gateway.asking import Mode
from sre_core.gateway.reading import json_in

ONE = '{"a": 1}'

WHOLE = {
    "alone": ONE,
    "with space": f"\n  {ONE}\n",
    "in fences": f"```json\n{ONE}\n```",
    "in bare fences": f"```\n{ONE}\n```\n",
    "after thinking": f'<think>{{"a": 2}}?</think>\n{ONE}',
}

WITH_PROSE = {
    "a sentence before": f"Here:\n{ONE}",
    "a sentence after": f"{ONE}\nDone.",
    "fences in prose": f"Look:\n```json\n{ONE}\n```\nDone.",
    "an example before": f'Not this:\n```json\n{{"a": 2}}\n```\nbut this:\n```json\n{ONE}\n```',
}

NEVER = {
    "nothing": "",
    "prose": "I would rather not.",
    "cut off": '{"a": 1, "b": {"a": 1}',
    "cut off in fences": f"For example\n```json\n{ONE}\n```\nso:\n```json\n{{",
    "two objects": f"{ONE} or {ONE}",
    "no number": '{"a": NaN}',
    "too deep": '{"a": ' + "[" * 1000 + "]" * 1000 + "}",
}


@pytest.mark.parametrize("mode", list(Mode), ids=str)
@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_a_whole_answer_is_read_in_every_mode(text: str, mode: Mode) -> None:
    assert json_in(text, mode) == {"a": 1}


@pytest.mark.parametrize("text", WITH_PROSE.values(), ids=WITH_PROSE.keys())
def test_prose_is_allowed_in_markdown_alone(text: str) -> None:
    assert json_in(text, Mode.MARKDOWN) == {"a": 1}
    for mode in (Mode.JSON_SCHEMA, Mode.TOOLS):
        with pytest.raises(ValueError, match="JSON"):
            json_in(text, mode)


@pytest.mark.parametrize("mode", list(Mode), ids=str)
@pytest.mark.parametrize("text", NEVER.values(), ids=NEVER.keys())
def test_what_is_not_clear_is_refused(text: str, mode: Mode) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_in(text, mode)


def test_half_characters_become_whole_ones() -> None:
    assert json_in('{"a": "\\ud800"}', Mode.TOOLS) == {"a": "\ufffd"}
