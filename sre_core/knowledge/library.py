"""The knowledge base: documents in the database (the truth), found by words, by meaning and by name.

A document is acknowledged when one transaction has written its text, its passages and their words. Vectors follow: the upkeep
thread computes those that are missing, so a process that is killed loses none, and whoever searches meanwhile finds by words.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import whole_characters
from sre_core.knowledge import catalogue, storage
from sre_core.knowledge.answering import Part
from sre_core.knowledge.ask import Answered, ask
from sre_core.knowledge.catalogue import CatalogueEntry, TakenOut
from sre_core.knowledge.chunks import CUTTER, Chunk, ParsedDocument, parse_document
from sre_core.knowledge.documents import (
    UPLOADS,
    DocumentVersion,
    IndexState,
    IngestOutcome,
    KnownDocument,
    Scope,
    SourceDocument,
    Tombstone,
)
from sre_core.knowledge.embedding import CountTokens, Embedder, Embedders, NoEmbedders
from sre_core.knowledge.full_text import full_text_of
from sre_core.knowledge.index import Scored
from sre_core.knowledge.loose import LooseDocuments
from sre_core.knowledge.models.tokens import about
from sre_core.knowledge.search import Searcher
from sre_core.knowledge.sql_index import Neighbours, SqlIndex
from sre_core.knowledge.upkeep import Upkeep
from sre_core.redaction import marks, redact
from sre_core.store import reading, scrub, writing
from sre_core.tools.search_runbooks import Passage, Passages

MOST_BESIDE = 8
"""Sets of documents of single incidents that are kept ready."""
MOST_LOOKED_THROUGH = 200
"""Passages of a document that are looked through for the lines that answer."""
LARGEST_DOCUMENT = 20_000_000
"""Characters of a document's text."""

Progress = Callable[[int, int], None]
"""(done, of how many)"""


class Vectors(Neighbours, Protocol):
    """The vectors of passages: computed where they are missing, searched, kept in step with the database."""

    def embed_pending(self, embedder: Embedder, progress: Progress, cancelled: Callable[[], bool]) -> int:
        """Compute and store the vectors that are missing; returns how many."""

    def removed(self, chunks: Sequence[int]) -> None:
        """These passages are gone from the database."""

    def rebuild(self, progress: Progress) -> None:
        """Make the derived index anew from the database; nothing is embedded, and nothing that was deleted stays on the disk."""

    @property
    def state(self) -> str:
        """How it stands, in a sentence."""

    @property
    def answering(self) -> Literal["exact", "chroma"]:
        """Which index answers now."""


class NoVectors:
    """No vectors: everything is found by words."""

    state = "Vectors are switched off."
    answering: Literal["exact", "chroma"] = "exact"

    def search(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Nothing."""
        return []

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """Nothing."""
        return {}

    def embed_pending(self, embedder: Embedder, progress: Progress, cancelled: Callable[[], bool]) -> int:
        """None."""
        return 0

    def removed(self, chunks: Sequence[int]) -> None:
        """Nothing is kept of them."""

    def rebuild(self, progress: Progress) -> None:
        """There is nothing to make."""


class OpenedDocument(Value):
    """A document, whole."""

    known: KnownDocument
    text: str
    chunks: tuple[Chunk, ...]
    versions: tuple[DocumentVersion, ...]


def nothing(_done: int, _of: int) -> None:
    """A progress that nobody looks at."""


class KnowledgeBase:
    """Documents and their passages. Implements ``Library``; thread-safe; writing is one transaction a document."""

    def __init__(
        self,
        engine: Engine,
        vectors: Vectors | None = None,
        embedders: Embedders | None = None,
        count_tokens: CountTokens = about,
        half_life: timedelta = timedelta(days=30),
        on_deleted: Callable[[str, str], object] = lambda path, because: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._vectors: Vectors = vectors or NoVectors()
        self._embedders = embedders or NoEmbedders()
        self._count_tokens = count_tokens
        self._half_life = half_life
        self._on_deleted = on_deleted
        self._now = now
        self._index = SqlIndex(engine, self._vectors)
        self._upkeep = Upkeep(self)
        self._lock = threading.Lock()
        self._beside: dict[str, LooseDocuments] = {}
        self._revision = 0
        self._listed: tuple[tuple[int, str], list[KnownDocument]] | None = None
        self._catalogued: tuple[int, tuple[CatalogueEntry, ...]] | None = None

    # -- documents -------------------------------------------------------------------------------------------------

    def take_in(self, document: SourceDocument, *, by: str, source: str = UPLOADS) -> IngestOutcome:
        """Store a document under its path. Raises ``RefusedInput`` when there is no text, or too much; then nothing is stored."""
        document = _readable(document)
        digest, given = storage.digest_of_text(document.text), storage.given_of(document)
        with reading(self._engine) as connection:
            known = storage.known_row(connection, document.path)
            twin = storage.same_text(connection, document.path, digest)
        parsed = self._cut(document)
        if known and (known["digest"], known["given"], known["source"], known["cut_by"]) == (
            digest,
            given,
            source,
            CUTTER,
        ):
            return _outcome(document, parsed, "unchanged", known["version"], twin)
        removed: list[int] = []
        at = self._now().isoformat()
        with writing(self._engine) as connection:
            known = storage.known_row(connection, document.path)
            if known is None:
                id_ = storage.insert(connection, document, parsed, by, at, source)
            else:
                id_ = known["id"]
                storage.replace(connection, id_, document, parsed, by, at, source)
                removed = storage.remove_passages(connection, id_)
            storage.write_passages(connection, id_, parsed, source)
            version = storage.known_row(connection, document.path)
        self._vectors.removed(removed)
        self._changed()
        self._upkeep.wake()
        outcome = "added" if known is None else "updated"
        return _outcome(document, parsed, outcome, version["version"] if version else 1, twin)

    def preview(self, document: SourceDocument) -> ParsedDocument:
        """What would become of a document, without storing it. Raises ``RefusedInput``."""
        return self._cut(_readable(document))

    def restore(self, path: str, version: int, *, by: str) -> IngestOutcome:
        """The text of an older version becomes the newest one; all versions stay. Raises ``RefusedInput`` when there is none."""
        with reading(self._engine) as connection:
            row, content = storage.row_of(connection, path), storage.text_of(connection, path, version)
        if row is None or content is None:
            raise RefusedInput(f"There is no version {version} of {path} any more. Nothing was changed.")
        document = storage.source_document(row)
        if content != document.text:
            again = {"text": content, "redacted": marks(content), "notes": (f"The text of version {version} again.",)}
            document = document.model_copy(update={**again, "sections": None})  # they are of the lines of another text
        return self.take_in(document, by=by, source=row["source"])

    def delete(self, path: str, *, by: str, because: str = "") -> bool:
        """A document with its history is gone from database, vectors and disk, but for a tombstone; False when there is none."""
        because = redact(because).text
        with writing(self._engine) as connection:
            removed = storage.delete(connection, path, by, because, self._now().isoformat())
            if removed is None:
                return False
        self._vectors.removed(removed)
        self._changed()
        self._on_deleted(path, f"{path} was deleted by {by.removeprefix('person:')}. {because}".strip())
        self._upkeep.scrub()
        return True

    def documents(self, source: str | None = None) -> list[KnownDocument]:
        """All of them, or those of one source, by path."""
        seen = (self._revision, self._model())
        if self._listed is None or self._listed[0] != seen:
            with reading(self._engine) as connection:
                self._listed = (seen, storage.listed(connection, self._model()))
        return [known for known in self._listed[1] if source in (None, known.source)]

    def catalogue(self) -> tuple[CatalogueEntry, ...]:
        """All of them, as far as it takes to find some in a list, by path."""
        if self._catalogued is None or self._catalogued[0] != self._revision:
            revision = self._revision
            with reading(self._engine) as connection:
                self._catalogued = (revision, catalogue.entries(connection))
        return self._catalogued[1]

    def listed(self, paths: Sequence[str]) -> list[KnownDocument]:
        """These of the documents, in this order; those that are gone are left out."""
        with reading(self._engine) as connection:
            return storage.listed_of(connection, self._model(), paths)

    def passages_each(self) -> dict[str, int]:
        """Path -> how many passages a document has."""
        with reading(self._engine) as connection:
            return catalogue.passages_each(connection)

    def taken_out(self) -> tuple[TakenOut, ...]:
        """The documents that secrets were taken out of, by path, with how many of which kind."""
        with reading(self._engine) as connection:
            return catalogue.taken_out(connection)

    def _changed(self) -> None:
        """What was listed before does not hold any more. This process is the only one that writes here."""
        with self._lock:
            self._revision += 1

    def document(self, path: str) -> OpenedDocument | Tombstone | None:
        """A document, whole; what is left of it when it was deleted; None when there never was one of that path."""
        with reading(self._engine) as connection:
            known = storage.listed(connection, self._model(), "WHERE d.path = :path", path=path)
            if not known:
                return next(iter(storage.tombstones(connection, path)), None)
            content = storage.text_of(connection, path, None) or ""
            versions = tuple(storage.versions(connection, path))
        chunks = tuple(self._index.passages(self._index.of_documents([path])))
        return OpenedDocument(
            known=known[0],
            text=content,
            versions=versions,
            chunks=tuple(
                Chunk(heading=c.heading, first_line=c.first_line, last_line=c.last_line, text=c.text)
                for c in sorted(chunks, key=lambda c: (c.first_line, c.chunk))
            ),
        )

    def components(self) -> frozenset[str]:
        """The components that documents are about."""
        with reading(self._engine) as connection:
            return storage.components(connection)

    def text(self, path: str, version: int | None = None) -> str | None:
        """A document's text, now or as it was; None when there is none of that path or version."""
        with reading(self._engine) as connection:
            return storage.text_of(connection, path, version)

    def tombstones(self) -> list[Tombstone]:
        """What was deleted, the latest first."""
        with reading(self._engine) as connection:
            return storage.tombstones(connection)

    # -- search ----------------------------------------------------------------------------------------------------

    async def search(
        self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int, scope: Scope | None = None
    ) -> Passages:
        """The best passages, one a document; none when nothing is relevant (see ``search``)."""
        return await self.beside(()).search(text, component=component, kinds=kinds, limit=limit, scope=scope)

    async def ask(self, question: str, *, scope: Scope | None = None, limit: int = 5) -> Answered:
        """Ranked quotes that answer a question, or that the documents do not."""
        scope = scope or Scope()
        found = await self.search(question, component=scope.component, kinds=scope.kinds, limit=limit, scope=scope)
        return await asyncio.to_thread(ask, question, found, self._looked_through)

    def _looked_through(self, found: Passage) -> Sequence[Part]:
        """The passages of a found one's document, where the lines that answer best may stand; of a very long one it alone."""
        ids = self._index.of_documents([found.document])
        return self._index.passages(ids) if len(ids) <= MOST_LOOKED_THROUGH else (found,)

    def beside(self, loose: Sequence[LooseDocuments]) -> Searcher:
        """The knowledge base and a few documents beside it, searched as one."""
        return Searcher(
            [self._index, *loose], self._embedders, half_life=self._half_life, now=self._now, spelled=self._spelled
        )

    def _spelled(self, scope: Scope) -> Scope:
        """The component and the kinds as the documents spell them."""
        if scope.component is None:
            return scope
        with reading(self._engine) as connection:
            return scope.model_copy(update={"component": storage.component_like(connection, scope.component)})

    def with_documents(self, documents: Mapping[str, str]) -> Searcher:
        """The same knowledge base, with documents beside it that are searched and never stored."""
        return self.beside([self._loose(documents)] if documents else [])

    def _loose(self, documents: Mapping[str, str]) -> LooseDocuments:
        """Every run of the loop asks for the same few again; their vectors cost seconds."""
        key = storage.digest_of_text(json.dumps(sorted(documents.items())))
        with self._lock:
            made = self._beside.pop(key, None) or LooseDocuments(documents, self._count_tokens, self._embedders)
            self._beside[key] = made
            while len(self._beside) > MOST_BESIDE:
                del self._beside[next(iter(self._beside))]
        return made

    # -- upkeep ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Keep vectors in step in the background, until ``stop``."""
        self._upkeep.start()

    def stop(self) -> None:
        """End what runs in the background; what is missing is made up for at the next start."""
        self._upkeep.stop()

    def embed_pending(self, progress: Progress = nothing, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Compute the vectors that are missing, if there is a model; returns how many."""
        embedder = self._embedders.wait()
        try:
            return self._vectors.embed_pending(embedder, progress, cancelled) if embedder else 0
        finally:
            self._changed()

    def cut_again(self) -> int:
        """Documents that an older cutter took apart are taken apart anew; returns how many."""
        with reading(self._engine) as connection:
            old = storage.cut_by_another(connection)
        for id_ in old:
            with writing(self._engine) as connection:
                row = storage.row_to_cut(connection, id_)
                if row is None:  # deleted, or taken in anew meanwhile
                    continue
                parsed = self._cut(storage.source_document(row))
                removed = storage.remove_passages(connection, id_)
                storage.recut(connection, id_, parsed)
                storage.write_passages(connection, id_, parsed, row["source"])
            self._vectors.removed(removed)
            self._changed()
        return len(old)

    def rebuild(self, progress: Progress = nothing) -> None:
        """Make the vector index anew from the database, without embedding again."""
        with reading(self._engine) as connection:
            due = storage.scrub_due(connection)
        self.scrub_database()
        self._vectors.rebuild(progress)
        if due is not None:
            with writing(self._engine) as connection:
                storage.scrubbed(connection, due)

    def must_scrub(self) -> bool:
        """Whether something was deleted that may still be on the disk."""
        with reading(self._engine) as connection:
            return storage.scrub_due(connection) is not None

    def scrub(self) -> None:
        """What was deleted is gone from the disk. What is deleted while it runs is seen to next time."""
        self.rebuild()

    def scrub_database(self) -> None:
        """What was deleted is in no unused vector, no old part of the full text, and not in the database's files."""
        with writing(self._engine) as connection:
            storage.unused_vectors(connection)
            full_text_of(connection).tidy(connection)
        scrub(self._engine, *storage.TABLES)

    def state(self) -> IndexState:
        """How it stands."""
        counts = """SELECT (SELECT count(*) FROM wb_documents) AS documents, (SELECT count(*) FROM wb_chunks) AS chunks,
            (SELECT count(*) FROM wb_chunks c JOIN wb_vectors v ON v.digest = c.embedded AND v.model = :model) AS embedded"""
        embedder = self._embedders.now()
        with reading(self._engine) as connection:
            row = connection.execute(text(counts), {"model": self._model()}).mappings().one()
        return IndexState(
            **row,
            model=embedder.model if embedder else None,
            model_state=self._embedders.state,
            vectors=self._vectors.answering,
            vectors_state=self._vectors.state,
            problem=self._embedders.problem or self._upkeep.problem,
        )

    def _model(self) -> str:
        embedder = self._embedders.now()
        return embedder.model if embedder else ""

    def _cut(self, document: SourceDocument) -> ParsedDocument:
        return parse_document(document, self._count_tokens)


def _readable(document: SourceDocument) -> SourceDocument:
    if len(document.text) > LARGEST_DOCUMENT:
        raise RefusedInput(f"{document.path} is longer than {LARGEST_DOCUMENT} characters. Split it.")
    if not document.text.strip() or "\x00" in document.text:
        raise RefusedInput(f"{document.path} is empty, or is not text. Save it as UTF-8 text.")
    return document.model_copy(update={"text": whole_characters(document.text)})


def _outcome(
    document: SourceDocument, parsed: ParsedDocument, outcome: str, version: int, twin: str | None
) -> IngestOutcome:
    notes = (*document.notes, f"The same text is there as {twin}.") if twin else document.notes
    return IngestOutcome(
        document=document.path,
        outcome=outcome,
        chunks=len(parsed.chunks),
        version=version,
        redacted=document.redacted,
        notes=notes,
    )
