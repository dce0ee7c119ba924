"""Finds the JSON in what a model wrote, whole or not at all.

Models that were told to answer in JSON put it between fences, think aloud before it, or add a sentence. Nothing is mended and
nothing is guessed: a text that was cut off, or in which it is not clear what the answer is, is refused and asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sre_core.gateway.asking import Mode
from sre_core.intake.foreign_json import read_json

_THOUGHT = re.compile(r"(?!\s*[{\[`]).*?</think(?:ing)?>", re.DOTALL)
"""Some endpoints leave out how it begins; in an answer that begins at once, the word is only quoted."""
_OPENS = re.compile(r"[ \t]*```[ \t]*[\w-]*[ \t]*")
_CLOSES = re.compile(r"[ \t]*```[ \t]*")


def json_in(text: str, mode: Mode) -> Any:
    """The value that the answer stands for. Raises ``ValueError`` that says in a few words why there is none.

    A schema or a tool makes the whole text JSON, one pair of fences aside. In Markdown it is what the last pair of fences holds,
    or else what stands between the first and the last brace.
    """
    if thought := _THOUGHT.match(text):
        text = text[thought.end() :]
    text = text.strip()
    if mode is not Mode.MARKDOWN and not text.startswith("```"):
        return read_json(text)
    fenced = list(_fenced(text))
    if mode is not Mode.MARKDOWN and (len(fenced) != 1 or not text.endswith("```")):
        raise ValueError("not JSON alone")
    if fenced:
        return read_json(fenced[-1])
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or end < begin:
        raise ValueError("there is no JSON object in it")
    return read_json(text[begin : end + 1])


def _fenced(text: str) -> Iterator[str]:
    """What each pair of fences holds; a fence that is never closed was cut off."""
    inside: list[str] | None = None
    for line in text.splitlines():
        if inside is None:
            inside = [] if _OPENS.fullmatch(line) else None
        elif _CLOSES.fullmatch(line):
            yield "\n".join(inside)
            inside = None
        else:
            inside.append(line)
    if inside is not None:
        raise ValueError("a fence is not closed")
