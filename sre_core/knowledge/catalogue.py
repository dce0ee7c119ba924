"""All documents, as far as it takes to find some of them in a list: without their texts, passages and vectors.

The statements here, like those of ``storage``, run inside the caller's connection.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, text

from sre_core.domain import Value


@dataclass(frozen=True)
class CatalogueEntry:
    """A document as it is looked for."""

    path: str
    title: str
    kind: str
    component: str | None
    source: str
    updated_at: str
    """ISO 8601, all in UTC: later ones sort last."""
    called: tuple[str, str, str]
    """Names, links and faults, as they are stored: lists in JSON."""

    @cached_property
    def words(self) -> str:
        """All that it can be found by, case folded."""
        called = (name for names in self.called for name in json.loads(names))
        return " ".join((self.title, self.path, self.component or "", *called)).casefold()


class TakenOut(Value):
    """Secrets that were taken out of a document; never what they were."""

    source: str
    path: str
    title: str
    redacted: Mapping[str, int]


def entries(connection: Connection) -> tuple[CatalogueEntry, ...]:
    """All of them, by path."""
    statement = """SELECT path, title, kind, component, source, updated_at, names, links, faults
        FROM wb_documents ORDER BY path"""
    return tuple(
        CatalogueEntry(
            row.path, row.title, row.kind, row.component, row.source, row.updated_at, (row.names, row.links, row.faults)
        )
        for row in connection.execute(text(statement))
    )


def passages_each(connection: Connection) -> dict[str, int]:
    """Path -> how many passages it has."""
    statement = """SELECT d.path, c.passages FROM wb_documents d JOIN
        (SELECT document_id, count(*) AS passages FROM wb_chunks GROUP BY document_id) c ON c.document_id = d.id"""
    return {str(path): int(passages) for path, passages in connection.execute(text(statement))}


def taken_out(connection: Connection) -> tuple[TakenOut, ...]:
    """The documents that secrets were taken out of, by path."""
    statement = "SELECT source, path, title, redacted FROM wb_documents WHERE redacted <> '{}' ORDER BY path"
    return tuple(
        TakenOut(source=row.source, path=row.path, title=row.title, redacted=json.loads(row.redacted))
        for row in connection.execute(text(statement))
    )


def in_all(those: Sequence[TakenOut]) -> dict[str, int]:
    """Kind of secret -> how many were taken out of all of these."""
    total: Counter[str] = Counter()
    for one in those:
        total.update(one.redacted)
    return dict(sorted(total.items()))
