"""Chroma answers only while it holds what the database holds; whatever happens to it, searches go on."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from sre_core.knowledge.chroma import AGAIN, ChromaVectors
from sre_core.knowledge.chroma_places import ChromaFolder, ChromaServer, Place
from sre_core.knowledge.documents import Scope
from sre_core.knowledge.exact import ExactVectors
from sre_core.knowledge.vector_cache import VectorCache
from sre_core.knowledge.vectors import VectorIndex
from sre_core.store import writing
from tests.knowledge.vector_fakes import (
    GivenEmbedders,
    KnownTexts,
    LettersEmbedder,
    add_document,
    remove_document,
    unit,
)

pytestmark = pytest.mark.slow  # importing chromadb takes a second or two

ALL = Scope()
TEXTS = tuple("a" * a + "b" * b + "c" * c for a in range(6) for b in range(6) for c in range(6) if a + b + c)


@dataclass
class FakeClock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Opened:
    """What a test opened, to be closed at its end."""

    database: Engine
    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    all: list[ChromaVectors] = field(default_factory=list)

    def chroma(self, place: Place | None = None, embedders: GivenEmbedders | None = None) -> ChromaVectors:
        made = ChromaVectors(
            self.database, embedders or GivenEmbedders(), place or ChromaFolder(self.folder), self.clock
        )
        self.all.append(made)
        return made

    def started(self, place: Place | None = None) -> ChromaVectors:
        chroma = self.chroma(place)
        chroma.start()
        assert until(lambda: chroma.answers), chroma.state
        return chroma


@pytest.fixture
def opened(database: Engine, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(database, tmp_path / "chroma")
    yield opened
    for one in opened.all:
        one.stop()


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it comes true in time."""
    tick, waited = threading.Event(), 0.0
    while not condition() and waited < seconds:
        tick.wait(0.01)
        waited += 0.01
    return condition()


def fill(engine: Engine) -> dict[str, list[int]]:
    """Documents of three kinds, embedded."""
    third = len(TEXTS) // 3
    made = {
        "runbook": add_document(engine, "r.md", TEXTS[:third], component="cart", dated="2026-01-01T00:00:00+00:00"),
        "note": add_document(engine, "n.md", TEXTS[third : 2 * third], kind="note", source="slack"),
        "Übergabe 1": add_document(engine, "u.md", TEXTS[2 * third :], kind="Übergabe 1"),
    }
    VectorCache(engine, KnownTexts(TEXTS)).embed_pending(LettersEmbedder())
    return made


def same(engine: Engine, chroma: ChromaVectors, scope: Scope = ALL, limit: int = 8) -> bool:
    """Whether Chroma finds passages as near as exact search does."""
    found = chroma.search(unit(3, 2, 1), scope, limit)
    expected = ExactVectors(engine, "letters-1", 26).search(unit(3, 2, 1), scope, limit)
    return found is not None and np.allclose([c for _, c in found], [c for _, c in expected], atol=1e-4)


def everything(chroma: ChromaVectors) -> set[int]:
    found = chroma.search(unit(1, 1, 1), ALL, 1000)
    assert found is not None, chroma.state
    return {chunk for chunk, _ in found}


# -- in step -------------------------------------------------------------------------------------------------------


def test_it_finds_what_exact_search_finds(database: Engine, opened: Opened) -> None:
    kinds = fill(database)
    chroma = opened.started()
    assert same(database, chroma)
    assert same(database, chroma, Scope(kinds=("note",)))
    assert same(database, chroma, Scope(kinds=("Übergabe 1", "runbook")))
    assert chroma.search(unit(1), Scope(kinds=("unheard of",)), 5) == []
    assert everything(chroma) == {chunk for chunks in kinds.values() for chunk in chunks}
    assert chroma.state == f"Chroma in the folder {opened.folder} answers."


def test_a_source_or_a_time_is_filtered_and_a_narrow_scope_is_left_to_exact_search(
    database: Engine, opened: Opened
) -> None:
    kinds = fill(database)
    chroma = opened.started()
    recent = Scope(newer_than=datetime(2026, 2, 1, tzinfo=UTC))
    found = chroma.search(unit(3, 2, 1), recent, 8)
    assert found is not None
    assert len(found) == 8
    assert not {chunk for chunk, _ in found} & set(kinds["runbook"])
    assert same(database, chroma, Scope(sources=("slack",)))
    assert chroma.search(unit(1), Scope(component="cart", only_component=True), 8) is None
    assert chroma.search(unit(1), Scope(sources=("nobody",)), 8) is None


def test_it_does_not_answer_before_a_change_has_arrived(database: Engine, opened: Opened) -> None:
    kinds = fill(database)
    chroma = opened.started()
    texts = ["zzz", "zzza"]
    new = add_document(database, "new.md", texts, kind="thread")
    VectorCache(database, KnownTexts(texts)).embed_pending(LettersEmbedder(), stored=chroma.changed)
    chroma.changed(remove_document(database, "n.md"))
    assert until(lambda: chroma.answers), chroma.state
    assert everything(chroma) == {*kinds["runbook"], *kinds["Übergabe 1"], *new}


def test_it_waits_for_the_model_and_exact_search_answers_until_then(database: Engine, opened: Opened) -> None:
    fill(database)
    embedders = GivenEmbedders(embedder=None, state="loading")
    chroma = opened.chroma(embedders=embedders)
    chroma.start()
    assert chroma.search(unit(1), ALL, 3) is None
    assert "Searches are exact meanwhile." in chroma.state
    embedders.come(LettersEmbedder())
    assert until(lambda: chroma.answers), chroma.state


def test_without_a_model_it_holds_nothing(opened: Opened) -> None:
    chroma = opened.chroma(embedders=GivenEmbedders(embedder=None, state="failed"))
    chroma.start()
    assert until(lambda: "There is no embedding model" in chroma.state), chroma.state
    assert chroma.search(unit(1), ALL, 3) is None


# -- opened again --------------------------------------------------------------------------------------------------


def index_folders(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("index-*"))


def test_what_is_there_is_used_again_and_what_is_missing_added(database: Engine, opened: Opened) -> None:
    fill(database)
    opened.started().stop()
    before = index_folders(opened.folder)
    (new,) = add_document(database, "new.md", ["zzz"])
    VectorCache(database, KnownTexts(["zzz"])).embed_pending(LettersEmbedder())
    assert new in everything(opened.started())
    assert index_folders(opened.folder) == before


def forget_a_document(opened: Opened) -> None:
    remove_document(opened.database, "n.md")


def forget_the_mark(opened: Opened) -> None:
    for mark in opened.folder.glob("whole-*"):
        mark.unlink()


def write_garbage(opened: Opened) -> None:
    for file in opened.folder.glob("index-*/**/*"):
        if file.is_file():
            file.write_bytes(b"garbage" * 1000)


def swap_vectors(opened: Opened) -> None:
    """The same ids, but other vectors."""
    swapped = LettersEmbedder().embed([one[::-1].translate(str.maketrans("abc", "xyz")) for one in TEXTS])
    statement = text(
        "UPDATE wb_vectors SET vector = :vector WHERE digest = (SELECT embedded FROM wb_chunks WHERE id = :id)"
    )
    with writing(opened.database) as connection:
        rows = [{"id": place, "vector": vector.tobytes()} for place, vector in enumerate(swapped, start=1)]
        connection.execute(statement, rows)


@pytest.mark.parametrize("spoil", [forget_a_document, forget_the_mark, write_garbage, swap_vectors])
def test_what_does_not_agree_with_the_database_is_made_anew(
    database: Engine, opened: Opened, spoil: Callable[[Opened], None]
) -> None:
    fill(database)
    opened.started().stop()
    before = index_folders(opened.folder)
    spoil(opened)
    chroma = opened.started()
    assert same(database, chroma)
    assert index_folders(opened.folder) != before
    assert len(index_folders(opened.folder)) == 1


def test_a_document_that_was_removed_is_erased_at_the_next_start_at_the_latest(
    database: Engine, opened: Opened
) -> None:
    fill(database)
    chroma = opened.started()
    before = index_folders(opened.folder)
    chroma.changed(remove_document(database, "n.md"))
    assert until(lambda: chroma.answers)
    chroma.stop()
    opened.started()
    assert index_folders(opened.folder) != before


def test_a_rebuild_leaves_no_vector_of_what_was_removed_on_the_disk(database: Engine, opened: Opened) -> None:
    fill(database)
    (secret,) = add_document(database, "secret.md", ["qqqqzzzwww"])
    VectorCache(database, KnownTexts(["qqqqzzzwww"])).embed_pending(LettersEmbedder())
    vector = LettersEmbedder().embed(["qqqqzzzwww"])[0].tobytes()
    chroma = opened.started()
    assert any(vector in file.read_bytes() for file in opened.folder.glob("**/*") if file.is_file())
    told: list[tuple[int, int]] = []
    chroma.changed(remove_document(database, "secret.md"))
    chroma.rebuild(lambda *far: told.append(far))
    assert until(lambda: chroma.answers)
    assert not any(vector in file.read_bytes() for file in opened.folder.glob("**/*") if file.is_file())
    assert secret not in everything(chroma)
    assert told[0] == (0, len(TEXTS))
    assert told[-1] == (len(TEXTS), len(TEXTS))


def test_a_rebuild_needs_no_start_and_embeds_nothing(database: Engine, opened: Opened) -> None:
    fill(database)
    letters = LettersEmbedder()
    chroma = opened.chroma(embedders=GivenEmbedders(letters))
    chroma.rebuild(lambda done, of: None)
    assert same(database, chroma)
    assert letters.asked == []


def test_another_model_gets_an_index_of_its_own(database: Engine, opened: Opened) -> None:
    fill(database)
    opened.started().stop()
    other = LettersEmbedder(model="letters-2")
    VectorCache(database, KnownTexts(TEXTS)).embed_pending(other)
    chroma = opened.chroma(embedders=GivenEmbedders(other))
    chroma.start()
    assert until(lambda: chroma.answers), chroma.state
    assert len(everything(chroma)) == len(TEXTS)
    assert len(index_folders(opened.folder)) == 1


# -- trouble -------------------------------------------------------------------------------------------------------


def test_a_second_process_is_kept_out_and_comes_in_when_the_first_has_gone(database: Engine, opened: Opened) -> None:
    fill(database)
    opened.folder.mkdir()
    lock = (opened.folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    chroma = opened.chroma()
    chroma.start()
    assert until(lambda: "in use by another process" in chroma.state), chroma.state
    assert "SRE_CHROMA_URL" in chroma.state
    assert "Searches are exact" in chroma.state
    assert chroma.search(unit(1), ALL, 3) is None
    lock.close()
    opened.clock.now += AGAIN + 1
    assert chroma.search(unit(1), ALL, 3) is None
    assert until(lambda: chroma.answers), chroma.state


def test_a_folder_that_goes_away_under_it_costs_no_search(database: Engine, opened: Opened) -> None:
    fill(database)
    chroma = opened.started()
    index = VectorIndex(database, GivenEmbedders())
    index._chroma = chroma
    store = chroma._store
    assert store is not None
    store._client.close()  # type: ignore[attr-defined]
    found = index.search(unit(3, 2, 1), ALL, 5)
    assert found == ExactVectors(database, "letters-1", 26).search(unit(3, 2, 1), ALL, 5)
    assert index.answering == "exact"
    assert "failed" in index.state
    opened.clock.now += AGAIN + 1
    index.search(unit(1), ALL, 5)
    assert until(lambda: index.answering == "chroma"), index.state


def test_a_folder_that_cannot_be_made_is_told(database: Engine, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "chroma").write_text("a file is in the way", encoding="utf-8")
    chroma = opened.chroma()
    chroma.start()
    assert until(lambda: "cannot be written" in chroma.state), chroma.state
    assert chroma.search(unit(1), ALL, 3) is None


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_a_server_that_is_down_is_told_and_tried_again(database: Engine, opened: Opened, tmp_path: Path) -> None:
    fill(database)
    port = free_port()
    chroma = opened.chroma(ChromaServer(f"http://127.0.0.1:{port}", "wb-1"))
    chroma.start()
    assert until(lambda: "failed" in chroma.state), chroma.state
    assert f"the server 127.0.0.1:{port}" in chroma.state
    server = run_server(tmp_path / "server", port)
    try:
        assert until(lambda: answers(port))
        opened.clock.now += AGAIN + 1
        chroma.search(unit(1), ALL, 3)
        assert until(lambda: chroma.answers), chroma.state
        assert same(database, chroma)
        other = opened.started(ChromaServer(f"http://127.0.0.1:{port}", "wb-2"))
        other.rebuild(lambda done, of: None)
        assert same(database, other)
        assert same(database, chroma)  # whose collections are its own
    finally:
        server.terminate()
        server.wait(20)
    assert chroma.search(unit(1), ALL, 3) is None
    assert "Searches are exact" in chroma.state


def run_server(folder: Path, port: int) -> subprocess.Popen[bytes]:
    program = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--port", str(port)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*program, "--host", "127.0.0.1"], stdout=quiet, stderr=quiet, env=dict(os.environ))


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
