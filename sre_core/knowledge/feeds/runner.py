"""A refresh: what is new or changed in a feed is taken in, what vanished is deleted, and every step is remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sre_core.errors import RefusedInput, WorkbenchError
from sre_core.knowledge.feeds.base import Cancelled, Feed, RefreshCancelled, Shelf
from sre_core.knowledge.feeds.records import FeedProgress, FeedRun, KnownFeed
from sre_core.knowledge.feeds.refresh import Refresh
from sre_core.knowledge.feeds.store import Feeds

OpenFeed = Callable[[KnownFeed, Cancelled], Feed]
"""Opens a feed for one refresh. Raises ``RefusedInput`` when its place cannot be used at all."""


def unseen(progress: FeedProgress) -> None:
    """Nobody looks at the progress."""


def never() -> bool:
    """Nobody cancels."""
    return False


def nothing_else(known: KnownFeed) -> None:
    """There is nothing beside documents and rows to be rid of."""


class FeedRunner:
    """Runs refreshes, one at a time a feed, in the thread of the caller. One of these for a state folder."""

    def __init__(
        self, feeds: Feeds, shelf: Shelf, open_feed: OpenFeed, forget: Callable[[KnownFeed], None] = nothing_else
    ) -> None:
        """``forget``: what else is to be done when a feed is removed, such as ``FeedKinds.forget``."""
        self.feeds = feeds
        self._forget = forget
        self._shelf = shelf
        self._open = open_feed
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def refresh(
        self,
        feed: str,
        by: str,
        progress: Callable[[FeedProgress], None] = unseen,
        cancelled: Cancelled = never,
    ) -> FeedRun:
        """Bring the documents of a feed (its id or name) up to date, from where the last run came to.

        What is wrong with an item is in the run; what is wrong with the source, or with the store, makes it ``failed``.
        Raises ``RefusedInput`` when there is no such feed, or it is being refreshed.
        """
        known = self.feeds.get(feed)
        with self._alone(known):
            run = self.feeds.begin(known.id, by)
            refresh = Refresh(self.feeds, self._shelf, known, run, progress, cancelled)
            try:
                refresh.carry_out(self._open(known, cancelled))
            except RefreshCancelled:
                return self.feeds.end(refresh.run, "cancelled")
            except (WorkbenchError, OSError) as error:
                return self.feeds.end(refresh.run, "failed", str(error))
            except Exception as error:
                self.feeds.end(refresh.run, "failed", f"Unexpected: {type(error).__name__}: {error}")
                raise
            except BaseException:
                self.feeds.end(refresh.run, "interrupted")
                raise
            return self.feeds.end(refresh.run, "done")

    def remove(self, feed: str, by: str, *, keep_documents: bool = False) -> int:
        """Forget a feed (its id or name), and delete its documents unless they are to stay; returns how many went.

        Raises ``RefusedInput`` when there is no such feed, or it is being refreshed.
        """
        known = self.feeds.get(feed)
        with self._alone(known):
            mine = () if keep_documents else self._shelf.documents(source=known.id)
            because = f"the source {known.name} was removed"
            gone = sum(self._shelf.delete(document.path, by=by, because=because) for document in mine)
            self.feeds.forget(known.id)
            self._forget(known)
        return gone

    @contextmanager
    def _alone(self, known: KnownFeed) -> Iterator[None]:
        with self._lock:
            if known.id in self._busy:
                raise RefusedInput(f"{known.name} is being refreshed. Wait for it, or cancel that.")
            self._busy.add(known.id)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(known.id)
