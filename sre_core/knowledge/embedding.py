"""What turns text into vectors, as the knowledge base and the memory know it. The models themselves are in ``models``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""(texts, dimension), each row of length one, so that a dot product is the cosine."""

CountTokens = Callable[[str], int]
"""How many tokens of the embedding model a text takes, special tokens left out."""


class Embedder(Protocol):
    """A model that is loaded. Thread-safe."""

    @property
    def model(self) -> str:
        """Its id: name and digest; vectors of two ids are never compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in the order given. Texts longer than the model takes are cut by it."""


class Embedders(Protocol):
    """Where the embedder comes from: loaded in the background, because that takes seconds."""

    def now(self) -> Embedder | None:
        """The embedder if it is there already; None while it loads, when it is off, or when it failed."""

    def wait(self, seconds: float | None = None) -> Embedder | None:
        """The same, after waiting for it at most so long (None: until it is there or failed)."""

    @property
    def state(self) -> str:
        """off, later (nobody has begun to load it), loading, ready, failed"""

    @property
    def problem(self) -> str | None:
        """Why it failed, and what to do; None when it did not."""


class NoEmbedders:
    """Vectors are switched off: everything is found by words."""

    state = "off"
    problem = None

    def now(self) -> Embedder | None:
        """None."""
        return None

    def wait(self, seconds: float | None = None) -> Embedder | None:
        """None, at once."""
        return None
