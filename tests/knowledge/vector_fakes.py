"""A model that counts letters, and passages put straight into the tables."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from sre_core.knowledge.embedding import Embedder, Vectors
from sre_core.store import writing


@dataclass
class LettersEmbedder:
    """Texts of the same letters are alike. Remembers what it was asked."""

    model: str = "letters-1"
    dimension: int = 26
    asked: list[list[str]] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        rows = np.array([[one.lower().count(chr(97 + n)) for n in range(26)] for one in texts], dtype=np.float32)
        return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)


@dataclass
class GivenEmbedders:
    """There from the start, or when ``come`` is called."""

    embedder: Embedder | None = field(default_factory=LettersEmbedder)
    state: str = "ready"
    problem: str | None = None
    arrived: threading.Event = field(default_factory=threading.Event)

    def now(self) -> Embedder | None:
        return self.embedder

    def wait(self, seconds: float | None = None) -> Embedder | None:
        if self.embedder is None and self.state == "loading":
            self.arrived.wait(seconds)
        return self.embedder

    def come(self, embedder: Embedder) -> None:
        self.embedder, self.state = embedder, "ready"
        self.arrived.set()


class KnownTexts:
    """What is embedded, by digest."""

    def __init__(self, texts: Collection[str] = ()) -> None:
        self._texts = {digest(one): one for one in texts}

    def __call__(self, document: int, digests: Collection[str]) -> Mapping[str, str]:
        return {one: self._texts[one] for one in digests if one in self._texts}


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def unit(*numbers: float, dimension: int = 26) -> NDArray[float32]:
    """A vector of length one that begins with these numbers."""
    vector = np.zeros(dimension, float32)
    vector[: len(numbers)] = numbers
    return vector / np.float32(np.linalg.norm(vector))


def add_document(
    engine: Engine,
    path: str,
    passages: Sequence[str],
    *,
    kind: str = "runbook",
    component: str | None = None,
    source: str = "upload",
    moment: str = "2026-03-01T12:00:00+00:00",
    dated: str | None = None,
) -> list[int]:
    """A document whose passages are embedded as they are; returns their ids."""
    columns = {"path": path, "kind": kind, "component": component, "source": source, "at": moment, "dated": dated}
    new = """INSERT INTO wb_documents (path, title, kind, component, faults, names, links, source, form, media_type, digest,
            added_at, added_by, updated_at, updated_by, version, text, redacted, notes, given, cut_by, dated)
        VALUES (:path, :path, :kind, :component, '[]', '[]', '[]', :source, 'text', 'text/plain', 'd',
            :at, 'ada', :at, 'ada', 1, '', '{}', '[]', '{}', 1, :dated) RETURNING id"""
    chunk = """INSERT INTO wb_chunks (document_id, heading, first_line, last_line, text, embedded)
        VALUES (:document, '', 1, 1, :text, :embedded) RETURNING id"""
    with writing(engine) as connection:
        document = connection.execute(text(new), columns).scalar_one()
        return [
            int(
                connection.execute(
                    text(chunk), {"document": document, "text": one, "embedded": digest(one)}
                ).scalar_one()
            )
            for one in passages
        ]


def remove_document(engine: Engine, path: str) -> list[int]:
    """It is gone from the tables; returns the ids that its passages had."""
    passages = "SELECT c.id FROM wb_chunks c JOIN wb_documents d ON d.id = c.document_id WHERE d.path = :path"
    with writing(engine) as connection:
        gone = [int(id_) for id_ in connection.execute(text(passages), {"path": path}).scalars()]
        connection.execute(text(f"DELETE FROM wb_chunks WHERE id IN ({passages})"), {"path": path})
        connection.execute(text("DELETE FROM wb_documents WHERE path = :path"), {"path": path})
    return gone
