"""The knowledge base as an index: full text by the database's own, vectors by the vector index, names by their table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from sre_core.knowledge.about import RULE
from sre_core.knowledge.documents import Scope
from sre_core.knowledge.full_text import full_text_of, newer
from sre_core.knowledge.index import Candidate, Scored
from sre_core.knowledge.storage import expanded
from sre_core.store import reading

MOST_ASKED = 30_000
"""Values in one ``IN``; SQLite takes 32 766, PostgreSQL 65 535."""


_RUNBOOKS_OF_RULES = f"""SELECT DISTINCT n.name, d.path FROM wb_names n
    JOIN wb_names r ON r.document_id = n.document_id AND r.tier = '{RULE}' AND n.tier <> '{RULE}'
    JOIN wb_names t ON t.name = r.name AND t.tier <> '{RULE}' AND t.document_id <> n.document_id
    JOIN wb_documents d ON d.id = t.document_id WHERE n.name IN :names"""  # noqa: S608 - constants
"""From the name of an alerting rule to the documents that are known by its runbook's address."""


class Neighbours(Protocol):
    """Nearest neighbours among the vectors of passages."""

    def search(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages by cosine, best first."""

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """The cosine of exactly these passages; those without a vector are left out."""


class SqlIndex:
    """Implements ``SearchIndex``."""

    def __init__(self, engine: Engine, neighbours: Neighbours) -> None:
        self._engine = engine
        self._neighbours = neighbours
        self._full_text = full_text_of(engine)

    def sizes(self) -> tuple[int, int]:
        """(documents, passages)."""
        counts = "SELECT (SELECT count(*) FROM wb_documents) AS documents, (SELECT count(*) FROM wb_chunks) AS passages"
        with reading(self._engine) as connection:
            row = connection.execute(text(counts)).one()
        return int(row.documents), int(row.passages)

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it."""
        with reading(self._engine) as connection:
            return self._full_text.frequencies(connection, stems)

    def exact(self, names: Sequence[str], scope: Scope) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Normalised name -> (path, tier) of the documents that are called that, or are the runbook of a rule called that."""
        condition, values = _condition(scope)
        statement = f"""SELECT n.name, n.tier, d.path FROM wb_names n JOIN wb_documents d ON d.id = n.document_id
            WHERE n.name IN :names {condition} ORDER BY d.path"""  # noqa: S608 - our own conditions only
        found: dict[str, list[tuple[str, str]]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(expanded(statement, "names", names[:MOST_ASKED]), values):
                found.setdefault(row.name, []).append((row.path, row.tier))
            for row in connection.execute(
                expanded(f"{_RUNBOOKS_OF_RULES} {condition}", "names", names[:MOST_ASKED]), values
            ):
                found.setdefault(row.name, []).append((row.path, "link"))
        return found

    def lexical(self, stems: Sequence[str], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages that have any of the stems, by BM25, best first."""
        if not stems:
            return []
        with reading(self._engine) as connection:
            return self._full_text.search(connection, stems, scope, limit)

    def dense(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages by cosine, best first."""
        return self._neighbours.search(vector, scope, limit)

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """The cosine of exactly these passages."""
        return self._neighbours.cosines(vector, chunks)

    def passages(self, chunks: Sequence[int]) -> Sequence[Candidate]:
        """The passages of these ids."""
        statement = """SELECT c.id AS chunk, d.path AS document, d.title, d.kind, d.component, d.faults, d.source, d.dated,
                d.updated_at AS taken_in, c.heading, c.first_line, c.last_line, c.text
            FROM wb_chunks c JOIN wb_documents d ON d.id = c.document_id WHERE c.id IN :ids"""
        with reading(self._engine) as connection:
            rows = connection.execute(expanded(statement, "ids", chunks[:MOST_ASKED])).all()
            return [_candidate(row) for row in rows]

    def of_documents(self, paths: Sequence[str]) -> Sequence[int]:
        """Ids of all passages of these documents, in the order they stand."""
        statement = """SELECT c.id FROM wb_chunks c JOIN wb_documents d ON d.id = c.document_id
            WHERE d.path IN :paths ORDER BY d.path, c.first_line, c.id"""
        with reading(self._engine) as connection:
            return [int(id_) for id_ in connection.execute(expanded(statement, "paths", paths[:MOST_ASKED])).scalars()]


def _candidate(row: Sequence[Any]) -> Candidate:
    """From the columns in the order of ``Candidate``: eighty rows a search, so they are not looked up by name."""
    chunk, document, title, kind, component, faults, source, dated, taken_in, *place = row
    moment = datetime.fromisoformat(dated) if dated else None
    taken = datetime.fromisoformat(taken_in)
    return Candidate(chunk, document, title, kind, component, _faults(faults), source, moment, taken, *place)


@lru_cache(maxsize=1024)
def _faults(listed: str) -> tuple[str, ...]:
    return tuple(json.loads(listed))


def _condition(scope: Scope) -> tuple[str, dict[str, object]]:
    """The scope as a condition on ``d``, a document."""
    dated, values = newer(scope)
    conditions = [dated] if dated else []
    if scope.only_component:
        conditions.append("AND d.component IS NULL" if scope.component is None else "AND d.component = :component")
        values |= {"component": scope.component} if scope.component is not None else {}
    for column, wanted in (("kind", scope.kinds), ("source", scope.sources)):
        if wanted:
            names = {f"{column}{place}": value for place, value in enumerate(wanted)}
            conditions.append(f"AND d.{column} IN ({', '.join(f':{name}' for name in names)})")
            values |= names
    return " ".join(conditions), values
