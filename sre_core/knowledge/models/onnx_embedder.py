"""Vectors by an exported model on onnxruntime: starts in a second and needs no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from sre_core.domain import Value
from sre_core.knowledge.embedding import Vectors
from sre_core.knowledge.models.tokens import untruncated

if TYPE_CHECKING:
    from tokenizers import Encoding

BATCH = 8
"""Sorted by length, larger batches only pad more."""


class ExportedModel(Value):
    """What must be known to use an exported graph; it lies beside it as ``export.json``."""

    model: str = Field(description="Id of the model it was made of.")
    graph_sha256: str
    tokenizer_sha256: str
    dimension: int = Field(ge=1)
    longest: int = Field(ge=1, description="Tokens, special ones included; longer texts are cut.")
    pad_id: int = 0
    inputs: tuple[str, ...]
    least_cosine: float = Field(description="The worst agreement with the original that was seen when it was made.")


GRAPH, TOKENIZER, DESCRIPTION = "model.onnx", "tokenizer.json", "export.json"


class OnnxEmbedder:
    """An ``Embedder``. Thread-safe; each batch runs on one thread, and several texts on ``workers`` of them side by side."""

    def __init__(self, folder: Path, exported: ExportedModel, workers: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._exported = exported
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        self._tokenizer = untruncated(folder / TOKENIZER)
        self._tokenizer.enable_truncation(exported.longest)
        self._workers = ThreadPoolExecutor(workers, "embed") if workers > 1 else None

    @property
    def model(self) -> str:
        """Id of the model."""
        return self._exported.model

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._exported.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length one a text."""
        encoded = [self._tokenizer.encode(text) for text in texts]
        vectors = np.zeros((len(encoded), self.dimension), np.float32)
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        for places, rows in zip(
            batches, self._run_all([[encoded[one] for one in batch] for batch in batches]), strict=True
        ):
            vectors[places] = rows
        return vectors

    def _run_all(self, batches: Sequence[Sequence[Encoding]]) -> Iterator[Vectors]:
        return self._workers.map(self._run, batches) if self._workers and len(batches) > 1 else map(self._run, batches)

    def _run(self, batch: Sequence[Encoding]) -> Vectors:
        width = max(len(one) for one in batch)
        given = {
            "input_ids": _padded([one.ids for one in batch], width, self._exported.pad_id),
            "attention_mask": _padded([one.attention_mask for one in batch], width, 0),
            "token_type_ids": _padded([one.type_ids for one in batch], width, 0),
        }
        (vectors,) = self._session.run(None, {name: given[name] for name in self._exported.inputs})
        return np.asarray(vectors, np.float32)


def _padded(rows: Sequence[Sequence[int]], width: int, filler: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    filled = np.full((len(rows), width), filler, np.int64)
    for place, row in enumerate(rows):
        filled[place, : len(row)] = row
    return filled
