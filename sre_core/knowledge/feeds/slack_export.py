"""The files of a Slack export, in a folder or in a zip. Only what is asked for is read, and never more than fits."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from sre_core.errors import RefusedInput
from sre_core.intake.foreign_json import read_json
from sre_core.knowledge.feeds.paths import folder_at, stamp_of

LARGEST_FILE = 100_000_000
"""Bytes of one JSON file, unpacked: one day of one channel, or the list of people."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")


class _Files(Protocol):
    def names(self) -> Iterator[str]: ...
    def stamp(self, name: str) -> str: ...
    def content(self, name: str) -> bytes: ...


class Export:
    """What is in an export, by names such as 'incidents/2026-03-01.json'."""

    def __init__(self, path: Path, files: _Files) -> None:
        self.path = path
        self._files = files
        self._names = frozenset(files.names())
        days: dict[str, list[str]] = {}
        for name in sorted(self._names):
            channel, _, day = name.partition("/")
            if _DAY.fullmatch(day):
                days.setdefault(channel, []).append(name)
        self._days = days

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self._names

    def days(self, channel: str) -> list[str]:
        """The files of a channel, the earliest day first."""
        return self._days.get(channel, [])

    def stamp_of_file(self, name: str) -> str:
        """A short text that is another when the file is another; empty when there is none."""
        return _digest(self._files.stamp(name)) if self.has(name) else ""

    def stamp(self, channel: str) -> str:
        """The same of all files of a channel."""
        return _digest(" ".join(f"{name} {self._files.stamp(name)}" for name in self.days(channel)))

    def digest(self, channel: str) -> str:
        """SHA-256 of all that a channel's documents are made of."""
        digest = hashlib.sha256()
        for name in ("users.json", "channels.json", "groups.json", *self.days(channel)):
            if self.has(name):
                content = self._files.content(name)
                digest.update(f"{name} {len(content)} ".encode() + content)
        return digest.hexdigest()

    def json(self, name: str) -> Any:
        """A file, parsed; None when there is none. Raises ``RefusedInput`` when it cannot be read."""
        if not self.has(name):
            return None
        try:
            return read_json(self._files.content(name).decode("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise RefusedInput(f"{name} cannot be read: {error}.") from error


def open_export(path: Path) -> Export:
    """A zip or a folder. Raises ``RefusedInput`` when it is neither."""
    if path.is_dir():
        return Export(path, _InFolder(folder_at(str(path))))
    try:
        return Export(path, _InZip(path))
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RefusedInput(f"{path} is no Slack export (a zip or a folder): {error}.") from error


class _InFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Iterator[str]:
        for file in (*self._folder.glob("*.json"), *self._folder.glob("*/*.json")):
            if stamp_of(self._folder, file) is not None:
                yield file.relative_to(self._folder).as_posix()

    def stamp(self, name: str) -> str:
        return stamp_of(self._folder, self._folder / name) or ""

    def content(self, name: str) -> bytes:
        file = self._folder / name
        if file.stat().st_size > LARGEST_FILE:
            raise RefusedInput(f"{name} is larger than {LARGEST_FILE // 1_000_000} MB.")
        return file.read_bytes()


class _InZip:
    """Some programs pack the folder, some what is in it: names count from where channels.json is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            found = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        roots = [name.removesuffix("channels.json") for name in found if f"/{name}".endswith("/channels.json")]
        root = min(roots, key=len, default="")
        self._infos = {name.removeprefix(root): info for name, info in found.items() if name.startswith(root)}

    def names(self) -> Iterator[str]:
        yield from self._infos

    def stamp(self, name: str) -> str:
        return f"{self._infos[name].file_size}:{self._infos[name].CRC}"

    def content(self, name: str) -> bytes:
        """What the archive says of a size is only its word, so no more than fits is unpacked."""
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(self._infos[name]) as file:
                content = file.read(LARGEST_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, KeyError) as error:
            raise RefusedInput(f"{name} cannot be unpacked: {error}.") from error
        if len(content) > LARGEST_FILE:
            raise RefusedInput(f"{name} is larger than {LARGEST_FILE // 1_000_000} MB.")
        return content


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
