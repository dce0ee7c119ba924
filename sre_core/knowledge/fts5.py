"""Full text by SQLite's FTS5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, text

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.full_text import PassageWords, newer, words_in_scope
from sre_core.knowledge.index import BODY, HEADING, TITLE, Scored

_WRITE = text("""INSERT INTO wb_chunks_fts (rowid, title, heading, body, scope)
    VALUES (:id, :title, :heading, :body, :scope)""")
_REMOVE = text("DELETE FROM wb_chunks_fts WHERE rowid IN (SELECT id FROM wb_chunks WHERE document_id = :id)")
_FREQUENCIES = text("SELECT term, doc FROM wb_chunks_vocabulary WHERE term IN :terms").bindparams(
    bindparam("terms", expanding=True)
)
_SCORE = f"-bm25(wb_chunks_fts, {TITLE}, {HEADING}, {BODY}, 0.0)"
_SEARCH = f"""SELECT f.rowid AS id, {_SCORE} AS score FROM wb_chunks_fts f {{joined}}
    WHERE wb_chunks_fts MATCH :match {{dated}} ORDER BY score DESC, f.rowid LIMIT :limit"""  # noqa: S608 - our own words
_DOCUMENTS = "JOIN wb_chunks c ON c.id = f.rowid JOIN wb_documents d ON d.id = c.document_id"


class Fts5:
    """Implements ``FullText``."""

    def write(self, connection: Connection, passages: Sequence[PassageWords]) -> None:
        """Passages that are new."""
        rows = [
            {
                "id": one.chunk,
                "title": " ".join(one.title),
                "heading": " ".join(one.heading),
                "body": " ".join(one.body),
                "scope": " ".join(one.scope),
            }
            for one in passages
        ]
        if rows:
            connection.execute(_WRITE, rows)

    def remove(self, connection: Connection, document: int) -> None:
        """What is kept of a document's passages."""
        connection.execute(_REMOVE, {"id": document})

    def tidy(self, connection: Connection) -> None:
        """Merge the index's segments: the older ones have what was removed since."""
        connection.execute(text("INSERT INTO wb_chunks_fts (wb_chunks_fts) VALUES ('optimize')"))

    def frequencies(self, connection: Connection, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it."""
        found = connection.execute(_FREQUENCIES, {"terms": list(stems)}).all()
        return {term: int(passages) for term, passages in found}

    def search(self, connection: Connection, stems: Sequence[str], scope: Scope, limit: int) -> list[Scored]:
        """Passages that have any of the stems, by BM25, best first."""
        wanted = " OR ".join(f'"{stem}"' for stem in stems)
        narrowed = "".join(f" AND scope : ({' OR '.join(words)})" for words in words_in_scope(scope))
        dated, values = newer(scope)
        statement = _SEARCH.format(joined=_DOCUMENTS if dated else "", dated=dated)
        values |= {"match": f"{{title heading body}} : ({wanted}){narrowed}", "limit": limit}
        found = connection.execute(text(statement), values).all()
        return [(int(id_), float(score)) for id_, score in found]
