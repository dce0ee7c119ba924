"""An answer in sentences, put together from passages of documents: each cites lines, and code looks every quote up in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from sre_core.domain import Value
from sre_core.gateway.asking import ModelCall
from sre_core.knowledge.ask import Quote
from sre_core.knowledge.chunks import lines_of
from sre_core.web.citing import SHORTEST, figures, plainly

AROUND = 25
"""Lines before and after a quote that belong to its passage here."""
LONGEST = 3000
"""Characters of a passage."""
MOST_LINES = 20
"""That one quote may go over."""


class Cited(Value):
    """Where a sentence has it from."""

    number: int = Field(ge=1, description="Which of the quotes below the answer its document is, from 1.")
    document: str
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)
    quote: str

    @property
    def place(self) -> str:
        """Where it stands, as 'path:first-last', or 'path:line'."""
        last = f"-{self.last_line}" if self.last_line > self.first_line else ""
        return f"{self.document}:{self.first_line}{last}"


class Sentence(Value):
    """One sentence, with what backs it."""

    text: str
    citations: tuple[Cited, ...]


class Composed(Value):
    """What a model made of the passages; every quote stands in the lines that are cited."""

    by: str = Field(description="Which model.")
    sentences: tuple[Sentence, ...] = Field(
        default=(), description="Empty: the model holds that the passages do not answer the question."
    )
    left_out: int = Field(default=0, ge=0, description="Sentences that no passage backs.")
    calls: tuple[ModelCall, ...] = Field(default=(), description="What was asked of the model.")


@dataclass(frozen=True)
class Passage:
    """Lines of a document, and their place."""

    number: int
    document: str
    title: str
    first_line: int
    lines: Sequence[str]

    @classmethod
    def around(cls, number: int, quote: Quote, text: str | None) -> Passage:
        """The quote with the lines around it, as many as there is room for. ``text``: of the document; None: it is gone."""
        every = lines_of(text) if text is not None else []
        if text is None or len(every) < quote.last_line:
            return cls(number, quote.document, quote.title, quote.first_line, quote.text.split("\n"))
        first, last = max(1, quote.first_line - AROUND), min(len(every), quote.last_line + AROUND)
        while last - first > quote.last_line - quote.first_line and len("\n".join(every[first - 1 : last])) > LONGEST:
            first, last = (first + 1, last) if quote.first_line - first > last - quote.last_line else (first, last - 1)
        return cls(number, quote.document, quote.title, first, every[first - 1 : last])

    def lines_with(self, quote: str) -> tuple[int, int] | None:
        """The fewest lines in which a quote stands, 1-based in the document; None when it does not."""
        wanted = plainly(quote)
        if len(wanted) < SHORTEST or wanted not in plainly("\n".join(self.lines)):
            return None
        for length in range(1, min(MOST_LINES, len(self.lines)) + 1):
            for begin in range(len(self.lines) - length + 1):
                if wanted in plainly("\n".join(self.lines[begin : begin + length])):
                    return self.first_line + begin, self.first_line + begin + length - 1
        return None


def backed(text: str, citations: Iterable[tuple[int, str]], passages: Sequence[Passage], asked: str) -> Sentence | None:
    """The sentence with the citations that hold; None when there are none, or none has a figure that it states.

    ``citations``: (number of a passage, words of it); ``asked``: the question, whose figures may be repeated.
    """
    held = tuple(_held(citations, {one.number: one for one in passages}))
    known = figures(asked).union(*(figures(one.quote) for one in held))
    return Sentence(text=text, citations=held) if held and known >= figures(text) else None


def _held(citations: Iterable[tuple[int, str]], passages: dict[int, Passage]) -> Iterator[Cited]:
    for number, quote in citations:
        passage = passages.get(number)
        if passage and (lines := passage.lines_with(quote)):
            yield Cited(number=number, document=passage.document, first_line=lines[0], last_line=lines[1], quote=quote)
