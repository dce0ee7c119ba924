"""Where evidence stands in an output: its very words, else the parts of them that do, else what it was worked out from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sre_core.domain import Evidence
from sre_core.shown.layout import Layout, Leaf, Span

MOST_OF_IT = 0.35
"""The share of a part that must be found for it to be the words that are quoted."""
SHORTEST = 10
"""Characters that a part of a quotation must have to be looked for by itself."""
MOST_PARTS = 24
MOST_SPANS = 200
LONGEST = 400
"""Characters of a value whose words are compared."""
MOST_WORDS = 200
GAP = "…"


_LETTER = re.compile(r"[a-z]")
_UNEVEN = re.compile(r"\s{2}|[^\S ]|<\*>|[^\x00-\x7f]")


class Place(NamedTuple):
    """``exact``: these are the words that are quoted; otherwise what they were worked out from."""

    spans: tuple[Span, ...]
    exact: bool


@dataclass(frozen=True)
class Normal:
    """A value's text with white space as single blanks, and where each character of it stood."""

    leaf: Leaf
    text: str
    at: Sequence[int]

    @classmethod
    def of(cls, leaf: Leaf) -> Normal:
        """What varies in a pattern (<*>) is a gap, as in quotations."""
        if not _UNEVEN.search(leaf.text):
            return cls(leaf, leaf.text.casefold(), range(len(leaf.text) + 1))
        letters, at = list[str](), list[int]()
        for found in re.finditer(r"<\*>|\s+|.", leaf.text, re.DOTALL):
            letter = GAP if found[0] == "<*>" else " " if found[0].isspace() else found[0]
            letters.append(letter)
            at.append(found.start())
        return cls(leaf, "".join(letters).casefold(), (*at, len(leaf.text)))

    def spans(self, first: int, last: int) -> list[Span]:
        """The places of these characters of the normal text."""
        return self.leaf.spans(self.at[first], self.at[last])


class Found:
    """An output that pieces of evidence are looked for in."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def place(self, piece: Evidence) -> Place:
        """Where it stands; no spans where nothing of it can be found."""
        about = _words(f"{piece.locator} {piece.component or ''}")
        parts = [spans for part in _parts(piece.quote) if (spans := self._part(part, about))]
        if parts:
            return Place(tuple(span for spans in parts for span in spans)[:MOST_SPANS], exact=True)
        return Place(tuple(self._worked_out(piece, about))[:MOST_SPANS], exact=False)

    @cached_property
    def _normal(self) -> list[Normal]:
        return [Normal.of(leaf) for leaf in self._layout.leaves if len(leaf.text) >= SHORTEST]

    @cached_property
    def _said(self) -> dict[int, set[str]]:
        """Block -> the words of its plain values, those of long texts left out."""
        said: dict[int, set[str]] = {}
        for leaf in self._layout.leaves:
            known = said.setdefault(leaf.block, set())
            if len(known) < MOST_WORDS:  # what an object is about stands before the rows of its table
                known |= _words(leaf.text[:LONGEST])
        return said

    def _part(self, part: str, about: frozenset[str]) -> list[Span]:
        """All of it, or what stands between its gaps."""
        between = (between for between in _between_gaps(part) if between != part)
        return self._verbatim(part, about) or [span for each in between for span in self._verbatim(each, about)]

    def _verbatim(self, part: str, about: frozenset[str]) -> list[Span]:
        """The place of these words; of several, the one in the object that says most of what the evidence is about."""
        for words in _shorter(part):
            places = [(normal, at) for normal in self._normal if (at := normal.text.find(words)) >= 0]
            if places:
                normal, at = max(places, key=lambda one: len(about & self._said[one[0].leaf.block]))
                return normal.spans(at, at + len(words))
        return []

    def _worked_out(self, piece: Evidence, about: frozenset[str]) -> Iterator[Span]:
        """What the object that shares most with it says of it, and when it began; nothing where hardly anything is shared."""
        words = about | _words(piece.quote)
        shared = {block: (len(about & said), len(words & said)) for block, said in self._said.items()}
        best = max(shared, key=lambda block: (*shared[block], -block), default=None)
        if best is None or shared[best][0] < min(2, len(about) or 2):
            return
        names = {word for word in about if _LETTER.search(word)}
        began = f"{piece.onset:%Y-%m-%dT%H:%M}" if piece.onset else None
        its_own = [leaf for leaf in self._layout.leaves if leaf.block == best]
        at = {leaf.pieces[0].span.line for leaf in its_own if began and leaf.text.startswith(began)}
        for leaf in its_own:
            if names & _words(leaf.text[:LONGEST]) or leaf.pieces[0].span.line in at:
                yield from leaf.whole


def _parts(quote: str) -> list[str]:
    """The lines that it was put together of, or all of it."""
    whole = _plain(quote).strip(f" {GAP}")
    parts = [part.strip() for part in whole.split("; ")]
    return [part for part in parts if len(part) >= SHORTEST][:MOST_PARTS] or ([whole] if whole else [])


def _between_gaps(part: str) -> list[str]:
    return [between for each in part.split(GAP) if len(between := each.strip()) >= SHORTEST]


def _shorter(part: str) -> Iterator[str]:
    """A part, then what is left of it without its beginning or its end, cut at colons and brackets, as long as most is left."""
    yield part
    for match in re.finditer(r": | \(", part):
        for rest in (part[match.end() :].strip(" )"), part[: match.start()]):
            if len(rest) >= max(SHORTEST, MOST_OF_IT * len(part)):
                yield rest


def _plain(text: str) -> str:
    return " ".join(text.replace("<*>", GAP).split()).casefold()


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9_][\w./-]+", text.casefold())[:MOST_WORDS])
