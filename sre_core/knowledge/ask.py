"""What the documents say to a question: quotes, each with the lines it stands on; or that they do not answer it.

No model writes anything here. From each passage that answers, the lines that say most to the question are quoted, best first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from pydantic import Field

from sre_core.domain import Value
from sre_core.knowledge.words import by_stem, stems
from sre_core.tools.search_runbooks import Passage, Passages, Tier

UNANSWERED = "The documents do not answer this."
MOST_LINES, MOST_CHARACTERS = 8, 600
"""Of one quote."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9`*\"(])")
_FENCE = re.compile(r"^\s*(```|~~~)")
_EMPTY = re.compile(r"^[\s|:=*_`~-]*$")


class Quote(Value):
    """A few lines of a document, word for word; of a very long line, the sentences that matter, with … for what is left out."""

    document: str = Field(description="Its path.")
    title: str
    heading: str = Field(description="Headings from the top down, joined by ' > '.")
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)
    text: str
    score: float = Field(description="Of the passage it is taken from, at most 1.")
    tier: Tier = "search"
    why: str = ""

    @property
    def citation(self) -> str:
        """Where it stands, as 'path:first-last'."""
        return f"{self.document}:{self.first_line}-{self.last_line}"


class Answered(Value):
    """What the documents say to a question."""

    question: str
    answered: bool
    said: str = Field(description="One sentence: what was found, or that the documents do not answer this.")
    quotes: tuple[Quote, ...] = Field(default=(), description="Best first, one a document; empty when not answered.")
    near_misses: tuple[Quote, ...] = Field(default=(), description="When not answered: what came closest, no answer.")
    searched: int = Field(description="How many documents were searched.")


def ask(question: str, found: Passages) -> Answered:
    """Quotes from the passages that a search for the question found."""
    quotes = tuple(quoted(question, passage) for passage in found.passages)
    return Answered(
        question=question,
        answered=bool(quotes),
        said=_said(found),
        quotes=quotes,
        near_misses=tuple(quoted(question, passage) for passage in found.near_misses),
        searched=found.searched,
    )


def _said(found: Passages) -> str:
    documents = f"{found.searched} document{'' if found.searched == 1 else 's'}"
    if not found.searched:
        return f"{UNANSWERED} There are none yet."
    if found.passages:
        return f"{len(found.passages)} of {documents} say something to this."
    return f"{UNANSWERED} {documents[0].upper()}{documents[1:]} searched by {found.by}."


def quoted(question: str, passage: Passage) -> Quote:
    """The part of a passage that says most to the question."""
    lines = passage.text.split("\n")
    first, last = _best_span(lines, by_stem(question))
    text = "\n".join(lines[first:last])
    return Quote(
        document=passage.document,
        title=passage.title,
        heading=passage.heading,
        first_line=passage.first_line + first,
        last_line=passage.first_line + last - 1,
        text=text if len(text) <= MOST_CHARACTERS or last - first > 1 else _best_sentences(text, by_stem(question)),
        score=passage.score,
        tier=passage.tier,
        why=passage.why,
    )


def _best_span(lines: Sequence[str], asked: dict[str, str]) -> tuple[int, int]:
    """First line, 0-based, and the one after the last: the block that says most, as much of it as a quote may have."""
    blocks = list(_blocks(lines))
    if not blocks:
        return 0, max(1, len(lines))
    told = [_telling("\n".join(lines[first:last]), asked) for first, last in blocks]
    best = max(range(len(blocks)), key=lambda place: (told[place], -place))
    first, last = blocks[best]
    if best + 1 < len(blocks) and lines[last - 1].rstrip().endswith(":"):
        last = blocks[best + 1][1]  # what it announces: a command, a list
    if last - first > MOST_LINES:
        first = max(range(first, last - MOST_LINES + 1), key=lambda line: (_window(lines, line, asked), -line))
        last = first + MOST_LINES
    while last - first > 1 and sum(map(len, lines[first:last])) > MOST_CHARACTERS:
        last -= 1
    return first, last


def _window(lines: Sequence[str], line: int, asked: dict[str, str]) -> float:
    return _telling("\n".join(lines[line : line + MOST_LINES]), asked)


def _telling(text: str, asked: dict[str, str]) -> float:
    """How many of the words asked for it holds, longer texts needing more of them."""
    have = stems(text)
    return len(asked.keys() & set(have)) / math.sqrt(8 + len(have))


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Paragraphs, list items and fenced code."""
    start: int | None = None
    fenced = False
    for place, line in enumerate(lines):
        fence = bool(_FENCE.match(line))
        begins = not fenced and (fence or bool(re.match(r"^\s*([-*+]|\d+[.)])\s", line)))
        if start is not None and (begins or (not fenced and _EMPTY.match(line) and not fence)):
            yield start, place
            start = None
        if start is None and (fence or fenced or not _EMPTY.match(line)):
            start = place
        if fence:
            fenced = not fenced
            if not fenced and start is not None:
                yield start, place + 1
                start = None
    if start is not None:
        yield start, len(lines)


def _best_sentences(line: str, asked: dict[str, str]) -> str:
    """Of one very long line: the sentences around the one that says most, as many as fit."""
    sentences = _SENTENCE.split(line)
    first = last = max(range(len(sentences)), key=lambda place: (_telling(sentences[place], asked), -place))
    while last + 1 < len(sentences) and sum(map(len, sentences[first : last + 2])) <= MOST_CHARACTERS:
        last += 1
    text = " ".join(sentences[first : last + 1])
    text = text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1].rsplit(" ", 1)[0] + " …"
    return f"{'… ' if first else ''}{text}{' …' if last + 1 < len(sentences) else ''}"
