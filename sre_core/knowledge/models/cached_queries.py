"""Texts that are asked again and again are embedded once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from sre_core.knowledge.embedding import Embedder, Vectors

MOST = 512


class CachedQueries:
    """An ``Embedder`` that remembers the vectors of the last single texts; several texts at once are a document's."""

    def __init__(self, embedder: Embedder, most: int = MOST) -> None:
        self._embedder = embedder
        self._most = most
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._turn = threading.Lock()

    @property
    def model(self) -> str:
        """Id of the model."""
        return self._embedder.model

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        if len(texts) != 1:
            return self._embedder.embed(texts)
        with self._turn:
            if (known := self._known.get(texts[0])) is not None:
                self._known.move_to_end(texts[0])
                return known.copy()
        vectors = self._embedder.embed(texts)
        with self._turn:
            self._known[texts[0]] = vectors.copy()
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return vectors
