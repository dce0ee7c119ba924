"""The steps of one refresh. Each item is stored, then acknowledged: a run that ends anywhere is continued by the next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import UPLOADS, SourceDocument
from sre_core.knowledge.feeds.base import (
    Cancelled,
    Feed,
    FeedItem,
    ItemRead,
    RefreshCancelled,
    Refusal,
    Shelf,
    Unlisted,
)
from sre_core.knowledge.feeds.records import MOST_ERRORS, FeedProgress, FeedRun, KnownFeed, SeenItem
from sre_core.knowledge.feeds.store import Feeds
from sre_core.redaction import redact

BATCH = 32
"""How many items are read at a time: starting a reader costs more than reading a small file."""

EMPTY_IS_SUSPICIOUS = 5
"""So many items that were there, and now none at all: a disk that is not mounted, rather than a tidy person."""

MAKING = "2"
"""Counted up when the same content gives other documents than before, so that everything is read again."""


class Refresh:
    """One run over one feed. ``run`` is how far it has come."""

    def __init__(
        self,
        feeds: Feeds,
        shelf: Shelf,
        known: KnownFeed,
        run: FeedRun,
        progress: Callable[[FeedProgress], None],
        cancelled: Cancelled,
    ) -> None:
        self.run = run
        self._feeds = feeds
        self._shelf = shelf
        self._known = known
        self._cancelled = cancelled
        self._report = progress
        self._progress = FeedProgress(feed=known.id)
        self._seen = feeds.seen(known.id)
        self._making = _digest(f"{MAKING} {known.settings.model_dump_json(exclude={'every_minutes'})}")[:12]

    def carry_out(self, feed: Feed) -> None:
        """All of it. Raises ``RefreshCancelled``, and what the feed and the shelf raise about the whole."""
        self._tell(phase="listing")
        items, unlisted = self._listed(feed)
        if not items and not unlisted and len(self._seen) >= EMPTY_IS_SUSPICIOUS:
            raise RefusedInput(
                f"Nothing at all is there any more, and {len(self._seen)} items were. Is it mounted, and is the path right? "
                "Nothing was deleted; if that is meant, remove the source."
            )
        self._tell(phase="reading", items=len(items))
        for batch in _batches(self._changed(items), BATCH):
            self._take_in(feed, batch)
        self._tell(phase="removing", now="")
        self._remove_vanished({item.id for item in items}, tuple(part.prefix for part in unlisted))
        self._remove_unaccounted()

    def _listed(self, feed: Feed) -> tuple[list[FeedItem], list[Unlisted]]:
        items: list[FeedItem] = []
        unlisted: list[Unlisted] = []
        for found in feed.items():
            self._stop_if_cancelled()
            if isinstance(found, FeedItem):
                items.append(found)
            else:
                unlisted.append(found)
                self._refuse(found.reason)
        return items, unlisted

    def _changed(self, items: Iterable[FeedItem]) -> Iterator[FeedItem]:
        for number, item in enumerate(items):
            self._stop_if_cancelled()
            before = self._seen.get(item.id)
            if before is None or before.stamp != self._stamp(item.stamp):
                self._tell(now=item.id)
                yield item
                continue
            self._same(before)
            self._tell(seen=self._progress.seen + 1, quietly=number % 100 != 0)

    def _take_in(self, feed: Feed, batch: Sequence[FeedItem]) -> None:
        digests: dict[str, str] = {}
        for item in batch:
            digest = self._digest_of(feed, item)
            before = self._seen.get(item.id)
            if digest and before and before.digest == digest:
                self._same(before)
                self._acknowledge(SeenItem(item.id, self._stamp(item.stamp), digest, before.documents, before.refused))
            else:
                digests[item.id] = digest
        for outcome in feed.read([item for item in batch if item.id in digests]):
            self._store(outcome, digests[outcome.item.id])

    def _digest_of(self, feed: Feed, item: FeedItem) -> str:
        """Empty when it cannot be known; reading the item will say why."""
        try:
            return self._stamp(feed.digest(item))
        except (RefusedInput, OSError):
            return ""

    def _store(self, outcome: ItemRead, digest: str) -> None:
        self._tell(now=outcome.item.id)
        before = self._seen.get(outcome.item.id)
        known = dict(before.documents) if before else {}
        refused = list(outcome.refused)
        stored: dict[str, str] = {}
        for document in outcome.documents:
            self._stop_if_cancelled()
            named = document.model_copy(update={"path": f"{self._known.name}/{document.path}"})
            given = _digest(named.model_dump_json())
            try:
                self._count(self._shelve(named, same=known.get(named.path) == given))
                stored[named.path] = given
            except RefusedInput as error:
                refused.append(Refusal(document.path, str(error)))
        left = {path: given for path, given in known.items() if path not in stored}
        if refused:
            stored |= left  # what could not be read now may be what gave these
        else:
            self._delete(left, f"{outcome.item.id} no longer has it")
        again = any(refusal.again for refusal in refused)
        sentences = tuple(redact(f"{refusal.what}: {refusal.reason}").text for refusal in refused)
        self._refuse(*sentences)
        self._acknowledge(
            SeenItem(
                item=outcome.item.id,
                stamp="" if again else self._stamp(outcome.item.stamp),
                digest="" if again else digest,
                documents=stored,
                refused=sentences[:MOST_ERRORS],
            )
        )

    def _shelve(self, document: SourceDocument, *, same: bool) -> str:
        if same:
            return "unchanged"
        if document.path in self._uploads:
            raise RefusedInput(
                "a document of that path was given by a person, and is not overwritten. Rename the source."
            )
        return self._shelf.take_in(document, by=self.run.by, source=self._known.id).outcome

    @cached_property
    def _uploads(self) -> frozenset[str]:
        return frozenset(document.path for document in self._shelf.documents(source=UPLOADS))

    def _remove_vanished(self, there: set[str], unlisted: tuple[str, ...]) -> None:
        for id_, before in list(self._seen.items()):
            if id_ in there or id_.startswith(unlisted):
                continue
            self._stop_if_cancelled()
            self._delete(before.documents, f"{id_} is no longer there")
            del self._seen[id_]
            self._feeds.drop(self.run, id_)

    def _remove_unaccounted(self) -> None:
        """What an interrupted run stored of an item that is gone since: stored, and never acknowledged."""
        accounted = {path for item in self._seen.values() for path in item.documents}
        mine = [document.path for document in self._shelf.documents(source=self._known.id)]
        self._delete((path for path in mine if path not in accounted), "its source no longer has it")

    # -- keeping count -------------------------------------------------------------------------------------------------

    def _stamp(self, stamp: str) -> str:
        return f"{self._making} {stamp}"

    def _same(self, before: SeenItem) -> None:
        self._count("unchanged", len(before.documents))
        self._refuse(*before.refused)

    def _delete(self, paths: Iterable[str], because: str) -> None:
        for path in paths:
            if self._shelf.delete(path, by=self.run.by, because=because):
                self._count("removed")

    def _acknowledge(self, item: SeenItem) -> None:
        self._seen[item.item] = item
        self._feeds.acknowledge(self.run, item)
        self._tell(seen=self._progress.seen + 1, quietly=True)

    def _refuse(self, *sentences: str) -> None:
        errors = (*self.run.errors, *sentences)[:MOST_ERRORS]
        self.run = self.run.model_copy(update={"errors": errors})
        self._count("refused", len(sentences))

    def _count(self, what: str, how_many: int = 1) -> None:
        self.run = self.run.model_copy(update={"counts": self.run.counts.plus(**{what: how_many})})

    def _tell(self, *, quietly: bool = False, **news: object) -> None:
        self._progress = self._progress.model_copy(update={**news, "counts": self.run.counts})
        if not quietly:
            self._report(self._progress)

    def _stop_if_cancelled(self) -> None:
        if self._cancelled():
            raise RefreshCancelled("The refresh was cancelled.")


def _batches(items: Iterator[FeedItem], size: int) -> Iterator[list[FeedItem]]:
    while batch := list(islice(items, size)):
        yield batch


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
