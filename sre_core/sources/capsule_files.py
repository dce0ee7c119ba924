"""The files of a capsule, a folder or a zip alike. A capsule may come from anybody, so nothing outside it is ever touched."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from sre_core.errors import RefusedInput

MOST_ENTRIES = 10_000
MOST_BYTES = 1 << 30
"""Unpacked, all files together: 1 GiB."""
HIGHEST_RATIO = 200
"""Unpacked / packed, of a zip member larger than 1 MiB: a metrics file packs to about a tenth."""
_SMALL = 1 << 20
_READ_ERRORS = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)
"""What Python raises for a damaged, encrypted or exotically packed zip, or a file that has gone."""


class CapsuleFiles(Protocol):
    """Named files, read one at a time."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Name, with forward slashes -> bytes, in name order."""

    def read(self, name: str) -> bytes:
        """All of it. Raises ``RefusedInput`` when it cannot be read (any more)."""

    def head(self, name: str, count: int) -> bytes:
        """Its first bytes. Raises ``RefusedInput``."""


def files_of(path: Path) -> CapsuleFiles:
    """The files of a capsule. Raises ``RefusedInput`` when there is no capsule, or one that is not safe to open."""
    try:
        if path.is_dir():
            return FolderFiles(path, _in_folder(path))
        path.stat()
    except OSError as error:
        raise RefusedInput(
            f"There is no capsule at {path} ({error.strerror}). Give the path of a folder or of a .zip file."
        ) from error
    except ValueError as error:
        raise RefusedInput(f"{str(path)!r} is no path ({error}). Give that of a folder or of a .zip file.") from error
    try:
        with zipfile.ZipFile(path) as archive:
            return ZipFiles(path, _in_zip(path, archive.infolist()))
    except _READ_ERRORS as error:
        raise RefusedInput(
            f"{path.name} is neither a folder nor a readable zip ({error}). Pack the capsule again."
        ) from error


@dataclass(frozen=True)
class FolderFiles:
    """The files of a folder."""

    path: Path
    sizes: Mapping[str, int]

    def read(self, name: str) -> bytes:
        """All of it."""
        return self.head(name, -1)

    def head(self, name: str, count: int) -> bytes:
        """Its first bytes; -1 is all."""
        try:
            with (self.path / name).open("rb") as file:
                return file.read(count)
        except OSError as error:
            raise RefusedInput(f"{name} cannot be read: {error}.") from error


@dataclass(frozen=True)
class ZipFiles:
    """The files of a zip: name -> member, opened anew for every read."""

    path: Path
    members: Mapping[str, zipfile.ZipInfo]

    @property
    def sizes(self) -> Mapping[str, int]:
        """Name -> bytes unpacked."""
        return {name: member.file_size for name, member in self.members.items()}

    def read(self, name: str) -> bytes:
        """All of it."""
        return self.head(name, self.members[name].file_size)

    def head(self, name: str, count: int) -> bytes:
        """Its first bytes. Unpacked piece by piece: a header that lies about the size gains nothing."""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.members[name]) as file:
                pieces = (file.read(min(_SMALL, count - done)) for done in range(0, count, _SMALL))
                return b"".join(pieces)
        except _READ_ERRORS as error:
            raise RefusedInput(
                f"{name} in {self.path.name} cannot be unpacked ({error}). Pack the capsule again."
            ) from error


def _in_folder(folder: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for place, folders, files in os.walk(folder):
        for entry in (Path(place, name) for name in (*folders, *files)):
            name = entry.relative_to(folder).as_posix()
            if entry.is_symlink():
                raise RefusedInput(f"{name} is a symbolic link. Put the file itself into the capsule.")
            if entry.is_file():
                sizes[name] = entry.stat().st_size
        _refuse_if_too_much(len(sizes), sum(sizes.values()))
    return dict(sorted(sizes.items()))


def _in_zip(path: Path, members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    _refuse_if_too_much(len(members), sum(member.file_size for member in members))
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        _refuse_if_unsafe(member)
        if member.is_dir() or member.filename.startswith("__MACOSX/"):
            continue
        if member.filename in found:
            raise RefusedInput(f"{path.name} holds {member.filename} twice. Pack the capsule again.")
        found[member.filename] = member
    return dict(sorted(_without_top_folder(found).items()))


def _refuse_if_too_much(entries: int, size: int) -> None:
    if entries > MOST_ENTRIES:
        raise RefusedInput(
            f"The capsule holds more than {MOST_ENTRIES} files. Leave out what the incident does not need."
        )
    if size > MOST_BYTES:
        raise RefusedInput(
            f"The capsule is larger than {MOST_BYTES >> 30} GiB unpacked. Leave out what the incident does not need."
        )


def _refuse_if_unsafe(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name).parts
    if "\\" in member.orig_filename or name.startswith("/") or ".." in parts or (parts and ":" in parts[0][1:2]):
        raise RefusedInput(
            f"The zip holds {name!r}, a path that leads out of it. Pack the capsule with plain relative paths."
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedInput(f"{name} in the zip is a symbolic link. Put the file itself into the capsule.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedInput(f"{name} in the zip is packed in an unusual way. Pack the capsule with plain deflate.")
    if member.file_size > _SMALL and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
        raise RefusedInput(
            f"{name} unpacks to more than {HIGHEST_RATIO} times its size, like a zip bomb. "
            "If it is genuine, give the capsule as a folder."
        )


def _without_top_folder(members: Mapping[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """A zip is often made of the folder rather than of what is in it."""
    tops = {name.partition("/")[0] for name in members}
    if len(tops) == 1 and f"{(top := tops.pop())}/capsule.json" in members:
        return {name.removeprefix(f"{top}/"): member for name, member in members.items()}
    return dict(members)
