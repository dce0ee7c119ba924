"""How a Chroma index comes to hold what the database holds: checked when it is opened, made anew, and kept in step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine

from sre_core.errors import WorkbenchError
from sre_core.knowledge.chroma_places import Place
from sre_core.knowledge.chroma_store import ChromaStore
from sre_core.knowledge.embedding import Embedder
from sre_core.knowledge.vector_cache import stored
from sre_core.knowledge.vector_rows import kinds_of_embedded, vectors_of
from sre_core.store import reading

log = logging.getLogger(__name__)

STEP = 1000
"""Passages that are written between two reports of how far it is."""

Progress = Callable[[int, int], None]
"""(done, of how many)"""


class ChromaTrouble(WorkbenchError):
    """Chroma failed, in whatever way."""


@contextmanager
def chroma_at_work() -> Iterator[None]:
    """Anything that Chroma raises is a ``ChromaTrouble``: a panic of its native part is not even an ``Exception``."""
    try:
        yield
    except (WorkbenchError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise ChromaTrouble(f"{type(error).__name__}: {reason}") from error


class ChromaBuilding:
    """Builds in one place. One thread at a time. Everything raises ``ChromaTrouble`` or what the place raises."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self._engine = engine
        self._place = place

    def open(self, embedder: Embedder, progress: Progress) -> ChromaStore | None:
        """What is there, with what is missing added; None when it does not agree with the database and must be made anew."""
        try:
            with chroma_at_work():
                store = self._store(embedder)
                return store if self._place.is_whole and self._agrees(store, embedder.model, progress) else None
        except ChromaTrouble as error:
            log.warning("The Chroma index in %s cannot be used: %s", self._place, error)
            return None

    def make_anew(self, embedder: Embedder, progress: Progress) -> ChromaStore:
        """Erase what is there, and write all vectors of this model into an empty index."""
        with chroma_at_work():
            self._place.erase()
            store = self._store(embedder)
            with reading(self._engine) as connection:
                wanted = kinds_of_embedded(connection, embedder.model)
            self._add(store, embedder.model, wanted, list(wanted), progress)
            self._place.finished()
        return store

    def erase(self) -> None:
        """Nothing is left."""
        with chroma_at_work():
            self._place.erase()

    def follow(self, store: ChromaStore, model: str, chunks: Collection[int]) -> None:
        """These passages are in the index exactly if they have a vector in the database."""
        with reading(self._engine) as connection:
            found = {
                chunk: (traits.kind, vector) for chunk, traits, vector in vectors_of(connection, model, list(chunks))
            }
        with chroma_at_work():
            if gone := [chunk for chunk in chunks if chunk not in found and chunk in store.held]:
                self._place.outdated()  # deleted rows stay on the disk: unless it is made anew before, the next start does it
                store.remove(gone)
            new = [chunk for chunk in found if chunk not in store.held]
            for kind in {found[chunk][0] for chunk in new}:
                store.add(kind, {chunk: stored(found[chunk][1]) for chunk in new if found[chunk][0] == kind})

    def _store(self, embedder: Embedder) -> ChromaStore:
        return ChromaStore(self._place.open(), self._place.owner, embedder.model, embedder.dimension)

    def _agrees(self, store: ChromaStore, model: str, progress: Progress) -> bool:
        """Nothing is there that the database no longer has, and vectors find themselves; what is missing is added then."""
        with reading(self._engine) as connection:
            wanted = kinds_of_embedded(connection, model)
        if not store.read(set(wanted.values())) or any(wanted.get(id_) != kind for id_, kind in store.held.items()):
            return False
        if not store.finds(self._vectors(model, store.sample())):
            return False
        self._add(store, model, wanted, [chunk for chunk in wanted if chunk not in store.held], progress)
        return True

    def _add(
        self, store: ChromaStore, model: str, kinds: Mapping[int, str], chunks: Sequence[int], progress: Progress
    ) -> None:
        for start in range(0, len(chunks), STEP):
            progress(start, len(chunks))
            vectors = self._vectors(model, chunks[start : start + STEP])
            for kind in {kinds[chunk] for chunk in vectors}:
                store.add(kind, {chunk: vector for chunk, vector in vectors.items() if kinds[chunk] == kind})
        progress(len(chunks), len(chunks))

    def _vectors(self, model: str, chunks: Sequence[int]) -> dict[int, NDArray[float32]]:
        with reading(self._engine) as connection:
            return {chunk: stored(vector) for chunk, _, vector in vectors_of(connection, model, chunks)}
