"""Passages found by their words: the same stems and the same BM25 on SQLite (FTS5) and on PostgreSQL (tsvector)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Engine

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.index import Scored
from sre_core.store import is_postgres


@dataclass(frozen=True)
class PassageWords:
    """What one passage is found by, as stems."""

    chunk: int
    title: Sequence[str]
    """Of the document, with its component, faults and names."""
    heading: Sequence[str]
    body: Sequence[str]
    scope: Sequence[str]
    """``scope_words``: they narrow a search, and count nothing."""


class FullText(Protocol):
    """The full text of one kind of database, inside the caller's transaction."""

    def write(self, connection: Connection, passages: Sequence[PassageWords]) -> None:
        """Passages that are new."""

    def remove(self, connection: Connection, document: int) -> None:
        """What is kept of a document's passages, which are still there."""

    def tidy(self, connection: Connection) -> None:
        """What was removed is in no old part of the index."""

    def frequencies(self, connection: Connection, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it; those that none has may be left out."""

    def search(self, connection: Connection, stems: Sequence[str], scope: Scope, limit: int) -> list[Scored]:
        """Passages that have any of the stems, by BM25 with the weights of ``index``, best first, then by id."""


def full_text_of(database: Engine | Connection) -> FullText:
    """The full text that this database has."""
    from sre_core.knowledge.fts5 import Fts5
    from sre_core.knowledge.tsvector import TsVector

    return TsVector() if is_postgres(database) else Fts5()


def scope_words(kind: str, component: str | None, source: str) -> list[str]:
    """Words of the full-text index that stand for what a document is, so that a scope is searched as cheaply as a word."""
    return [_scope_word("k", kind), _scope_word("c", component or ""), _scope_word("s", source)]


def words_in_scope(scope: Scope) -> list[list[str]]:
    """What a passage must have: one word of each list; no list when the scope takes everything."""
    wanted = [
        [_scope_word("k", kind) for kind in scope.kinds],
        [_scope_word("s", source) for source in scope.sources],
        [_scope_word("c", scope.component or "")] if scope.only_component else [],
    ]
    return [words for words in wanted if words]


def newer(scope: Scope) -> tuple[str, dict[str, object]]:
    """The scope's moment as a condition on ``d``, a document; empty when there is none."""
    if scope.newer_than is None:
        return "", {}
    return "AND coalesce(d.dated, d.updated_at) > :newer_than", {"newer_than": scope.newer_than.isoformat()}


def _scope_word(letter: str, value: str) -> str:
    return f"{letter}0{hashlib.sha256(value.encode()).hexdigest()[:16]}"
