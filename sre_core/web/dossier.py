"""The values of research: what is asked, how far it may go, what was read, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Literal, Protocol

from pydantic import Field

from sre_core.domain import Moment, Value
from sre_core.web.page_cache import NotFetched, Page


class Mode(StrEnum):
    """What kind of question it is: each is searched for in its own words."""

    ERROR_CODE = "error code"
    KNOWN_BUG = "known bug"
    OUTAGE = "outage"
    ADVISORY = "advisory"
    GENERAL = "general"


class Inquiry(Value):
    """A question, and what of it can be searched for. Names of one's own systems are masked already."""

    question: str
    mode: Mode
    why: str = Field(description="Why it was taken for a question of this kind.")
    codes: tuple[str, ...] = Field(default=(), description="Error codes, exceptions and CVEs, the most telling first.")
    product: str = Field(default="", description="Whose bug, outage or advisory; empty when none is named.")
    version: str = ""
    symptom: str = Field(default="", description="The other telling words.")

    @property
    def subject(self) -> str:
        """What it is about, in as few words as can be."""
        if self.mode is Mode.GENERAL:
            return " ".join(part for part in (self.product, self.symptom) if part)
        named = " ".join(part for part in (self.product, self.version) if part)
        coded = " ".join(self.codes[:2])
        order = (coded, named) if self.mode is Mode.ERROR_CODE else (named, coded)
        return " ".join(part for part in order if part) or self.symptom


class Budget(Value):
    """Where research ends, whatever is still open."""

    rounds: int = Field(default=3, ge=1, le=10)
    pages: int = Field(default=8, ge=1, le=50, description="Pages that are fetched, read or not.")
    text_bytes: int = Field(default=2_000_000, ge=1, description="Of the text of all pages that were read.")
    seconds: float = Field(default=120.0, gt=0, le=900, description="For everything before the writing.")
    tokens: int = Field(default=60_000, ge=0, description="Of a model, in and out; rules need none.")


class Citation(Value):
    """Where it says so."""

    address: str
    title: str
    quote: str = Field(description="Word for word as it stands on the page.")


class Statement(Value):
    """One thing that pages say. It is what strangers wrote: a lead to be checked on one's own system."""

    about: str = Field(default="", description="'cause', 'remedy', 'versions' ...; empty when it is none of these.")
    text: str
    citations: tuple[Citation, ...] = ()


class Contradiction(Value):
    """Pages that do not say the same."""

    text: str
    citations: tuple[Citation, ...] = ()


class Judgement(Value):
    """Whether what was read is enough."""

    sufficient: bool
    why: str
    missing: str = Field(default="", description="What is still to be found, in words to search for.")


class Synthesis(Value):
    """What a researcher makes of the pages, before its quotes are looked up."""

    statements: tuple[Statement, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    follow_ups: tuple[str, ...] = Field(default=(), description="Questions that this raises.")
    sent_back: int = Field(
        default=0, ge=0, description="Statements that a model was asked to mend, for no page backs them."
    )


class Researcher(Protocol):
    """The part of research that needs judgement: rules, or a model. It fetches nothing itself, and serves one research."""

    @property
    def name(self) -> str:
        """'rules', or which model."""

    @property
    def degraded(self) -> str:
        """Why a model did not do all of it, and rules the rest; empty when nothing of the kind happened."""

    @property
    def tokens(self) -> int:
        """Spent so far, in and out; 0 for rules."""

    async def write_queries(self, inquiry: Inquiry, pages: Sequence[Page], missing: str) -> Sequence[str]:
        """What to search for next, best first; nothing when it knows nothing more to search for."""

    async def judge(self, inquiry: Inquiry, pages: Sequence[Page]) -> Judgement:
        """Whether these pages answer the question."""

    async def synthesise(self, inquiry: Inquiry, pages: Sequence[Page]) -> Synthesis:
        """Statements, each with the page and the words it rests on."""


class PageRead(Value):
    """A page that was read, for the list of sources."""

    address: str
    title: str
    fetched_at: Moment
    cited: bool


class Dossier(Value):
    """What research came to. Every quote was looked up on its page; what no page backs was left out."""

    question: str = Field(description="As it left the machine: names of your own systems are masked.")
    mode: Mode
    by: str = Field(description="'rules', or which model.")
    degraded: str = Field(
        default="", description="Why rules did what a model was to do; empty when nothing of the kind happened."
    )
    said: str = Field(description="One sentence: how much was found.")
    statements: tuple[Statement, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    follow_ups: tuple[str, ...] = ()
    left_out: tuple[str, ...] = Field(default=(), description="Statements that no quote backs. Do not rely on them.")
    sent_back: int = Field(
        default=0, ge=0, description="Statements that a model was asked to mend, for no page backs them."
    )
    pages: tuple[PageRead, ...] = ()
    not_read: tuple[NotFetched, ...] = ()
    queries: tuple[str, ...] = Field(default=(), description="All that were sent, in order.")
    rounds: int = 0
    text_bytes: int = 0
    seconds: float = 0.0
    tokens: int = 0
    ended: str = Field(description="Why it ended: enough was read, or which budget was used up.")


class Step(Value):
    """One thing that was done, told while it goes on."""

    kind: Literal["decided", "searching", "found", "reading", "read", "not read", "judged", "writing"]
    text: str

    @property
    def said(self) -> str:
        """In one line, for whoever looks on."""
        return f"{self.kind}: {self.text}"


Tell = Callable[[Step], None]
