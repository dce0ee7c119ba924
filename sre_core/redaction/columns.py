"""Secrets in a column whose heading names them: of a Markdown table, or of lines with commas."""

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
_HEADINGS = re.compile(r"^[ \t>]{0,20}+([\w.\-]{1,60}+(?:,[\w.\-]{1,60}+){1,40}+)[ \t]{0,8}+\r?\n", re.MULTILINE)
_ROW = re.compile(r"[ \t>]{0,20}+([^\s,]{0,200}+(?:,[^\n,]{0,200}+){1,40}+)\n?")
_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"(?<!\\)\|")


def in_columns(text: str) -> Iterator[Span]:
    """Each cell below a heading such as 'password' that holds more than a placeholder or a sentence."""
    yield from _below_commas(text)
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


def _below_commas(text: str) -> Iterator[Span]:
    """``user,password``, and below it lines with as many commas."""
    read = 0
    for headings in _HEADINGS.finditer(text):
        kinds = [kind_given_under(heading) for heading in headings.group(1).split(",")]
        if headings.start() < read or not any(kinds):
            continue
        read = headings.end()
        while (row := _ROW.match(text, read)) and row.group(1).count(",") == len(kinds) - 1:
            read = row.end()
            start = row.start(1)
            for kind, cell in zip(kinds, row.group(1).split(","), strict=True):
                if (
                    kind
                    and cell.strip()
                    and not re.search(r"\s", cell.strip())
                    and (span := _secret(text, start, start + len(cell), kind))
                ):
                    yield span
                start += len(cell) + 1


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
