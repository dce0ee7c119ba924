"""Passages scored by words and by meaning together.

Score = ``MEANING`` x cosine / best cosine + (1 - ``MEANING``) x BM25 / best BM25. Without vectors, BM25 alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.index import Candidate, SearchIndex
from sre_core.knowledge.query import Query
from sre_core.knowledge.words import stems
from sre_core.tools.search_runbooks import Tier

MEANING = 0.7
"""What the cosine has of a score; words have the rest."""
CONSIDERED = 150
"""Passages that each index names by words, and as many by meaning."""
READ = 80
"""Of those, the best ones by score are read."""


@dataclass(frozen=True)
class Found:
    """A passage that may answer."""

    candidate: Candidate
    score: float
    cosine: float | None
    tier: Tier

    def times(self, factor: float) -> Found:
        """The same, counting more or less."""
        return replace(self, score=self.score * factor)

    def shared(self, query: Query) -> set[str]:
        """Stems of the query that its title, headings or text hold."""
        one = self.candidate
        about = " ".join((one.title, one.component or "", *one.faults, one.heading, one.text))
        return query.spoken.keys() & set(stems(about))


def fused(query: Query, indexes: Sequence[SearchIndex], scope: Scope, named: Mapping[str, Tier]) -> list[Found]:
    """Passages of all indexes, in no order. ``named``: documents called by name; all their passages are among them."""
    looked = [_Looked.at(query, index, scope, list(named)) for index in indexes]
    if len(looked) > 1:
        looked = [one.comparable() for one in looked]
    best_cosine = max((one.meaning(id_) for one in looked for id_ in one.cosines), default=0.0)
    best_words = max((score for one in looked for score in one.words.values()), default=0.0)
    found = []
    for one in looked:
        scores = {id_: one.score(id_, best_cosine, best_words) for id_ in one.ids}
        read = sorted(scores, key=lambda id_: (id_ not in one.named, -scores[id_], id_))[: READ + len(one.named)]
        for candidate in one.index.passages(read):
            cosine = one.cosines.get(candidate.chunk)
            tier = named.get(candidate.document, "search")
            found.append(Found(candidate, scores[candidate.chunk], cosine, tier))
    return found


@dataclass(frozen=True)
class _Looked:
    """What one index says of a query."""

    index: SearchIndex
    named: frozenset[int]
    words: Mapping[int, float]
    cosines: Mapping[int, float]
    query: Query

    @classmethod
    def at(cls, query: Query, index: SearchIndex, scope: Scope, named: Sequence[str]) -> _Looked:
        ids = frozenset(index.of_documents(named)) if named else frozenset()
        words = dict(index.lexical(query.looked_for, scope, CONSIDERED))
        cosines: dict[int, float] = {}
        if query.vector is not None:
            cosines = dict(index.dense(query.vector, scope, CONSIDERED))
            cosines |= index.cosines(query.vector, [id_ for id_ in (ids | words.keys()) if id_ not in cosines])
        return cls(index, ids, words, cosines, query)

    @property
    def ids(self) -> set[int]:
        return {*self.named, *self.words, *self.cosines}

    def meaning(self, id_: int) -> float:
        """The cosine on the default model's scale, 0 for what is unrelated or has no vector."""
        return max(0.0, self.query.scale.in_default(self.cosines[id_])) if id_ in self.cosines else 0.0

    def score(self, id_: int, best_cosine: float, best_words: float) -> float:
        words = self.words.get(id_, 0.0) / best_words if best_words > 0 else 0.0
        if self.query.vector is None:
            return words
        cosine = self.meaning(id_) / best_cosine if best_cosine > 0 else 0.0
        return MEANING * cosine + (1 - MEANING) * words

    def comparable(self) -> _Looked:
        """Indexes of different size have different scales of BM25: each is brought to what share of the query its best holds."""
        best = max(self.words, key=lambda id_: (self.words[id_], -id_), default=None)
        candidates = self.index.passages([best]) if best is not None and self.words[best] > 0 else ()
        if best is None or not candidates:
            return replace(self, words={})
        share = self.query.share(Found(candidates[0], 0.0, None, "search").shared(self.query))
        return replace(self, words={id_: score / self.words[best] * share for id_, score in self.words.items()})
