"""Vectors are computed once, searched exactly within a scope, and follow what is added and removed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, text

from sre_core.errors import RefusedInput
from sre_core.knowledge import storage
from sre_core.knowledge.chunks import parse_document
from sre_core.knowledge.documents import Scope, SourceDocument
from sre_core.knowledge.exact import ExactVectors
from sre_core.knowledge.models.tokens import about
from sre_core.knowledge.vector_cache import BATCH, VectorCache
from sre_core.knowledge.vectors import VectorIndex
from sre_core.store import open_database, reading, writing
from tests.knowledge.vector_fakes import (
    GivenEmbedders,
    KnownTexts,
    LettersEmbedder,
    add_document,
    digest,
    remove_document,
    unit,
)
from tests.tries import tried

PASSAGES = ("aaa", "bbb", "aab", "abb", "ccc")
ALL = Scope()


def embedded(engine: Engine, *texts: str) -> LettersEmbedder:
    embedder = LettersEmbedder()
    VectorCache(engine, KnownTexts(texts or PASSAGES)).embed_pending(embedder)
    return embedder


def exact(engine: Engine) -> ExactVectors:
    return ExactVectors(engine, "letters-1", 26)


def ids(found: object) -> list[int]:
    return [chunk for chunk, _ in found]  # type: ignore[attr-defined]


# -- computed once -------------------------------------------------------------------------------------------------


def test_a_vector_is_kept_as_it_is(database: Engine) -> None:
    cache = VectorCache(database, KnownTexts())
    cache.put("m", {"d1": unit(1, 2), "d2": unit(3)})
    kept = cache.get("m", ["d1", "d2", "d3"])
    assert set(kept) == {"d1", "d2"}
    np.testing.assert_array_equal(kept["d1"], unit(1, 2))
    assert cache.get("other model", ["d1"]) == {}


def test_a_text_is_embedded_once_however_many_documents_have_it(database: Engine) -> None:
    add_document(database, "a.md", PASSAGES)
    add_document(database, "b.md", PASSAGES[:2])
    embedder = embedded(database)
    assert sorted(one for asked in embedder.asked for one in asked) == sorted(PASSAGES)
    assert embedded(database).asked == []


def test_another_model_computes_its_own(database: Engine) -> None:
    add_document(database, "a.md", PASSAGES)
    embedded(database)
    cache = VectorCache(database, KnownTexts(PASSAGES))
    assert cache.pending("letters-1") == 0
    assert cache.pending("letters-2") == len(PASSAGES)


def test_progress_is_told_and_a_cancelled_run_goes_on_later(database: Engine) -> None:
    texts = ["a" * n + "b" for n in range(1, 2 * BATCH + 10)]
    add_document(database, "a.md", texts)
    cache = VectorCache(database, KnownTexts(texts))
    told: list[tuple[int, int]] = []
    done = cache.embed_pending(LettersEmbedder(), lambda *far: told.append(far), lambda: len(told) > 1)
    assert done == BATCH
    assert told == [(0, len(texts)), (BATCH, len(texts))]
    assert cache.pending("letters-1") == len(texts) - BATCH
    assert cache.embed_pending(LettersEmbedder()) == len(texts) - BATCH


def test_passages_without_a_text_hold_up_nobody(database: Engine) -> None:
    add_document(database, "a.md", ["gone meanwhile", "aaa"])
    cache = VectorCache(database, KnownTexts(["aaa"]))
    assert cache.embed_pending(LettersEmbedder()) == 1
    assert cache.embed_pending(LettersEmbedder()) == 0


KILLED = """
import sys, os, signal
from pathlib import Path
from sre_core.store import open_database
from sre_core.knowledge.vector_cache import VectorCache
from tests.knowledge.vector_fakes import KnownTexts, LettersEmbedder
texts = ["a" * n + "b" for n in range(1, 300)]
def far(done, of):
    if done >= 128:
        os.kill(os.getpid(), signal.SIGKILL)
VectorCache(open_database(Path(sys.argv[1])), KnownTexts(texts)).embed_pending(LettersEmbedder(), far)
"""


@pytest.mark.slow
def test_a_killed_process_loses_at_most_a_batch(database: Engine, tmp_path: Path) -> None:
    texts = ["a" * n + "b" for n in range(1, 300)]
    add_document(database, "a.md", texts)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "workbench.db")], check=False, env=dict(os.environ)
    )
    assert killed.returncode == -signal.SIGKILL
    cache = VectorCache(database, KnownTexts(texts))
    assert cache.pending("letters-1") == len(texts) - 128
    assert cache.embed_pending(LettersEmbedder()) == len(texts) - 128


LONG_LINE = "The primary is gone and nobody can write. " * 60


@pytest.mark.parametrize(
    "content",
    [
        "# DiskFull\n\n## What > to do\n\nDelete snapshots.\n",
        f"# Long\n\n{LONG_LINE}\n\nand more\n",
        f"# {'Very long title ' * 40}\n\nShort text.\n",
        "no heading at all",
    ],
)
def test_what_is_embedded_is_what_the_document_was_cut_into(database: Engine, content: str) -> None:
    document = SourceDocument(path="a.md", text=content)
    parsed = parse_document(document, about)
    with writing(database) as connection:
        id_ = storage.insert(connection, document, parsed, "ada", "2026-03-01T12:00:00+00:00", "upload")
        storage.write_passages(connection, id_, parsed, "upload")
    embedder = LettersEmbedder()
    VectorIndex(database, GivenEmbedders(embedder), None, about).embed_pending(embedder)
    asked = {digest(one) for batch in embedder.asked for one in batch}
    with reading(database) as connection:
        assert asked == set(connection.execute(text("SELECT embedded FROM wb_chunks")).scalars())
        assert connection.execute(text("SELECT count(*) FROM wb_vectors")).scalar_one() == len(asked)


# -- exact search --------------------------------------------------------------------------------------------------


def test_the_nearest_come_first_with_their_cosine(database: Engine) -> None:
    chunks = add_document(database, "a.md", PASSAGES)
    embedded(database)
    found = exact(database).search(unit(1, 0), ALL, 3)
    assert ids(found) == [chunks[0], chunks[2], chunks[3]]
    assert [score for _, score in found] == pytest.approx([1, 2 / 5**0.5, 1 / 5**0.5])


def test_passages_without_a_vector_are_not_found(database: Engine) -> None:
    add_document(database, "a.md", PASSAGES)
    assert exact(database).search(unit(1), ALL, 3) == []
    assert exact(database).cosines(unit(1), [1, 2]) == {}


SCOPES = [
    (Scope(kinds=("runbook",)), {"own", "general"}),
    (Scope(kinds=("note", "change")), {"note", "change"}),
    (Scope(kinds=("unheard of",)), set()),
    (Scope(component="cart"), {"own", "general", "note", "change"}),
    (Scope(component="cart", only_component=True), {"own", "change"}),
    (Scope(component=None, only_component=True), {"general"}),
    (Scope(component="nobody", only_component=True), set()),
    (Scope(sources=("slack",)), {"note"}),
    (Scope(newer_than=datetime(2026, 3, 1, tzinfo=UTC)), {"note", "change"}),
    (Scope(component="cart", only_component=True, newer_than=datetime(2026, 3, 1, tzinfo=UTC)), {"change"}),
]


@pytest.mark.parametrize(("scope", "expected"), SCOPES)
@pytest.mark.parametrize("warm", [False, True])
def test_only_what_is_in_scope_answers(database: Engine, scope: Scope, expected: set[str], warm: bool) -> None:
    before, after = "2026-02-01T00:00:00+00:00", "2026-03-02T00:00:00.5+00:00"
    names = {
        "own": add_document(database, "own", ["aaa"], component="cart", moment=before),
        "general": add_document(database, "general", ["aab"], moment=after, dated=before),
        "note": add_document(database, "note", ["abb"], kind="note", source="slack", component="x", moment=after),
        "change": add_document(
            database, "change", ["bbb"], kind="change", component="cart", moment=before, dated=after
        ),
    }
    embedded(database)
    vectors = exact(database)
    if warm:
        vectors.warm()
    assert set(ids(vectors.search(unit(1, 1), scope, 10))) == {chunk for name in expected for chunk in names[name]}


def test_a_passage_whose_text_was_embedded_before_is_found_at_once(database: Engine) -> None:
    add_document(database, "a.md", ["aaa"])
    embedded(database)
    vectors = exact(database)
    vectors.warm()
    (twin,) = add_document(database, "b.md", ["aaa"])
    assert twin in ids(vectors.search(unit(1), ALL, 10))


def test_cosines_are_the_same_whether_all_is_in_memory_or_not(database: Engine) -> None:
    chunks = add_document(database, "a.md", PASSAGES)
    embedded(database)
    vectors = exact(database)
    cold = vectors.cosines(unit(1, 2, 3), [*chunks, 999])
    vectors.warm()
    assert vectors.cosines(unit(1, 2, 3), [*chunks, 999]) == pytest.approx(cold)
    assert set(cold) == set(chunks)


def test_searches_and_changes_at_the_same_time_do_not_meet(database: Engine) -> None:
    texts = ["a" * n + "b" * m for n in range(1, 30) for m in range(1, 30)]
    chunks = add_document(database, "a.md", texts)
    embedded(database, *texts)
    vectors = exact(database)
    vectors.warm()
    cosines = dict(zip(chunks, LettersEmbedder().embed(texts) @ unit(1, 1), strict=True))
    wrong: list[object] = []

    def search() -> None:
        for _ in range(200):
            found = vectors.search(unit(1, 1), ALL, 5)
            right = all(abs(cosines[chunk] - score) < 1e-5 for chunk, score in found)
            if not found or not right or found != sorted(found, key=lambda one: -one[1]):
                wrong.append(found)

    readers = [threading.Thread(target=search) for _ in range(3)]
    for reader in readers:
        reader.start()
    for chunk in chunks[:700]:
        vectors.removed([chunk])
        vectors.added([chunk] if chunk % 2 else [])
    for reader in readers:
        reader.join()
    assert wrong == []


class InStep(RuleBasedStateMachine):
    """Whatever is added, embedded and removed: a search finds what one over the tables finds."""

    @initialize()
    def empty(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = open_database(Path(self.folder.name) / "workbench.db")
        embedders = GivenEmbedders()
        self.index = VectorIndex(self.database, embedders)
        self.cache = VectorCache(self.database, KnownTexts(self.texts))
        self.documents: set[str] = set()
        self.count = 0

    texts = tuple("a" * n + "b" * m for n in range(4) for m in range(4) if n + m)

    @rule(passages=st.lists(st.sampled_from(texts), min_size=1, max_size=6))
    def add(self, passages: list[str]) -> None:
        self.count += 1
        add_document(self.database, f"{self.count}.md", passages)
        self.documents.add(f"{self.count}.md")

    @rule()
    def embed(self) -> None:
        self.cache.embed_pending(LettersEmbedder(), stored=self.index.added)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.documents:
            path = data.draw(st.sampled_from(sorted(self.documents)))
            self.documents.remove(path)
            self.index.removed(remove_document(self.database, path))

    @rule()
    def rebuild(self) -> None:
        self.index.rebuild()

    @invariant()
    def agrees_with_the_tables(self) -> None:
        statement = "SELECT c.id FROM wb_chunks c JOIN wb_vectors v ON v.digest = c.embedded"
        with reading(self.database) as connection:
            there = set(connection.execute(text(statement)).scalars())
        assert set(ids(self.index.search(unit(1, 1), ALL, 1000))) == there
        assert set(self.index.cosines(unit(1, 1), range(1, 200))) == there

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()
            self.folder.cleanup()


TestInStep = pytest.mark.slow(InStep.TestCase)
TestInStep.settings = settings(tried(15), stateful_step_count=12)  # type: ignore[attr-defined]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 5)), min_size=1, max_size=30),
    st.integers(1, 8),
)
@tried(25)
def test_the_best_are_the_best_of_all(rows: list[tuple[int, int, int]], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(Path(folder) / "workbench.db")
        texts = ["a" * a + "b" * b + "c" * c for a, b, c in rows]
        chunks = add_document(engine, "a.md", texts)
        embedded(engine, *texts)
        query = unit(3, 1, 2)
        cosines = LettersEmbedder().embed(texts) @ query
        expected = sorted(cosines.tolist(), reverse=True)[:limit]
        found = exact(engine).search(query, ALL, limit)
        assert [score for _, score in found] == pytest.approx(expected, abs=1e-6)
        by_id = dict(zip(chunks, cosines.tolist(), strict=True))
        assert all(by_id[chunk] == pytest.approx(score, abs=1e-6) for chunk, score in found)
        engine.dispose()


# -- the index as a whole ------------------------------------------------------------------------------------------


def test_without_a_model_nothing_is_found_and_nothing_fails(database: Engine) -> None:
    index = VectorIndex(database, GivenEmbedders(embedder=None, state="failed"))
    index.removed([1])
    index.added([1])
    index.rebuild()
    assert index.search(unit(1), ALL, 3) == []
    assert index.cosines(unit(1), [1]) == {}
    assert index.answering == "exact"


def test_a_wrong_address_of_a_server_is_refused_in_words(database: Engine) -> None:
    for wrong in ("chroma", "ftp://chroma:8000", "http://", "http://chroma:port", "http://user:secret@chroma"):
        with pytest.raises(RefusedInput, match="SRE_CHROMA_URL is no address") as refusal:
            VectorIndex(database, GivenEmbedders(), wrong)
        assert "secret" not in str(refusal.value)


def test_vectors_are_read_in_the_background_once_there_is_a_model(database: Engine) -> None:
    chunks = add_document(database, "a.md", PASSAGES)
    embedded(database)
    embedders = GivenEmbedders(embedder=None, state="loading")
    index = VectorIndex(database, embedders)
    index.start()
    assert index.search(unit(1), ALL, 3) == []
    embedders.come(LettersEmbedder())
    assert ids(index.search(unit(1), ALL, 9)) == [chunks[0], chunks[2], chunks[3], chunks[1], chunks[4]]
