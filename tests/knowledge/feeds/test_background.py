"""Refreshes in the background, and the clock that starts those that are due."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import get_args

import pytest

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.background import SCHEDULE, Refreshes, Schedule, due
from sre_core.knowledge.feeds.base import FeedItem, Unlisted
from sre_core.knowledge.feeds.records import FeedRun, KnownFeed, RunStatus
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import FolderSettings
from sre_core.knowledge.feeds.store import Feeds
from tests.knowledge.feeds.fakes import NOON, FakeFeed, FakeShelf

BY = "person:ada"


class Gated(FakeFeed):
    """A feed that lists its items when it is let."""

    def __init__(self, texts: dict[str, str | None]) -> None:
        super().__init__(texts)
        self.entered, self.let = threading.Event(), threading.Event()

    def items(self) -> Iterator[FeedItem | Unlisted]:
        self.entered.set()
        self.let.wait(30)
        yield from super().items()


@pytest.fixture
def gated() -> Iterator[Gated]:
    feed = Gated({"a.md": "A", "b.md": "B"})
    yield feed
    feed.let.set()


def refreshes_of(feeds: Feeds, shelf: FakeShelf, feed: FakeFeed) -> tuple[Refreshes, str]:
    id_ = feeds.add("notes", FolderSettings(path="/somewhere"), by=BY).id
    return Refreshes(FeedRunner(feeds, shelf, lambda known, cancelled: feed)), id_


def test_a_started_refresh_goes_on_by_itself_and_tells_how_far_it_is(
    feeds: Feeds, shelf: FakeShelf, gated: Gated
) -> None:
    refreshes, id_ = refreshes_of(feeds, shelf, gated)
    refreshes.start(id_, BY)
    gated.entered.wait(30)
    progress = refreshes.progress(id_)
    assert progress is not None
    assert (progress.phase, progress.items) == ("listing", None)
    gated.let.set()
    assert refreshes.wait(id_, 30)
    assert refreshes.progress(id_) is None
    assert feeds.runs(id_)[0].status == "done"
    assert len(shelf.held) == 2


def test_a_second_start_is_refused_while_the_first_runs(feeds: Feeds, shelf: FakeShelf, gated: Gated) -> None:
    refreshes, id_ = refreshes_of(feeds, shelf, gated)
    refreshes.start(id_, BY)
    with pytest.raises(RefusedInput, match="is being refreshed"):
        refreshes.start(id_, BY)


def test_a_cancelled_refresh_ends_at_its_next_item(feeds: Feeds, shelf: FakeShelf, gated: Gated) -> None:
    refreshes, id_ = refreshes_of(feeds, shelf, gated)
    refreshes.start(id_, BY)
    gated.entered.wait(30)
    refreshes.cancel(id_)
    gated.let.set()
    assert refreshes.wait(id_, 30)
    assert (feeds.runs(id_)[0].status, shelf.held) == ("cancelled", {})


def test_closing_cancels_what_runs(feeds: Feeds, shelf: FakeShelf, gated: Gated) -> None:
    refreshes, id_ = refreshes_of(feeds, shelf, gated)
    refreshes.start(id_, BY)
    gated.entered.wait(30)
    threading.Thread(target=gated.let.set).start()
    refreshes.close()
    assert feeds.runs(id_)[0].status in ("cancelled", "done")
    assert refreshes.progress(id_) is None


def feed_every(minutes: int | None) -> KnownFeed:
    settings = FolderSettings(path="/somewhere", every_minutes=minutes)
    return KnownFeed(id="feed-1", name="notes", settings=settings, added_at=NOON, added_by=BY)


def run_at(ended: datetime, status: RunStatus = "done") -> FeedRun:
    return FeedRun(id=1, feed="feed-1", status=status, by=BY, started=ended, ended=ended)


@pytest.mark.parametrize(
    ("every", "runs", "expected"),
    [
        (None, [], False),
        (10, [], True),
        (10, [run_at(NOON - timedelta(minutes=9))], False),
        (10, [run_at(NOON - timedelta(minutes=10))], True),
        (10, [run_at(NOON - timedelta(minutes=10), "failed")], True),
        (10, [run_at(NOON - timedelta(minutes=99), "running")], False),
        (None, [run_at(NOON, "interrupted")], True),
        (None, [run_at(NOON, "interrupted"), run_at(NOON, "interrupted")], False),
        (None, [run_at(NOON, "cancelled")], False),
    ],
)
def test_what_is_due(every: int | None, runs: list[FeedRun], expected: bool) -> None:
    assert due(feed_every(every), runs, NOON) is expected
    assert {run.status for run in runs} <= set(get_args(RunStatus))


def test_the_schedule_starts_what_is_due_and_nothing_else(feeds: Feeds, shelf: FakeShelf) -> None:
    runner = FeedRunner(feeds, shelf, lambda known, cancelled: FakeFeed({"a.md": "A"}))
    refreshes = Refreshes(runner)
    often = feeds.add("often", FolderSettings(path="/somewhere", every_minutes=5), by=BY).id
    never = feeds.add("never", FolderSettings(path="/somewhere"), by=BY).id
    Schedule(feeds, refreshes).start_what_is_due()
    assert refreshes.wait(often, 30)
    assert [run.by for run in feeds.runs(often)] == [SCHEDULE]
    assert feeds.runs(never) == ()
    Schedule(feeds, refreshes).start_what_is_due()
    assert len(feeds.runs(often)) == 1


def test_a_schedule_continues_what_a_killed_process_left_and_can_be_stopped(feeds: Feeds, shelf: FakeShelf) -> None:
    done = threading.Event()

    class Telling(FakeFeed):
        def items(self) -> Iterator[FeedItem | Unlisted]:
            done.set()
            return super().items()

    id_ = feeds.add("notes", FolderSettings(path="/somewhere"), by=BY).id
    feeds.begin(id_, BY)
    refreshes = Refreshes(FeedRunner(feeds, shelf, lambda known, cancelled: Telling({"a.md": "A"})))
    schedule = Schedule(feeds, refreshes)
    schedule.start()
    assert done.wait(30)
    refreshes.wait(id_, 30)
    schedule.stop()
    assert [run.status for run in feeds.runs(id_)] == ["done", "interrupted"]
