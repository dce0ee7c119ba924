"""Which passages answer a query: by name first, then by words and by meaning; and when none does.

**By name.** A query that holds a document's address, alert name, title or error code is answered by that document, unless more
than ``MOST_NAMESAKES`` documents are called so.

**By words and meaning.** The best passages of both kinds are scored together, see ``fusion``. A document counts as its best
passage does. Without vectors, words decide alone.

**Nothing relevant.** See ``relevance``. What came closest is still offered, as near misses.

docs/retrieval.md says on which data these rules and figures were chosen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from sre_core.knowledge.documents import CHANGE_LIKE, Scope
from sre_core.knowledge.embedding import Embedders, NoEmbedders
from sre_core.knowledge.fusion import Found, fused
from sre_core.knowledge.index import Candidate, SearchIndex
from sre_core.knowledge.query import Query
from sre_core.knowledge.relevance import is_relevant
from sre_core.tools.search_runbooks import Passage, Passages, Tier

MOST_NAMESAKES = 3
OWN, OTHERS = 1.25, 0.8
"""Factors for a document of the component asked about, and of another one; a general document has 1."""
MOST_WEIGHED = 40
"""Documents that are looked at for whether they answer."""
LEAST_OF_OLD = 0.5
"""What a change-like document of long ago keeps of its score."""
_TIERS: tuple[Tier, ...] = ("link", "name", "title", "code", "search")


class Searcher:
    """Several indexes searched as one. Implements ``Library``."""

    def __init__(
        self,
        indexes: Sequence[SearchIndex],
        embedders: Embedders | None = None,
        *,
        half_life: timedelta = timedelta(days=30),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        spelled: Callable[[Scope], Scope] = lambda scope: scope,
    ) -> None:
        """``half_life``: of documents that tell of one moment, such as changes; the older, the less they count.

        ``spelled``: brings the names of a scope to how documents spell them.
        """
        self._spelled = spelled
        self._indexes = indexes
        self._embedders = embedders or NoEmbedders()
        self._half_life = half_life
        self._now = now

    async def search(
        self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int, scope: Scope | None = None
    ) -> Passages:
        """The best passages, one a document; none when nothing is relevant."""
        scope = scope or Scope()
        narrowed = {"component": component or scope.component, "kinds": kinds or scope.kinds}
        return await asyncio.to_thread(self.find, text, scope.model_copy(update=narrowed), limit)

    def find(self, text: str, scope: Scope | None = None, limit: int = 4) -> Passages:
        """The same, in the caller's thread."""
        scope = self._spelled(scope or Scope())
        query = Query.of(text, self._indexes, self._embedders.now())
        found = self._ranked(query, scope)
        judged = (
            one for one in found[:MOST_WEIGHED] if _answers(query, one)
        )  # one by one: judging takes longer than finding
        relevant = tuple(_passage(query, one) for one in islice(judged, limit))
        return Passages(
            query=text,
            passages=relevant,
            near_misses=() if relevant else tuple(_passage(query, one) for one in found[:limit]),
            searched=query.documents,
            by="words" if query.vector is None else "words and meaning",
        )

    def _ranked(self, query: Query, scope: Scope) -> list[Found]:
        """The best passage of each document, documents that are called by name first."""
        best: dict[str, Found] = {}
        for one in fused(query, self._indexes, scope, self._named(query, scope)):
            one = one.times(_preference(one.candidate, scope.component) * self._freshness(one.candidate))
            known = best.get(one.candidate.document)
            if known is None or one.score > known.score:
                best[one.candidate.document] = one
        return sorted(best.values(), key=lambda one: (_TIERS.index(one.tier), -one.score, one.candidate.document))

    def _named(self, query: Query, scope: Scope) -> dict[str, Tier]:
        """Documents that the query calls by a name which few others have, each by its surest tier."""
        called: dict[str, dict[str, Tier]] = {}
        for index in self._indexes if query.names else ():
            for name, those in index.exact(query.names, scope).items():
                called.setdefault(name, {}).update(
                    {path: tier for path, said in those for tier in _TIERS if tier == said}
                )
        found: dict[str, Tier] = {}
        for documents in called.values():
            for path, tier in documents.items() if len(documents) <= MOST_NAMESAKES else ():
                found[path] = min(tier, found.get(path, tier), key=_TIERS.index)
        return found

    def _freshness(self, candidate: Candidate) -> float:
        if candidate.kind not in CHANGE_LIKE or self._half_life <= timedelta(0):
            return 1.0
        age = max(timedelta(0), self._now() - (candidate.dated or candidate.taken_in))
        return LEAST_OF_OLD + (1 - LEAST_OF_OLD) * float(0.5 ** (age / self._half_life))


def _preference(candidate: Candidate, component: str | None) -> float:
    if component is None or candidate.component is None:
        return 1.0
    return OWN if candidate.component.casefold() == component.casefold() else OTHERS


def _answers(query: Query, one: Found) -> bool:
    return one.tier != "search" or is_relevant(query, one.shared(query), one.cosine)


def _passage(query: Query, one: Found) -> Passage:
    """A passage as it is shown."""
    shared = one.shared(query)
    return Passage(
        **{name: getattr(one.candidate, name) for name in _AS_IT_IS},
        score=round(min(1.0, one.score), 4),
        matched=tuple(word for stem, word in query.spoken.items() if stem in shared),
        tier=one.tier,
        cosine=None if one.cosine is None else round(one.cosine, 4),
        lexical=round(query.share(shared), 4),
        why=_why(query, one, shared),
    )


_AS_IT_IS = ("document", "title", "kind", "component", "faults", "heading", "first_line", "last_line", "text")
_CALLED = {"link": "address", "name": "name", "title": "title", "code": "error code"}


def _why(query: Query, one: Found, shared: set[str]) -> str:
    telling = sorted(shared, key=lambda stem: -query.weights[stem])[:4]
    said = [f"its {_CALLED[one.tier]} is in the query"] if one.tier in _CALLED else []
    said += [f"says {', '.join(query.spoken[stem] for stem in telling)}"] if telling else []
    said += [f"cosine {one.cosine:.2f}"] if one.cosine is not None else []
    return "; ".join(said)
