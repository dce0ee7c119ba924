"""What a feed is: a place that documents come from again and again, and what it says of each of its items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sre_core.errors import WorkbenchError
from sre_core.knowledge.documents import IngestOutcome, KnownDocument, SourceDocument
from sre_core.knowledge.reading.given import FileGiven, Refused

Cancelled = Callable[[], bool]
"""Whether somebody wants the work to end; asked often."""


class WithoutSecrets(Protocol):
    """A text without its secrets."""

    @property
    def text(self) -> str:
        """What is left of it."""

    @property
    def found(self) -> Mapping[str, int]:
        """Kind of secret -> how many were taken out."""


Redact = Callable[[str], WithoutSecrets]


class RefreshCancelled(WorkbenchError):
    """A person ended the refresh. What was taken in stays, and the next one continues."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A unit of change: a file, a commit, a channel. It may give several documents, or none."""

    id: str
    """Stable: the same thing has the same id in every refresh."""
    stamp: str
    """Cheap to know; the same stamp means that nothing changed."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A part of the source that could not be looked into now; what is known of it stays."""

    prefix: str
    """Ids of the items that would be in there begin with it."""
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something gave no document."""

    what: str
    """The item or file, as a person knows it."""
    reason: str
    again: bool = False
    """Whether the next refresh may have better luck with the same content: a file that could not be opened."""


@dataclass(frozen=True, slots=True)
class ItemRead:
    """What an item gave. Paths of the documents are as the feed names them; the runner puts the feed's name before."""

    item: FeedItem
    documents: tuple[SourceDocument, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Feed(Protocol):
    """A source of documents, opened for one refresh."""

    def items(self) -> Iterator[FeedItem | Unlisted]:
        """All items there are now. Raises ``RefusedInput`` when the source is not there or cannot be used."""

    def digest(self, item: FeedItem) -> str:
        """What tells whether an item whose stamp is new really changed. Raises ``OSError`` or ``RefusedInput``."""

    def read(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        """One outcome an item, in the order given. What is wrong with an item is in there; it is not raised."""


ReadFiles = Callable[[Iterable[FileGiven]], Iterator[SourceDocument | Refused]]
"""The reader of formats: what each file gave, before it takes the next one; an archive gives several documents."""


class Shelf(Protocol):
    """Where documents are kept: the knowledge base, as far as feeds need it."""

    def take_in(self, document: SourceDocument, *, by: str, source: str) -> IngestOutcome:
        """Store a document under its path. Raises ``RefusedInput`` when it cannot be used."""

    def delete(self, path: str, *, by: str, because: str) -> bool:
        """Delete a document but for its tombstone; False when there is none of that path."""

    def documents(self, *, source: str) -> Sequence[KnownDocument]:
        """All documents of one source: 'upload', or a feed's id."""
