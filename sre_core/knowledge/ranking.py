"""Which passages answer a query: BM25 over title, headings and text, and a rule for when nothing does.

**Nothing relevant.** Every word of a query has a weight, its inverse document frequency: a word that no document has
weighs most. A document is relevant when the words it shares with the query carry at least ``ENOUGH`` of the query's
weight, a long query counting as no more than its ``TELLING_WORDS`` heaviest words would; and when one of the shared
words is rare, standing in at most ``RARE`` of all passages; and when they are more than one word, unless the query
has no more than two. So a question about something else, which shares only common words, finds nothing. Of a relevant
document, the passage that scores best is brought back.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sre_core.knowledge.words import by_stem, compact, words
from sre_core.tools.search_runbooks import Passage

ENOUGH = 0.3
TELLING_WORDS = 8
RARE = 0.1
MOST_WORDS = 24
"""Words of a long query that are looked for: the rarest ones."""

TITLE, HEADING, BODY = 3.0, 1.0, 1.0
_SATURATION, _LENGTH_MATTERS, _USUAL_LENGTH = 3.0, 0.75, 80
_OWN, _OTHERS, _NAMED = 1.3, 0.8, 2.0
"""Factors for a document of the component asked about, of another one, and whose title the query writes out."""


@dataclass(frozen=True)
class Candidate:
    """A passage that has at least one word of the query. Stems separated by spaces."""

    document: str
    title: str
    kind: str
    component: str | None
    faults: tuple[str, ...]
    heading: str
    first_line: int
    last_line: int
    text: str
    title_stems: str
    heading_stems: str
    body_stems: str


class Corpus(Protocol):
    """Documents that can be asked for words."""

    def sizes(self) -> tuple[int, int]:
        """(documents, passages)."""

    def frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Stem -> how many passages have it; those that none has may be left out."""

    def candidates(self, stems: Sequence[str], kinds: tuple[str, ...]) -> Sequence[Candidate]:
        """Passages that have any of the stems, the most promising ones if they are very many."""


def rank(
    corpora: Sequence[Corpus], text: str, component: str | None, kinds: tuple[str, ...], limit: int
) -> list[Passage]:
    """The best passages of all corpora together, one a document, best first."""
    spoken = by_stem(text)
    passages = sum(corpus.sizes()[1] for corpus in corpora)
    if not spoken or not passages:
        return []
    query = _Query.of(spoken, text, corpora, passages)
    by_document: dict[str, list[_Scored]] = {}
    for candidate in (candidate for corpus in corpora for candidate in corpus.candidates(query.looked_for, kinds)):
        by_document.setdefault(candidate.document, []).append(query.scored(candidate, component))
    relevant = (scored for scored in by_document.values() if query.is_answered_by(scored))
    best = (max(scored, key=lambda one: one.score) for scored in relevant)
    return [query.passage(one) for one in sorted(best, key=lambda one: -one.score)[:limit]]


@dataclass(frozen=True)
class _Scored:
    candidate: Candidate
    shared: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class _Query:
    spoken: Mapping[str, str]
    weights: Mapping[str, float]
    frequencies: Mapping[str, int]
    passages: int
    names: frozenset[str]

    @classmethod
    def of(cls, spoken: Mapping[str, str], text: str, corpora: Sequence[Corpus], passages: int) -> _Query:
        total: Counter[str] = Counter()
        for corpus in corpora:
            total.update(corpus.frequencies(list(spoken)))
        weights = {stem: math.log(1 + (passages - total[stem] + 0.5) / (total[stem] + 0.5)) for stem in spoken}
        names = frozenset(compact(words(word)) for word in text.split())
        return cls(spoken, weights, total, passages, names)

    @property
    def looked_for(self) -> list[str]:
        known = [stem for stem in self.spoken if self.frequencies[stem]]
        return sorted(known, key=lambda stem: -self.weights[stem])[:MOST_WORDS]

    def scored(self, candidate: Candidate, component: str | None) -> _Scored:
        counts = _weighted_counts(candidate)
        shared = tuple(stem for stem in self.spoken if stem in counts)
        length = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * (candidate.body_stems.count(" ") + 1) / _USUAL_LENGTH
        score = sum(self.weights[stem] * counts[stem] / (counts[stem] + _SATURATION * length) for stem in shared)
        return _Scored(candidate, shared, score * self._preference(candidate, component))

    def is_answered_by(self, scored: Iterable[_Scored]) -> bool:
        """The rule above, of one document."""
        weights = [self.weights[stem] for stem in {stem for one in scored for stem in one.shared}]
        heaviest = sorted(self.weights.values(), reverse=True)[:TELLING_WORDS]
        if len(weights) < max(1, min(2, len(self.weights) - 1)) or sum(weights) < ENOUGH * sum(heaviest):
            return False
        return self.passages < 10 or max(weights) >= math.log(1 + (1 - RARE) / RARE)

    def passage(self, scored: _Scored) -> Passage:
        as_it_is = {name: getattr(scored.candidate, name) for name in _AS_IT_IS}
        return Passage(
            **as_it_is, score=round(scored.score, 4), matched=tuple(self.spoken[stem] for stem in scored.shared)
        )

    def _preference(self, candidate: Candidate, component: str | None) -> float:
        named = _NAMED if len(name := compact(words(candidate.title))) >= 8 and name in self.names else 1.0
        if component is None or candidate.component is None:
            return named
        return named * (_OWN if candidate.component == component else _OTHERS)


_AS_IT_IS = ("document", "title", "kind", "component", "faults", "heading", "first_line", "last_line", "text")


def _weighted_counts(candidate: Candidate) -> dict[str, float]:
    counts: dict[str, float] = {}
    fields = ((candidate.title_stems, TITLE), (candidate.heading_stems, HEADING), (candidate.body_stems, BODY))
    for stems, weight in fields:
        for stem in stems.split():
            counts[stem] = counts.get(stem, 0.0) + weight
    return counts
