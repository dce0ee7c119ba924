"""Vectors in the database, by model and by digest of the text: computed once, kept as long as a passage stands on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, text

from sre_core.knowledge.chunks import parse_document, prefix_of
from sre_core.knowledge.embedding import CountTokens, Embedder
from sre_core.knowledge.storage import digest_of_text, source_document
from sre_core.store import reading, writing

Vector = NDArray[float32]

BATCH = 64
"""Texts that are embedded and written in one go: what a process that is killed has to do again."""
STORED = np.dtype("<f4")
BETWEEN_HEADINGS = " > "

TextsOf = Callable[[int, Collection[str]], Mapping[str, str]]
"""(id of a document, digests) -> digest -> text, of those that the document's passages stand on."""


def nothing(_done: int, _of: int) -> None:
    """A progress that nobody looks at."""


class PassageTexts:
    """``TextsOf``. What is embedded is not stored: it is put together from title, headings and passage, as when it was cut.

    Where that is not the text with this digest (a title or a line that was too long is cut off), the document is cut again.
    """

    def __init__(self, engine: Engine, count_tokens: CountTokens) -> None:
        self._engine = engine
        self._count_tokens = count_tokens

    def __call__(self, document: int, digests: Collection[str]) -> Mapping[str, str]:
        """Digests that the document does not have any more are left out."""
        wanted = set(digests)
        found = {digest: whole for digest, whole in self._put_together(document) if digest in wanted}
        if wanted - set(found):
            found |= {digest: whole for digest, whole in self._cut_again(document) if digest in wanted}
        return found

    def _put_together(self, document: int) -> Iterator[tuple[str, str]]:
        statement = text("""SELECT d.title, c.heading, c.text FROM wb_chunks c JOIN wb_documents d ON d.id = c.document_id
            WHERE d.id = :id""")
        with reading(self._engine) as connection:
            rows = connection.execute(statement, {"id": document}).all()
        for row in rows:
            headings = tuple(row.heading.split(BETWEEN_HEADINGS)) if row.heading else ()
            whole = f"{prefix_of(row.title, headings)}\n{row.text}"
            yield digest_of_text(whole), whole

    def _cut_again(self, document: int) -> Iterator[tuple[str, str]]:
        statement = text("SELECT path, text, given, redacted, notes FROM wb_documents WHERE id = :id")
        with reading(self._engine) as connection:
            row = connection.execute(statement, {"id": document}).mappings().one_or_none()
        chunks = parse_document(source_document(row), self._count_tokens).chunks if row is not None else ()
        return ((digest_of_text(chunk.embedded), chunk.embedded) for chunk in chunks)


class VectorCache:
    """The table of vectors. Thread-safe."""

    def __init__(self, engine: Engine, texts_of: TextsOf) -> None:
        self._engine = engine
        self._texts_of = texts_of

    def get(self, model: str, digests: Sequence[str]) -> dict[str, Vector]:
        """Digest -> vector, for those that are there."""
        statement = text(
            "SELECT digest, vector FROM wb_vectors WHERE model = :model AND digest IN :digests"
        ).bindparams(bindparam("digests", list(digests), expanding=True))
        with reading(self._engine) as connection:
            return {row.digest: stored(row.vector) for row in connection.execute(statement, {"model": model})}

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep them, all in one transaction; what is there already stays. Raises ``StoreUnavailable``."""
        rows = [
            {"model": model, "digest": digest, "vector": vector.astype(STORED).tobytes()}
            for digest, vector in vectors.items()
        ]
        if rows:
            with writing(self._engine) as connection:
                connection.execute(_PUT, rows)

    def pending(self, model: str) -> int:
        """How many texts have no vector of this model yet."""
        statement = f"SELECT count(DISTINCT c.embedded) {_PENDING}"
        with reading(self._engine) as connection:
            return int(connection.execute(text(statement), {"model": model}).scalar_one())

    def embed_pending(
        self,
        embedder: Embedder,
        progress: Callable[[int, int], None] = nothing,
        cancelled: Callable[[], bool] = lambda: False,
        stored: Callable[[Sequence[int]], None] = lambda chunks: None,
    ) -> int:
        """Compute the vectors that are missing and write them batch by batch; returns how many.

        ``stored`` hears after each batch which passages have a vector now. Passages that no document has any more, or that
        are cut otherwise by now, are left alone.
        """
        of, done = self.pending(embedder.model), 0
        if not of:
            return 0
        progress(0, of)
        for batch in _batches(self._pending_texts(embedder.model), BATCH):
            if cancelled():
                break
            vectors = embedder.embed(list(batch.values()))
            self.put(embedder.model, dict(zip(batch, vectors, strict=True)))
            done += len(batch)
            stored(self._standing_on(list(batch)))
            progress(done, max(of, done))
        return done

    def _pending_texts(self, model: str) -> Iterator[tuple[str, str]]:
        """(digest, text), document by document."""
        after = 0
        while True:
            with reading(self._engine) as connection:
                missing = _pending_documents(connection, model, after)
            if not missing:
                return
            for document, digests in missing.items():
                texts = self._texts_of(document, digests)
                yield from ((digest, texts[digest]) for digest in digests if digest in texts)
            after = max(missing)

    def _standing_on(self, digests: Sequence[str]) -> list[int]:
        statement = text("SELECT id FROM wb_chunks WHERE embedded IN :digests").bindparams(
            bindparam("digests", list(digests), expanding=True)
        )
        with reading(self._engine) as connection:
            return [int(id_) for id_ in connection.execute(statement).scalars()]


_PUT = text("INSERT INTO wb_vectors (model, digest, vector) VALUES (:model, :digest, :vector) ON CONFLICT DO NOTHING")
_PENDING = """FROM wb_chunks c LEFT JOIN wb_vectors v ON v.model = :model AND v.digest = c.embedded
    WHERE v.digest IS NULL"""


def stored(vector: bytes) -> Vector:
    """A vector from its bytes in the table."""
    return np.frombuffer(vector, STORED).astype(float32, copy=False)


def _pending_documents(connection: Connection, model: str, after: int, most: int = 500) -> dict[int, list[str]]:
    """Document -> digests without a vector, of the next documents in the order of their ids."""
    documents = f"SELECT DISTINCT c.document_id {_PENDING} AND c.document_id > :after ORDER BY 1 LIMIT :most"
    values = {"model": model, "after": after, "most": most}
    found = [int(id_) for id_ in connection.execute(text(documents), values).scalars()]
    missing: dict[int, list[str]] = {document: [] for document in found}
    statement = text(f"SELECT c.document_id, c.embedded {_PENDING} AND c.document_id IN :documents ORDER BY c.id")
    rows = connection.execute(statement.bindparams(bindparam("documents", found, expanding=True)), {"model": model})
    for row in rows:
        missing[row.document_id].append(row.embedded)
    return missing


def _batches(texts: Iterator[tuple[str, str]], size: int) -> Iterator[dict[str, str]]:
    """Digest -> text, at most ``size`` at a time; a text that stands in many documents is embedded once."""
    batch: dict[str, str] = {}
    given: set[str] = set()
    for digest, content in texts:
        if digest in given:
            continue
        given.add(digest)
        batch[digest] = content
        if len(batch) == size:
            yield batch
            batch = {}
    if batch:
        yield batch
