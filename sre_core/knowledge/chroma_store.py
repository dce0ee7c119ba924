"""The collections of one model in Chroma: one a kind of document, vectors always given, nothing in them but ids and vectors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from sre_core.knowledge.index import Scored

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

MOST_AT_ONCE = 5000
"""Chroma takes 5 461 rows in a call."""
SAMPLE = 20
NEAR = 0.01
"""A vector that is looked for finds itself at a distance below this."""

Item = TypeVar("Item")


class ChromaStore:
    """What Chroma holds of one model, and which passages that are."""

    def __init__(self, client: ClientAPI, owner: str, model: str, dimension: int) -> None:
        """``owner``: what the names of all our collections begin with."""
        self._client = client
        self._owner = owner
        self._tail = f"{_plain(model)}.{dimension}"
        self._collections: dict[str, ChromaCollection] = {}
        self.held: dict[int, str] = {}
        """Passage -> its kind."""

    def read(self, kinds: Iterable[str]) -> bool:
        """Find out what is there; False when something of ours is there that is not of these kinds and this model."""
        expected = {self._name(kind): kind for kind in kinds}
        for collection in self._client.list_collections():
            if kind := expected.get(collection.name):
                self._collections[kind] = self._client.get_collection(collection.name, embedding_function=None)
                self.held |= {int(id_): kind for id_ in self._collections[kind].get(include=[])["ids"]}
            elif collection.name.startswith(f"{self._owner}.") and collection.count():
                return False
        return True

    def add(self, kind: str, vectors: Mapping[int, NDArray[float32]]) -> None:
        """Put these passages in. An id that is there already would be ignored, so it is deleted first."""
        collection = self._collection(kind)
        for part in _parts(vectors, MOST_AT_ONCE):
            if again := [str(chunk) for chunk in part if chunk in self.held]:
                collection.delete(ids=again)
            given = np.stack([vectors[chunk] for chunk in part])
            collection.add(ids=[str(chunk) for chunk in part], embeddings=given)
            self.held |= dict.fromkeys(part, kind)

    def remove(self, chunks: Collection[int]) -> None:
        """Take these passages out; their vectors stay on the disk until a rebuild."""
        for kind in {self.held[chunk] for chunk in chunks if chunk in self.held}:
            for part in _parts([chunk for chunk in chunks if self.held.get(chunk) == kind], MOST_AT_ONCE):
                self._collections[kind].delete(ids=[str(chunk) for chunk in part])
                for chunk in part:
                    del self.held[chunk]

    def nearest(self, vector: NDArray[float32], kinds: Sequence[str], limit: int) -> list[Scored]:
        """Passages by cosine, best first, of these kinds; none named means all."""
        found: list[Scored] = []
        for kind in kinds or list(self._collections):
            if kind in self._collections:
                found += _query(self._collections[kind], vector, limit)
        return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]

    def finds(self, vectors: Mapping[int, NDArray[float32]]) -> bool:
        """Whether (nearly) all of these passages are found by their own vector."""
        near = [
            any(cosine > 1 - NEAR for _, cosine in self.nearest(vector, [self.held[chunk]], 1))
            for chunk, vector in vectors.items()
        ]
        return sum(near) >= 0.9 * len(near)

    def sample(self) -> list[int]:
        """Some of the passages it holds, evenly spread."""
        held = sorted(self.held)
        return held[:: max(1, len(held) // SAMPLE)][:SAMPLE]

    def _collection(self, kind: str) -> ChromaCollection:
        if kind not in self._collections:
            self._collections[kind] = self._client.get_or_create_collection(
                self._name(kind), configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
            )
        return self._collections[kind]

    def _name(self, kind: str) -> str:
        plain = _plain(kind)
        told_apart = plain if plain == kind else f"{plain}-{hashlib.sha256(kind.encode()).hexdigest()[:8]}"
        return f"{self._owner}.{told_apart}.{self._tail}"


def _query(collection: ChromaCollection, vector: NDArray[float32], limit: int) -> list[Scored]:
    answer = collection.query(query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"])
    ids, distances = answer["ids"][0], (answer["distances"] or [[]])[0]
    return [(int(id_), 1 - float(distance)) for id_, distance in zip(ids, distances, strict=True)]


def _plain(name: str) -> str:
    """Only what a name of a collection may hold."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_")[:100] or "x"


def _parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
