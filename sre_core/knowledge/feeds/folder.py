"""A folder of this machine: every readable file below it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.base import FeedItem, ItemRead, ReadFiles, Refusal, Unlisted
from sre_core.knowledge.feeds.file_reading import read_items
from sre_core.knowledge.feeds.paths import files_below, folder_at, stamp_of, wanted
from sre_core.knowledge.feeds.settings import FolderSettings
from sre_core.knowledge.reading.given import FileGiven

READABLE = (
    *("*.md", "*.markdown", "*.mdx", "*.rst", "*.txt", "*.html", "*.htm", "*.pdf", "*.docx"),
    *("*.ipynb", "*.json", "*.yaml", "*.yml", "*.csv", "*.zip"),
)
"""What is looked at where nothing else is said."""

LARGEST_HASHED_AT_ONCE = 1 << 20


class FolderFeed:
    """Files below a folder. Implements ``Feed``."""

    def __init__(self, settings: FolderSettings, read_files: ReadFiles) -> None:
        self._settings = settings
        self._read_files = read_files
        self._folder = folder_at(settings.path)

    def items(self) -> Iterator[FeedItem | Unlisted]:
        """A file each, by its path below the folder; the stamp is size and times."""
        for found in files_below(self._folder):
            if isinstance(found, Unlisted) or self._is_wanted(found.id):
                yield found

    def _is_wanted(self, path: str) -> bool:
        return wanted(path.lower(), self._settings.include or READABLE, ()) and wanted(path, (), self._settings.exclude)

    def digest(self, item: FeedItem) -> str:
        """SHA-256 of the file."""
        return sha256_of(self._file(item))

    def read(self, items: Sequence[FeedItem]) -> Iterator[ItemRead]:
        """What the reader of formats makes of each file."""
        there: list[FeedItem] = []
        files: list[FileGiven] = []
        for item in items:
            try:
                files.append(FileGiven(name=item.id, content=self._file(item), within=self._folder))
                there.append(item)
            except RefusedInput as error:
                yield ItemRead(item, refused=(Refusal(item.id, str(error), again=True),))
        for read in read_items(self._read_files, there, files):
            yield replace(read, documents=tuple(self._with_component(document) for document in read.documents))

    def _with_component(self, document: SourceDocument) -> SourceDocument:
        if document.component or not self._settings.component:
            return document
        return document.model_copy(update={"component": self._settings.component})

    def _file(self, item: FeedItem) -> Path:
        """The file, if it still is one inside the folder that may be opened."""
        file = self._folder / item.id
        if stamp_of(self._folder, file) is None:
            raise RefusedInput("it was there a moment ago, and is no more.")
        try:
            with file.open("rb"):
                return file
        except OSError as error:
            raise RefusedInput(f"it cannot be opened: {error.strerror}.") from error


def sha256_of(file: Path) -> str:
    """SHA-256 of a file of any size, in hex. Raises ``OSError``."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(LARGEST_HASHED_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()
