"""The way to a server that is a program: a message is a line, and no line is longer than was agreed."""

from __future__ import annotations

import logging
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sre_core.outside_tools.programs import started

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 8_000_000
"""Bytes of one message; a server that sends a longer one is let go of."""
_LAST_LINES = 5


class LastWords:
    """The last lines that a program wrote to its standard error."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)

    def add(self, line: bytes) -> None:
        """One more."""
        if text := line.decode(errors="replace").strip():
            self._lines.append(text[:300])

    def __str__(self) -> str:
        return " / ".join(self._lines)


@asynccontextmanager
async def over_stdio(
    argv: Sequence[str], environment: Mapping[str, str], folder: str, said: LastWords
) -> AsyncIterator[tuple[Any, Any]]:
    """The streams of messages that the SDK wants. The program ends with the block. Raises ``CannotStart``."""
    import anyio

    async with started(argv, environment, talks=True, longest_line=LONGEST_MESSAGE, folder=folder) as process:
        to_session, incoming = anyio.create_memory_object_stream[Any](0)
        outgoing, from_session = anyio.create_memory_object_stream[Any](0)
        async with to_session, incoming, outgoing, from_session, anyio.create_task_group() as group:
            group.start_soon(_read, process, to_session, said)
            group.start_soon(_write, process, from_session, to_session)
            group.start_soon(_overhear, process, said)
            try:
                yield incoming, outgoing
            finally:
                group.cancel_scope.cancel()


async def _read(process: Process, to_session: Any, said: LastWords) -> None:
    """What is no message is dropped, as if it had been logged to the wrong place: many servers do."""
    import anyio
    from mcp.shared.message import SessionMessage
    from mcp_types import jsonrpc_message_adapter

    assert process.stdout is not None
    async with to_session:
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                said.add(f"(a message was longer than {LONGEST_MESSAGE} bytes)".encode())
                return
            if not line:
                return
            try:
                message = jsonrpc_message_adapter.validate_json(line, by_name=False)
            except ValueError:
                said.add(line)
                continue
            try:
                await to_session.send(SessionMessage(message))
            except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                return


async def _write(process: Process, from_session: Any, to_session: Any) -> None:
    assert process.stdin is not None
    async for message in from_session:
        line = message.message.model_dump_json(by_alias=True, exclude_unset=True)
        try:
            process.stdin.write(f"{line}\n".encode())
            await process.stdin.drain()
        except OSError as error:
            log.debug("a server no longer reads: %s", error)
            to_session.close()  # or a request would wait for ever
            return


async def _overhear(process: Process, said: LastWords) -> None:
    """Its standard error has to be read, or it stands still when the pipe is full."""
    assert process.stderr is not None
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:
            continue
        if not line:
            return
        said.add(line)
