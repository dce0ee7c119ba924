"""A knowledge base, a reader of formats and a redaction that are small enough to be seen through."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import UPLOADS, IngestOutcome, KnownDocument, SourceDocument
from sre_core.knowledge.feeds.base import FeedItem, ItemRead, Refusal, Unlisted
from sre_core.knowledge.reading.given import FileGiven, Refused

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Clean:
    text: str
    found: Mapping[str, int]


def redact(text: str) -> Clean:
    """Takes out what follows 'password='."""
    clean, count = re.subn(r"password=\S+", "password=[redacted]", text)
    return Clean(clean, {"password": count} if count else {})


def read_files(files: Iterable[FileGiven]) -> Iterator[SourceDocument | Refused]:
    """UTF-8 text as it is; a name that ends in .pair gives two documents."""
    for file in files:
        content = file.content if isinstance(file.content, bytes) else file.content.read_bytes()
        try:
            text = content.decode()
        except UnicodeDecodeError:
            yield Refused(name=file.name, reason="it is not text.")
            continue
        names = [f"{file.name}/1", f"{file.name}/2"] if file.name.endswith(".pair") else [file.name]
        yield from (SourceDocument(path=name, text=text) for name in names)


@dataclass
class FakeShelf:
    """A knowledge base in memory."""

    held: dict[str, tuple[SourceDocument, str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    tombstones: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)

    def take_in(self, document: SourceDocument, *, by: str, source: str) -> IngestOutcome:
        if document.path in self.refuses:
            raise RefusedInput("this one is not wanted.")
        self.taken.append(document.path)
        before = self.held.get(document.path)
        self.held[document.path] = (document, source)
        outcome: Literal["added", "unchanged", "updated"] = "added"
        if before:
            outcome = "unchanged" if before[0] == document else "updated"
        return IngestOutcome(document=document.path, outcome=outcome, chunks=1)

    def delete(self, path: str, *, by: str, because: str) -> bool:
        if path not in self.held:
            return False
        del self.held[path]
        self.tombstones[path] = because
        return True

    def documents(self, *, source: str) -> list[KnownDocument]:
        return [known(document, source) for document, of in self.held.values() if of == source]

    def upload(self, path: str, text: str) -> None:
        self.take_in(SourceDocument(path=path, text=text), by="person:ada", source=UPLOADS)

    def text(self, path: str) -> str:
        return self.held[path][0].text


class ShelfOnDisk:
    """A knowledge base that outlives its process: a file a document, written whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def _file(self, path: str) -> Path:
        return self.folder / hashlib.sha256(path.encode()).hexdigest()

    def take_in(self, document: SourceDocument, *, by: str, source: str) -> IngestOutcome:
        file = self._file(document.path)
        known_ = file.exists()
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps({"document": document.model_dump(mode="json"), "source": source}))
        fresh.replace(file)
        return IngestOutcome(document=document.path, outcome="unchanged" if known_ else "added", chunks=1)

    def delete(self, path: str, *, by: str, because: str) -> bool:
        there = self._file(path).exists()
        self._file(path).unlink(missing_ok=True)
        return there

    def documents(self, *, source: str) -> list[KnownDocument]:
        held = [json.loads(file.read_text()) for file in self.folder.iterdir() if not file.suffix]
        return [known(SourceDocument(**one["document"]), source) for one in held if one["source"] == source]


def known(document: SourceDocument, source: str) -> KnownDocument:
    return KnownDocument(
        path=document.path,
        title=document.title or document.path,
        kind=document.kind,
        component=document.component,
        names=document.names,
        links=document.links,
        source=source,
        added_at=NOON,
        added_by="person:ada",
        updated_at=NOON,
        updated_by="person:ada",
        version=1,
        chunks=1,
        embedded=0,
        characters=len(document.text),
    )


@dataclass
class FakeFeed:
    """A feed of texts by id; None is one that cannot be read."""

    texts: dict[str, str | None]
    unlisted: list[Unlisted] = field(default_factory=list)
    read_of: list[str] = field(default_factory=list)
    stamps: dict[str, str] = field(default_factory=dict)
    again: bool = False

    def items(self) -> Iterator[FeedItem | Unlisted]:
        for id_, text in self.texts.items():
            yield FeedItem(id_, self.stamps.get(id_, str(text)))
        yield from self.unlisted

    def digest(self, item: FeedItem) -> str:
        return str(self.texts[item.id])

    def read(self, items: Iterable[FeedItem]) -> Iterator[ItemRead]:
        for item in items:
            self.read_of.append(item.id)
            text = self.texts[item.id]
            if text is None:
                yield ItemRead(item, refused=(Refusal(item.id, "it is broken.", again=self.again),))
            else:
                yield ItemRead(item, (SourceDocument(path=item.id, text=text),))


def git(folder: Path, *arguments: str, when: str = "2026-03-01T12:00:00Z") -> str:
    """Run git there as Ada, at a moment."""
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada Lovelace",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada Lovelace",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
    }
    ended = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Files by path below a folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
