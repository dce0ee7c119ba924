"""The process that reads foreign files: ``python -m sre_core.knowledge.reading.worker DESCRIPTOR``.

It gets bytes and gives back documents over one socket; it has little memory, may write nothing, and has no network.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from sre_core.knowledge.reading.archives import Leaf, leaves
from sre_core.knowledge.reading.given import ReadLimits, ReadOutcome, Refused, megabytes, shown_name
from sre_core.knowledge.reading.readers import read_foreign
from sre_core.knowledge.reading.wire import Reply, Request, exactly, received, send

_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "os.rename",
    "shutil.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_WORN = 0.5
_STATUS = Path("/proc/self/status")


def main(descriptor: int) -> None:
    """Read files until the workbench is gone."""
    channel = socket.socket(fileno=descriptor)
    _shut_in()
    while True:
        try:
            request = Request.model_validate_json(received(channel))
            content = exactly(channel, request.size)
        except EOFError:
            return
        worn = False
        try:
            for reply in _replies(request, content):
                send(channel, reply)
        except MemoryError:
            del content
            worn = True
            send(channel, Reply(refused=_too_little_memory(request)))
        worn = worn or _most_memory() > _WORN * request.limits.memory_bytes
        send(channel, Reply(done=True, worn=worn))
        if worn:
            return


def _most_memory() -> int:
    """Bytes that this process held at most. ``getrusage`` also counts the one that started it, which may be large."""
    try:
        return int(_STATUS.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):  # not on Linux
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _replies(request: Request, content: bytes) -> Iterator[Reply]:
    _limit(request.limits)
    for number, leaf in enumerate(leaves(request.name, content, request.limits)):
        if number < request.start:
            continue
        _limit_time(request.limits)
        yield Reply(about_to_read=leaf.name)
        yield _reply(leaf if isinstance(leaf, Refused) else _read(leaf, request.limits))


def _read(leaf: Leaf, limits: ReadLimits) -> ReadOutcome:
    return read_foreign(leaf.name, leaf.content, leaf.format, limits)


def _reply(outcome: ReadOutcome) -> Reply:
    return Reply(refused=outcome) if isinstance(outcome, Refused) else Reply(document=outcome)


def _too_little_memory(request: Request) -> Refused:
    most = megabytes(request.limits.memory_bytes)
    return Refused(
        name=shown_name(request.name),
        reason=f"Reading it takes more than {most} of memory. Split it, or save it as text.",
    )


def _limit(limits: ReadLimits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    _limit_time(limits)


def _limit_time(limits: ReadLimits) -> None:
    """The workbench keeps the clock; this is for when it is gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(usage.ru_utime + usage.ru_stime + limits.seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _shut_in() -> None:
    """No file may grow, no core be left; no network where the kernel lets us leave it, and none through Python anywhere."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_NEW_USER_AND_NETWORK)
    sys.addaudithook(_forbid)


def _forbid(event: str, details: tuple[object, ...]) -> None:
    writes = event == "open" and len(details) > 2 and isinstance(details[2], int) and bool(details[2] & _WRITING)
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not for a process that reads foreign files")


if __name__ == "__main__":
    main(int(sys.argv[1]))
