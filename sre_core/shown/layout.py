"""An output as lines: names and values, nested by two blanks, a text of several lines as it came. Every value knows its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

ONE_LINE = 160
"""Characters up to which a list or an object of plain values stands on one line."""
SHORTEST_TABLE = 4
"""Rows of the smallest table."""


class Span(NamedTuple):
    """Characters of one line. ``line`` counts from 1, the others from 0; ``last`` is the one after."""

    line: int
    first: int
    last: int


class Piece(NamedTuple):
    """A stretch of a value's text that stands on one line."""

    offset: int
    span: Span


@dataclass(frozen=True)
class Leaf:
    """One plain value, and where its text stands."""

    name: str
    text: str
    pieces: tuple[Piece, ...]
    block: int
    """Which object it belongs to."""

    def spans(self, first: int, last: int) -> list[Span]:
        """The places of these characters of its text."""
        found = []
        for offset, (line, start, end) in self.pieces:
            a, b = max(first, offset), min(last, offset + end - start)
            if a < b:
                found.append(Span(line, start + a - offset, start + b - offset))
        return found

    @property
    def whole(self) -> list[Span]:
        """The places of all of it."""
        return [piece.span for piece in self.pieces]


@dataclass
class Layout:
    """Lines, and the plain values in the order in which they stand."""

    lines: list[str] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    _blocks: int = 0

    @classmethod
    def of(cls, value: Any) -> Layout:
        """Any JSON value."""
        made = cls()
        made._put("", "", value, 0)
        return made

    def _put(self, lead: str, name: str, value: Any, block: int) -> None:
        """``lead``: what stands before it on its first line; what follows is as deep as that."""
        if not isinstance(value, Mapping | list) or not value:
            self._leaf(f"{lead}{f'{name}: ' if name else ''}", name, value, block)
        elif row := _on_one_line(value):
            self._row(lead, name, row)
        else:
            self._nested(lead, name, value)

    def _nested(self, lead: str, name: str, value: Mapping[str, Any] | list[Any]) -> None:
        if name:
            self.lines.append(f"{lead}{name}:")
            lead = " " * (len(lead) + 2)
        self._blocks += 1
        block = self._blocks
        table = _side_by_side(value)
        bullet = "" if isinstance(value, Mapping) else "- "
        for key, inner in _named(value):
            if key not in table:
                self._put(lead + bullet, key, inner, block)
                lead = " " * len(lead)
        if table:
            self._table(lead, table, block)

    def _row(self, lead: str, name: str, row: Sequence[tuple[str, Any]]) -> None:
        """A small object or list on one line: each of its values is a leaf of its own."""
        self._blocks += 1
        text, (opened, closed) = f"{lead}{f'{name}: ' if name else ''}", "{}" if row[0][0] else "[]"
        text += opened
        for place, (key, inner) in enumerate(row):
            text += f"{', ' if place else ''}{f'{key}: ' if key else ''}"
            text = self._written(text, key or name, in_words(inner), self._blocks)
        self.lines.append(text + closed)

    def _written(self, text: str, name: str, said: str, block: int) -> str:
        """The line that will come next, with this value at its end."""
        piece = Piece(0, Span(len(self.lines) + 1, len(text), len(text) + len(said)))
        self.leaves.append(Leaf(name, said, (piece,), block))
        return text + said

    def _table(self, lead: str, columns: Mapping[str, list[Any]], block: int) -> None:
        """Lists that go side by side, such as times and values: a row for each place in them."""
        self.lines.append(f"{lead}{' | '.join(columns)}:")
        said = [[in_words(one) for one in column] for column in columns.values()]
        widths = [max(map(len, column)) for column in said]
        for row in zip(*said, strict=True):
            text = f"{' ' * (len(lead) + 2)}"
            for place, (name, one) in enumerate(zip(columns, row, strict=True)):
                text = self._written(text.ljust(len(lead) + 2 + sum(widths[:place]) + 2 * place), name, one, block)
            self.lines.append(text)

    def _leaf(self, lead: str, name: str, value: Any, block: int) -> None:
        text = in_words(value)
        if "\n" not in text:
            self.lines.append(lead + text)
            piece = Piece(0, Span(len(self.lines), len(lead), len(lead) + len(text)))
            self.leaves.append(Leaf(name, text, (piece,), block))
            return
        if name:
            self.lines.append(lead.rstrip())
        indent = " " * (len(lead) - len(lead.lstrip(" -")) + 2) if name else ""
        pieces, offset = [], 0
        for line in text.split("\n"):
            self.lines.append((indent + line).rstrip("\r"))
            pieces.append(Piece(offset, Span(len(self.lines), len(indent), len(indent) + len(line.rstrip("\r")))))
            offset += len(line) + 1
        self.leaves.append(Leaf(name, text, tuple(pieces), block))


def in_words(value: Any) -> str:
    """A plain value as it is read: texts without quotation marks, the rest as in JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _on_one_line(value: Mapping[str, Any] | list[Any]) -> list[tuple[str, Any]]:
    """The values of a small object or list of plain ones; empty for what needs lines of its own."""
    row = _named(value)
    if len(row) > ONE_LINE or any(isinstance(inner, Mapping | list) for _, inner in row):
        return []
    said = [(key, in_words(inner)) for key, inner in row]
    short = sum(len(key) + len(text) + 4 for key, text in said) <= ONE_LINE
    return row if short and not any("\n" in text for _, text in said) else []


def _named(value: Mapping[str, Any] | list[Any]) -> list[tuple[str, Any]]:
    """What is inside, each with its name; in a list it has none."""
    return (
        [(str(key), inner) for key, inner in value.items()] if isinstance(value, Mapping) else [("", v) for v in value]
    )


def _side_by_side(value: Mapping[str, Any] | list[Any]) -> dict[str, list[Any]]:
    """The lists of plain values in an object that are of one length, two or more of them; else nothing."""
    lists = {k: v for k, v in _named(value) if k and isinstance(v, list) and len(v) >= SHORTEST_TABLE}
    plain = {key: column for key, column in lists.items() if all(_is_plain(one) for one in column)}
    lengths = {len(column) for column in plain.values()}
    return plain if len(plain) > 1 and len(lengths) == 1 else {}


def _is_plain(value: Any) -> bool:
    return not isinstance(value, Mapping | list) and "\n" not in str(value)
