"""PostgreSQL's full text gives what SQLite's FTS5 gives: the same passages in the same order, with the same BM25."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from sre_core.knowledge.documents import Scope, SourceDocument
from sre_core.knowledge.library import KnowledgeBase
from sre_core.knowledge.sql_index import SqlIndex
from sre_core.knowledge.tsvector import TsVector
from sre_core.knowledge.words import stems
from sre_core.settings import shipped
from sre_core.store import open_database

pytestmark = pytest.mark.needs("postgres")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KINDS, COMPONENTS = ("runbook", "note", "postmortem"), ("orders-db", "checkout", None)
WORDS = [
    "disk",
    "memory",
    "latency",
    "restart",
    "certificate",
    "quorum",
    "replica",
    "backlog",
    "café",
    "Größe",
    "日本語",
]
RARE = [f"word{number}x" for number in range(60)]
QUESTIONS = (
    "disk full restart the replica",
    "certificate of the checkout expired",
    "memory memory memory",
    "word7x word12x quorum",
    "café größe 日本語 cafe",
    "nothing that anybody ever wrote",
    "OrdersQueueBacklog orders are stuck, connection pool timed out",
    "w" * 3000,
)
SCOPES = (
    Scope(),
    Scope(kinds=("runbook", "note")),
    Scope(component="orders-db", only_component=True),
    Scope(only_component=True, sources=("uploads",)),
    Scope(newer_than=NOON),
)


def documents() -> Iterator[SourceDocument]:
    """The samples, and a few hundred of words that are common, rare, accented, or longer than PostgreSQL takes."""
    for file in sorted((shipped("data") / "sample_docs").rglob("*.md")):
        yield SourceDocument(path=f"samples/{file.name}", text=file.read_text(encoding="utf-8"))
    chance = random.Random(7)
    for number in range(300):
        said = chance.choices(WORDS, k=chance.randint(3, 120)) + chance.choices(RARE, k=4)
        if number % 50 == 0:
            said.append("w" * 3000)
        body = "\n\n".join([" ".join(said[: len(said) // 2]), f"## {chance.choice(WORDS)} again", " ".join(said)])
        yield SourceDocument(
            path=f"made/{number}.md",
            text=f"# {chance.choice(WORDS)} and {chance.choice(RARE)}\n\n{body}",
            kind=chance.choice(KINDS),
            component=chance.choice(COMPONENTS),
        )


class Clock:
    """A minute passes whenever it is looked at, beginning two and a half hours before noon."""

    def __init__(self) -> None:
        self.minutes = 0

    def __call__(self) -> datetime:
        self.minutes += 1
        return NOON.replace(hour=9 + self.minutes // 60 % 12, minute=self.minutes % 60)


def filled(where: Path | str) -> SqlIndex:
    """An index of them all in a database of its own; one is written twice, and one taken out."""
    database = open_database(where)
    library = KnowledgeBase(database, now=Clock())
    for document in documents():
        library.take_in(document, by="ada")
    library.take_in(SourceDocument(path="made/8.md", text="# Disk\n\nThe disk, anew."), by="ada")
    library.delete("made/9.md", by="ada")
    return library._index


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Sequence[SqlIndex]]:
    server = request.getfixturevalue("postgres_server")
    indexes = [filled(tmp_path_factory.mktemp("fts") / "workbench.db"), filled(server.database())]
    yield indexes
    for index in indexes:
        index._engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("scope", SCOPES, ids=str)
@pytest.mark.parametrize("question", [*QUESTIONS, *(f"{word} {rare}" for word, rare in zip(WORDS, RARE, strict=False))])
def test_both_kinds_of_database_find_the_same_passages_with_the_same_scores(
    both: Sequence[SqlIndex], question: str, scope: Scope
) -> None:
    wanted = list(dict.fromkeys(stems(question)))
    here, there = (index.lexical(wanted, scope, 1000) for index in both)
    assert [chunk for chunk, _ in here] == [chunk for chunk, _ in there]
    assert [score for _, score in there] == pytest.approx([score for _, score in here], rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("enough", [1, 10, 100])
@pytest.mark.parametrize("question", QUESTIONS)
def test_looking_at_rare_words_first_changes_nothing(both: Sequence[SqlIndex], question: str, enough: int) -> None:
    wanted = list(dict.fromkeys(stems(question)))
    here = both[0].lexical(wanted, Scope(), 10)
    with both[1]._engine.connect() as connection:
        there = TsVector(enough).search(connection, wanted, Scope(), 10)
    assert [chunk for chunk, _ in there] == [chunk for chunk, _ in here]


@pytest.mark.slow
def test_both_count_alike_in_how_many_passages_a_word_stands(both: Sequence[SqlIndex]) -> None:
    wanted = [word for word in stems(" ".join((*WORDS, *RARE, "nowhere"))) if word.isascii()]
    here, there = (index.frequencies(wanted) for index in both)
    assert here == there
    assert len(here) > len(RARE)


@pytest.mark.slow
def test_nothing_is_asked_of_words_that_are_none(both: Sequence[SqlIndex]) -> None:
    assert [index.lexical([], Scope(), 10) for index in both] == [[], []]
    assert [dict(index.frequencies([])) for index in both] == [{}, {}]


@pytest.mark.slow
def test_the_words_of_a_passage_that_is_gone_are_gone(both: Sequence[SqlIndex]) -> None:
    orphans = "SELECT count(*) FROM wb_chunks_fts WHERE id NOT IN (SELECT id FROM wb_chunks)"
    with both[1]._engine.connect() as connection:
        assert connection.scalar(text(orphans)) == 0
