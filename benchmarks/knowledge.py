"""The knowledge base: ingestion beside the bare model, search at two sizes, a cold start, and memory.

Every table comes from processes of their own. Vectors of the larger base are random, since embedding it takes an hour; the
queries' own vectors, the words and the ranking are real.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, text

from benchmarks.knowledge_texts import questions, runbooks
from benchmarks.tables import percentile, table
from sre_core.knowledge.documents import Scope, SourceDocument
from sre_core.knowledge.embedding import CountTokens, Embedder, Vectors
from sre_core.knowledge.library import KnowledgeBase
from sre_core.knowledge.models.folder import model_folder
from sre_core.knowledge.models.loading import BackgroundEmbedders
from sre_core.knowledge.models.tokens import TokenizerCount, about
from sre_core.knowledge.reading.files import read_files
from sre_core.knowledge.reading.given import FileGiven, Refused
from sre_core.knowledge.vector_cache import BATCH, VectorCache
from sre_core.knowledge.vectors import VectorIndex
from sre_core.settings import Settings
from sre_core.store import open_database, reading

SMALL, LARGE, QUICK = 2_000, 100_000, 10_000
QUERIES, WARM = 100, 5
GOALS = {SMALL: 15, LARGE: 40, QUICK: 40}
"""Milliseconds."""


class Heard:
    """An embedder that remembers what it was asked, to be asked it again."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.model, self.dimension = embedder.model, embedder.dimension
        self.asked: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        return self._embedder.embed(texts)


class Given:
    """Embedders with one embedder that is there."""

    state, problem = "ready", None

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def now(self) -> Embedder:
        return self._embedder

    def wait(self, seconds: float | None = None) -> Embedder:
        return self._embedder


def cache() -> Path:
    """Where exports are kept, as the workbench keeps them."""
    return Settings().model_cache / "models"


def loaded() -> Embedder:
    """The default model, exported if it was not yet."""
    embedders = BackgroundEmbedders(None, cache())
    embedders.start()
    embedders.settled()
    embedder = embedders.wait()
    assert embedder is not None, embedders.problem
    return embedder


def base(folder: Path, embedder: Embedder, count_tokens: CountTokens, chroma: Path | None = None) -> KnowledgeBase:
    """A knowledge base in a folder."""
    engine = open_database(folder / "workbench.db")
    embedders = Given(embedder)
    vectors = VectorIndex(engine, embedders, chroma, count_tokens)
    return KnowledgeBase(engine, vectors, embedders, count_tokens=count_tokens)


def ingest(documents: int) -> dict[str, float]:
    """Chunks a second: files -> documents -> passages -> words and vectors, and the same texts by the model alone."""
    heard = Heard(loaded())
    heard.embed(["warm"] * BATCH)
    heard.asked.clear()
    with tempfile.TemporaryDirectory() as folder:
        knowledge = base(Path(folder), heard, TokenizerCount(model_folder().tokenizer))
        started = time.perf_counter()
        for outcome in read_files(FileGiven(name=path, content=said.encode()) for path, said in runbooks(documents)):
            assert not isinstance(outcome, Refused), outcome
            knowledge.take_in(outcome, by="a benchmark")
        stored = time.perf_counter()
        chunks = knowledge.embed_pending()
        ended = time.perf_counter()
    batches = list(heard.asked)
    alone = time.perf_counter()
    for batch in batches:
        heard.embed(batch)
    raw = time.perf_counter() - alone
    return {
        "chunks": chunks,
        "stored": documents / (stored - started),
        "whole": chunks / (ended - started),
        "raw": chunks / raw,
        "ratio": raw / (ended - started),
    }


def fill(folder: Path, passages: int, embedder: Embedder) -> None:
    """A base of at least so many passages with random vectors."""
    engine = open_database(folder / "workbench.db")
    knowledge = KnowledgeBase(engine, count_tokens=about)
    made = 0
    for path, said in runbooks(passages):
        made += knowledge.take_in(SourceDocument(path=path, text=said), by="a benchmark").chunks
        if made >= passages:
            break
    put_random_vectors(engine, embedder)
    engine.dispose()


def put_random_vectors(engine: Engine, embedder: Embedder) -> None:
    """Every passage gets one."""
    chance = np.random.default_rng(7)
    with reading(engine) as connection:
        digests = list(connection.execute(text("SELECT DISTINCT embedded FROM wb_chunks")).scalars())
    vectors = VectorCache(engine, lambda document, wanted: {})
    for start in range(0, len(digests), 5000):
        part = digests[start : start + 5000]
        rows = chance.standard_normal((len(part), embedder.dimension), dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        vectors.put(embedder.model, dict(zip(part, rows, strict=True)))


def search(folder: Path, how: str) -> dict[str, float]:
    """Milliseconds from a question to its passages, the embedding of the question included, and the memory at the end."""
    index = VectorIndex(
        open_database(folder / "workbench.db"), Given(embedder := loaded()), _chroma(folder, how), about
    )
    index.start()
    opened = time.perf_counter()
    while how == "chroma" and index.answering != "chroma":
        time.sleep(0.05)
    opening = time.perf_counter() - opened
    knowledge = KnowledgeBase(open_database(folder / "workbench.db"), index, Given(embedder), count_tokens=about)
    scope = Scope(only_component=how == "component")
    component = components(folder) if how in ("component", "preferred") else [None]
    asked = questions(2 * (WARM + QUERIES))
    times, alone = [], []
    with asyncio.Runner() as runner:
        for number, (question, another) in enumerate(zip(asked[::2], asked[1::2], strict=True)):
            of = component[number % len(component)]
            started = time.perf_counter()
            found = runner.run(knowledge.search(question, component=of, kinds=(), limit=5, scope=scope))
            ended = time.perf_counter()
            embedder.embed([another])  # its vector is not remembered yet
            times.append((ended - started) * 1000)
            alone.append((time.perf_counter() - ended) * 1000)
            assert found.by == "words and meaning"
    index.stop()
    figures = {"p50": percentile(times[WARM:], 0.5), "p95": percentile(times[WARM:], 0.95)}
    return {**figures, "alone": percentile(alone[WARM:], 0.5), "rss": peak(), "opening": opening}


def _chroma(folder: Path, how: str) -> Path | None:
    return folder / "chroma" if how == "chroma" else None


def components(folder: Path) -> list[str]:
    """All that documents are about."""
    with reading(open_database(folder / "workbench.db")) as connection:
        statement = "SELECT DISTINCT component FROM wb_documents WHERE component IS NOT NULL ORDER BY component"
        return list(connection.execute(text(statement)).scalars())


def cold(folder: Path) -> dict[str, float]:
    """One question in a process that was just started."""
    embedders = BackgroundEmbedders(None, cache())
    embedders.start()
    engine = open_database(folder / "workbench.db")
    knowledge = KnowledgeBase(engine, VectorIndex(engine, embedders, None, about), embedders, count_tokens=about)
    embedders.wait()
    found = asyncio.run(knowledge.search(questions(1)[0], component=None, kinds=(), limit=5))
    assert found.by == "words and meaning"
    return {"rss": peak()}


def peak() -> float:
    """Megabytes that this process took at most. (``getrusage`` also counts the process that started it.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def child(*arguments: object) -> tuple[dict[str, float], float]:
    """What a part of this benchmark found in a process of its own, and how many seconds that took."""
    started = time.perf_counter()
    program = [sys.executable, "-m", "benchmarks.knowledge", "--part", *(str(one) for one in arguments)]
    done = subprocess.run(program, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - started


def part(name: str, *arguments: str) -> dict[str, float]:
    """One part, in this process."""
    match name, arguments:
        case "load", ():
            return {"dimension": loaded().dimension}
        case "ingest", (documents,):
            return ingest(int(documents))
        case "fill", (folder, passages):
            fill(Path(folder), int(passages), loaded())
            return {}
        case "search", (folder, how):
            return search(Path(folder), how)
        case "cold", (folder,):
            return cold(Path(folder))
        case _:
            raise SystemExit(f"There is no part {name} {arguments}.")


def show_ingestion(documents: int) -> None:
    """Print the table of ingestion."""
    found, _ = child("ingest", documents)
    row = (
        documents,
        f"{found['chunks']:.0f}",
        *(f"{found[name]:.1f}" for name in ("stored", "whole", "raw")),
        f"{found['ratio']:.2f}",
    )
    head = ("documents", "chunks", "documents/s without vectors", "chunks/s in all", "model alone", "ratio")
    table("Ingestion of Markdown files (goal: ratio >= 0.9)", head, [row])


def show_search(large: int) -> None:
    """Print the tables of search and of cold starts."""
    rows, starts = [], []
    for passages, hows in ((SMALL, ("exact", "chroma")), (large, ("component", "preferred", "exact"))):
        with tempfile.TemporaryDirectory() as folder:
            child("fill", folder, passages)
            for how in hows:
                found, _ = child("search", folder, how)
                goal = (
                    GOALS[passages] if how not in ("preferred",) and (passages == SMALL or how == "component") else "-"
                )
                rows.append(
                    (
                        f"{passages} passages, {WORDS[how]}",
                        *(f"{found[one]:.1f}" for one in ("p50", "p95", "alone")),
                        goal,
                        f"{found['rss']:.0f}",
                    )
                )
            runs = [child("cold", folder) for _ in range(3)]
            seconds = sorted(seconds for _, seconds in runs)[1]
            starts.append((f"{passages} passages", f"{seconds:.2f}", f"{runs[0][0]['rss']:.0f}"))
    head = ("base", "p50", "p95", "its vector alone", "goal p50", "peak MB")
    table(f"A question to its passages, ms, {QUERIES} questions", head, rows)
    table(
        "Start of a process to its first answer by words and meaning (goal: <= 2 s)", ("base", "s", "peak MB"), starts
    )


WORDS = {
    "exact": "all of them, exact",
    "chroma": "all of them, Chroma",
    "component": "one component only",
    "preferred": "one component preferred",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"fewer documents, and {QUICK} passages instead of {LARGE}"
    )
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.part:
        print(json.dumps(part(*given.part)))
        return
    child("load")  # so that an export is made before anything is measured
    show_ingestion(40 if given.quick else 200)
    show_search(QUICK if given.quick else LARGE)


if __name__ == "__main__":
    main()
