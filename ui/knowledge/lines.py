"""Lines of somebody else's text with their numbers: drawn as text by the browser, never as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Literal

import streamlit as st

from sre_core.knowledge.ask import Quote
from sre_core.knowledge.chunks import Chunk, lines_of

Look = Literal["plain", "cited", "added", "removed", "heading", "gap"]

LONGEST_LINE = 4000
"""Characters of a line that are shown."""

_FOLDER = Path(__file__).parent


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


_ELEMENT = st.components.v2.component("sre_lines", css=_read("lines.css"), js=_read("lines.js"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is shown; ``number`` is None where it has none."""

    number: int | None
    text: str
    look: Look = "plain"


def draw(rows: Iterable[Row], key: str, label: str) -> None:
    """Draw them in a box that scrolls; to the first line that is cited. ``label`` is what a screen reader says."""
    told = [[row.number, _cut(row.text), row.look] for row in rows]
    _ELEMENT(key=key, data={"rows": told, "label": label})


def said(first: int, last: int) -> str:
    """'line 7', 'lines 7–9'."""
    return f"line {first}" if first == last else f"lines {first}–{last}"


def of_text(text: str, first: int, last: int, cited: tuple[int, int] | None) -> list[Row]:
    """Lines ``first`` to ``last`` of a text, the cited ones marked; all 1-based, both included."""
    begin, end = cited or (0, -1)
    shown = lines_of(text)[first - 1 : last]
    return [Row(n, line, "cited" if begin <= n <= end else "plain") for n, line in enumerate(shown, first)]


def of_quote(quote: Quote) -> list[Row]:
    """The lines that answer, marked, and a few before and after them."""
    told: list[tuple[str, Look]] = [(line, "plain") for line in quote.before]
    told += [(line, "cited") for line in quote.text.split("\n")]
    told += [(line, "plain") for line in quote.after]
    return [Row(at, line, look) for at, (line, look) in enumerate(told, quote.first_line - len(quote.before))]


def of_passages(chunks: Sequence[Chunk]) -> list[Row]:
    """Passages below each other, each under its heading."""
    rows = []
    for chunk in chunks:
        where = said(chunk.first_line, chunk.last_line)
        rows.append(Row(None, f"{chunk.heading}  ·  {where}" if chunk.heading else where, "heading"))
        rows += [Row(n, line) for n, line in enumerate(lines_of(chunk.text), chunk.first_line)]
    return rows


def of_difference(before: str, after: str) -> list[Row]:
    """What changed, with three lines around it; a line that went has its old number, all others their new one."""
    rows: list[Row] = []
    old = new = 0
    for line in list(unified_diff(lines_of(before), lines_of(after), lineterm=""))[2:]:
        sign, text = line[:1], line[1:]
        if sign == "@":
            old, new = _starts(line)
            rows.append(Row(None, "…", "gap"))
        elif sign == "-":
            rows.append(Row(old, f"− {text}", "removed"))
            old += 1
        else:
            rows.append(Row(new, f"+ {text}" if sign == "+" else f"  {text}", "added" if sign == "+" else "plain"))
            new, old = new + 1, old + (sign != "+")
    return rows


def _starts(hunk: str) -> tuple[int, int]:
    """'@@ -3,4 +5,6 @@' begins at 3 and 5."""
    _, old, new, *_ = hunk.split(" ")
    return int(old[1:].split(",")[0]), int(new[1:].split(",")[0])


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} … ({len(line)} characters in this line)"
