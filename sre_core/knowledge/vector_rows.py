"""The statements that bring vectors out of the database, with what a scope asks of their documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, TextClause, bindparam, text

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.scoped_rows import Traits

MOST_ASKED = 30_000
"""Values in one ``IN``; SQLite takes 32 766, PostgreSQL 65 535."""

_TRAITS = "d.kind, d.component, d.source, coalesce(d.dated, d.updated_at) AS moment"
_HAVING = "v.model = :model AND v.digest = c.embedded"
# CROSS JOIN fixes the order of the tables for SQLite: to look up a few vectors, it would rather read all of them.
_OF_DOCUMENTS = f"""SELECT c.id, {_TRAITS}, v.vector FROM wb_documents d CROSS JOIN wb_chunks c CROSS JOIN wb_vectors v
    WHERE c.document_id = d.id AND {_HAVING}"""  # noqa: S608 - see above
_OF_CHUNKS = f"""SELECT c.id, {_TRAITS}, v.vector FROM wb_chunks c CROSS JOIN wb_documents d CROSS JOIN wb_vectors v
    WHERE d.id = c.document_id AND {_HAVING} AND c.id IN :chunks"""  # noqa: S608 - see above

Passage = tuple[int, Traits, bytes]
"""(id, what a scope asks of it, its vector as it is stored)"""


def all_vectors(connection: Connection, model: str) -> Iterator[Passage]:
    """Every passage that has a vector of this model. Three tables read through, which is twice as fast as joining them."""
    described = f"SELECT d.id, {_TRAITS} FROM wb_documents d"  # noqa: S608 - our own words only
    documents = {row[0]: Traits(*row[1:]) for row in connection.execute(text(described))}
    standing: dict[str, list[tuple[int, int]]] = {}
    for chunk, document, digest in connection.execute(text("SELECT id, document_id, embedded FROM wb_chunks")):
        standing.setdefault(digest, []).append((chunk, document))
    # Not by the index of the models: the table is read in its own order.
    statement = text("SELECT digest, vector FROM wb_vectors WHERE model || '' = :model")
    for digest, vector in connection.execution_options(yield_per=2000).execute(statement, {"model": model}):
        for chunk, document in standing.get(digest, ()):
            if document in documents:  # and not added while this was read
                yield chunk, documents[document], vector


def vectors_of_component(connection: Connection, model: str, component: str | None) -> Iterator[Passage]:
    """The passages of this component's documents; None is that of general ones."""
    if component is None:
        return _read(connection, text(f"{_OF_DOCUMENTS} AND d.component IS NULL"), {"model": model})
    of_it = text(f"{_OF_DOCUMENTS} AND d.component = :component")
    return _read(connection, of_it, {"model": model, "component": component})


def vectors_of(connection: Connection, model: str, chunks: Sequence[int]) -> Iterator[Passage]:
    """Exactly these passages, without those that are gone or have no vector."""
    for start in range(0, len(chunks), MOST_ASKED):
        asked: BindParameter[int] = bindparam("chunks", list(chunks[start : start + MOST_ASKED]), expanding=True)
        yield from _read(connection, text(_OF_CHUNKS).bindparams(asked), {"model": model})


def _read(connection: Connection, statement: TextClause, values: Mapping[str, object]) -> Iterator[Passage]:
    found = connection.execution_options(yield_per=2000).execute(statement, values)
    return ((row[0], Traits(*row[1:5]), row[5]) for row in found)


def newest(connection: Connection) -> int:
    """The highest id of a passage, 0 when there is none. Ids grow and are never used twice."""
    return int(connection.execute(text("SELECT coalesce(max(id), 0) FROM wb_chunks")).scalar_one())


def passages_after(connection: Connection, seen: int) -> list[int]:
    """The passages that came after this one."""
    statement = text("SELECT id FROM wb_chunks WHERE id > :seen ORDER BY id")
    return [int(id_) for id_ in connection.execute(statement, {"seen": seen}).scalars()]


def how_many(connection: Connection) -> int:
    """Passages in all."""
    return int(connection.execute(text("SELECT count(*) FROM wb_chunks")).scalar_one())


def kinds_of_embedded(connection: Connection, model: str) -> dict[int, str]:
    """Passage -> its kind, of all that have a vector of this model."""
    statement = f"""SELECT c.id, d.kind FROM wb_documents d JOIN wb_chunks c ON c.document_id = d.id
        JOIN wb_vectors v ON {_HAVING} ORDER BY c.id"""  # noqa: S608 - our own words only
    return {int(row[0]): row[1] for row in connection.execute(text(statement), {"model": model})}


def within(connection: Connection, chunks: Sequence[int], scope: Scope) -> set[int]:
    """Those of these passages whose source and moment are in scope."""
    conditions, values = ["c.id IN :chunks"], dict[str, object]()
    asked: list[BindParameter[Any]] = [bindparam("chunks", list(chunks), expanding=True)]
    if scope.sources:
        conditions.append("d.source IN :sources")
        asked.append(bindparam("sources", list(scope.sources), expanding=True))
    if scope.newer_than is not None:
        conditions.append("coalesce(d.dated, d.updated_at) > :newer_than")
        values["newer_than"] = scope.newer_than.isoformat()
    statement = f"""SELECT c.id FROM wb_chunks c JOIN wb_documents d ON d.id = c.document_id
        WHERE {" AND ".join(conditions)}"""  # noqa: S608 - our own words only
    return {int(id_) for id_ in connection.execute(text(statement).bindparams(*asked), values).scalars()}
