"""A Git repository: the documents of a branch, its last commits as change records, its source code by symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import (
    Cancelled,
    FeedItem,
    ItemRead,
    ReadFiles,
    Redact,
    Refusal,
    Unlisted,
)
from sre_core.knowledge.feeds.code import source_document
from sre_core.knowledge.feeds.commits import FORM, MOST_SHOWN, commit_document, parse_commit
from sre_core.knowledge.feeds.file_reading import read_items
from sre_core.knowledge.feeds.git_repository import Blob, Repository
from sre_core.knowledge.feeds.paths import component_of, matches, wanted
from sre_core.knowledge.feeds.settings import GitSettings
from sre_core.knowledge.feeds.symbols import SOURCE_SUFFIXES
from sre_core.knowledge.reading.given import FileGiven

DOCUMENTS = ("*.md", "*.mdx", "*.markdown", "*.rst", "*.txt", "*.html", "*.htm", "*.pdf", "*.docx", "*.ipynb")
NOT_OURS = (
    "node_modules/",
    "*/node_modules/*",
    "vendor/",
    "*/vendor/*",
    "third_party/",
    "*/third_party/*",
    "dist/",
    "*/dist/*",
    "build/",
    "*/build/*",
    "*.min.js",
    "*_pb2.py",
    "*_pb2_grpc.py",
    "*.pb.go",
    "*.d.ts",
    "requirements*.txt",
    "CMakeLists.txt",
    "LICENSE*",
)
"""What somebody else, or a program, wrote: left out unless it is asked for."""
LARGEST_FILE = 20_000_000
MOST_AT_ONCE = 32_000_000
"""Bytes of files that are in memory at a time."""
COMMIT = "commit:"


class GitFeed:
    """One branch. Implements ``Feed``."""

    def __init__(
        self, settings: GitSettings, copy_at: Path, read_files: ReadFiles, redact: Redact, cancelled: Cancelled
    ) -> None:
        self._settings = settings
        self._repository = Repository(settings.url, copy_at, cancelled, settings.timeout_minutes * 60)
        self._read_files = read_files
        self._redact = redact
        self._blobs: dict[str, Blob] = {}

    def items(self) -> Iterator[FeedItem | Unlisted]:
        """A file or a commit each; both stamps are git's own digests."""
        all_of_it = self._settings.since is not None and self._settings.commits > 0
        self._repository.fetch(self._settings.branch, None if all_of_it else self._settings.commits + 1)
        for blob in self._repository.files():
            if not blob.path.isprintable():
                yield Unlisted(ascii(blob.path), f"{blob.path!a} has a name that cannot be written. Rename it.")
            elif self._is_wanted(blob):
                self._blobs[blob.path] = blob
                yield FeedItem(blob.path, blob.id)
        if self._settings.commits:
            for commit in self._repository.commits(self._settings.commits, self._settings.since):
                yield FeedItem(f"{COMMIT}{commit}", commit)

    def _is_wanted(self, blob: Blob) -> bool:
        path = blob.path
        ours = (
            self._settings.code if _is_source(path) else self._settings.documents and matches(path.lower(), DOCUMENTS)
        )
        asked_for = bool(self._settings.include)
        hidden = any(part.startswith(".") and part != ".github" for part in PurePosixPath(path).parts)
        left_out = not asked_for and (hidden or matches(path, NOT_OURS))
        return ours and not left_out and wanted(path, self._settings.include, self._settings.exclude)

    def digest(self, item: FeedItem) -> str:
        """The stamp is one."""
        return item.stamp

    def read(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        """Commits, source files and documents, each as it is read, and files not all in memory at once."""
        waiting: list[FeedItem] = []
        size = 0
        for item in items:
            if item.id.startswith(COMMIT):
                yield from self._files(waiting)
                yield self._commit(item)
                waiting, size = [], 0
            elif self._blobs[item.id].size > LARGEST_FILE:
                yield from self._files(waiting)
                yield ItemRead(item, refused=(Refusal(item.id, f"it is larger than {LARGEST_FILE // 1_000_000} MB."),))
                waiting, size = [], 0
            else:
                if size + self._blobs[item.id].size > MOST_AT_ONCE:
                    yield from self._files(waiting)
                    waiting, size = [], 0
                waiting.append(item)
                size += self._blobs[item.id].size
        yield from self._files(waiting)

    def _commit(self, item: FeedItem) -> ItemRead:
        try:
            shown, cut = self._repository.show(item.stamp, FORM, MOST_SHOWN)
            document = commit_document(parse_commit(shown, cut), self._component, self._redact)
        except RefusedInput as error:
            return ItemRead(item, refused=(Refusal(item.id, str(error), again=True),))
        return ItemRead(item, (document,))

    def _files(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        if not items:
            return
        contents = self._repository.contents([self._blobs[item.id] for item in items])
        given = {item.id: contents[item.stamp] for item in items}
        documents = [item for item in items if not _is_source(item.id)]
        files = [FileGiven(name=item.id, content=given[item.id]) for item in documents]
        read = read_items(self._read_files, documents, files)
        for item in items:
            yield self._source(item, given[item.id]) if _is_source(item.id) else self._with_components(next(read))

    def _source(self, item: FeedItem, content: bytes) -> ItemRead:
        if not content.strip():
            return ItemRead(item)  # an empty __init__.py is nobody's mistake
        try:
            return ItemRead(item, (source_document(item.id, content, self._component(item.id), self._redact),))
        except RefusedInput as error:
            return ItemRead(item, refused=(Refusal(item.id, str(error)),))

    def _with_components(self, read: ItemRead) -> ItemRead:
        return replace(read, documents=tuple(self._with_component(document) for document in read.documents))

    def _with_component(self, document: SourceDocument) -> SourceDocument:
        """What the document says of itself comes first; front matter is read later, so a guess must not stand before it."""
        said = document.component or "\ncomponent:" in document.text[:2000] or "\nservice:" in document.text[:2000]
        component = self._component(document.path)
        return document if said or component is None else document.model_copy(update={"component": component})

    def _component(self, path: str) -> str | None:
        return self._settings.component or component_of(path, self._settings.components)


def _is_source(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in SOURCE_SUFFIXES
