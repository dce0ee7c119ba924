"""Tables as text (csv, tsv): the file's own lines, in groups of rows that each know the header."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import Section
from sre_core.knowledge.reading.decoding import decoded
from sre_core.knowledge.reading.draft import HEADING_CHARACTERS, Draft, grouped
from sre_core.knowledge.reading.given import ReadLimits
from sre_core.redaction.names import kind_given_under
from sre_core.redaction.placeholders import stands_for_another

_DELIMITERS = ",;\t|"
_QUOTES = "Its quotes do not match, so it was read as plain lines."

Row = tuple[tuple[str, ...], int, int]
"""(cells, first line, last line)"""


def read_csv(name: str, content: bytes, limits: ReadLimits) -> Draft:
    """Rows in groups. Below a column named as a secret, the cells are taken out."""
    text, notes = decoded(content)
    lines = text.split("\n")
    try:
        table = _table(lines, limits)
    except csv.Error as error:
        if "field larger" in str(error):
            most = f"{limits.cell_characters:,} characters"
            raise RefusedInput(
                f"A cell has more than {most}. Leave that column out, or look for a missing quote."
            ) from error
        return Draft(text=text, media_type="text/csv", notes=(*notes, _QUOTES))
    sections, redacted = table
    return Draft(
        text="\n".join(lines), media_type="text/csv", sections=sections or None, notes=notes, redacted=redacted
    )


def _table(lines: list[str], limits: ReadLimits) -> tuple[tuple[Section, ...], dict[str, int]]:
    """(sections, how many secrets were taken out of the lines, by kind). No row is kept: there may be millions."""
    rows = _rows(lines, limits)
    opening = list(islice(rows, 2))
    header = _header(opening)
    kinds = {place: kind for place, name in enumerate(header) if (kind := kind_given_under(name))}
    found: Counter[str] = Counter()

    def borders() -> Iterator[tuple[int, int]]:
        for cells, first, last in chain(opening[1:] if header else opening, rows):
            if kinds:
                _take_out(lines, cells, first, last, kinds, found)
            yield first, last

    return tuple(_sections(header, grouped(borders(), lines))), dict(found)


def _rows(lines: list[str], limits: ReadLimits) -> Iterator[Row]:
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=_delimiter(lines), strict=True)
    first = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield tuple(cells), first, reader.line_num
        first = reader.line_num + 1


def _delimiter(lines: Sequence[str]) -> str:
    """The one that stands equally often in most of the first lines."""
    sample = [line[:10_000] for line in lines[:50] if line.strip()]

    def steady(delimiter: str) -> tuple[int, int]:
        counts = Counter(line.count(delimiter) for line in sample)
        counts.pop(0, None)
        often, agreed = max(counts.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return agreed, often

    return max(_DELIMITERS, key=steady)


def _header(rows: Sequence[Row]) -> tuple[str, ...]:
    """The first row's cells when they are names: none of them a number, most of them filled."""
    cells = [cell.strip() for cell in rows[0][0]] if len(rows) > 1 else []
    named = [cell for cell in cells if any(letter.isalpha() for letter in cell)]
    return tuple(cells) if cells and len(named) >= max(1, len(cells) - 1) else ()


def _sections(header: Sequence[str], groups: Iterable[tuple[int, int, int, int]]) -> Iterator[Section]:
    columns = " | ".join(header)[:HEADING_CHARACTERS]
    for first_row, last_row, first, last in groups:
        rows = f"row {first_row}" if first_row == last_row else f"rows {first_row} to {last_row}"
        yield Section(heading=(columns, rows) if columns else (rows,), first_line=first, last_line=last)


def _take_out(
    lines: list[str], cells: Sequence[str], first: int, last: int, kinds: Mapping[int, str], found: Counter[str]
) -> None:
    """Change the lines of a row in place: each keeps its number."""
    for place, kind in kinds.items():
        if place >= len(cells) or stands_for_another(cell := cells[place].strip()):
            continue
        found[kind] += 1
        raw = cell.replace('"', '""')
        row = "\n".join(lines[first - 1 : last])
        lines[first - 1 : last] = row.replace(raw, f"[redacted: {kind}]" + "\n" * raw.count("\n")).split("\n")
