"""A Chroma index of the vectors in the database: it answers while it is in step, and when it is not, exact search does.

Everything that Chroma does besides answering happens on one background thread. Whatever goes wrong with it ends in a sentence
of ``state``, never in a search that fails.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine

from sre_core.errors import WorkbenchError
from sre_core.knowledge.chroma_building import ChromaBuilding, ChromaTrouble, Progress, chroma_at_work
from sre_core.knowledge.chroma_places import Place
from sre_core.knowledge.chroma_store import ChromaStore
from sre_core.knowledge.documents import Scope
from sre_core.knowledge.embedding import Embedder, Embedders
from sre_core.knowledge.index import Scored
from sre_core.knowledge.vector_rows import within
from sre_core.store import reading

OVER_FETCH = 10
"""Times as many neighbours are asked for when some of them may be out of scope."""
AGAIN = 30.0
"""Seconds after which a place that failed is tried again, when somebody searches."""


class ChromaVectors:
    """A derived index of the vectors of the model in use. Thread-safe."""

    def __init__(
        self, engine: Engine, embedders: Embedders, place: Place, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._embedders, self._place, self._clock = engine, embedders, place, clock
        self._building = ChromaBuilding(engine, place)
        self._store: ChromaStore | None = None
        self._state = f"Chroma in {place} is not opened."
        self._failed_at: float | None = None
        self._changes: set[int] = set()
        self._applying: set[int] = set()
        self._noting = threading.Lock()
        self._at_work = threading.RLock()
        self._woken, self._stopped = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> str:
        """How it stands, in a sentence or two."""
        behind = len(self._changes) + len(self._applying)
        if self._store is not None and behind:
            return f"Chroma in {self._place} takes in {behind} changes. Searches are exact meanwhile."
        return self._state

    @property
    def answers(self) -> bool:
        """Whether it holds exactly what the database holds, as far as is known."""
        return self._store is not None and not self._changes and not self._applying

    def start(self) -> None:
        """Open it in the background as soon as there is a model, and keep it in step until ``stop``."""
        if self._thread is None:
            self._state = f"Chroma in {self._place} is being opened. Searches are exact meanwhile."
            self._woken.set()
            self._thread = threading.Thread(target=self._run, name="chroma", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let go of it."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        with self._at_work, suppress(ChromaTrouble), chroma_at_work():
            self._store, self._state = None, f"Chroma in {self._place} is closed."
            self._place.close()

    def changed(self, chunks: Iterable[int]) -> None:
        """These passages are new, have a vector now, or are gone."""
        with self._noting:
            self._changes.update(chunks)
        self._woken.set()

    def search(self, vector: NDArray[float32], scope: Scope, limit: int) -> Sequence[Scored] | None:
        """Passages by cosine, best first; None when exact search must answer: it is not in step, or the scope is narrow."""
        store = self._store
        if store is None and self._is_due():
            self._woken.set()
        if store is None or not self.answers or scope.only_component:
            return None
        narrowed = bool(scope.sources or scope.newer_than)
        wanted = limit * OVER_FETCH if narrowed else limit
        try:
            with chroma_at_work():
                found = store.nearest(vector, scope.kinds, wanted)
        except ChromaTrouble as error:
            if self._store is store:
                self._failed(error)
            return None
        return self._narrowed(found, scope, limit) if narrowed else found

    def rebuild(self, progress: Progress) -> None:
        """What is there is gone from the disk, and the index is made anew from the database."""
        with self._at_work, self._told():
            self._make_anew(self._model(), progress)

    def _narrowed(self, found: Sequence[Scored], scope: Scope, limit: int) -> Sequence[Scored] | None:
        with reading(self._engine) as connection:
            inside = within(connection, [chunk for chunk, _ in found], scope)
        kept = [one for one in found if one[0] in inside][:limit]
        return kept if len(kept) == limit else None

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait()
            self._woken.clear()
            if not self._stopped.is_set() and (self._failed_at is None or self._is_due()):
                with self._at_work, self._told():
                    self._follow()

    def _follow(self) -> None:
        embedder = self._model()
        if self._store is None:
            self._note_all()
            opened = self._building.open(embedder, self._how_far) if embedder else None
            if opened is None:
                return self._make_anew(embedder, lambda done, of: None)
            self._use(opened)
        with self._noting:
            self._applying, self._changes = self._changes, set()
        if embedder and self._applying and self._store:
            self._building.follow(self._store, embedder.model, self._applying)
        self._applying = set()
        return None

    def _make_anew(self, embedder: Embedder | None, progress: Progress) -> None:
        self._store = None
        self._note_all()
        if embedder is None:
            self._building.erase()
            self._state = f"There is no embedding model, so Chroma in {self._place} is empty."
            return

        def both(done: int, of: int) -> None:
            self._how_far(done, of)
            progress(done, of)

        self._how_far(0, 0)
        self._use(self._building.make_anew(embedder, both))

    def _model(self) -> Embedder | None:
        """The model, once it is there; None when there will be none."""
        while not self._stopped.is_set():
            embedder = self._embedders.wait(1.0)
            if embedder is not None or self._embedders.state in ("off", "later", "failed"):
                return embedder
        return None

    def _use(self, store: ChromaStore) -> None:
        self._store, self._failed_at = store, None
        self._state = f"Chroma in {self._place} answers."

    def _note_all(self) -> None:
        """All that changed until now is seen by whoever reads the database from now on."""
        with self._noting:
            self._changes, self._applying = set(), set()

    def _how_far(self, done: int, of: int) -> None:
        if self._stopped.is_set():
            raise ChromaTrouble("the workbench is stopping")
        far = f" ({done} of {of})" if of else ""
        self._state = f"Chroma in {self._place} is filled from the database{far}. Searches are exact meanwhile."

    def _is_due(self) -> bool:
        return self._failed_at is not None and self._clock() - self._failed_at > AGAIN

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What fails is told by ``state``."""
        try:
            yield
        except WorkbenchError as error:
            self._failed(error)

    def _failed(self, error: WorkbenchError) -> None:
        self._store, self._failed_at = None, self._clock()
        self._applying = set()
        what = (
            f"Chroma in {self._place} failed ({error})" if isinstance(error, ChromaTrouble) else str(error).rstrip(".")
        )
        self._state = f"{what}. Searches are exact; Chroma is tried again after {AGAIN:.0f} seconds."
