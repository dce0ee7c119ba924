"""The remembered incidents at hand for comparison: read once, and again where something changed. Thread-safe."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Engine

from sre_core.domain import Incident
from sre_core.knowledge.embedding import Embedder, Embedders, Vectors
from sre_core.memory import incident_rows as rows
from sre_core.memory.corpus import Corpus
from sre_core.memory.groups import Kept, together
from sre_core.memory.likeness import Spoken, Told, Vector, described_faults, scaled, text_of, told
from sre_core.memory.postmortems import earlier_ids
from sre_core.store import reading

AT_ONCE = 32
"""Texts that are embedded between two looks at whether somebody wants to write."""
KEPT_READY = 4
MOST_BESIDE = 500
"""Vectors of incidents that are compared and not stored, kept in memory."""

Leaves = Callable[[Incident], bool]


class Shelf:
    """All incidents with what belongs to comparing them."""

    def __init__(self, engine: Engine, embedders: Embedders) -> None:
        self._engine = engine
        self._embedders = embedders
        self._lock = threading.Lock()
        self._read = 0
        self._kept: dict[str, Kept] = {}
        self._forgotten: frozenset[str] = frozenset()
        self._vectors: dict[str, tuple[str, Vector]] = {}
        self._model: str | None = None
        self._vectors_read = -1
        self._told: dict[str, tuple[Incident, Told]] = {}
        self._ready: dict[tuple[object, ...], tuple[Corpus, list[Incident]]] = {}
        self._beside: dict[str, Vector] = {}
        self._faults: tuple[str | None, tuple[str, ...], Vectors] = (None, (), np.zeros((0, 0), np.float32))

    def rows(self) -> list[Kept]:
        """Every incident as it stands, merged ones too."""
        with self._lock:
            self._refresh()
            return list(self._kept.values())

    def corpus(
        self, beside: Sequence[Incident] = (), leaves_out: Leaves | None = None
    ) -> tuple[Corpus, list[Incident], int]:
        """What to compare with, the memories in it, and how many single incidents were left out."""
        with self._lock:
            self._refresh()
            own = frozenset(id_ for id_, row in self._kept.items() if leaves_out and leaves_out(row.believed))
            more = [one for one in beside if not self._is_known(one)]
            shown = [one for one in more if not (leaves_out and leaves_out(one))]
            left_out = len(own) + len(more) - len(shown)
            key = (self._read, self._vectors_read, self._model, own, tuple(one.id for one in shown))
            if key not in self._ready:
                while len(self._ready) >= KEPT_READY:
                    self._ready.pop(next(iter(self._ready)))
                memories = [*together(row for id_, row in self._kept.items() if id_ not in own), *shown]
                self._ready[key] = (Corpus([self._prepared(one) for one in memories]), memories)
            return *self._ready[key], left_out

    def with_vector(self, spoken: Spoken) -> Spoken:
        """The same with its vector, where the model is there."""
        embedder = self._embedders.now()
        if embedder is None or not spoken.text.strip():
            return spoken
        vector = embedder.embed([spoken.text])[0]
        model, terms, described = self._faults
        if model != embedder.model:
            return replace(spoken, vector=vector)
        near = {term: scaled(float(cosine)) for term, cosine in zip(terms, described @ vector, strict=True)}
        return replace(spoken, vector=vector, faults=near)

    def embed_faults(self, embedder: Embedder) -> None:
        """Vectors of the table of faults; once a model."""
        if self._faults[0] != embedder.model:
            described = described_faults()
            self._faults = (embedder.model, tuple(described), embedder.embed(list(described.values())))

    def missing(self, embedder: Embedder, only: Sequence[str] | None = None) -> list[tuple[str, str, str]]:
        """(id, digest, text) of the incidents whose text has no vector of this model yet."""
        with self._lock:
            self._refresh()
            chosen = [self._kept[id_] for id_ in only if id_ in self._kept] if only is not None else self._kept.values()
            texts = {row.id: text_of(row.believed) for row in chosen}
        with reading(self._engine) as connection:
            have = rows.vectors(connection, embedder.model, only)
        digests = {id_: _digest(words) for id_, words in texts.items()}
        return [(id_, d, texts[id_]) for id_, d in digests.items() if have.get(id_, ("",))[0] != d]

    def embed_beside(self, beside: Sequence[Incident]) -> None:
        """Vectors of incidents that are not stored; each text once."""
        embedder = self._embedders.now()
        if embedder is None or not beside:
            return
        texts = {f"{embedder.model} {_digest(words)}": words for one in beside if (words := text_of(one))}
        new = [key for key in texts if key not in self._beside]
        if new:
            found = embedder.embed([texts[key] for key in new])
            with self._lock:
                self._beside.update(zip(new, found, strict=True))
                while len(self._beside) > MOST_BESIDE:
                    self._beside.pop(next(iter(self._beside)))
                self._vectors_read = -1

    # -- under the lock ------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        embedder = self._embedders.now()
        model = embedder.model if embedder else None
        with reading(self._engine) as connection:
            count = rows.changes(connection)
            if count != self._read:
                self._kept.update({row.id: row for row in rows.kept(connection, since=self._read)})
                there = rows.ids(connection)
                self._kept = {id_: row for id_, row in self._kept.items() if id_ in there}
                self._told = {id_: each for id_, each in self._told.items() if id_ in there}
                self._forgotten = rows.forgotten(connection)
            if (count, model) != (self._vectors_read, self._model):
                self._vectors = rows.vectors(connection, model) if model else {}
                self._ready.clear()
        self._read, self._vectors_read, self._model = count, count, model

    def _is_known(self, one: Incident) -> bool:
        """Whether an incident that is compared and not stored is stored after all, or was forgotten; also by its earlier id."""
        for before in earlier_ids(one):
            kept = self._kept.get(before)
            if before in self._forgotten or (kept is not None and kept.derived.source == one.source):
                return True
        return one.id in self._kept or one.id in self._forgotten

    def _prepared(self, incident: Incident) -> Told:
        vector = self._vector_of(incident)
        before = self._told.get(incident.id)
        if before and before[0] == incident:
            return replace(before[1], vector=vector)
        prepared = told(incident, vector)
        self._told[incident.id] = (incident, prepared)
        return prepared

    def _vector_of(self, incident: Incident) -> Vector | None:
        """Its own; of several told as one, that of whichever tells the story."""
        if self._model is None:
            return None
        digest = _digest(text_of(incident))
        for id_ in (incident.id, *incident.merged):
            found = self._vectors.get(id_)
            if found and found[0] == digest:
                return found[1]
        return self._beside.get(f"{self._model} {digest}")


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
