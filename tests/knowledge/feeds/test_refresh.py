"""A refresh: incremental, continued after any end, and one at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.errors import RefusedInput, StoreUnavailable
from sre_core.knowledge.documents import IngestOutcome, SourceDocument
from sre_core.knowledge.feeds.base import Cancelled, Feed, FeedItem, ItemRead, Unlisted
from sre_core.knowledge.feeds.records import Counts, FeedProgress, KnownFeed
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import FolderSettings
from sre_core.knowledge.feeds.store import Feeds
from sre_core.store import open_database
from tests.knowledge.feeds.fakes import FakeFeed, FakeShelf, ShelfOnDisk

BY = "person:ada"


def runner_of(feeds: Feeds, shelf: FakeShelf, feed: Feed, name: str = "notes") -> FeedRunner:
    feeds.add(name, FolderSettings(path="/somewhere"), by=BY)
    return FeedRunner(feeds, shelf, lambda known, cancelled: feed)


def test_what_is_there_is_taken_in_below_the_feeds_name(feeds: Feeds, shelf: FakeShelf) -> None:
    run = runner_of(feeds, shelf, FakeFeed({"a.md": "A", "b.md": "B"})).refresh("notes", BY)
    assert sorted(shelf.held) == ["notes/a.md", "notes/b.md"]
    assert (run.status, run.counts, run.by) == ("done", Counts(added=2), BY)
    assert run.ended is not None


def test_what_did_not_change_is_not_read_again(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({"a.md": "A", "b.md": "B"})
    runner = runner_of(feeds, shelf, feed)
    runner.refresh("notes", BY)
    feed.read_of.clear()
    assert runner.refresh("notes", BY).counts == Counts(unchanged=2)
    assert feed.read_of == []


def test_a_new_stamp_on_the_same_content_is_no_change(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({"a.md": "A"})
    runner = runner_of(feeds, shelf, feed)
    runner.refresh("notes", BY)
    feed.read_of.clear()
    feed.stamps["a.md"] = "touched"
    assert runner.refresh("notes", BY).counts == Counts(unchanged=1)
    assert feed.read_of == []
    assert feeds.seen(feeds.get("notes").id)["a.md"].stamp.endswith("touched")


def test_what_changed_is_taken_in_anew_and_what_vanished_is_deleted(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({"a.md": "A", "b.md": "B", "c.md": "C"})
    runner = runner_of(feeds, shelf, feed)
    runner.refresh("notes", BY)
    feed.texts = {"a.md": "A2", "b.md": "B"}
    assert runner.refresh("notes", BY).counts == Counts(updated=1, unchanged=1, removed=1)
    assert shelf.text("notes/a.md") == "A2"
    assert shelf.tombstones == {"notes/c.md": "c.md is no longer there"}


def test_errors_are_counted_the_first_fifty_told_and_the_run_goes_on(feeds: Feeds, shelf: FakeShelf) -> None:
    broken: dict[str, str | None] = {f"{number:02}.md": None for number in range(60)}
    runner = runner_of(feeds, shelf, FakeFeed({**broken, "good.md": "G"}))
    for _ in range(2):
        run = runner.refresh("notes", BY)
        assert run.status == "done"
        assert run.counts.refused == 60
        assert len(run.errors) == 50
        assert run.errors[0] == "00.md: it is broken."
    assert list(shelf.held) == ["notes/good.md"]


def test_what_is_broken_is_read_again_only_when_that_may_help(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({"a.md": None})
    runner = runner_of(feeds, shelf, feed)
    for again, reads in ((False, 1), (True, 1), (True, 1)):
        runner.refresh("notes", BY)
        assert len(feed.read_of) == reads
        feed.again = again
    feed.texts["b.md"] = None
    for reads in (2, 3):
        runner.refresh("notes", BY)
        assert len(feed.read_of) == reads


def test_a_file_that_broke_keeps_its_earlier_document(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({"a.md": "A"})
    runner = runner_of(feeds, shelf, feed)
    runner.refresh("notes", BY)
    feed.texts["a.md"] = None
    assert runner.refresh("notes", BY).counts == Counts(refused=1)
    assert shelf.text("notes/a.md") == "A"


def test_what_the_shelf_refuses_is_an_error_of_the_item(feeds: Feeds, shelf: FakeShelf) -> None:
    shelf.refuses = {"notes/a.md"}
    run = runner_of(feeds, shelf, FakeFeed({"a.md": "A", "b.md": "B"})).refresh("notes", BY)
    assert run.counts == Counts(added=1, refused=1)
    assert run.errors == ("a.md: this one is not wanted.",)


def test_an_upload_is_never_overwritten(feeds: Feeds, shelf: FakeShelf) -> None:
    shelf.upload("notes/a.md", "mine")
    run = runner_of(feeds, shelf, FakeFeed({"a.md": "A"})).refresh("notes", BY)
    assert run.counts == Counts(refused=1)
    assert shelf.text("notes/a.md") == "mine"


def test_what_could_not_be_looked_into_is_not_deleted(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({"a.md": "A", "locked/b.md": "B"})
    runner = runner_of(feeds, shelf, feed)
    runner.refresh("notes", BY)
    feed.texts = {"a.md": "A"}
    feed.unlisted = [Unlisted("locked/", "locked cannot be looked into")]
    assert runner.refresh("notes", BY).counts == Counts(unchanged=1, refused=1)
    assert "notes/locked/b.md" in shelf.held


def test_a_source_that_is_suddenly_empty_deletes_nothing(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({f"{number}.md": "text" for number in range(10)})
    runner = runner_of(feeds, shelf, feed)
    runner.refresh("notes", BY)
    feed.texts = {}
    run = runner.refresh("notes", BY)
    assert run.status == "failed"
    assert run.problem is not None
    assert "mounted" in run.problem
    assert len(shelf.held) == 10


def test_a_cancelled_refresh_keeps_what_it_took_in_and_the_next_continues(feeds: Feeds, shelf: FakeShelf) -> None:
    feed = FakeFeed({f"{number}.md": f"text {number}" for number in range(100)})
    runner = runner_of(feeds, shelf, feed)
    run = runner.refresh("notes", BY, cancelled=lambda: len(shelf.held) >= 40)
    assert (run.status, run.counts) == ("cancelled", Counts(added=40))
    run = runner.refresh("notes", BY)
    assert run.counts == Counts(added=60, unchanged=40)
    assert len(shelf.taken) == 100


def test_a_store_that_takes_no_writes_fails_the_run(feeds: Feeds) -> None:
    class Full(FakeShelf):
        def take_in(self, document: SourceDocument, *, by: str, source: str) -> IngestOutcome:
            raise StoreUnavailable("the disk is full.")

    run = runner_of(feeds, Full(), FakeFeed({"a.md": "A"})).refresh("notes", BY)
    assert (run.status, run.problem) == ("failed", "the disk is full.")


def test_a_bug_is_not_swallowed_and_the_run_says_failed(feeds: Feeds, shelf: FakeShelf) -> None:
    class Buggy(FakeFeed):
        def read(self, items: Iterable[FeedItem]) -> Iterator[ItemRead]:
            raise ZeroDivisionError("oh")

    runner = runner_of(feeds, shelf, Buggy({"a.md": "A"}))
    with pytest.raises(ZeroDivisionError):
        runner.refresh("notes", BY)
    assert feeds.runs(feeds.get("notes").id)[0].status == "failed"


def test_an_interrupted_run_says_so(feeds: Feeds, shelf: FakeShelf) -> None:
    def interrupt(progress: FeedProgress) -> None:
        if progress.phase == "reading":
            raise KeyboardInterrupt

    runner = runner_of(feeds, shelf, FakeFeed({"a.md": "A"}))
    with pytest.raises(KeyboardInterrupt):
        runner.refresh("notes", BY, interrupt)
    assert feeds.runs(feeds.get("notes").id)[0].status == "interrupted"
    assert runner.refresh("notes", BY).counts == Counts(added=1)


def test_two_refreshes_of_one_feed_at_once_are_refused(feeds: Feeds, shelf: FakeShelf) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow(FakeFeed):
        def items(self) -> Iterator[FeedItem | Unlisted]:
            entered.set()
            leave.wait(30)
            return super().items()

    runner = runner_of(feeds, shelf, Slow({"a.md": "A"}))
    first = threading.Thread(target=runner.refresh, args=("notes", BY))
    first.start()
    entered.wait(30)
    try:
        with pytest.raises(RefusedInput, match="is being refreshed"):
            runner.refresh("notes", BY)
        with pytest.raises(RefusedInput, match="is being refreshed"):
            runner.remove("notes", BY)
    finally:
        leave.set()
        first.join()
    assert runner.refresh("notes", BY).status == "done"


def test_what_a_killed_run_left_running_is_settled(feeds: Feeds, shelf: FakeShelf) -> None:
    runner = runner_of(feeds, shelf, FakeFeed({}))
    id_ = feeds.get("notes").id
    feeds.begin(id_, BY)
    feeds.settle()
    assert feeds.runs(id_)[0].status == "interrupted"
    feeds.begin(id_, BY)
    runner.refresh("notes", BY)
    assert [run.status for run in feeds.runs(id_)] == ["done", "interrupted", "interrupted"]


def test_what_was_stored_but_never_acknowledged_and_is_gone_since_is_deleted(feeds: Feeds, shelf: FakeShelf) -> None:
    runner = runner_of(feeds, shelf, FakeFeed({"a.md": "A"}))
    lost = SourceDocument(path="notes/lost.md", text="L")
    shelf.take_in(lost, by=BY, source=feeds.get("notes").id)
    assert runner.refresh("notes", BY).counts == Counts(added=1, removed=1)
    assert list(shelf.held) == ["notes/a.md"]


def test_removing_a_feed_deletes_its_documents_unless_they_are_to_stay(feeds: Feeds, shelf: FakeShelf) -> None:
    shelf.upload("mine.md", "mine")
    forgotten: list[KnownFeed] = []
    for name in ("gone", "kept"):
        feeds.add(name, FolderSettings(path="/somewhere"), by=BY)
    runner = FeedRunner(feeds, shelf, lambda known, cancelled: FakeFeed({"a.md": "A"}), forgotten.append)
    runner.refresh("gone", BY)
    runner.refresh("kept", BY)
    assert runner.remove("gone", BY) == 1
    assert runner.remove("kept", BY, keep_documents=True) == 0
    assert sorted(shelf.held) == ["kept/a.md", "mine.md"]
    assert (feeds.list(), [feed.name for feed in forgotten]) == ((), ["gone", "kept"])


@pytest.mark.parametrize("name", ["", "Notes", "a/b", "../x", "-x", "upload", "a" * 64, "a\n"])
def test_a_name_that_cannot_begin_a_path_is_refused(feeds: Feeds, name: str) -> None:
    with pytest.raises(RefusedInput):
        feeds.add(name, FolderSettings(path="/somewhere"), by=BY)


def test_two_feeds_of_one_name_are_refused(feeds: Feeds) -> None:
    feeds.add("notes", FolderSettings(path="/a"), by=BY)
    with pytest.raises(RefusedInput, match="already"):
        feeds.add("notes", FolderSettings(path="/b"), by=BY)
    with pytest.raises(RefusedInput, match="no source"):
        feeds.get("other")


texts = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e"]), st.sampled_from(["1", "2", "3", None]), max_size=5)


@pytest.mark.slow
@given(states=st.lists(st.tuples(texts, st.integers(0, 8)), min_size=1, max_size=4))
def test_however_runs_end_a_whole_one_leaves_exactly_what_is_there(
    states: list[tuple[dict[str, str | None], int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = open_database(tmp_path_factory.mktemp("feed") / "workbench.db")
    feed, shelf = FakeFeed({}), FakeShelf()
    runner = runner_of(Feeds(database), shelf, feed)
    for state, patience in states:
        feed.texts, asked = state, iter(range(100))
        runner.refresh("notes", BY, cancelled=lambda asked=asked, patience=patience: next(asked, 100) > patience)
    runner.refresh("notes", BY)
    there = {f"notes/{id_}": text for id_, text in feed.texts.items() if text is not None}
    broken = {f"notes/{id_}" for id_, text in feed.texts.items() if text is None}
    assert {path: document.text for path, (document, _) in shelf.held.items() if path not in broken} == there
    database.dispose()


CHILD = """
import os, signal, sys
from pathlib import Path
from tests.knowledge.feeds.fakes import ShelfOnDisk
from tests.knowledge.feeds.test_refresh import counted_feed, runner_on_disk
class Dies(ShelfOnDisk):
    taken = 0
    def take_in(self, document, *, by, source):
        Dies.taken += 1
        outcome = super().take_in(document, by=by, source=source)
        if Dies.taken == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome
runner_on_disk(Path(sys.argv[1]), Dies).refresh("notes", "person:ada")
"""


def counted_feed(known: KnownFeed, cancelled: Cancelled) -> FakeFeed:
    return FakeFeed({f"{number:03}.md": f"text {number}" for number in range(120)})


def runner_on_disk(folder: Path, shelf: type[ShelfOnDisk]) -> FeedRunner:
    return FeedRunner(Feeds(open_database(folder / "workbench.db")), shelf(folder / "shelf"), counted_feed)


@pytest.mark.slow
def test_a_killed_refresh_is_continued_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    Feeds(open_database(tmp_path / "workbench.db")).add("notes", FolderSettings(path="/somewhere"), by=BY)
    for survived in (30, 40):
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(tmp_path), str(survived)], cwd=Path(__file__).parents[3], check=False
        )
        assert child.returncode == -signal.SIGKILL
    runner = runner_on_disk(tmp_path, ShelfOnDisk)
    id_ = runner.feeds.get("notes").id
    assert len(runner.feeds.seen(id_)) == 29 + 39, "all but the one at hand were acknowledged"
    run = runner.refresh("notes", BY)
    assert run.counts == Counts(added=120 - 29 - 40, unchanged=29 + 40)
    assert len(ShelfOnDisk(tmp_path / "shelf").documents(source=id_)) == 120
    assert [each.status for each in runner.feeds.runs(id_)] == ["done", "interrupted", "interrupted"]
    assert os.path.exists(tmp_path / "workbench.db")
