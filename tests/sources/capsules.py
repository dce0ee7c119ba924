"""Small capsules, made where a test needs one."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

MANIFEST = {
    "format": "incident-capsule/1",
    "id": "small",
    "title": "Something small",
    "captured_at": "2026-03-01T12:00:00Z",
}


def lines(*records: object) -> str:
    """Records as newline-delimited JSON; a text stands as it is."""
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


def folder(path: Path, files: Mapping[str, str | object], manifest: Mapping[str, object] | None = None) -> Path:
    """A capsule as a folder."""
    for name, content in {"capsule.json": dict(MANIFEST, **(manifest or {})), **files}.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def zipped(path: Path, files: Mapping[str, str | object], top: str = "") -> Path:
    """A capsule as a zip, under a top folder if one is given."""
    archive = path / "capsule.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in {"capsule.json": MANIFEST, **files}.items():
            out.writestr(top + name, content if isinstance(content, str) else json.dumps(content))
    return archive
