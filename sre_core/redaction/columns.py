"""Secrets in the column of a Markdown table whose heading names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sre_core.redaction.names import kind_given_under
from sre_core.redaction.placeholders import begins_a_sentence, stands_for_another
from sre_core.redaction.shapes import Span

_TABLE = re.compile(
    r"^([^\n|]*+\|[^\n]*+)\n[ \t>]*+\|?[ \t]*+:?-{3,}+:?[ \t]*+\|[-:| \t]*+\n((?:[^\n|]*+\|[^\n]*+(?:\n|\Z))*+)",
    re.MULTILINE,
)
_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"(?<!\\)\|")


def in_columns(text: str) -> Iterator[Span]:
    """Each cell below a heading such as 'password' that holds more than a placeholder or a sentence."""
    for table in _TABLE.finditer(text) if "|" in text and "---" in text else ():
        kinds = [
            kind_given_under(text[start:end].strip(" `*_\t")) for start, end in _cells(table.group(1), table.start(1))
        ]
        if not any(kinds):
            continue
        for line in _LINE.finditer(text, *table.span(2)):
            for kind, (start, end) in zip(kinds, _cells(line.group(), line.start()), strict=False):
                if kind and (span := _secret(text, start, end, kind)):
                    yield span


def _cells(line: str, offset: int) -> list[tuple[int, int]]:
    borders = [-1, *(match.start() for match in _CELL.finditer(line)), len(line)]
    return [(offset + a + 1, offset + b) for a, b in pairwise(borders)]


def _secret(text: str, start: int, end: int, kind: str) -> Span | None:
    cell = text[start:end].strip(" `*\t\r")
    first, _, after = cell.partition(" ")
    if not cell or (" " in cell and begins_a_sentence(first, f" {after}")) or stands_for_another(cell):
        return None
    place = text.index(cell, start)
    return Span(place, place + len(cell), kind)
