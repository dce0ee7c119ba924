"""Search runbooks, postmortems and notes, cited to the line."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import Field

from sre_core.counting import counted
from sre_core.domain import Moment, Value
from sre_core.knowledge.documents import Scope
from sre_core.tools.base import Tool, ToolContext

Tier = Literal["link", "name", "title", "code", "search"]
"""How a document was found: by its very address, alert name, title or error code, or by what it says."""


class RunbookQuery(Value):
    """What to look for in the documents."""

    text: str = Field(
        min_length=1, description="Words of the alert, its name or runbook link, an error code, a symptom."
    )
    component: str | None = Field(default=None, description="Prefer documents about this component.")
    kinds: tuple[str, ...] = Field(
        default=(), description="Only these kinds: runbook, postmortem, architecture, note, change, code; empty is all."
    )
    newer_than: Moment | None = Field(
        default=None, description="Only documents that are dated, or were taken in, after this."
    )
    limit: int = Field(default=4, ge=1, le=20)


class Passage(Value):
    """A passage of a document, with the place where it stands. Lines are 1-based, both included."""

    document: str = Field(description="Path or name of the document.")
    title: str
    kind: str
    heading: str = Field(description="Headings from the top down, joined by ' > '.")
    first_line: int
    last_line: int
    text: str
    score: float = Field(description="Higher is better, at most 1; comparable within one answer only.")
    component: str | None = None
    faults: tuple[str, ...] = ()
    matched: tuple[str, ...] = Field(default=(), description="Words of the query that it holds.")
    tier: Tier = "search"
    cosine: float | None = Field(
        default=None, description="Of meaning, -1 to 1; None when it has no vector, or there is no model."
    )
    lexical: float = Field(
        default=0.0, description="Share of the query's words it answers, 0 to 1, rare ones counting more."
    )
    why: str = Field(default="", description="Why it is here, in a few words.")

    @property
    def citation(self) -> str:
        """Where it stands, as 'path:first-last'."""
        return f"{self.document}:{self.first_line}-{self.last_line}"


class Passages(Value):
    """The best passages, one a document; empty means that the documents do not answer this."""

    query: str
    passages: tuple[Passage, ...]
    searched: int = Field(description="How many documents were searched.")
    near_misses: tuple[Passage, ...] = Field(default=(), description="What came closest when nothing was relevant.")
    by: Literal["words", "words and meaning"] = Field(default="words", description="How it was searched.")


class Library(Protocol):
    """Documents that can be searched."""

    async def search(
        self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int, scope: Scope | None = None
    ) -> Passages:
        """The best passages. ``scope`` narrows further, by source or age; its component and kinds count where none are given."""


class SearchRunbooks(Tool[RunbookQuery, Passages]):
    """Search runbooks, postmortems and notes. One passage a document, cited to the line; nothing relevant is an answer too."""

    name = "search_runbooks"
    source = "documents"

    def __init__(self, library: Library) -> None:
        self._library = library

    async def run(self, query: RunbookQuery, context: ToolContext) -> Passages:
        """The best passages, best first; none when the documents do not answer this."""
        scope = {} if query.newer_than is None else {"scope": Scope(newer_than=query.newer_than)}
        return await self._library.search(
            query.text, component=query.component, kinds=query.kinds, limit=query.limit, **scope
        )

    def touches(self, query: RunbookQuery) -> tuple[str, ...]:
        """Documents are about a component and are none of it."""
        return self.named(query)

    def summarise(self, output: Passages) -> str:
        """How many, and where the best one stands."""
        if not output.passages:
            return f"nothing relevant in {counted(output.searched, 'document')}"
        best = output.passages[0]
        return f"{counted(len(output.passages), 'passage')}; best: {best.title} ({best.citation})"
