"""What the documents say to a question: quotes, each with the lines it stands on; or that they do not answer it.

No model writes anything here. From each document that answers, the lines that say most to the question are quoted, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import Field

from sre_core.counting import counted
from sre_core.domain import Value
from sre_core.knowledge.answering import Part, answer
from sre_core.knowledge.statements import Lines, announced
from sre_core.tools.search_runbooks import Passage, Passages, Tier

UNANSWERED = "The documents do not answer this."
MOST_LINES, MOST_CHARACTERS = 8, 600
"""Of one quote."""
AROUND = 3
"""Lines that are shown before and after it, of the same passage."""

PassagesOf = Callable[[Passage], Sequence[Part]]


def only_found(found: Passage) -> Sequence[Part]:
    """No other passage of the document is looked at."""
    return (found,)


class Quote(Value):
    """A few lines of a document, word for word; of a very long line, the sentences that matter, with … for what is left out."""

    document: str = Field(description="Its path.")
    title: str
    heading: str = Field(description="Headings from the top down, joined by ' > '.")
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)
    text: str
    before: tuple[str, ...] = Field(default=(), description="A few lines that stand before it, blank ones too.")
    after: tuple[str, ...] = Field(default=(), description="A few lines that stand after it.")
    score: float = Field(description="Of the passage it is taken from, at most 1.")
    tier: Tier = "search"
    why: str = ""

    @property
    def citation(self) -> str:
        """Where it stands, as 'path:first-last', or 'path:line'."""
        last = f"-{self.last_line}" if self.last_line > self.first_line else ""
        return f"{self.document}:{self.first_line}{last}"


class Answered(Value):
    """What the documents say to a question."""

    question: str
    answered: bool
    said: str = Field(description="One sentence: what was found, or that the documents do not answer this.")
    quotes: tuple[Quote, ...] = Field(default=(), description="Best first, one a document; empty when not answered.")
    near_misses: tuple[Quote, ...] = Field(default=(), description="When not answered: what came closest, no answer.")
    searched: int = Field(description="How many documents were searched.")


def ask(question: str, found: Passages, of_document: PassagesOf = only_found) -> Answered:
    """Quotes from the documents that a search for the question found. ``of_document``: all passages of a found one's document."""
    quotes = tuple(quoted(question, passage, of_document(passage)) for passage in found.passages)
    return Answered(
        question=question,
        answered=bool(quotes),
        said=_said(found),
        quotes=quotes,
        near_misses=tuple(quoted(question, passage, of_document(passage)) for passage in found.near_misses),
        searched=found.searched,
    )


def _said(found: Passages) -> str:
    documents = counted(found.searched, "document")
    if not found.searched:
        return f"{UNANSWERED} There are none yet."
    if found.passages:
        return (
            f"{len(found.passages)} of {documents} {'says' if len(found.passages) == 1 else 'say'} something to this."
        )
    return f"{UNANSWERED} {documents} searched by {found.by}."


def quoted(question: str, found: Passage, parts: Sequence[Part] = ()) -> Quote:
    """What a document says to the question, as ``answering`` judges. ``parts``: its passages, as far as they are looked at."""
    best = answer(question, found.title, parts or (found,), found)
    part: Part = best.part if best else found
    lines = best.lines if best else found.text.split("\n")
    first, last = _most(lines, announced(lines, best.statement) if best else (0, 1))
    text = "\n".join(lines[first:last])
    return Quote(
        document=found.document,
        title=found.title,
        heading=part.heading,
        first_line=part.first_line + first,
        last_line=part.first_line + last - 1,
        text=text if len(text) <= MOST_CHARACTERS else _around(text, best.statement.text if best else ""),
        before=_shown(lines[max(0, first - AROUND) : first][::-1])[::-1],
        after=_shown(lines[last : last + AROUND]),
        score=found.score,
        tier=found.tier,
        why=found.why,
    )


def _most(lines: Sequence[str], of: Lines) -> Lines:
    """As many of these lines as a quote may have."""
    first, last = of[0], min(of[1], of[0] + MOST_LINES)
    while last - first > 1 and sum(map(len, lines[first:last])) > MOST_CHARACTERS:
        last -= 1
    return first, last


def _around(line: str, statement: str) -> str:
    """Of a very long line: the statement and what follows it, as much as fits."""
    begins = max(0, line.find(statement))
    text = line[begins : begins + MOST_CHARACTERS]
    whole = begins + len(text) == len(line)
    return f"{'… ' if begins else ''}{text if whole else text.rsplit(' ', 1)[0]}{'' if whole else ' …'}"


def _shown(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines beside a quote, the nearest first: as far as they say something, and no longer than a quote may be."""
    said = max((at + 1 for at, line in enumerate(lines) if line.strip()), default=0)
    return tuple(line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 2]} …" for line in lines[:said])
