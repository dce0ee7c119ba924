"""ZIP archives, opened only as far as is safe: what their list says they unpack to is looked at before anything is."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

from sre_core.errors import RefusedInput
from sre_core.knowledge.reading.given import ReadLimits, megabytes

_SMALL = 1_000_000
"""Bytes below which the ratio says nothing: a page of blanks packs well."""
ENCRYPTED = 0x1
_BROKEN = "The archive is damaged or cut off. Pack or fetch it again."


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive. Raises ``RefusedInput`` when its list cannot be read."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeDecodeError) as error:
        raise RefusedInput(_BROKEN) from error


def check_sizes(infos: Sequence[zipfile.ZipInfo], packed: int, limits: ReadLimits, left: int) -> None:
    """Raises ``RefusedInput`` for what would unpack to more than ``left`` bytes, or to suspiciously much."""
    unpacked = sum(info.file_size for info in infos)
    if unpacked > left:
        raise RefusedInput(
            f"It would unpack to {megabytes(unpacked)}; at most {megabytes(limits.unpacked_bytes)} are. Give it in parts."
        )
    worst = max((info.file_size / max(1, info.compress_size) for info in infos if info.file_size > _SMALL), default=0.0)
    if unpacked > _SMALL:
        worst = max(worst, unpacked / max(1, packed))
    if worst > limits.ratio:
        raise RefusedInput(
            f"It would unpack to {worst:,.0f} times its size, as archives do that are made to fill a disk. "
            "Give the files themselves."
        )


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One file's bytes: never more than its list says, and checked by its checksum. Raises ``RefusedInput``."""
    if info.flag_bits & ENCRYPTED:
        raise RefusedInput("It is protected by a password. Pack it without one.")
    try:
        return archive.read(info)
    except NotImplementedError as error:
        raise RefusedInput(
            "It is packed in a way that is not read here. Pack it as an ordinary ZIP (deflate)."
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError) as error:
        raise RefusedInput("It is damaged in the archive. Pack it again.") from error
