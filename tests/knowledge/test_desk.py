"""What people do with the knowledge base, and who may."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sre_core.errors import NotAllowed, RefusedInput
from sre_core.knowledge.chunks import parse_document
from sre_core.knowledge.desk import KnowledgeDesk, Previewed, described
from sre_core.knowledge.documents import UPLOADS, IngestOutcome, KnownDocument, SourceDocument, Tombstone
from sre_core.knowledge.feeds.background import Refreshes
from sre_core.knowledge.feeds.base import FeedItem, ItemRead
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import FolderSettings, GitSettings
from sre_core.knowledge.feeds.store import Feeds
from sre_core.knowledge.library import OpenedDocument
from sre_core.knowledge.reading.given import FileGiven, Refused
from tests.fakes import ADMIN, PERSON, START, VIEWER

NEIGHBOUR = PERSON.model_copy(update={"name": "noor"})


class FakeDocuments:
    """A knowledge base in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, OpenedDocument | Tombstone] = {}

    def take_in(self, document: SourceDocument, *, by: str, source: str = UPLOADS) -> IngestOutcome:
        if not document.text:
            raise RefusedInput(f"{document.path} is empty.")
        known = KnownDocument(
            path=document.path,
            title=document.path,
            kind="note",
            component=None,
            source=source,
            added_at=START,
            added_by=by,
            updated_at=START,
            updated_by=by,
            version=1,
            chunks=1,
            embedded=0,
            characters=len(document.text),
        )
        self.kept[document.path] = OpenedDocument(known=known, text=document.text, chunks=(), versions=())
        return IngestOutcome(document=document.path, outcome="added", chunks=1)

    def preview(self, document: SourceDocument) -> Any:
        return parse_document(document)

    def restore(self, path: str, version: int, *, by: str) -> IngestOutcome:
        return self.take_in(SourceDocument(path=path, text=f"version {version}"), by=by)

    def delete(self, path: str, *, by: str, because: str = "") -> bool:
        found = self.kept.get(path)
        if not isinstance(found, OpenedDocument):
            return False
        self.kept[path] = Tombstone(path=path, title=path, deleted_at=START, deleted_by=by, because=because)
        return True

    def document(self, path: str) -> OpenedDocument | Tombstone | None:
        return self.kept.get(path)

    def documents(self, source: str | None = None) -> list[KnownDocument]:
        opened = [each for each in self.kept.values() if isinstance(each, OpenedDocument)]
        return [each.known for each in opened if source in (None, each.known.source)]

    async def ask(self, question: str, **_: Any) -> Any:
        return f"about {question}"


class OneItem:
    """A feed with one document in it; reading waits until it may."""

    def __init__(self, may_read: threading.Event) -> None:
        self._may_read = may_read

    def items(self) -> Iterator[FeedItem]:
        yield FeedItem("a.md", "1")

    def digest(self, item: FeedItem) -> str:
        return item.stamp

    def read(self, items: Any) -> Iterator[ItemRead]:
        self._may_read.wait()
        for item in items:
            yield ItemRead(item, (SourceDocument(path=item.id, text="# A"),))


def read_files(files: Iterable[FileGiven]) -> Iterator[SourceDocument | Refused]:
    """Text is text, and what begins with '!' cannot be read."""
    for file in files:
        assert isinstance(file.content, bytes)
        text = file.content.decode()
        if text.startswith("!"):
            yield Refused(name=file.name, reason="It is no text.")
        else:
            yield SourceDocument(path=file.name, text=text)


def file(name: str, text: str = "# Words") -> FileGiven:
    return FileGiven(name=name, content=text.encode())


@pytest.fixture
def documents() -> FakeDocuments:
    return FakeDocuments()


@pytest.fixture
def may_read() -> threading.Event:
    open_gate = threading.Event()
    open_gate.set()
    return open_gate


@pytest.fixture
def desk(database: Engine, documents: FakeDocuments, may_read: threading.Event) -> Iterator[KnowledgeDesk]:
    runner = FeedRunner(Feeds(database), documents, lambda feed, cancelled: OneItem(may_read))
    desk = KnowledgeDesk(documents, read_files, runner, Refreshes(runner))
    yield desk
    may_read.set()
    desk.close()


# -- giving ------------------------------------------------------------------------------------------------------------


def test_what_comes_of_each_file_is_said_in_the_order_given(desk: KnowledgeDesk, documents: FakeDocuments) -> None:
    outcomes = list(desk.upload([file("a.md"), file("b.bin", "!"), file("c.md", "")], PERSON))
    assert isinstance(outcomes[0], IngestOutcome)
    assert outcomes[1:] == [
        Refused(name="b.bin", reason="It is no text."),
        Refused(name="c.md", reason="c.md is empty."),
    ]
    assert [one.added_by for one in documents.documents()] == [PERSON.actor]


def test_a_viewer_gives_nothing_and_is_told_at_once(desk: KnowledgeDesk, documents: FakeDocuments) -> None:
    with pytest.raises(NotAllowed, match=r"vera is viewer; this takes a responder\. Nothing was stored"):
        desk.upload([file("a.md")], VIEWER)
    with pytest.raises(NotAllowed):
        desk.preview([file("a.md")], VIEWER)
    assert not documents.kept


def test_everybody_may_ask(desk: KnowledgeDesk) -> None:
    assert desk.ask("etcd") == "about etcd"


def test_a_preview_shows_passages_and_stores_nothing(desk: KnowledgeDesk, documents: FakeDocuments) -> None:
    shown, refused = desk.preview([file("a.md", "# One\n\nsay this\n"), file("b.bin", "!")], PERSON)
    assert isinstance(shown, Previewed)
    assert [chunk.text for chunk in shown.parsed.chunks] == ["say this"]
    assert isinstance(refused, Refused)
    assert not documents.kept


def test_paths_of_a_source_are_not_overwritten_by_an_upload(desk: KnowledgeDesk, tmp_path: Path) -> None:
    desk.add_source("wiki", FolderSettings(path=str(tmp_path)), ADMIN)
    refused, taken = desk.upload([file("wiki/a.md"), file("wiki.md")], PERSON)
    assert isinstance(refused, Refused)
    assert "belong to the source wiki" in refused.reason
    assert isinstance(taken, IngestOutcome)


# -- restoring ---------------------------------------------------------------------------------------------------------


def test_a_responder_brings_an_older_version_back_and_a_viewer_does_not(
    desk: KnowledgeDesk, documents: FakeDocuments
) -> None:
    list(desk.upload([file("a.md")], PERSON))
    desk.restore("a.md", 1, NEIGHBOUR)
    opened = documents.kept["a.md"]
    assert isinstance(opened, OpenedDocument)
    assert (opened.text, opened.known.updated_by) == ("version 1", NEIGHBOUR.actor)
    with pytest.raises(NotAllowed, match=r"Nothing was changed"):
        desk.restore("a.md", 1, VIEWER)


def test_what_a_source_gave_or_nobody_has_is_not_restored(desk: KnowledgeDesk, documents: FakeDocuments) -> None:
    documents.take_in(SourceDocument(path="wiki/a.md", text="a"), by="x", source="f1")
    with pytest.raises(RefusedInput, match="comes from a source"):
        desk.restore("wiki/a.md", 1, ADMIN)
    with pytest.raises(RefusedInput, match="no document"):
        desk.restore("nowhere.md", 1, ADMIN)


# -- deleting ----------------------------------------------------------------------------------------------------------


def test_whoever_gave_a_document_may_delete_it_and_their_neighbour_may_not(
    desk: KnowledgeDesk, documents: FakeDocuments
) -> None:
    list(desk.upload([file("a.md")], PERSON))
    with pytest.raises(NotAllowed, match=r"noor is responder; this takes an admin; whoever gave"):
        desk.delete("a.md", NEIGHBOUR)
    assert desk.delete("a.md", PERSON, because=" old ")
    assert documents.kept["a.md"] == Tombstone(
        path="a.md", title="a.md", deleted_at=START, deleted_by=PERSON.actor, because="old"
    )


def test_an_admin_deletes_anything_and_a_viewer_not_even_their_own(desk: KnowledgeDesk) -> None:
    list(desk.upload([file("a.md")], PERSON))
    with pytest.raises(NotAllowed):
        desk.delete("a.md", VIEWER.model_copy(update={"name": PERSON.name}))
    assert desk.delete("a.md", ADMIN)


def test_to_delete_what_is_not_there_is_no_error(desk: KnowledgeDesk) -> None:
    list(desk.upload([file("a.md")], PERSON))
    assert not desk.delete("b.md", ADMIN)
    assert desk.delete("a.md", ADMIN)
    assert not desk.delete("a.md", ADMIN)


def test_what_a_responders_refresh_brought_is_not_theirs_to_delete(desk: KnowledgeDesk, tmp_path: Path) -> None:
    feed = desk.add_source("wiki", FolderSettings(path=str(tmp_path)), ADMIN)
    desk.refresh(feed.id, PERSON)
    with pytest.raises(NotAllowed):
        desk.delete("wiki/a.md", PERSON)


# -- sources -----------------------------------------------------------------------------------------------------------


def test_which_sources_there_are_takes_an_admin_and_a_refresh_a_responder(desk: KnowledgeDesk, tmp_path: Path) -> None:
    settings = FolderSettings(path=str(tmp_path))
    with pytest.raises(NotAllowed):
        desk.add_source("wiki", settings, PERSON)
    feed = desk.add_source("wiki", settings, ADMIN)
    for refused in (desk.refresh, desk.begin_refresh, desk.cancel_refresh):
        with pytest.raises(NotAllowed):
            refused(feed.id, VIEWER)
    with pytest.raises(NotAllowed):
        desk.remove_source(feed.id, PERSON)
    assert desk.refresh("wiki", PERSON).counts.added == 1


def test_a_place_that_is_not_there_is_refused_before_it_is_kept(desk: KnowledgeDesk, tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match=r"There is no .*nowhere on the machine"):
        desk.add_source("wiki", FolderSettings(path=str(tmp_path / "nowhere")), ADMIN)
    assert not desk.sources()
    desk.add_source("shop", GitSettings(url="https://git.invalid/shop.git"), ADMIN)


def test_a_source_stands_with_its_runs_and_its_documents_go_with_it(
    desk: KnowledgeDesk, documents: FakeDocuments, tmp_path: Path
) -> None:
    feed = desk.add_source("wiki", FolderSettings(path=str(tmp_path)), ADMIN)
    desk.refresh(feed.id, ADMIN)
    (standing,) = desk.sources()
    assert [run.status for run in standing.runs] == ["done"]
    assert described(desk.sources()) == {UPLOADS: "uploads", feed.id: "wiki"}
    assert desk.remove_source(feed.id, ADMIN) == 1
    assert isinstance(documents.kept["wiki/a.md"], Tombstone)
    assert not desk.sources()


def test_a_refresh_in_the_background_shows_its_progress_and_can_be_cancelled(
    desk: KnowledgeDesk, may_read: threading.Event, tmp_path: Path
) -> None:
    may_read.clear()
    feed = desk.add_source("wiki", FolderSettings(path=str(tmp_path)), ADMIN)
    desk.begin_refresh(feed.id, PERSON)
    assert desk.sources()[0].progress is not None
    desk.cancel_refresh(feed.id, PERSON)
    may_read.set()
    desk.close()
    (standing,) = desk.sources()
    assert standing.progress is None
    assert standing.runs[0].status == "cancelled"


# -- uploads in the background -----------------------------------------------------------------------------------------


def test_an_upload_goes_on_by_itself_and_is_shown_to_whoever_began_it(desk: KnowledgeDesk) -> None:
    id_ = desk.uploads.start([file("a.md"), file("b.bin", "!")], PERSON)
    assert desk.uploads.wait(id_, 10)
    (standing,) = desk.uploads.of(PERSON)
    assert (standing.status, standing.files, standing.begun) == ("done", ("a.md", "b.bin"), 2)
    assert [type(each) for each in standing.outcomes] == [IngestOutcome, Refused]
    assert standing.began <= datetime.now(UTC)
    assert not desk.uploads.of(NEIGHBOUR)


def test_a_cancelled_upload_keeps_what_was_stored_and_reads_no_more(database: Engine, documents: FakeDocuments) -> None:
    first_is_stored, go_on = threading.Event(), threading.Event()

    def read_slowly(files: Iterable[FileGiven]) -> Iterator[SourceDocument | Refused]:
        for number, each in enumerate(read_files(files)):
            yield each
            if number == 0:
                first_is_stored.set()
                go_on.wait()

    runner = FeedRunner(Feeds(database), documents, lambda feed, cancelled: OneItem(go_on))
    desk = KnowledgeDesk(documents, read_slowly, runner, Refreshes(runner))
    id_ = desk.uploads.start([file("a.md"), file("b.md"), file("c.md")], PERSON)
    first_is_stored.wait()
    desk.uploads.cancel(id_, NEIGHBOUR)
    desk.uploads.put_away(id_, PERSON)
    assert desk.uploads.of(PERSON)[0].status == "running"
    desk.uploads.cancel(id_, PERSON)
    go_on.set()
    assert desk.uploads.wait(id_, 10)
    (standing,) = desk.uploads.of(PERSON)
    assert standing.status == "cancelled"
    assert list(documents.kept) == ["a.md"]
    desk.uploads.put_away(id_, PERSON)
    assert not desk.uploads.of(PERSON)


def test_an_upload_that_breaks_says_what_is_safe(desk: KnowledgeDesk, documents: FakeDocuments) -> None:
    def broken(document: SourceDocument, **_: Any) -> IngestOutcome:
        raise OSError("the disk is on fire")

    documents.take_in = broken  # type: ignore[method-assign]
    id_ = desk.uploads.start([file("a.md")], PERSON)
    assert desk.uploads.wait(id_, 10)
    (standing,) = desk.uploads.of(PERSON)
    assert standing.status == "failed"
    assert standing.problem is not None
    assert "broke on our side" in standing.problem


def test_a_viewer_cannot_begin_an_upload(desk: KnowledgeDesk) -> None:
    with pytest.raises(NotAllowed):
        desk.uploads.start([file("a.md")], VIEWER)
    assert not desk.uploads.of(VIEWER)
