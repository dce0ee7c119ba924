"""What is kept of a feed: the feed itself, its items, its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from sre_core.domain import Moment, Value
from sre_core.knowledge.feeds.settings import FeedSettings

MOST_ERRORS = 50
"""How many sentences about what was refused are kept of a run; all are counted."""

RunStatus = Literal["running", "done", "cancelled", "failed", "interrupted"]


class KnownFeed(Value):
    """A feed as it was added."""

    id: str = Field(description="The source of its documents.")
    name: str = Field(description="What its documents' paths begin with.")
    settings: FeedSettings
    added_at: Moment
    added_by: str

    @property
    def kind(self) -> str:
        """folder, git, slack, prometheus or topology."""
        return self.settings.kind


class Counts(Value):
    """Documents, but for what was refused: that may be a file that gave none."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: int = 0

    def plus(self, **more: int) -> Counts:
        """The counts with so many more."""
        return Counts(**{name: count + more.get(name, 0) for name, count in self.model_dump().items()})


class FeedRun(Value):
    """One refresh."""

    id: int
    feed: str = Field(description="Id of the feed.")
    status: RunStatus
    by: str
    started: Moment
    ended: Moment | None = None
    counts: Counts = Counts()
    errors: tuple[str, ...] = Field(default=(), description=f"The first {MOST_ERRORS} of what was refused.")
    problem: str | None = Field(default=None, description="Why it failed.")


class FeedProgress(Value):
    """How far a refresh has come."""

    feed: str
    phase: Literal["listing", "reading", "removing"] = "listing"
    seen: int = Field(default=0, description="Items done with.")
    items: int | None = Field(default=None, description="Items in all; None while they are listed.")
    now: str = Field(default="", description="The item at hand.")
    counts: Counts = Counts()


@dataclass(frozen=True, slots=True)
class SeenItem:
    """What was last seen of an item."""

    item: str
    stamp: str
    digest: str
    documents: Mapping[str, str] = field(default_factory=dict)
    """Path in the knowledge base -> digest of the document as it was given."""
    refused: tuple[str, ...] = ()
