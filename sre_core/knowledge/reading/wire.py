"""What the workbench and its reading process say to each other: length, JSON, and for a file its bytes."""

from __future__ import annotations

import socket
import time

from pydantic import Field

from sre_core.domain import Value
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.reading.given import ReadLimits, Refused

_LENGTH = 8
LONGEST = 400_000_000
"""Bytes of a message; a longer one is not one of ours."""


class Request(Value):
    """Read this file, of which ``size`` bytes follow."""

    name: str
    size: int
    limits: ReadLimits
    start: int = Field(default=0, description="Files of an archive that have been read already.")


class Reply(Value):
    """One thing at a time: about to read a file, what came of it, or that nothing more follows."""

    about_to_read: str | None = None
    document: SourceDocument | None = None
    refused: Refused | None = None
    done: bool = False
    worn: bool = Field(default=False, description="The process has used up so much memory that it ends itself.")


def send(channel: socket.socket, message: Request | Reply, content: bytes = b"") -> None:
    """Raises ``OSError`` when the other side is gone, ``TimeoutError`` when it does not take it in time."""
    encoded = message.model_dump_json().encode()
    channel.sendall(len(encoded).to_bytes(_LENGTH, "big") + encoded)
    if content:
        channel.sendall(content)


def received(channel: socket.socket, within: float | None = None) -> bytes:
    """The next message's JSON. Raises ``EOFError`` when the other side is gone, ``TimeoutError`` after so many seconds."""
    until = None if within is None else time.monotonic() + within
    length = int.from_bytes(exactly(channel, _LENGTH, until), "big")
    if length > LONGEST:
        raise EOFError("not a message")
    return exactly(channel, length, until)


def exactly(channel: socket.socket, length: int, until: float | None = None) -> bytes:
    """So many bytes, by that time of the monotonic clock. Raises as ``received`` does."""
    parts, left = [], length
    while left:
        if until is not None:
            channel.settimeout(max(0.001, until - time.monotonic()))
        part = channel.recv(min(left, 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
