"""Refreshes in threads of their own, for pages; and the clock that starts those that are due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sre_core.errors import RefusedInput, WorkbenchError
from sre_core.knowledge.feeds.records import FeedProgress, FeedRun, KnownFeed
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.store import Feeds
from sre_core.knowledge.work import Work, end

SCHEDULE = "system:schedule"
"""By whom a refresh is that nobody asked for."""

LOOK_EVERY_SECONDS = 20.0

_log = logging.getLogger(__name__)


@dataclass
class _Refresh(Work):
    progress: FeedProgress

    def note(self, progress: FeedProgress) -> None:
        self.progress = progress


class Refreshes:
    """Refreshes that run while the caller goes on. Thread-safe."""

    def __init__(self, runner: FeedRunner) -> None:
        self._runner = runner
        self._at_work: dict[str, _Refresh] = {}
        self._lock = threading.Lock()

    def start(self, feed: str, by: str) -> None:
        """Begin a refresh of a feed by its id. Raises ``RefusedInput`` when it runs already, or there is no such feed."""
        known = self._runner.feeds.get(feed)
        with self._lock:
            if known.id in self._at_work:
                raise RefusedInput(f"{known.name} is being refreshed. Wait for it, or cancel that.")
            work = self._at_work[known.id] = _Refresh(FeedProgress(feed=known.id))
            work.begin(partial(self._run, known, by, work), name=f"feed {known.name}")

    def cancel(self, feed: str) -> None:
        """Let the refresh of a feed end at the next item; nothing happens when there is none."""
        with self._lock:
            if work := self._at_work.get(feed):
                work.cancelled.set()

    def progress(self, feed: str) -> FeedProgress | None:
        """How far the refresh of a feed has come; None when none runs."""
        with self._lock:
            work = self._at_work.get(feed)
        return work.progress if work else None

    def wait(self, feed: str, seconds: float | None = None) -> bool:
        """Wait for the refresh of a feed; False when it still runs after so long."""
        with self._lock:
            work = self._at_work.get(feed)
        return work is None or work.wait(seconds)

    def close(self, seconds: float = 10.0) -> None:
        """Cancel everything, and wait so long for each to end."""
        with self._lock:
            working = list(self._at_work.values())
        end(working, seconds)

    def _run(self, known: KnownFeed, by: str, work: _Refresh) -> None:
        try:
            self._runner.refresh(known.id, by, work.note, work.cancelled.is_set)
        except WorkbenchError as error:
            _log.warning("The refresh of %s could not be carried out: %s", known.name, error)
        except Exception:
            _log.exception("The refresh of %s failed", known.name)
        finally:
            with self._lock:
                del self._at_work[known.id]


def due(feed: KnownFeed, runs: Sequence[FeedRun], now: datetime) -> bool:
    """Whether a feed is to be refreshed by itself; ``runs`` are its last, the latest first.

    One that a dying process interrupted is continued once: were it the refresh that kills it, that must not go on for ever.
    """
    last = runs[0] if runs else None
    if last and last.status == "running":
        return False
    if last and last.status == "interrupted" and (len(runs) < 2 or runs[1].status != "interrupted"):
        return True
    if feed.settings.every_minutes is None:
        return False
    every = timedelta(minutes=feed.settings.every_minutes)
    return last is None or (last.ended or last.started) + every <= now


class Schedule:
    """A thread that starts what is due, while it runs."""

    def __init__(
        self,
        feeds: Feeds,
        refreshes: Refreshes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        every_seconds: float = LOOK_EVERY_SECONDS,
    ) -> None:
        self._feeds = feeds
        self._refreshes = refreshes
        self._now = now
        self._every = every_seconds
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look. What an earlier process left running is settled first."""
        self._feeds.settle()
        self._thread = threading.Thread(target=self._look_on, name="feed schedule", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more. Refreshes that run go on: see ``Refreshes.close``."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def start_what_is_due(self) -> None:
        """One look."""
        for feed in self._feeds.list():
            if self._refreshes.progress(feed.id) is None and due(feed, self._feeds.runs(feed.id, 2), self._now()):
                try:
                    self._refreshes.start(feed.id, SCHEDULE)
                except RefusedInput:
                    _log.info("%s is refreshed by somebody else, or was removed just now", feed.name)

    def _look_on(self) -> None:
        while not self._ended.is_set():
            try:
                self.start_what_is_due()
            except WorkbenchError as error:
                _log.warning("The sources could not be looked at: %s", error)
            self._ended.wait(self._every)
