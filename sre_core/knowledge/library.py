"""Runbooks, postmortems and notes in the workbench's database, found by SQLite full text over our own words."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, RowMapping, bindparam, text

from sre_core.domain import Moment, Value
from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import whole_characters
from sre_core.knowledge.chunks import Chunk, ParsedDocument, parse_document
from sre_core.knowledge.ranking import BODY, HEADING, TITLE, Candidate, Corpus, rank
from sre_core.knowledge.words import stems
from sre_core.store import reading, writing
from sre_core.tools.search_runbooks import Passages

SCHEMA: tuple[str, ...] = (
    """CREATE TABLE IF NOT EXISTS wb_documents (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, title TEXT NOT NULL, kind TEXT NOT NULL, component TEXT,
        faults TEXT NOT NULL, digest TEXT NOT NULL, added_at TEXT NOT NULL, added_by TEXT NOT NULL, text TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS wb_chunks (
        id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES wb_documents (id) ON DELETE CASCADE,
        heading TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS wb_chunks_document ON wb_chunks (document_id)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS wb_chunks_fts USING fts5 (title, heading, body, tokenize = 'unicode61')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS wb_chunks_vocabulary USING fts5vocab ('wb_chunks_fts', 'row')",
)
"""The tables. The full text index holds stems, made by ``words.stems``; its rowid is the chunk's id."""

ACCEPTED = (".md", ".markdown", ".txt")
LARGEST_DOCUMENT = 5_000_000
"""Characters."""
MOST_CANDIDATES = 200


class IngestOutcome(Value):
    """What came of taking in one document."""

    document: str
    outcome: Literal["added", "unchanged", "updated"]
    chunks: int


class KnownDocument(Value):
    """A document of the knowledge base."""

    path: str
    title: str
    kind: str
    component: str | None
    faults: tuple[str, ...]
    added_at: Moment
    added_by: str
    chunks: int


def create(connection: Connection) -> None:
    """Create the tables where they are not there yet."""
    for statement in SCHEMA:
        connection.execute(text(statement))


class SqliteLibrary:
    """The knowledge base. Implements ``Library``; writing is one transaction a document."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def ingest(self, path: str, text: str, by: str) -> IngestOutcome:
        """Take in a document under its path or name. Raises ``RefusedInput`` when it is no text, empty or too large."""
        content = _readable(path, text)
        digest = hashlib.sha256(content.encode()).hexdigest()
        parsed = parse_document(path, content)
        with writing(self._engine) as connection:
            known = _digest(connection, path)
            if known == digest:
                return IngestOutcome(document=path, outcome="unchanged", chunks=len(parsed.chunks))
            _remove(connection, path)
            _add(connection, path, parsed, {"digest": digest, "text": content, "by": by, "at": self._now().isoformat()})
        return IngestOutcome(document=path, outcome="added" if known is None else "updated", chunks=len(parsed.chunks))

    def ingest_folder(self, folder: Path, by: str) -> list[IngestOutcome]:
        """Take in every document below a folder, under its path from there. Raises ``RefusedInput`` when there is no folder."""
        if not folder.is_dir():
            raise RefusedInput(f"There is no folder {folder}. Give the path of a folder with .md or .txt documents.")
        files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix.lower() in ACCEPTED)
        return [
            self.ingest(file.relative_to(folder).as_posix(), file.read_text("utf-8", "replace"), by) for file in files
        ]

    def remove(self, path: str) -> bool:
        """Take a document out; False when there is none of that path."""
        with writing(self._engine) as connection:
            return _remove(connection, path)

    def documents(self) -> list[KnownDocument]:
        """All of them, by path."""
        statement = """SELECT d.path, d.title, d.kind, d.component, d.faults, d.added_at, d.added_by, count(c.id) AS chunks
            FROM wb_documents d LEFT JOIN wb_chunks c ON c.document_id = d.id GROUP BY d.id ORDER BY d.path"""
        with reading(self._engine) as connection:
            rows = connection.execute(text(statement)).mappings().all()
        return [KnownDocument(**{**row, "faults": tuple(json.loads(row["faults"]))}) for row in rows]

    def text(self, path: str) -> str | None:
        """A document, whole; None when there is none of that path."""
        with reading(self._engine) as connection:
            return connection.execute(text("SELECT text FROM wb_documents WHERE path = :path"), {"path": path}).scalar()

    async def search(self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int) -> Passages:
        """The best passages, one a document; none when nothing is relevant (see ``ranking``)."""
        return await asyncio.to_thread(_search, self._engine, (), text, component, kinds, limit)

    def with_documents(self, documents: Mapping[str, str]) -> SupplementedLibrary:
        """The same knowledge base, with documents beside it that are searched and never stored."""
        return SupplementedLibrary(self._engine, LooseDocuments(documents))


class SupplementedLibrary:
    """A knowledge base and the documents of one incident, searched as one."""

    def __init__(self, engine: Engine, supplement: Corpus) -> None:
        self._engine = engine
        self._supplement = supplement

    async def search(self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int) -> Passages:
        """The best passages of both, one a document."""
        return await asyncio.to_thread(_search, self._engine, (self._supplement,), text, component, kinds, limit)


class LooseDocuments:
    """A few documents in memory, as a corpus."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        parsed = {path: parse_document(path, content) for path, content in documents.items()}
        self._documents = len(parsed)
        self._candidates = [
            _candidate(path, document, chunk) for path, document in parsed.items() for chunk in document.chunks
        ]

    def sizes(self) -> tuple[int, int]:
        """(documents, passages)."""
        return self._documents, len(self._candidates)

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it."""
        return {stem: sum(stem in _stems_of(candidate) for candidate in self._candidates) for stem in stems}

    def candidates(self, stems: Sequence[str], kinds: tuple[str, ...]) -> Sequence[Candidate]:
        """Passages that have any of the stems."""
        wanted = set(stems)
        return [one for one in self._candidates if (not kinds or one.kind in kinds) and wanted & _stems_of(one)]


class _Stored:
    """The knowledge base as a corpus, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sizes(self) -> tuple[int, int]:
        counts = "SELECT (SELECT count(*) FROM wb_documents) AS documents, (SELECT count(*) FROM wb_chunks) AS passages"
        row = self._connection.execute(text(counts)).one()
        return int(row.documents), int(row.passages)

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        statement = text("SELECT term, doc FROM wb_chunks_vocabulary WHERE term IN :terms")
        rows = self._connection.execute(statement.bindparams(bindparam("terms", list(stems), expanding=True)))
        return {row.term: int(row.doc) for row in rows}

    def candidates(self, stems: Sequence[str], kinds: tuple[str, ...]) -> Sequence[Candidate]:
        if not stems:
            return []
        of_kind = "AND d.kind IN :kinds" if kinds else ""
        statement = text(f"""SELECT d.path AS document, d.title, d.kind, d.component, d.faults, c.heading, c.first_line,
                c.last_line, c.text, f.title AS title_stems, f.heading AS heading_stems, f.body AS body_stems
            FROM wb_chunks_fts f JOIN wb_chunks c ON c.id = f.rowid JOIN wb_documents d ON d.id = c.document_id
            WHERE wb_chunks_fts MATCH :words {of_kind}
            ORDER BY bm25(wb_chunks_fts, {TITLE}, {HEADING}, {BODY}) LIMIT {MOST_CANDIDATES}""")  # noqa: S608 - constants only
        values = {"words": " OR ".join(f'"{stem}"' for stem in stems)}
        if kinds:
            statement = statement.bindparams(bindparam("kinds", list(kinds), expanding=True))
        return [_from_row(row) for row in self._connection.execute(statement, values).mappings()]


def _search(
    engine: Engine, beside: Sequence[Corpus], query: str, component: str | None, kinds: tuple[str, ...], limit: int
) -> Passages:
    with reading(engine) as connection:
        corpora: list[Corpus] = [_Stored(connection), *beside]
        found = rank(corpora, query, component, kinds, limit)
        searched = sum(corpus.sizes()[0] for corpus in corpora)
    return Passages(query=query, passages=tuple(found), searched=searched)


def _readable(path: str, content: str) -> str:
    if not path.strip() or Path(path).suffix.lower() not in ACCEPTED:
        raise RefusedInput(f"{path!r} is not a document that can be read. Give .md or .txt.")
    if len(content) > LARGEST_DOCUMENT:
        raise RefusedInput(f"{path} is longer than {LARGEST_DOCUMENT} characters. Split it.")
    if not content.strip() or "\x00" in content:
        raise RefusedInput(f"{path} is empty, or is not text. Save it as UTF-8 text.")
    return whole_characters(content)


def _digest(connection: Connection, path: str) -> str | None:
    found = connection.execute(text("SELECT digest FROM wb_documents WHERE path = :path"), {"path": path}).scalar()
    return None if found is None else str(found)


def _remove(connection: Connection, path: str) -> bool:
    values = {"path": path}
    chunks = "SELECT c.id FROM wb_chunks c JOIN wb_documents d ON d.id = c.document_id WHERE d.path = :path"
    connection.execute(text(f"DELETE FROM wb_chunks_fts WHERE rowid IN ({chunks})"), values)  # noqa: S608 - constants only
    connection.execute(text(f"DELETE FROM wb_chunks WHERE id IN ({chunks})"), values)  # noqa: S608 - constants only
    return connection.execute(text("DELETE FROM wb_documents WHERE path = :path"), values).rowcount > 0


def _add(connection: Connection, path: str, parsed: ParsedDocument, kept: Mapping[str, str]) -> None:
    document = connection.execute(
        text("""INSERT INTO wb_documents (path, title, kind, component, faults, digest, added_at, added_by, text)
            VALUES (:path, :title, :kind, :component, :faults, :digest, :at, :by, :text) RETURNING id"""),
        {
            "path": path,
            **parsed.model_dump(include={"title", "kind", "component"}),
            "faults": json.dumps(parsed.faults),
            **kept,
        },
    ).scalar_one()
    for chunk in parsed.chunks:
        candidate = _candidate(path, parsed, chunk)
        number = connection.execute(
            text("""INSERT INTO wb_chunks (document_id, heading, first_line, last_line, text)
                VALUES (:document, :heading, :first_line, :last_line, :text) RETURNING id"""),
            {"document": document, **chunk.model_dump()},
        ).scalar_one()
        connection.execute(
            text("INSERT INTO wb_chunks_fts (rowid, title, heading, body) VALUES (:id, :title, :heading, :body)"),
            {
                "id": number,
                "title": candidate.title_stems,
                "heading": candidate.heading_stems,
                "body": candidate.body_stems,
            },
        )


def _candidate(path: str, document: ParsedDocument, chunk: Chunk) -> Candidate:
    about = " ".join((document.title, document.component or "", " ".join(document.faults)))
    return Candidate(
        document=path,
        title=document.title,
        kind=document.kind,
        component=document.component,
        faults=document.faults,
        **chunk.model_dump(),
        title_stems=" ".join(stems(about)),
        heading_stems=" ".join(stems(chunk.heading)),
        body_stems=" ".join(stems(chunk.text)),
    )


def _from_row(row: RowMapping) -> Candidate:
    return Candidate(**{**row, "faults": tuple(json.loads(row["faults"]))})


def _stems_of(candidate: Candidate) -> set[str]:
    return {*candidate.title_stems.split(), *candidate.heading_stems.split(), *candidate.body_stems.split()}
