"""A passage taken apart into statements: the sentences, list items, rows and commands that may answer a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9`*\"(])")
_FENCE = re.compile(r"^\s*(```|~~~)")
_ITEM = re.compile(r"^\s*([-*+]|\d+[.)])\s")
_ROW = re.compile(r"^\s*\|")
_BELOW_A_HEAD = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*$")
_EMPTY = re.compile(r"^[\s|:=*_`~-]*$")

Lines = tuple[int, int]
"""The first, 0-based, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item, a table, or fenced code with its fences."""

    lines: Lines
    form: Literal["prose", "table", "code"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What says one thing."""

    lines: Lines
    """Those of the passage that it stands on."""
    text: str
    block: str
    """All of the paragraph, item, table or code that it is part of; of code also what announces it."""


def statements(lines: Sequence[str]) -> Iterator[Statement]:
    """In the order they stand. Blank lines, rules, fences and the heads of tables say nothing by themselves."""
    before = ""
    for block in blocks(lines):
        whole = "\n".join(lines[slice(*block.lines)])
        if block.form == "prose":
            yield from _sentences(block.lines[0], whole)
            before = whole
        else:
            beside = f"{before}\n{whole}" if block.form == "code" else whole
            yield from (Statement((at, at + 1), lines[at], beside) for at in range(*block.lines) if _says(lines, at))


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """In the order they stand."""
    start = 0
    while start < len(lines):
        form = _form(lines[start])
        end = start + 1
        if form is None:
            start = end
            continue
        while end < len(lines) and not _ends(form, lines, start, end):
            end += 1
        yield Block((start, end), form)
        start = end


def announced(lines: Sequence[str], statement: Statement) -> Lines:
    """Its lines, and of one that ends in a colon also those that it announces: a command, the items of a list."""
    first, last = statement.lines
    if not lines[last - 1].rstrip().endswith(":"):
        return statement.lines
    after = next((block for block in blocks(lines) if block.lines[0] >= last), None)
    return (first, after.lines[1]) if after else statement.lines


def _form(line: str) -> Literal["prose", "table", "code"] | None:
    if _FENCE.match(line):
        return "code"
    if _EMPTY.match(line):
        return None
    return "table" if _ROW.match(line) else "prose"


def _ends(form: str, lines: Sequence[str], start: int, end: int) -> bool:
    """Whether a block of this form does not hold the line at ``end`` any more."""
    if form == "code":
        return end > start + 1 and bool(_FENCE.match(lines[end - 1]))
    if form == "table":
        return not _ROW.match(lines[end])
    return _form(lines[end]) != "prose" or bool(_ITEM.match(lines[end]))


def _says(lines: Sequence[str], at: int) -> bool:
    head = bool(_ROW.match(lines[at])) and at + 1 < len(lines) and bool(_BELOW_A_HEAD.match(lines[at + 1]))
    return not (head or _FENCE.match(lines[at]) or _EMPTY.match(lines[at]))


def _sentences(first: int, whole: str) -> Iterator[Statement]:
    begins = 0
    for sentence in _SENTENCE.split(whole):
        begins = whole.index(sentence, begins)
        line = first + whole.count("\n", 0, begins)
        yield Statement((line, line + sentence.count("\n") + 1), sentence, whole)
        begins += len(sentence)
