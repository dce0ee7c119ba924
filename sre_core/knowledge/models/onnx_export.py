"""A sentence-transformers model written down as one ONNX graph: made once, checked against the original, kept in a cache folder.

The cache may be deleted at any time. It is written whole or not at all, and two processes do not make it twice.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sre_core.errors import RefusedInput
from sre_core.knowledge.models.folder import ModelFolder
from sre_core.knowledge.models.onnx_embedder import DESCRIPTION, GRAPH, TOKENIZER, ExportedModel, OnnxEmbedder
from sre_core.knowledge.models.torch_embedder import TorchEmbedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EXPORT_VERSION = 1
"""Counted up whenever an export is made otherwise, so that older ones are not used."""
OPSET = 17
ENOUGH = 0.9999
"""The least cosine between the vectors of the export and of the original, on every probe."""

PROBES = (
    "",
    " ",
    ".",
    "disk full",
    "The primary cannot be reached: connection refused (os error 111)",
    "etcdMembersDown etcd_server_has_leader == 0 for: 15m severity=critical",
    "Überläufe, naïve façade, 日本語のテキスト, русский текст, 🔥 \u200b zero width",
    "kubectl -n db exec pg-0 -- psql -c 'select pg_is_in_recovery()' | grep -v '^$'\n\n\t# and then\n",
    "x" * 3000,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 4,
    "The write-ahead log fills the volume because the replication slot of a standby that is gone keeps it. " * 3,
    "Restart the broker, wait for the partitions to be in sync again, and look at the consumer lag. " * 40,
)
"""Empty, short, code, other scripts, one endless word, and texts longer than a model takes."""


def cached_export(folder: ModelFolder, cache: Path) -> tuple[Path, ExportedModel] | None:
    """The export of this model, if there is one whose files are as they were written."""
    place = _place(folder, cache)
    try:
        exported = ExportedModel.model_validate_json((place / DESCRIPTION).read_bytes())
        intact = _sha256(place / GRAPH) == exported.graph_sha256
        intact = intact and _sha256(place / TOKENIZER) == exported.tokenizer_sha256
    except (OSError, ValueError):
        return None
    return (place, exported) if intact and exported.model == folder.id else None


def export(folder: ModelFolder, original: SentenceTransformer, cache: Path) -> tuple[Path, ExportedModel]:
    """Write the export into the cache, unless another process did meanwhile.

    Raises ``RefusedInput`` when the model cannot be exported, or its export does not agree with it; ``OSError`` when the
    cache cannot be written.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / f"{_place(folder, cache).name}.lock"):
        if made := cached_export(folder, cache):
            return made
        place = _place(folder, cache)
        for left_over in cache.glob(f"{place.name}.part-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        part = Path(tempfile.mkdtemp(prefix=f"{place.name}.part-", dir=cache))
        try:
            exported = _write(folder, original, part)
            shutil.rmtree(place, ignore_errors=True)
            part.rename(place)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return place, exported


def _place(folder: ModelFolder, cache: Path) -> Path:
    return cache / f"{folder.id}-onnx{EXPORT_VERSION}"


def _write(folder: ModelFolder, original: SentenceTransformer, part: Path) -> ExportedModel:
    inputs = _write_graph(original, part / GRAPH)
    shutil.copyfile(folder.tokenizer, part / TOKENIZER)
    exported = ExportedModel(
        model=folder.id,
        graph_sha256=_sha256(part / GRAPH),
        tokenizer_sha256=_sha256(part / TOKENIZER),
        dimension=int(original.get_embedding_dimension() or 0),
        longest=int(original.max_seq_length or 512),
        pad_id=int(original.tokenizer.pad_token_id or 0),
        inputs=inputs,
        least_cosine=0,
    )
    least = agreement(OnnxEmbedder(part, exported), TorchEmbedder(folder.id, original))
    if not least >= ENOUGH:
        raise RefusedInput(f"Its ONNX export gives other vectors (cosine {least:.5f}, and not {ENOUGH} or more).")
    exported = exported.model_copy(update={"least_cosine": least})
    (part / DESCRIPTION).write_text(exported.model_dump_json(indent=1), encoding="utf-8")
    return exported


def agreement(one: OnnxEmbedder, other: TorchEmbedder) -> float:
    """The least cosine of the two on the probes, each alone and all in one go; nan when one of them gives none."""
    together, expected = one.embed(PROBES), other.embed(PROBES)
    alone = np.concatenate([one.embed([probe]) for probe in PROBES])
    return float(min(np.min(np.sum(expected * got, axis=1)) for got in (together, alone)))


def _write_graph(original: SentenceTransformer, file: Path) -> tuple[str, ...]:
    """Transformer, pooling and length one as one graph; returns the names of its inputs."""
    import torch

    pooling = _pooling(original)
    transformer: Any = original[0].auto_model

    class Embedding(torch.nn.Module):
        def forward(self, *given: Any) -> Any:
            named = dict(zip(inputs, given, strict=True))
            states = transformer(**named).last_hidden_state
            return torch.nn.functional.normalize(pooling(states, named["attention_mask"]), dim=1)

    example = original.tokenizer(["one", "two words and more"], padding=True, return_tensors="pt")
    inputs = tuple(name for name in ("input_ids", "attention_mask", "token_type_ids") if name in example)
    axes: dict[str, dict[int, str]] = {name: {0: "texts", 1: "tokens"} for name in inputs}
    embedding = Embedding()
    embedding.transformer = transformer  # registered, so that its weights are written
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            embedding.eval(),
            tuple(example[name] for name in inputs),
            str(file),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=["vectors"],
            dynamic_axes={**axes, "vectors": {0: "texts"}},
        )
    return inputs


def _pooling(original: SentenceTransformer) -> Any:
    """How this model makes one vector of a text's tokens. Raises ``RefusedInput`` for a model of other parts."""
    parts = [type(part).__name__ for part in original]
    mode = getattr(original[1], "pooling_mode", None) if len(parts) > 1 else None
    if parts not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise RefusedInput(f"A model of the parts {', '.join(parts)} is not exported.")
    if original.default_prompt_name is not None or original[0].do_lower_case:
        raise RefusedInput("A model that changes texts before it reads them is not exported.")
    poolings = {"mean": _mean, "cls": _first}
    if not isinstance(mode, str) or mode not in poolings:
        raise RefusedInput(f"A model with the pooling {mode} is not exported.")
    return poolings[mode]


def _mean(states: Any, mask: Any) -> Any:
    kept = mask.unsqueeze(-1).to(states.dtype)
    return (states * kept).sum(1) / kept.sum(1).clamp(min=1e-9)


def _first(states: Any, _: Any) -> Any:
    return states[:, 0]


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process, and one thread of it, at a time; ends with the process."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
