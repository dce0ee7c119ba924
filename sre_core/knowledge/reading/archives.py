"""The files of an archive, one after the other, and of the archives in it; in the sandbox only."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.given import ReadLimits, Refused, inner_path, shown_name, too_large
from sre_core.knowledge.reading.sniffing import Format, sniff
from sre_core.knowledge.reading.unpacking import check_sizes, opened, unpacked
from sre_core.knowledge.reading.word import is_docx, office_kind

_OF_THE_SYSTEM = ("__MACOSX/", ".git/", ".svn/")
_OF_NO_INTEREST = (".ds_store", "thumbs.db", "desktop.ini")
_DEEPEST = 1
"""An archive in an archive is opened; one in that is not."""


@dataclass(frozen=True)
class Leaf:
    """A file to be read."""

    name: str
    content: bytes
    format: Format


@dataclass
class _Budget:
    """What is left to be unpacked and read, over an archive and those in it."""

    unpacked_bytes: int
    files: int
    left_out: int = 0
    names: set[str] = field(default_factory=set)


def leaves(name: str, content: bytes, limits: ReadLimits) -> Iterator[Leaf | Refused]:
    """What is to be read of a file: itself, or what is in it. The same file gives the same leaves in the same order."""
    budget = _Budget(limits.unpacked_bytes, limits.archive_files)
    yield from _leaves(name, content, limits, budget, depth=0)
    if budget.left_out:
        total = limits.archive_files + budget.left_out
        yield Refused(
            name=shown_name(name),
            reason=f"It holds {total:,} files; the first {limits.archive_files:,} were read and "
            f"{budget.left_out:,} were left out. Give the rest in another archive.",
        )


def _leaves(name: str, content: bytes, limits: ReadLimits, budget: _Budget, depth: int) -> Iterator[Leaf | Refused]:
    try:
        if len(content) > limits.file_bytes:
            raise too_large(len(content), limits)
        if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
            raise RefusedInput("It is empty. If it should not be, save or copy it again.")
        format_ = sniff(name, content)
        if format_ != "zip":
            yield Leaf(name, content, format_)
            return
        archive = opened(content)
        if is_docx(set(archive.namelist())):
            yield _as_docx(name, content)
            return
        infos = _files(archive, content, limits, budget, depth)
    except RefusedInput as error:
        yield Refused(name=shown_name(name), reason=str(error))
        return
    for info in infos:
        yield from _member(name, archive, info, limits, budget, depth)


def _as_docx(name: str, content: bytes) -> Leaf:
    if name.lower().endswith(".zip"):
        raise RefusedInput(
            "Its name says a ZIP archive, but it looks like a Word document (.docx). Give it its right ending."
        )
    return Leaf(name, content, "docx")


def _files(
    archive: zipfile.ZipFile, content: bytes, limits: ReadLimits, budget: _Budget, depth: int
) -> list[zipfile.ZipInfo]:
    """Those that are to be read. Takes them off the budget."""
    if depth > _DEEPEST:
        raise RefusedInput("It is an archive in an archive in an archive. Unpack it first.")
    if kind := office_kind(set(archive.namelist())):
        raise RefusedInput(f"It looks like {kind}")
    infos = [info for info in archive.infolist() if _is_of_interest(info)]
    if not infos:
        raise RefusedInput("The archive holds no files.")
    check_sizes(infos, len(content), limits, budget.unpacked_bytes)
    budget.unpacked_bytes -= sum(info.file_size for info in infos)
    read = infos[: max(0, budget.files)]
    budget.files -= len(read)
    budget.left_out += len(infos) - len(read)
    return read


def _is_of_interest(info: zipfile.ZipInfo) -> bool:
    name = info.filename.replace("\\", "/")
    return not (
        info.is_dir()
        or any(name.startswith(folder) or f"/{folder}" in name for folder in _OF_THE_SYSTEM)
        or name.rpartition("/")[2].lower() in _OF_NO_INTEREST
    )


def _member(
    outer: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: ReadLimits, budget: _Budget, depth: int
) -> Iterator[Leaf | Refused]:
    path = f"{outer}/{inner_path(info.filename) or 'unnamed'}"
    try:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise RefusedInput("It is a link to another file. Pack the file itself.")
        if path in budget.names:
            raise RefusedInput("The archive holds this name twice; the first was read. Rename the other.")
        budget.names.add(path)
        if info.file_size > limits.file_bytes:
            raise too_large(info.file_size, limits)
        content = unpacked(archive, info)
    except RefusedInput as error:
        yield Refused(name=shown_name(path), reason=str(error))
        return
    yield from _leaves(path, content, limits, budget, depth + 1)
