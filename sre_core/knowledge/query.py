"""What is asked: its words and what each is worth, the names it calls documents by, and its vector."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy import float32
from numpy.typing import NDArray

from sre_core.intake.foreign_json import whole_characters
from sre_core.knowledge import words
from sre_core.knowledge.embedding import Embedder
from sre_core.knowledge.feeds.frames import names_in_stack_frames
from sre_core.knowledge.index import SearchIndex
from sre_core.knowledge.scale import Scale, scale_of

MOST_WORDS = 24
"""Words of a long query that are looked for: the rarest ones."""
MOST_POSTINGS = 12_000
"""Passages that those words may stand in, all counted: reading more takes longer than a person notices. The rarest words
are looked for whatever they cost."""
ALWAYS = 3
OPENING = 0.4
"""What the first sentence has of a query's vector."""
LONGEST = 4_000
"""Characters of a query that are read."""

_PLACEHOLDERS = re.compile(r"\{\{.*?\}\}|\$\{?[\w.:]+\}?|%\([^)]*\)s|…", re.DOTALL)


@dataclass(frozen=True)
class Query:
    """A query, ready to be answered by the indexes it was made for."""

    text: str
    """Without what a template left in it."""
    spoken: Mapping[str, str]
    """Stem -> the first word that has it."""
    weights: Mapping[str, float]
    """Stem -> how much it tells: its inverse document frequency over all indexes. A word that no document has tells most."""
    looked_for: tuple[str, ...]
    """Stems that some passage has, the rarest first, no more than can be looked for in time."""
    names: tuple[str, ...]
    """Normalised names and addresses that a document may be called by."""
    documents: int
    passages: int
    meaning: Future[NDArray[float32]] | None
    """The query's vector, which is computed while words and names are looked up; None when there is none to come."""
    scale: Scale
    """Of the model that makes the vector."""

    @classmethod
    def of(cls, text: str, indexes: Sequence[SearchIndex], embedder: Embedder | None) -> Query:
        """``embedder``: None while there is no model."""
        text = _PLACEHOLDERS.sub(" ", whole_characters(text[:LONGEST]))
        sizes = [index.sizes() for index in indexes]
        passages = sum(size for _, size in sizes)
        asks = bool(text.strip() and passages)
        meaning = _meanwhile(partial(_meaning, text, embedder)) if embedder is not None and asks else None
        spoken = words.by_stem(text)
        total: Counter[str] = Counter()
        for index in indexes:
            total.update(index.frequencies(list(spoken)))
        weights = {stem: math.log(1 + (passages - total[stem] + 0.5) / (total[stem] + 0.5)) for stem in spoken}
        return cls(
            text=text,
            spoken=spoken,
            weights=weights,
            looked_for=_looked_for(total, spoken),
            names=names_in(text),
            documents=sum(size for size, _ in sizes),
            passages=passages,
            meaning=meaning,
            scale=scale_of(embedder) if embedder is not None else Scale(),
        )

    @property
    def vector(self) -> NDArray[float32] | None:
        """The vector of what is asked; waits until it is there. None without a model."""
        return self.meaning.result() if self.meaning is not None else None

    def share(self, stems: Set[str]) -> float:
        """How much of what the query tells these words carry, 0 to 1."""
        return sum(self.weights[stem] for stem in stems & self.weights.keys()) / self._tells

    @cached_property
    def _tells(self) -> float:
        return max(1e-9, sum(self.weights.values()))


def _meanwhile(work: Callable[[], NDArray[float32]]) -> Future[NDArray[float32]]:
    """Begun on a thread of its own: the model and the database both work outside of Python, so they do so side by side."""
    thread = ThreadPoolExecutor(1, "meaning of a query")
    begun = thread.submit(work)
    thread.shutdown(wait=False)
    return begun


def _meaning(text: str, embedder: Embedder) -> NDArray[float32]:
    """The vector of the whole text, and a good part of its first sentence's: the rest of an alert is often general advice."""
    opening, whole = opening_of(text), embedder.embed([text])[0]
    if opening == text.strip():
        return np.asarray(whole)
    first = embedder.embed([opening])[0]  # one by one: embedders remember single texts
    mixed = (1 - OPENING) * whole + OPENING * first
    return np.asarray(mixed / max(1e-9, float(np.linalg.norm(mixed))), dtype=float32)


def opening_of(text: str) -> str:
    """The first line or sentence of three words or more; all of it when there is none."""
    parts = (part.strip() for part in re.split(r"\n|(?<=[.!?])\s+", text))
    return next((part for part in parts if len(part.split()) >= 3), text.strip())


def names_in(text: str) -> tuple[str, ...]:
    """Names and addresses in a text, normalised: addresses first, the code that stack frames mean last."""
    links = (name for link in words.links(text) for name in words.exact_names_of_link(link))
    code = (words.exact_name(name) for name in names_in_stack_frames(text))
    return tuple(dict.fromkeys((*links, *words.names_written(text), *code)))


def _looked_for(total: Mapping[str, int], spoken: Mapping[str, str]) -> tuple[str, ...]:
    chosen: list[str] = []
    postings = 0
    for stem in sorted((stem for stem in spoken if total[stem]), key=lambda stem: (total[stem], stem))[:MOST_WORDS]:
        postings += total[stem]
        if postings > MOST_POSTINGS and len(chosen) >= ALWAYS:
            break
        chosen.append(stem)
    return tuple(chosen)
