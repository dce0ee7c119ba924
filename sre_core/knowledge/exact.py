"""Nearest neighbours by looking at every vector: exact, in step with the database, quick up to some hundred thousand."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cache

from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine

from sre_core.knowledge.documents import Scope
from sre_core.knowledge.index import Scored
from sre_core.knowledge.scoped_rows import Shelf
from sre_core.knowledge.vector_cache import stored
from sre_core.knowledge.vector_rows import (
    all_vectors,
    how_many,
    newest,
    passages_after,
    vectors_of,
    vectors_of_component,
)
from sre_core.store import reading


class ExactVectors:
    """The vectors of one model in memory, from the first search that needs all of them. Thread-safe.

    While they are not in memory, a scope of one component is searched by reading its own vectors only.
    """

    def __init__(self, engine: Engine, model: str, dimension: int) -> None:
        self._engine = engine
        self._model = model
        self._dimension = dimension
        self._turn = threading.Lock()
        self._shelf: Shelf | None = None
        self._seen = 0
        """The highest id of a passage that was looked at."""

    def search(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages by cosine, best first."""
        if self._shelf is None and scope.only_component:
            return self._search_component(vector, scope, limit)
        with self._turn:
            shelf = self._current()
            rows = shelf.rows()
        return rows.search(vector, scope, shelf.names, limit)

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """The cosine of exactly these passages; those without a vector are left out."""
        with self._turn:
            shelf = self._shelf and self._current()
            if shelf is not None:
                rows, places = shelf.rows(), shelf.places(chunks)
        if shelf is None:
            with reading(self._engine) as connection:
                found = vectors_of(connection, self._model, chunks)
                return {chunk: float(stored(one) @ vector) for chunk, _, one in found}
        cosines = rows.vectors[list(places.values())] @ vector
        return dict(zip(places, cosines.tolist(), strict=True))

    def warm(self) -> None:
        """Read all vectors now, so that nobody waits for it later."""
        with self._turn:
            self._current()

    def added(self, chunks: Sequence[int]) -> None:
        """These passages have a vector now."""
        with self._turn:
            if self._shelf is not None:
                with reading(self._engine) as connection:
                    self._shelf.add(vectors_of(connection, self._model, chunks))

    def removed(self, chunks: Sequence[int]) -> None:
        """These passages are gone."""
        with self._turn:
            if self._shelf is not None:
                self._shelf.remove(chunks)

    def forget(self) -> None:
        """Read everything anew at the next search."""
        with self._turn:
            self._shelf, self._seen = None, 0

    def _current(self) -> Shelf:
        """All vectors, with those of passages that came since and whose text was embedded before."""
        with reading(self._engine) as connection:
            latest = newest(connection)
            if self._shelf is None:
                _one_thread_a_search()
                shelf = Shelf(self._dimension, room=how_many(connection))
                shelf.add(all_vectors(connection, self._model))
                self._shelf = shelf
            elif latest > self._seen:
                self._shelf.add(vectors_of(connection, self._model, passages_after(connection, self._seen)))
        self._seen = latest
        return self._shelf

    def _search_component(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        shelf = Shelf(self._dimension)
        with reading(self._engine) as connection:
            shelf.add(vectors_of_component(connection, self._model, scope.component))
        return shelf.rows().search(vector, scope, shelf.names, limit)


@cache
def _one_thread_a_search() -> None:
    """A product of a query with all vectors takes a millisecond on one core. The other threads of a BLAS would spin for longer
    than that, in the way of the model and of other searches."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")
