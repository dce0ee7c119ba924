"""A few documents held in memory, such as those that came with one incident: searched beside the knowledge base, never stored."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from sre_core.knowledge.chunks import Chunk, ParsedDocument, parse_document
from sre_core.knowledge.documents import Scope, SourceDocument
from sre_core.knowledge.embedding import CountTokens, Embedders, NoEmbedders, Vectors
from sre_core.knowledge.index import BODY, HEADING, TITLE, Candidate, Scored
from sre_core.knowledge.words import stems

SOURCE = "incident"
MOST_EMBEDDED = 40
"""Passages, about three seconds of one core. More are found by words alone: a search does not wait for long."""
_K1, _B = 1.2, 0.75
"""Of BM25, as SQLite has them."""


class LooseDocuments:
    """Implements ``SearchIndex`` for a mapping of path -> text. Vectors are made at the first search that has a model."""

    def __init__(
        self,
        documents: Mapping[str, str | SourceDocument],
        count_tokens: CountTokens | None = None,
        embedders: Embedders | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._parsed = {path: parse_document(_source(path, text), count_tokens) for path, text in documents.items()}
        self._embedders = embedders or NoEmbedders()
        self._vectors: Vectors | None = None
        self._embedding = Lock()
        taken_in = now()
        self._chunks = [(path, document, chunk) for path, document in self._parsed.items() for chunk in document.chunks]
        self._candidates = [_candidate(id_, *place, taken_in) for id_, place in enumerate(self._chunks)]
        self._weights, self._lengths = _words([(document, chunk) for _, document, chunk in self._chunks])
        self._usual_length = sum(self._lengths) / max(1, len(self._lengths))

    def sizes(self) -> tuple[int, int]:
        """(documents, passages)."""
        return len(self._parsed), len(self._chunks)

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it."""
        return {stem: len(self._weights[stem]) for stem in stems if stem in self._weights}

    def exact(self, names: Sequence[str], scope: Scope) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Normalised name -> (path, tier) of the documents that are called that."""
        answering = {one.document for one in self._within(scope)}
        found: dict[str, list[tuple[str, str]]] = {}
        for path, document in self._parsed.items():
            for name in names:
                if path in answering and name in document.exact:
                    found.setdefault(name, []).append((path, document.exact[name]))
        return found

    def lexical(self, stems: Sequence[str], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages that have any of the stems, by BM25, best first."""
        scores: dict[int, float] = defaultdict(float)
        for stem in dict.fromkeys(stems):
            having = self._weights.get(stem, {})
            rarity = max(1e-6, math.log((len(self._chunks) - len(having) + 0.5) / (len(having) + 0.5)))
            for id_, weight in having.items():
                longer = 1 - _B + _B * self._lengths[id_] / self._usual_length
                scores[id_] += rarity * weight * (_K1 + 1) / (weight + _K1 * longer)
        return _best({one.chunk: scores[one.chunk] for one in self._within(scope) if one.chunk in scores}, limit)

    def dense(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages by cosine, best first; none while there are no vectors."""
        return _best(self.cosines(vector, [one.chunk for one in self._within(scope)]), limit)

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """The cosine of exactly these passages."""
        vectors = self._embedded()
        if vectors is None or not chunks or vectors.shape[1] != vector.shape[0]:
            return {}
        return {id_: float(cosine) for id_, cosine in zip(chunks, vectors[list(chunks)] @ vector, strict=True)}

    def passages(self, chunks: Sequence[int]) -> Sequence[Candidate]:
        """The passages of these ids."""
        return [self._candidates[id_] for id_ in chunks if 0 <= id_ < len(self._candidates)]

    def of_documents(self, paths: Sequence[str]) -> Sequence[int]:
        """Ids of all passages of these documents."""
        return [one.chunk for one in self._candidates if one.document in paths]

    def _within(self, scope: Scope) -> Iterator[Candidate]:
        for one in self._candidates:
            if scope.only_component and one.component != scope.component:
                continue
            if (scope.kinds and one.kind not in scope.kinds) or (scope.sources and SOURCE not in scope.sources):
                continue
            if scope.newer_than is None or (one.dated or one.taken_in) > scope.newer_than:
                yield one

    def _embedded(self) -> Vectors | None:
        embedder = self._embedders.now()
        if embedder is None or not 0 < len(self._chunks) <= MOST_EMBEDDED:
            return None
        with self._embedding:
            if self._vectors is None:
                self._vectors = np.asarray(embedder.embed([chunk.embedded for _, _, chunk in self._chunks]))
        return self._vectors


def _source(path: str, text: str | SourceDocument) -> SourceDocument:
    return text if isinstance(text, SourceDocument) else SourceDocument(path=path, text=text)


def _words(places: Sequence[tuple[ParsedDocument, Chunk]]) -> tuple[dict[str, dict[int, float]], list[int]]:
    """(stem -> passage -> how much it counts there, how many words each passage has)"""
    weights: dict[str, dict[int, float]] = {}
    lengths = []
    for id_, (document, chunk) in enumerate(places):
        about = " ".join((document.title, document.component or "", *document.faults, *document.names))
        fields = ((stems(about), TITLE), (stems(chunk.heading), HEADING), (stems(chunk.text), BODY))
        for field, weight in fields:
            for stem in field:
                counts = weights.setdefault(stem, {})
                counts[id_] = counts.get(id_, 0.0) + weight
        lengths.append(sum(len(field) for field, _ in fields))
    return weights, lengths


def _best(scores: Mapping[int, float], limit: int) -> list[Scored]:
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))[:limit]


def _candidate(id_: int, path: str, document: ParsedDocument, chunk: Chunk, taken_in: datetime) -> Candidate:
    return Candidate(
        chunk=id_,
        document=path,
        title=document.title,
        kind=document.kind,
        component=document.component,
        faults=document.faults,
        source=SOURCE,
        dated=document.dated,
        taken_in=taken_in,
        heading=chunk.heading,
        first_line=chunk.first_line,
        last_line=chunk.last_line,
        text=chunk.text,
    )
