"""What a reader is given, what it gives back, and how far it goes: the values of reading."""

from __future__ import annotations

import errno
import os
import re
import stat
from hashlib import sha256
from pathlib import Path

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.redaction import Redacted, redact

LONGEST_NAME = 180
"""Bytes of one part of a path."""
LONGEST_PATH = 1000

_NO_FILE = "It is no ordinary file (a folder, pipe or device). Give the files themselves."
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_ENDING = re.compile(r"\.[A-Za-z]{2,8}$")


class ReadLimits(Value):
    """How far reading goes before it refuses. One million bytes are a megabyte."""

    file_bytes: int = Field(default=20_000_000, gt=0, description="The largest file that is opened.")
    unpacked_bytes: int = Field(
        default=50_000_000, gt=0, description="What an archive or Word file may unpack to, in all."
    )
    ratio: int = Field(default=100, gt=0, description="Unpacked / packed, of what unpacks to more than a megabyte.")
    pages: int = Field(default=2_000, gt=0, description="Pages of a PDF.")
    archive_files: int = Field(
        default=10_000, gt=0, description="Files that are read of one archive, with those nested in it."
    )
    seconds: float = Field(
        default=60, gt=0, description="For one file, on the clock; a file in an archive counts by itself."
    )
    memory_bytes: int = Field(default=1_000_000_000, gt=0, description="Address space of the process that reads.")
    cell_characters: int = Field(default=1_000_000, gt=0, description="The longest cell of a table.")


class FileGiven(Value):
    """A file as a person or a feed gives it: its content, or where it lies."""

    name: str = Field(min_length=1, description="Its name or path as the user knows it.")
    content: bytes | Path = Field(repr=False)
    within: Path | None = Field(
        default=None, description="The folder it was found in: links that stay inside are followed. None: no link is."
    )


class Refused(Value):
    """A file that was not taken, and a sentence or two for a person: why, and what to do."""

    name: str
    reason: str


ReadOutcome = SourceDocument | Refused


def content_of(file: FileGiven, limits: ReadLimits) -> bytes:
    """Its bytes. Raises ``RefusedInput`` for what is too large, not there, not readable or no ordinary file."""
    content = file.content if isinstance(file.content, bytes) else _read(file.content, file.within, limits)
    if len(content) > limits.file_bytes:
        raise too_large(len(content), limits)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise RefusedInput("It is empty. If it should not be, save or copy it again.")
    return content


def too_large(size: int, limits: ReadLimits) -> RefusedInput:
    """Of a file with so many bytes."""
    return RefusedInput(
        f"It has {megabytes(size)}; at most {megabytes(limits.file_bytes)} are read. Split it, or give the part that matters."
    )


def megabytes(size: int) -> str:
    """'1.5 MB', for a person."""
    return f"{size / 1_000_000:,.1f} MB".replace(".0 MB", " MB")


def _read(path: Path, within: Path | None, limits: ReadLimits) -> bytes:
    try:
        descriptor = _open(path, within)
    except (OSError, ValueError) as error:
        raise RefusedInput(_why_not(error)) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise RefusedInput(_NO_FILE)
        if found.st_size > limits.file_bytes:
            raise too_large(found.st_size, limits)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limits.file_bytes + 1)
    except OSError as error:
        raise RefusedInput(_why_not(error)) from error
    finally:
        os.close(descriptor)


def _open(path: Path, within: Path | None) -> int:
    """Without waiting for a pipe's other end. A link is followed inside its folder, and opened as where it leads."""
    if within is not None:
        real, folder = Path(os.path.realpath(path, strict=True)), Path(os.path.realpath(within, strict=True))
        if not real.is_relative_to(folder):
            raise RefusedInput("It is a link that leads out of its folder. Copy the file itself into the folder.")
        path = real
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)


def _why_not(error: OSError | ValueError) -> str:
    match getattr(error, "errno", errno.ENOENT):  # a path with a NUL in it is a ValueError
        case errno.ELOOP:
            return "It is a link to another file. Give the file itself."
        case errno.ENOENT | errno.ENOTDIR:
            return "It is not there (any more). Look at its path."
        case errno.EACCES | errno.EPERM:
            return "This user may not read it. Change its permissions."
        case errno.ENXIO | errno.EISDIR:
            return _NO_FILE
        case number:
            return f"It cannot be read ({os.strerror(number or 0)}). Try again, or copy it elsewhere."


def plain_name(name: str) -> str:
    """A name as the user knows it, without control characters. It may hold a secret: see ``shown_name``."""
    return _CONTROL.sub("", name).strip() or "unnamed"


def shown_name(name: str) -> str:
    """The same without its secrets, and no longer than a path can be: what a document is stored and listed under."""
    return _shortened(name_without_secrets(name).text, LONGEST_PATH)


def name_without_secrets(name: str) -> Redacted:
    """What is left of a plain name, its ending untouched: 'password=[redacted: password].md'."""
    ending = _ENDING.search(clean := plain_name(name))
    redacted = redact(clean[: ending.start()] if ending else clean)
    return redacted.model_copy(update={"text": redacted.text + (ending[0] if ending else "")})


def inner_path(name: str) -> str:
    """The path of a file in an archive: relative, with slashes, never upwards. Empty when nothing is left of it."""
    parts = (_CONTROL.sub("", part).strip() for part in name.replace("\\", "/").split("/"))
    kept = [
        _shortened(part, LONGEST_NAME)
        for part in parts
        if part not in ("", ".", "..") and not re.fullmatch("[A-Za-z]:", part)
    ]
    return _shortened("/".join(kept), LONGEST_PATH)


def _shortened(name: str, most: int) -> str:
    """An over-long one keeps both ends; a digest keeps it apart from its neighbours."""
    encoded = name.encode()
    if len(encoded) <= most:
        return name
    keep = (most - 12) // 2
    first, last = encoded[:keep].decode(errors="ignore"), encoded[-keep:].decode(errors="ignore")
    return f"{first}~{sha256(encoded).hexdigest()[:8]}~{last}"
