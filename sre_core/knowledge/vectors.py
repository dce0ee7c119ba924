"""The vectors of passages: computed where they are missing, searched by Chroma while it is in step, and exactly otherwise."""

from __future__ import annotations

import hashlib
import platform
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine

from sre_core.errors import StoreUnavailable
from sre_core.knowledge.chroma import ChromaVectors
from sre_core.knowledge.chroma_places import ChromaFolder, ChromaServer, Place
from sre_core.knowledge.documents import Scope
from sre_core.knowledge.embedding import CountTokens, Embedder, Embedders
from sre_core.knowledge.exact import ExactVectors
from sre_core.knowledge.index import Scored
from sre_core.knowledge.models.tokens import about
from sre_core.knowledge.vector_cache import PassageTexts, VectorCache, nothing
from sre_core.knowledge.vector_rows import newest, passages_after
from sre_core.store import reading


class VectorIndex:
    """Nearest neighbours among passages, in step with the database. Thread-safe; implements the library's ``Vectors``."""

    def __init__(
        self,
        engine: Engine,
        embedders: Embedders,
        chroma: Path | str | None = None,
        count_tokens: CountTokens = about,
    ) -> None:
        """``chroma``: a folder of this process, the URL of a server, or None for exact search alone.

        ``count_tokens`` must be what the documents were cut with. Raises ``RefusedInput`` when the URL is none.
        """
        self._engine = engine
        self._embedders = embedders
        self._cache = VectorCache(engine, PassageTexts(engine, count_tokens))
        place = _place(engine, chroma)
        self._chroma = ChromaVectors(engine, embedders, place) if place is not None else None
        self._turn = threading.Lock()
        self._exact: tuple[str, ExactVectors] | None = None
        with reading(engine) as connection:
            self._seen = newest(connection)

    def start(self) -> None:
        """In the background, once there is a model: open Chroma, or read all vectors so that the first search need not."""
        if self._chroma is not None:
            self._chroma.start()
        else:
            threading.Thread(target=self._warm, name="exact vectors", daemon=True).start()

    def stop(self) -> None:
        """Let go of Chroma."""
        if self._chroma is not None:
            self._chroma.stop()

    @property
    def answering(self) -> Literal["exact", "chroma"]:
        """What answers a search without a narrow scope now."""
        return "chroma" if self._chroma is not None and self._chroma.answers else "exact"

    @property
    def state(self) -> str:
        """How it stands, in a sentence or two."""
        return self._chroma.state if self._chroma is not None else "Searches are exact: Chroma is off."

    def search(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored]:
        """Passages by cosine, best first; nothing while there is no model."""
        exact = self._exact_now()
        if exact is None or limit <= 0:
            return []
        found = self._chroma.search(vector, scope, limit) if self._chroma is not None else None
        return exact.search(vector, scope, limit) if found is None else found

    def cosines(self, vector: NDArray[float32], chunks: Sequence[int]) -> Mapping[int, float]:
        """The cosine of exactly these passages; those without a vector are left out."""
        exact = self._exact_now()
        return exact.cosines(vector, chunks) if exact is not None else {}

    def embed_pending(
        self,
        embedder: Embedder,
        progress: Callable[[int, int], None] = nothing,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Compute and store the vectors that are missing; returns how many. Each batch can be found when it is written."""
        self._take_notice()
        return self._cache.embed_pending(embedder, progress, cancelled, self.added)

    def added(self, chunks: Sequence[int]) -> None:
        """These passages have a vector in the database now."""
        if (exact := self._exact_now()) is not None:
            exact.added(chunks)
        if self._chroma is not None:
            self._chroma.changed(chunks)

    def removed(self, chunks: Sequence[int]) -> None:
        """These passages are gone from the database."""
        if (exact := self._exact_now()) is not None:
            exact.removed(chunks)
        if self._chroma is not None and chunks:
            self._chroma.changed(chunks)

    def rebuild(self, progress: Callable[[int, int], None] = nothing) -> None:
        """Make the derived index anew from the database; nothing is embedded, and nothing that was deleted stays on the disk."""
        if (exact := self._exact_now()) is not None:
            exact.forget()
        if self._chroma is not None:
            self._chroma.rebuild(progress)

    def _warm(self) -> None:
        self._embedders.wait()
        if (exact := self._exact_now()) is not None:
            with suppress(StoreUnavailable):  # then the first search reads them
                exact.warm()

    def _take_notice(self) -> None:
        """Passages that came since, whose text was embedded before: nobody else says that they can be found."""
        with reading(self._engine) as connection:
            latest = newest(connection)
            new = passages_after(connection, self._seen) if latest > self._seen else []
        self._seen = latest
        if new and self._chroma is not None:
            self._chroma.changed(new)

    def _exact_now(self) -> ExactVectors | None:
        """The exact search over the vectors of the model in use."""
        embedder = self._embedders.now()
        if embedder is None:
            return None
        with self._turn:
            if self._exact is None or self._exact[0] != embedder.model:
                self._exact = (embedder.model, ExactVectors(self._engine, embedder.model, embedder.dimension))
            return self._exact[1]


def _place(engine: Engine, chroma: Path | str | None) -> Place | None:
    match chroma:
        case None:
            return None
        case Path():
            return ChromaFolder(chroma)
        case _:
            return ChromaServer(chroma, owner_of(engine))


def owner_of(engine: Engine) -> str:
    """A name for this database, so that several workbenches can share a server."""
    database = f"{platform.node()}:{engine.url.render_as_string(hide_password=True)}"
    return f"wb-{hashlib.sha256(database.encode()).hexdigest()[:12]}"
