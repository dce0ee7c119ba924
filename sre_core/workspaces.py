"""A workspace is what an investigation looks at: a sample incident, an uploaded capsule, a capsule on disk, or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sre_core.domain import Alert, NotExamined, Value
from sre_core.errors import RefusedInput
from sre_core.intake.alerts import understand
from sre_core.settings import shipped

if TYPE_CHECKING:  # pandas comes with these; they are imported when the first workspace is opened
    from sre_core.sources.base import Sources
    from sre_core.sources.registry import Opener

SAMPLE, UPLOAD, CAPSULE = "sample", "upload", "capsule"
LONGEST_NAME = 100
"""Characters of an upload's name that are kept; a file system takes 255 with what we put around them."""
OPEN_AT_ONCE = 8
"""How many capsules are kept in memory."""


class SampleIncident(Value):
    """A capsule that ships with the workbench."""

    id: str
    file: str
    title: str
    teaches: str = ""
    minutes: int | None = None

    @property
    def workspace(self) -> str:
        """How an investigation names it."""
        return f"{SAMPLE}:{self.id}"

    def alert(self) -> Alert:
        """The alert it begins with, read without opening the rest."""
        with zipfile.ZipFile(shipped("data") / "sample_incidents" / self.file) as capsule:
            return understand(capsule.read("alert.json").decode()).alert


class SampleAlert(Value):
    """An alert that ships with the workbench."""

    name: str
    payload: str


def sample_incidents() -> Sequence[SampleIncident]:
    """The sample incidents, in the order they are shown."""
    index = shipped("data") / "sample_incidents" / "index.json"
    return [SampleIncident.model_validate(row) for row in json.loads(index.read_text(encoding="utf-8"))]


def sample_alerts() -> Sequence[SampleAlert]:
    """The sample alerts, as somebody would paste them."""
    folder = shipped("data") / "sample_alerts"
    return [SampleAlert(name=p.stem, payload=p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json"))]


def sample_documents() -> dict[str, str]:
    """What the sample shop has written down: path -> text. It belongs to the samples only, never to your own systems."""
    folder = shipped("data") / "sample_docs"
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*.md"))}


class Workspaces:
    """Opens workspaces by name, and keeps uploaded capsules in ``uploads``. Thread-safe.

    ``more`` opens further kinds, by the scheme of the name; None takes those of ``sources.registry``.
    """

    def __init__(self, uploads: Path, more: Mapping[str, Opener] | None = None) -> None:
        self._uploads = uploads
        self._more = more
        self._lock = threading.Lock()
        self._open = lru_cache(maxsize=OPEN_AT_ONCE)(self._open_now)

    def open(self, workspace: str | None) -> Sources:
        """What can be looked at. Raises ``RefusedInput`` when it is not there or cannot be read."""
        with self._lock:
            return self._open(workspace, self._stamp(workspace))

    def name_of(self, path: Path) -> str:
        """The workspace that a capsule's path stands for: a sample when it is one of ours."""
        path = Path(os.path.expanduser(path)).resolve()
        ours = shipped("data").resolve() / "sample_incidents"
        match = next((s for s in sample_incidents() if ours / s.file == path), None) if path.parent == ours else None
        return match.workspace if match else f"{CAPSULE}:{path}"

    def keep(self, name: str, content: bytes) -> str:
        """Store an uploaded capsule and return its workspace. Raises ``RefusedInput``; then nothing is kept.

        Its name begins with the digest of its content, so that another upload of the same name replaces nothing.
        """
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name).strip(".-")[-LONGEST_NAME:] or "capsule.zip"
        kept = f"{hashlib.sha256(content).hexdigest()[:12]}-{safe}"
        self._uploads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._uploads) as folder:
            candidate = Path(folder) / safe
            candidate.write_bytes(content)
            self._opener(CAPSULE)(str(candidate))
            candidate.replace(self._uploads / kept)
        return f"{UPLOAD}:{kept}"

    def _stamp(self, workspace: str | None) -> tuple[int, int] | None:
        """When the file behind a workspace was last written, and its size: one that was replaced is opened again."""
        scheme, _, rest = (workspace or "").partition(":")
        path = {UPLOAD: self._uploads / Path(rest).name, CAPSULE: Path(rest)}.get(scheme)
        try:
            found = path.stat() if path else None
        except (OSError, ValueError):
            return None
        return (found.st_mtime_ns, found.st_size) if found else None

    def _open_now(self, workspace: str | None, stamp: tuple[int, int] | None) -> Sources:
        from sre_core.sources.base import Sources

        if workspace is None:
            absent = (NotExamined(source=s, reason="nothing is connected") for s in ("metrics", "logs", "changes"))
            return Sources(absent=tuple(absent))
        scheme, _, rest = workspace.partition(":")
        return self._opener(scheme)(rest)

    def _opener(self, scheme: str) -> Opener:
        from sre_core.sources.registry import OPENERS

        openers = {SAMPLE: self._sample, UPLOAD: self._upload, **(OPENERS if self._more is None else self._more)}
        if scheme not in openers:
            raise RefusedInput(
                f"There is no workspace of the kind {scheme!r}. There are: {', '.join(sorted(openers))}."
            )
        return openers[scheme]

    def _upload(self, kept: str) -> Sources:
        return self._opener(CAPSULE)(str(self._uploads / Path(kept).name))

    def _sample(self, id_: str) -> Sources:
        sample = next((s for s in sample_incidents() if s.id == id_), None)
        if sample is None:
            known = ", ".join(s.id for s in sample_incidents())
            raise RefusedInput(f"There is no sample incident {id_!r}. There are: {known}.")
        sources = self._opener(CAPSULE)(str(shipped("data") / "sample_incidents" / sample.file))
        return replace(sources, documents={**sample_documents(), **sources.documents})
