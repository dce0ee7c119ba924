"""What each of several files gave, when they are read together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import FeedItem, ItemRead, ReadFiles, Refusal
from sre_core.knowledge.reading.given import FileGiven, Refused


def read_items(read_files: ReadFiles, items: Sequence[FeedItem], files: Sequence[FileGiven]) -> Iterator[ItemRead]:
    """One outcome an item, as soon as the reader is done with its file; ``files`` are theirs, in the same order."""
    taken = 0

    def handed_out() -> Iterator[FileGiven]:
        nonlocal taken
        for file in files:
            taken += 1
            yield file

    outcomes: list[SourceDocument | Refused] = []
    done = 0
    for outcome in read_files(handed_out()):
        while done < taken - 1:  # the reader took another file, so it is done with those before
            yield _item_read(items[done], outcomes)
            outcomes, done = [], done + 1
        outcomes.append(outcome)
    while done < len(items):
        yield _item_read(items[done], outcomes)
        outcomes, done = [], done + 1


def _item_read(item: FeedItem, outcomes: Sequence[SourceDocument | Refused]) -> ItemRead:
    documents = tuple(outcome for outcome in outcomes if isinstance(outcome, SourceDocument))
    refused = tuple(Refusal(outcome.name, outcome.reason) for outcome in outcomes if isinstance(outcome, Refused))
    return ItemRead(item, documents, refused)
