"""The embedding model, loaded in the background: words answer meanwhile, and when it fails they answer for good."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from sre_core.errors import RefusedInput
from sre_core.knowledge.embedding import Embedder
from sre_core.knowledge.models.cached_queries import CachedQueries
from sre_core.knowledge.models.folder import SETTING, ModelFolder, model_folder
from sre_core.knowledge.models.onnx_embedder import OnnxEmbedder
from sre_core.knowledge.models.onnx_export import cached_export, export
from sre_core.knowledge.models.torch_embedder import TorchEmbedder, load_sentence_transformer

log = logging.getLogger(__name__)

WORKERS = min(2, os.cpu_count() or 1)
"""Batches of documents' texts that are embedded side by side: on two cores nearly twice as fast, for a little more memory."""


class BackgroundEmbedders:
    """``Embedders``: a cached export if there is one; otherwise the model itself, and its export as soon as that is made."""

    def __init__(self, chosen: Path | None, cache: Path, workers: int = WORKERS) -> None:
        """``chosen``: a local sentence-transformers folder, None for the default. ``cache``: where exports are kept."""
        self._chosen = chosen
        self._cache = cache
        self._workers = workers
        self._changed = threading.Condition()
        self._embedder: Embedder | None = None
        self._problem: str | None = None
        self._note = ""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to load; calling it again does nothing."""
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="embedding model", daemon=True)
                self._thread.start()

    def now(self) -> Embedder | None:
        """The embedder if it is there already."""
        return self._embedder

    def wait(self, seconds: float | None = None) -> Embedder | None:
        """The embedder, after waiting for it at most so long; None when it was never started."""
        with self._changed:
            if self._thread is not None:
                self._changed.wait_for(lambda: self._embedder is not None or self._problem is not None, seconds)
            return self._embedder

    def settled(self, seconds: float | None = None) -> bool:
        """Wait until nothing more is loaded or exported in the background; False when that takes longer."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    @property
    def state(self) -> str:
        """later (not started yet), loading, ready, failed"""
        if self._embedder is not None:
            return "ready"
        if self._problem is not None:
            return "failed"
        return "later" if self._thread is None else "loading"

    @property
    def problem(self) -> str | None:
        """Why there is no model, and what to do; None while there is no such reason."""
        return self._problem

    @property
    def note(self) -> str:
        """What computes the vectors, in a sentence; empty before there is anything."""
        return self._note

    def _load(self) -> None:
        try:
            folder = model_folder(self._chosen)
            if not self._use_cached(folder):
                self._load_and_export(folder)
        except RefusedInput as error:
            self._failed(str(error))
        except Exception as error:  # a model can fail in any way, and the workbench goes on without it
            log.exception("The embedding model cannot be loaded.")
            self._failed(
                f"The embedding model cannot be loaded ({_first_line(error)}). Documents are found by words only. "
                f"Check the folder that {SETTING} names, and that sentence-transformers and onnxruntime are installed."
            )

    def _use_cached(self, folder: ModelFolder) -> bool:
        found = cached_export(folder, self._cache)
        if found is None:
            return False
        try:
            self._ready(OnnxEmbedder(*found, self._workers), "onnxruntime, from an export made before.")
        except Exception:  # onnxruntime has errors of its own, and the model itself is still there
            log.exception("The export in %s cannot be loaded.", found[0])
            return False
        return True

    def _load_and_export(self, folder: ModelFolder) -> None:
        original = load_sentence_transformer(folder)
        self._ready(TorchEmbedder(folder.id, original), "sentence-transformers, while an export is made.")
        try:
            made = export(folder, original, self._cache)
            self._ready(OnnxEmbedder(*made, self._workers), "onnxruntime, from an export made just now.")
        except (OSError, RefusedInput) as error:
            self._note = f"sentence-transformers, without the faster export. {_first_line(error)}"
        except Exception as error:  # the exporter fails in many ways; the model that is loaded already goes on
            log.exception("The embedding model cannot be exported.")
            self._note = f"sentence-transformers: the faster export failed ({_first_line(error)})."

    def _ready(self, embedder: Embedder, note: str) -> None:
        with self._changed:
            self._embedder = CachedQueries(embedder)
            self._note = note
            self._changed.notify_all()

    def _failed(self, problem: str) -> None:
        with self._changed:
            self._problem = problem
            self._changed.notify_all()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
