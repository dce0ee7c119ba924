"""A folder as a feed, on real files."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.folder import FolderFeed
from sre_core.knowledge.feeds.kinds import FeedKinds
from sre_core.knowledge.feeds.records import Counts
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import FolderSettings
from sre_core.knowledge.feeds.store import Feeds
from sre_core.knowledge.reading import read_files as real_reader
from sre_core.redaction import redact as real_redact
from tests.knowledge.feeds.fakes import FakeShelf, read_files, write

BY = "person:ada"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def runner_of(feeds: Feeds, shelf: FakeShelf, folder: Path, **settings: object) -> FeedRunner:
    known = feeds.add("docs", FolderSettings(path=str(folder), **settings), by=BY)
    assert isinstance(known.settings, FolderSettings)
    return FeedRunner(
        feeds, shelf, lambda known, _: FolderFeed(FolderSettings(path=str(folder), **settings), read_files)
    )


def test_readable_files_are_taken_in_and_hidden_ones_repositories_and_programs_left_out(
    feeds: Feeds, shelf: FakeShelf, folder: Path
) -> None:
    write(
        folder,
        {
            "a.md": "A",
            "deep/B.MD": "B",
            "tool.exe": b"\x7fELF",
            ".hidden.md": "no",
            ".git/config.md": "no",
            "CVS/x.md": "no",
            "node_modules/x.md": "no",
        },
    )
    runner_of(feeds, shelf, folder).refresh("docs", BY)
    assert sorted(shelf.held) == ["docs/a.md", "docs/deep/B.MD"]


def test_patterns_say_what_is_in_and_what_is_out(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.log": "A", "b.md": "B", "drafts/c.log": "C", "x/d.log": "D"})
    runner_of(feeds, shelf, folder, include=("*.log",), exclude=("drafts/",)).refresh("docs", BY)
    assert sorted(shelf.held) == ["docs/a.log", "docs/x/d.log"]


def test_a_touched_file_is_no_change_and_a_written_one_is(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.md": "A", "b.md": "B", "c.md": "C"})
    runner = runner_of(feeds, shelf, folder)
    runner.refresh("docs", BY)
    os.utime(folder / "a.md", ns=(1, 1))
    write(folder, {"b.md": "X"})
    (folder / "c.md").unlink()
    assert runner.refresh("docs", BY).counts == Counts(updated=1, unchanged=1, removed=1)
    assert shelf.text("docs/b.md") == "X"


def test_a_link_out_of_the_folder_is_not_followed(feeds: Feeds, shelf: FakeShelf, folder: Path, tmp_path: Path) -> None:
    write(tmp_path, {"secret.md": "no", "other/x.md": "no", "docs/inside.md": "yes"})
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "linked").symlink_to(tmp_path / "other")
    (folder / "again.md").symlink_to(folder / "inside.md")
    (folder / "round.md").symlink_to(folder / "round.md")
    runner_of(feeds, shelf, folder).refresh("docs", BY)
    assert sorted(shelf.held) == ["docs/again.md", "docs/inside.md"]


def test_a_pipe_is_not_waited_for(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    assert runner_of(feeds, shelf, folder).refresh("docs", BY).counts == Counts()


def test_a_file_that_gives_several_documents_takes_them_all_along(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.pair": "A", "b.md": "B"})
    runner = runner_of(feeds, shelf, folder, include=("*",))
    assert runner.refresh("docs", BY).counts == Counts(added=3)
    assert runner.refresh("docs", BY).counts == Counts(unchanged=3)
    (folder / "a.pair").unlink()
    assert runner.refresh("docs", BY).counts == Counts(unchanged=1, removed=2)


def test_what_the_reader_refuses_is_an_error_that_names_the_file(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.md": b"\xff\xfe\xfa", "b.md": "B"})
    run = runner_of(feeds, shelf, folder).refresh("docs", BY)
    assert (run.counts, run.errors) == (Counts(added=1, refused=1), ("a.md: it is not text.",))


def test_a_name_that_is_no_text_is_an_error_and_no_crash(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    Path(os.fsdecode(bytes(folder) + b"/\xff.md")).write_text("x")
    run = runner_of(feeds, shelf, folder).refresh("docs", BY)
    assert run.status == "done"
    assert "cannot be written" in run.errors[0]


def test_a_folder_that_is_gone_fails_the_run_and_deletes_nothing(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.md": "A"})
    runner = runner_of(feeds, shelf, folder)
    runner.refresh("docs", BY)
    folder.rename(folder.with_name("unmounted"))
    run = runner.refresh("docs", BY)
    assert run.status == "failed"
    assert run.problem is not None
    assert "mounted" in run.problem
    assert list(shelf.held) == ["docs/a.md"]


@pytest.mark.slow
def test_with_the_real_reader_every_document_belongs_to_its_file(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.md": "# A\n", "b.docx": b"PK no", "c.pdf": b"%PDF-1.4 no", "e.md": b"\x00\x01\x02" * 50})
    with zipfile.ZipFile(folder / "d.zip", "w") as archive:
        archive.writestr("x.md", "# X\npassword: hunter2hunter2\n")
        archive.writestr("y/z.txt", "Z\n")
        archive.writestr("bad.md", b"\x00\x01\x02" * 50)
    feeds.add("docs", FolderSettings(path=str(folder)), by=BY)
    kinds = FeedKinds(real_reader, real_redact, folder.parent / "copies")
    runner = FeedRunner(feeds, shelf, kinds.open, kinds.forget)
    run = runner.refresh("docs", BY)
    seen = feeds.seen(feeds.get("docs").id)
    assert {item: sorted(one.documents) for item, one in seen.items() if one.documents} == {
        "a.md": ["docs/a.md"],
        "d.zip": ["docs/d.zip/x.md", "docs/d.zip/y/z.txt"],
    }
    assert sorted(item for item, one in seen.items() if one.refused) == ["b.docx", "c.pdf", "d.zip", "e.md"]
    assert run.counts == Counts(added=3, refused=4)
    assert "hunter2" not in shelf.text("docs/d.zip/x.md")
    (folder / "d.zip").unlink()
    assert runner.refresh("docs", BY).counts == Counts(unchanged=1, removed=2, refused=3)


def test_a_component_that_a_person_names_is_that_of_all_documents(feeds: Feeds, shelf: FakeShelf, folder: Path) -> None:
    write(folder, {"a.md": "A"})
    runner_of(feeds, shelf, folder, component="cart").refresh("docs", BY)
    assert shelf.held["docs/a.md"][0].component == "cart"


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "A"})
    with pytest.raises(RefusedInput, match="no folder"):
        FolderFeed(FolderSettings(path=str(tmp_path / "a.md")), read_files)
