"""Vectors by sentence-transformers itself: while there is no export yet, and for models that cannot be exported."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sre_core.knowledge.embedding import Vectors
from sre_core.knowledge.models.folder import ModelFolder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 8
"""Sorted by length, larger batches only pad more."""


def load_sentence_transformer(folder: ModelFolder) -> SentenceTransformer:
    """The model on one CPU thread, without the network and without running code from its folder. Takes many seconds."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault(
        "OMP_WAIT_POLICY", "PASSIVE"
    )  # waiting threads that spin make a busy machine many times slower
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(folder.path), device="cpu", local_files_only=True, trust_remote_code=False)


class TorchEmbedder:
    """An ``Embedder`` around a loaded model. One batch at a time, so that a query waits for a batch and not for a document."""

    def __init__(self, model: str, transformer: SentenceTransformer) -> None:
        self._model = model
        self._transformer = transformer
        self._turn = threading.Lock()
        self._dimension = int(self.embed([""]).shape[1])

    @property
    def model(self) -> str:
        """Id of the model."""
        return self._model

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length one a text."""
        if not texts:
            return np.zeros((0, self._dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        rows = [
            self._batch([texts[place] for place in order[start : start + BATCH]])
            for start in range(0, len(order), BATCH)
        ]
        vectors = np.concatenate(rows)
        return vectors[np.argsort(order)]

    def _batch(self, texts: list[str]) -> Vectors:
        with self._turn:
            encoded = self._transformer.encode(
                texts, batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
            )
        return np.asarray(encoded, dtype=np.float32)
