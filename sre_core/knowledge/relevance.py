"""When a passage answers a query at all, so that "nothing relevant" can be said.

**With vectors**: its cosine is at least ``ALONE``; or at least ``TOGETHER``, when the share of the query is added that its words
carry. A word weighs by its inverse document frequency, and one that no document has weighs most. So a question about something
else, which shares only common words, finds nothing, and neither does an alert of a system that no document knows.

**With words alone**: the words it shares carry at least ``ENOUGH`` of what the query's ``TELLING_WORDS`` heaviest words would;
one of them is rare, standing in at most ``RARE`` of all passages; and they are more than one, unless the query has two at most.

The figures are of the default model; the cosines of another one are brought to its scale first, see ``scale``.
"""

from __future__ import annotations

import math

from sre_core.knowledge.query import Query

TOGETHER, ALONE = 0.8, 0.6
ENOUGH = 0.3
TELLING_WORDS = 8
RARE = 0.1
FEW = 20
"""In fewer passages than that no word is rare."""


def is_relevant(query: Query, shared: set[str], cosine: float | None) -> bool:
    """Whether a passage answers. ``shared``: stems of the query that it holds; ``cosine`` None: it has no vector."""
    if query.vector is not None and cosine is not None:
        meaning = query.scale.in_default(cosine)
        return meaning >= ALONE or meaning + query.share(shared) >= TOGETHER
    return _by_words(query, shared)


def _by_words(query: Query, shared: set[str]) -> bool:
    weights = [query.weights[stem] for stem in shared]
    heaviest = sorted(query.weights.values(), reverse=True)[:TELLING_WORDS]
    if len(weights) < max(1, min(2, len(query.weights) - 1)) or sum(weights) < ENOUGH * sum(heaviest):
        return False
    return query.passages < FEW or max(weights) >= math.log(1 + (1 - RARE) / RARE)
