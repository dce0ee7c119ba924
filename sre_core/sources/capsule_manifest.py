"""``capsule.json``: what a capsule is, and whether its files are the ones it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from sre_core.domain import Foreign, Moment, Window
from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import read_json
from sre_core.sources.capsule_files import CapsuleFiles, files_of
from sre_core.sources.capsule_lines import text_of

FORMAT = "incident-capsule/1"
MANIFEST = "capsule.json"


def _start_and_end(foreign: Any) -> Any:
    return {name: foreign.get(name) for name in ("start", "end")} if isinstance(foreign, Mapping) else foreign


ForeignWindow = Annotated[Window, BeforeValidator(_start_and_end)]
"""A window, whatever else somebody wrote into it."""


class Manifest(Foreign):
    """``capsule.json``: what this capsule is. Keys that it does not know are kept."""

    format: Literal["incident-capsule/1"]
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    captured_at: Moment | None = None
    window: ForeignWindow | None = None
    baseline: ForeignWindow | None = None
    files: Mapping[str, str] = Field(default_factory=dict, description="Name -> 'sha256:' and hex digits.")


def read_manifest(path: Path) -> Manifest:
    """Only what the capsule is, for a list. Raises ``RefusedInput``."""
    return manifest_of(files_of(path), path)


def manifest_of(files: CapsuleFiles, path: Path) -> Manifest:
    """The manifest among these files. Raises ``RefusedInput`` when there is none, or a malformed one."""
    if MANIFEST not in files.sizes:
        raise RefusedInput(f"{path.name} has no {MANIFEST}, so it is no capsule. See docs/capsule.md for the format.")
    try:
        manifest = Manifest.model_validate(read_json(text_of(files.read(MANIFEST))))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'manifest'}: {e['msg']}" for e in error.errors()[:5])
        raise RefusedInput(f"{MANIFEST} is not a manifest of {FORMAT}: {wrong}.") from error
    except ValueError as error:
        raise RefusedInput(f"{MANIFEST} is {error}. Correct it and open the capsule again.") from error
    for name, span in (("window", manifest.window), ("baseline", manifest.baseline)):
        if span is not None and span.end < span.start:
            raise RefusedInput(f"{MANIFEST}: {name} ends before it starts. Correct it and open the capsule again.")
    return manifest


def check_digests(files: CapsuleFiles, expected: Mapping[str, str]) -> None:
    """Raises ``RefusedInput`` when a listed file is not there or is not the one that was listed."""
    for name, digest in expected.items():
        if name not in files.sizes:
            raise RefusedInput(f"{MANIFEST} lists {name!r}, which is not in the capsule. Get a complete copy.")
        if f"sha256:{hashlib.sha256(files.read(name)).hexdigest()}" != digest.lower():
            raise RefusedInput(
                f"{name} does not match its digest in {MANIFEST}. Get a fresh copy, or correct the manifest."
            )
