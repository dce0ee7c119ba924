"""Whether an export is as it was written: every file's digest, every timeline's hash chain. Nothing is unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from sre_core import audit
from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.export.manifest import MANIFEST, OUTPUTS, TIMELINE, ExportedFile, ExportedInvestigation, SealedManifest

LARGEST_MANIFEST = 64_000_000
LARGEST_TIMELINE = 1_000_000_000
"""Bytes. What claims to be larger is not read: a small zip can hold a lot of nothing."""
AT_ONCE = 1 << 20
MOST_FINDINGS = 50

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, UnicodeDecodeError)
"""What reading a file of a zip raises where its bytes were altered."""

Beside = Callable[[audit.Audited, audit.Trail], audit.Audited]
"""Adds what only the state folder can tell of a timeline."""


class Checked(Value):
    """What was looked at, what is wrong with it, and what could not be looked at."""

    investigations: int
    events: int
    files: int
    findings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.findings


def check(path: Path, secret: bytes | None = None, beside: Beside | None = None) -> Checked:
    """Look at all of it. ``secret``: of the state folder that wrote it, for the seals. Raises ``RefusedInput`` for no export."""
    try:
        with zipfile.ZipFile(path) as file:
            return _Check(file, secret, beside).all()
    except (OSError, NotImplementedError, RuntimeError, *DAMAGED) as error:
        raise RefusedInput(f"{path} cannot be read as an export: {str(error) or 'it ends too early'}.") from error


class _Check:
    def __init__(self, file: zipfile.ZipFile, secret: bytes | None, beside: Beside | None) -> None:
        self._zip = file
        self._secret = secret
        self._beside = beside
        self._held = Counter(info.filename for info in file.infolist())
        self._findings: list[str] = []
        self._notes: list[str] = []

    def all(self) -> Checked:
        sealed = self._manifest()
        manifest = sealed.manifest
        if self._secret is None:
            self._notes.append("not looked at: the seals (give --home DIR of the state folder that wrote it)")
        elif not sealed.is_sealed_with(self._secret):
            self._findings.append("manifest.json was not sealed by this state folder, or was altered")
        self._same_names(manifest.files)
        listed = {one.name: one for one in manifest.files}
        for one in manifest.files:
            self._file(one)
        for investigation in manifest.investigations:
            self._timeline(investigation, listed)
        return Checked(
            investigations=len(manifest.investigations),
            events=sum(one.events for one in manifest.investigations),
            files=len(manifest.files),
            findings=tuple(self._findings[:MOST_FINDINGS]),
            notes=tuple(dict.fromkeys(self._notes)),
        )

    def _manifest(self) -> SealedManifest:
        try:
            info = self._zip.getinfo(MANIFEST)
            raw = b"" if info.file_size > LARGEST_MANIFEST else self._zip.read(info)
            return SealedManifest.model_validate_json(raw)
        except KeyError as error:
            raise RefusedInput("There is no manifest.json in it, so it is no export of this workbench.") from error
        except (ValidationError, zlib.error) as error:
            raise RefusedInput(
                "Its manifest.json cannot be read: it is damaged, or a newer workbench wrote it."
            ) from error

    def _same_names(self, files: tuple[ExportedFile, ...]) -> None:
        listed = {one.name for one in files} | {MANIFEST}
        self._findings += [f"{name} is missing" for name in sorted(listed - set(self._held))]
        self._findings += [f"{name} is not of this export" for name in sorted(set(self._held) - listed)]
        self._findings += [f"{name} is in it twice" for name, times in sorted(self._held.items()) if times > 1]

    def _file(self, one: ExportedFile) -> None:
        if one.name not in self._held:
            return
        seen, size = hashlib.sha256(), 0
        try:
            for part in self._parts(one.name, one.size):
                seen.update(part)
                size += len(part)
        except DAMAGED:
            size = -1
        named = one.name.removeprefix(OUTPUTS).removesuffix(".txt") if one.name.startswith(OUTPUTS) else one.sha256
        if (size, seen.hexdigest()) != (one.size, one.sha256) or named != one.sha256:
            self._findings.append(f"{one.name} was altered")

    def _parts(self, name: str, size: int) -> Iterator[bytes]:
        """At most one more byte than it should have."""
        left = size + 1
        with self._zip.open(name) as file:
            while left > 0 and (part := file.read(min(AT_ONCE, left))):
                left -= len(part)
                yield part

    def _timeline(self, one: ExportedInvestigation, listed: dict[str, ExportedFile]) -> None:
        name = f"{one.id}/{TIMELINE}"
        file = listed.get(name)
        if file is None or name not in self._held:
            self._findings.append(f"{one.id}: its timeline is missing")
            return
        if file.size > LARGEST_TIMELINE:
            self._notes.append(f"{one.id}: its timeline is too large to be looked at")
            return
        try:
            raw = b"".join(self._parts(name, file.size))
        except DAMAGED:
            return  # said of the file already
        trail = audit.read(io.BytesIO(raw).readlines())
        audited = audit.verify(trail, self._secret)
        if self._beside is not None:
            audited = self._beside(audited, trail)
        self._findings += [f"{one.id}: {words}" for words in audited.findings]
        self._notes += [f"{one.id}: {words}" for words in audited.notes]
        if (audited.investigation, audited.events, audited.head) != (one.id, one.events, one.head):
            self._findings.append(f"{one.id}: manifest.json and its timeline do not agree")
