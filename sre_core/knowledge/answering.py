"""Which statement of a document answers a question: the one that itself holds the words asked for.

A word counts by how few statements of the document have it: what all of them speak of tells none apart. Words of the title,
which the whole document is about, hardly count. Words of a statement's headings and of its paragraph count for it, but less
than its own. docs/retrieval.md says how the figures were found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sre_core.knowledge.statements import Statement, statements
from sre_core.knowledge.words import stems

OF_TITLE = 0.3
"""What a word of the title counts, of what it would otherwise."""
OF_HEADINGS, OF_BLOCK = 0.6, 0.4
"""What a word counts that only the headings have, or only the rest of the paragraph."""
OF_FOUND = 0.1
"""What being in the passage that was found counts: among equals, the search decides."""
USUAL_LENGTH = 12
"""Words. A longer statement says less with each of them."""
OF_LENGTH = 0.1

_NAME = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)+")


class Part(Protocol):
    """A passage of a document."""

    @property
    def heading(self) -> str:
        """Headings from the top down, joined by ' > '."""

    @property
    def first_line(self) -> int:
        """1-based."""

    @property
    def text(self) -> str:
        """Exactly the document's lines from there on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement, and the passage that it stands in."""

    part: Part
    lines: Sequence[str]
    """Of the passage."""
    statement: Statement


def answer(question: str, title: str, parts: Sequence[Part], found: Part) -> Answer | None:
    """The statement that says most to the question; the earlier of equals, None when nothing is said at all."""
    asked, about = _telling(question), _telling(title)
    said = [_Said.of(one, title, asked) for part in parts for one in _answers(part)]
    weights = {
        word: math.log(1 + len(said) / (0.5 + sum(word in one.own for one in said)))
        * (OF_TITLE if word in about else 1)
        for word in asked
    }
    best = max(said, key=lambda one: one.worth(weights, one.answer.part.first_line == found.first_line), default=None)
    return best.answer if best else None


def _answers(part: Part) -> Iterator[Answer]:
    lines = part.text.split("\n")
    return (Answer(part, lines, one) for one in statements(lines))


def _telling(text: str) -> set[str]:
    """Its words by their stems, and names such as 'orders-db' as a whole."""
    return {*stems(text), *(name.lower() for name in _NAME.findall(text))}


@dataclass(frozen=True, slots=True)
class _Said:
    """What an answer holds of the words asked for, each word counted once, where it counts most."""

    answer: Answer
    own: set[str]
    headings: set[str]
    block: set[str]
    length: int

    @classmethod
    def of(cls, answer: Answer, title: str, asked: set[str]) -> _Said:
        below = " ".join(name for name in answer.part.heading.split(" > ") if name != title)
        held = _telling(answer.statement.text)
        own = asked & held
        headings = (asked & _telling(below)) - own
        return cls(answer, own, headings, (asked & _telling(answer.statement.block)) - own - headings, len(held))

    def worth(self, weights: dict[str, float], was_found: bool) -> float:
        """The share of what is asked that it says, 0 to 1, and what else counts for or against it."""
        shares = ((self.own, 1.0), (self.headings, OF_HEADINGS), (self.block, OF_BLOCK))
        said = sum(factor * weights[word] for words, factor in shares for word in words)
        longer = max(0, self.length - USUAL_LENGTH) / USUAL_LENGTH
        return said / (sum(weights.values()) or 1) + OF_FOUND * was_found - OF_LENGTH * math.log1p(longer)
