"""What people do with the knowledge base, each with their role checked here and nowhere else.

A viewer looks and asks; a responder also gives documents, and refreshes sources; an admin also decides which sources there
are, and deletes. Whoever gave a document may delete it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import NotAllowed, RefusedInput
from sre_core.knowledge.documents import UPLOADS, IngestOutcome, KnownDocument, Scope, SourceDocument, Tombstone
from sre_core.knowledge.feeds.background import Refreshes
from sre_core.knowledge.feeds.records import FeedProgress, FeedRun, KnownFeed
from sre_core.knowledge.feeds.runner import FeedRunner, never, unseen
from sre_core.knowledge.feeds.settings import FeedSettings, GitSettings
from sre_core.knowledge.reading.given import FileGiven, Refused
from sre_core.knowledge.uploads import Uploads
from sre_core.people import Person, Role

if TYPE_CHECKING:
    from sre_core.knowledge.ask import Answered
    from sre_core.knowledge.chunks import ParsedDocument
    from sre_core.knowledge.library import OpenedDocument

RUNS_SHOWN = 5

ReadFiles = Callable[[Iterable[FileGiven]], Iterator[SourceDocument | Refused]]
"""The reader of formats: what each file gave, in the order given. Secrets are out already."""


class Documents(Protocol):
    """The knowledge base, as far as people need it. See ``library.KnowledgeBase``."""

    def take_in(self, document: SourceDocument, *, by: str, source: str = UPLOADS) -> IngestOutcome: ...
    def preview(self, document: SourceDocument) -> ParsedDocument: ...
    def restore(self, path: str, version: int, *, by: str) -> IngestOutcome: ...
    def delete(self, path: str, *, by: str, because: str = "") -> bool: ...
    def document(self, path: str) -> OpenedDocument | Tombstone | None: ...
    def documents(self, source: str | None = None) -> list[KnownDocument]: ...
    async def ask(self, question: str, *, scope: Scope | None = None, limit: int = 5) -> Answered: ...


@dataclass(frozen=True, slots=True)
class Previewed:
    """What would become of a document, and what was taken out of it."""

    document: SourceDocument
    parsed: ParsedDocument


class SourceStanding(Value):
    """A source of documents as it stands now."""

    feed: KnownFeed
    runs: tuple[FeedRun, ...] = Field(description=f"The last {RUNS_SHOWN} refreshes, the latest first.")
    progress: FeedProgress | None = Field(default=None, description="Of the refresh that runs now in this process.")


class KnowledgeDesk:
    """Where people come to the knowledge base: a page, the command line. Thread-safe."""

    def __init__(
        self,
        documents: Documents,
        read_files: ReadFiles,
        runner: FeedRunner,
        refreshes: Refreshes,
        check_source: Callable[[FeedSettings], None] = lambda settings: None,
    ) -> None:
        self._documents = documents
        self._read_files = read_files
        self._runner = runner
        self._refreshes = refreshes
        self._check_source = check_source
        self.uploads = Uploads(self.upload)

    # -- documents -----------------------------------------------------------------------------------------------------

    def ask(self, question: str, scope: Scope | None = None, limit: int = 5) -> Answered:
        """Ranked quotes that answer a question, or that the documents do not. Everybody may."""
        return asyncio.run(self._documents.ask(question, scope=scope, limit=limit))

    def upload(self, files: Iterable[FileGiven], by: Person) -> Iterator[IngestOutcome | Refused]:
        """Take files in; what comes of each document as soon as it is stored. Those not asked for any more are not stored.

        A zip gives several documents. Raises ``NotAllowed``, at once; what is wrong with a file is an outcome.
        """
        _needs(by, Role.RESPONDER, "Nothing was stored.")
        sources = {feed.name for feed in self._runner.feeds.list()}
        return (self._taken_in(read, by, sources) for read in self._read_files(files))

    def _taken_in(self, read: SourceDocument | Refused, by: Person, sources: set[str]) -> IngestOutcome | Refused:
        if isinstance(read, Refused):
            return read
        source, within, _ = read.path.partition("/")
        if within and source in sources:
            why = (
                f"paths below {source}/ belong to the source {source}. Change it there, or give the file another name."
            )
            return Refused(name=read.path, reason=why)
        try:
            return self._documents.take_in(read, by=by.actor)
        except RefusedInput as error:
            return Refused(name=read.path, reason=str(error))

    def preview(self, files: Iterable[FileGiven], by: Person) -> Iterator[Previewed | Refused]:
        """What would become of files, without storing anything. Raises ``NotAllowed``, at once."""
        _needs(by, Role.RESPONDER, "Nothing was read.")
        return (self._previewed(read) for read in self._read_files(files))

    def _previewed(self, read: SourceDocument | Refused) -> Previewed | Refused:
        if isinstance(read, Refused):
            return read
        try:
            return Previewed(document=read, parsed=self._documents.preview(read))
        except RefusedInput as error:
            return Refused(name=read.path, reason=str(error))

    def may_restore(self, document: KnownDocument, by: Person) -> bool:
        """Whether somebody may bring back an older version: a responder, of what people gave. A source's say it themselves."""
        return document.source == UPLOADS and by.role.covers(Role.RESPONDER)

    def restore(self, path: str, version: int, by: Person) -> IngestOutcome:
        """An older version becomes the newest one, with who and when. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was changed.")
        found = self._documents.document(path)
        if found is None or isinstance(found, Tombstone):
            raise RefusedInput(f"There is no document {path} any more. Nothing was changed.")
        if not self.may_restore(found.known, by):
            raise RefusedInput(f"{path} comes from a source, which would bring its own back. Change it there.")
        return self._documents.restore(path, version, by=by.actor)

    def may_delete(self, document: KnownDocument, by: Person) -> bool:
        """Whether somebody may delete a document: an admin any, a responder what they gave themselves."""
        own = document.source == UPLOADS and document.added_by == by.actor
        return by.role.covers(Role.RESPONDER if own else Role.ADMIN)

    def delete(self, path: str, by: Person, because: str = "") -> bool:
        """A document is gone but for its tombstone; False when there is none. Raises ``NotAllowed``."""
        found = self._documents.document(path)
        if found is None or isinstance(found, Tombstone):
            return False
        if not self.may_delete(found.known, by):
            _needs(by, Role.ADMIN, "Nothing was deleted.", "; whoever gave a document may delete it, too")
        return self._documents.delete(path, by=by.actor, because=because.strip())

    # -- sources -------------------------------------------------------------------------------------------------------

    def sources(self) -> tuple[SourceStanding, ...]:
        """All sources, by name."""
        feeds = self._runner.feeds
        return tuple(
            SourceStanding(feed=feed, runs=feeds.runs(feed.id, RUNS_SHOWN), progress=self._refreshes.progress(feed.id))
            for feed in feeds.list()
        )

    def add_source(self, name: str, settings: FeedSettings, by: Person) -> KnownFeed:
        """A place that documents come from: of this machine's disk, or its network, so it takes an admin.

        Nothing is read yet. Raises ``NotAllowed``, ``RefusedInput``.
        """
        _needs(by, Role.ADMIN, "Nothing was added.")
        if not isinstance(settings, GitSettings) and not Path(settings.path).expanduser().exists():
            raise RefusedInput(
                f"There is no {settings.path} on the machine where the workbench runs, or it may not look there. "
                "Nothing was added."
            )
        self._check_source(settings)
        return self._runner.feeds.add(name, settings, by=by.actor)

    def refresh(
        self,
        source: str,
        by: Person,
        progress: Callable[[FeedProgress], None] = unseen,
        cancelled: Callable[[], bool] = never,
    ) -> FeedRun:
        """Bring the documents of a source (its id or name) up to date; returns when that is done.

        Raises ``NotAllowed``, ``RefusedInput``.
        """
        _needs(by, Role.RESPONDER, "Nothing was refreshed.")
        return self._runner.refresh(source, by.actor, progress, cancelled)

    def begin_refresh(self, source: str, by: Person) -> None:
        """The same in the background. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.RESPONDER, "Nothing was refreshed.")
        self._refreshes.start(source, by.actor)

    def cancel_refresh(self, source: str, by: Person) -> None:
        """Let a refresh end at its next item; what it took in stays. Raises ``NotAllowed``."""
        _needs(by, Role.RESPONDER, "It goes on.")
        self._refreshes.cancel(source)

    def remove_source(self, source: str, by: Person, *, keep_documents: bool = False) -> int:
        """A source is forgotten; returns how many of its documents were deleted. Raises ``NotAllowed``, ``RefusedInput``."""
        _needs(by, Role.ADMIN, "Nothing was removed.")
        return self._runner.remove(source, by.actor, keep_documents=keep_documents)

    def close(self) -> None:
        """End uploads and refreshes that run, each after the document at hand."""
        self.uploads.close()
        self._refreshes.close()


def _needs(by: Person, role: Role, instead: str, beside: str = "") -> None:
    if by.role.covers(role):
        return
    takes = f"{'an' if role is Role.ADMIN else 'a'} {role.value}"
    raise NotAllowed(f"{by.name} is {by.role.value}; this takes {takes}{beside}. {instead} Ask one of them.")


def described(sources: Sequence[SourceStanding]) -> dict[str, str]:
    """Source of a document -> what people call it."""
    return {UPLOADS: "uploads"} | {one.feed.id: one.feed.name for one in sources}
