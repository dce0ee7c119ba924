"""Programs of others: started without a shell, with the environment they are handed, and ended with all that they started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from shutil import which

KEPT = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
"""What of our environment every program gets; all else has to be named."""
GRACE = 2.0
"""Seconds between asking a program to end and ending it."""
_PIECE = 65_536
_GLANCE = 0.01


class CannotStart(Exception):
    """Why a program was not started, as half a sentence."""


@dataclass(frozen=True)
class Ran:
    """How a program went. ``status``: its exit status; None when it was ended because it said too much."""

    status: int | None
    out: str
    err: str


def environment_for(ours: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    """What a program finds in its environment."""
    return {name: ours[name] for name in KEPT if name in ours} | dict(named)


@asynccontextmanager
async def started(
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    talks: bool = False,
    longest_line: int = _PIECE,
    folder: str = "/",
) -> AsyncIterator[Process]:
    """A program that runs until the block is left, at the latest. ``talks``: it reads what we write. Raises ``CannotStart``."""
    program = found(argv[0], environment)
    if program is None:
        raise CannotStart(f"there is no program {argv[0]!r} on the PATH")
    try:
        process = await asyncio.create_subprocess_exec(
            *[program, *argv[1:]],
            env=dict(environment),
            cwd=folder,
            stdin=asyncio.subprocess.PIPE if talks else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=longest_line,
        )
    except (OSError, ValueError) as error:
        raise CannotStart(f"{argv[0]} cannot be started ({error})") from error
    try:
        yield process
    finally:
        await _ended(process)


def found(program: str, environment: Mapping[str, str]) -> str | None:
    """Where it is: on the PATH, or where an absolute path says. What is meant by another path is not guessed."""
    if "/" in program and not os.path.isabs(program):
        return None
    return which(program, path=environment.get("PATH", os.defpath))


async def run(argv: Sequence[str], environment: Mapping[str, str], *, seconds: float, most_bytes: int) -> Ran:
    """Run it to its end. Raises ``CannotStart``, ``TimeoutError``; whatever happens, nothing of it is left running."""
    out, err = bytearray(), bytearray()
    status = None
    async with started(argv, environment) as process, asyncio.timeout(seconds):
        with contextlib.suppress(_Enough):
            await _said(process, out, err, most_bytes)
            status = await process.wait()
    return Ran(status, out.decode(errors="replace"), err.decode(errors="replace"))


class _Enough(Exception):
    """More was said than is wanted."""


async def _said(process: Process, out: bytearray, err: bytearray, most: int) -> None:
    """All that it writes until it ends. Raises ``_Enough``."""
    listening = [
        asyncio.ensure_future(_heard(stream, into, most))
        for stream, into in ((process.stdout, out), (process.stderr, err))
        if stream is not None
    ]
    try:
        await asyncio.gather(*listening)
    finally:
        for one in listening:
            one.cancel()


async def _heard(stream: asyncio.StreamReader, into: bytearray, most: int) -> None:
    while piece := await stream.read(_PIECE):
        into += piece[: most - len(into)]
        if len(into) >= most:
            raise _Enough


async def _ended(process: Process) -> None:
    """End it and all in its group. Cancellations that come meanwhile, of asyncio or of anyio, are heard afterwards."""
    import anyio

    ending = asyncio.ensure_future(_end(process))
    heard: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):  # a cancelled scope of anyio cancels again and again
        while not ending.done():
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError as cancelled:
                heard = cancelled
    if heard is not None:
        raise heard


async def _end(process: Process) -> None:
    if process.stdin is not None:
        process.stdin.close()  # what a server takes as its end
        await _gone(process)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)  # also when it is gone itself: what it started may not be
        await _gone(process)
    transport = getattr(process, "_transport", None)  # a grandchild that left the group may hold a pipe: let go of it
    if transport is not None:
        transport.close()


async def _gone(process: Process) -> None:
    """Wait for its end, within the grace. Not by ``wait``: that waits for its pipes too, which a grandchild may hold."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(GRACE):
            while process.returncode is None:  # noqa: ASYNC110  nothing tells us
                await asyncio.sleep(_GLANCE)
