"""The socket side of the scripted model: HTTP/1.1 by hand, so that it can break off anywhere and see when a client leaves."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.scripted_model import bodies
from tests.scripted_model.script import Fault, Reply, Request, Rule, sample_of

MIDWAY = (Fault.RESET_MIDWAY, Fault.STALL_MIDWAY, Fault.ERROR_EVENT, Fault.DISCONNECT)
DRIP_EVERY = 0.02
FIRST_TEXT = 1
"""Place of the first chunk that holds text: the one before it only says who speaks."""


@dataclass
class Seen:
    """One request, and how it ended."""

    request: Request
    began: float = field(default_factory=time.monotonic)
    written: int = 0
    """Chunks of an answer that were written."""
    first_at: float | None = None
    """When the first piece of its text was written (seconds since the epoch); None: none was."""
    left_at: float | None = None
    """When the client went away before its answer was complete (monotonic seconds); None: it did not."""

    @property
    def body(self) -> Any:
        return self.request.body


class ScriptedModel:
    """A server on loopback. An async context manager that gives the base URL."""

    def __init__(
        self,
        rules: Sequence[Rule] = (),
        models: Sequence[Any] = ("scripted-1",),
        port: int = 0,
        lists_models: bool = True,
    ) -> None:
        self.rules = list(rules)
        self.models = list(models)
        self.lists_models = lists_models
        self.seen: list[Seen] = []
        self.left = asyncio.Event()
        """Set when a client went away before its answer was complete."""
        self._port = port
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def asked(self) -> list[Seen]:
        """Requests for an answer, without those for the list of models."""
        return [each for each in self.seen if each.request.path.endswith("/chat/completions")]

    async def __aenter__(self) -> str:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self._port}/v1"

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while (request := await _read(reader)) is not None:
                if not await Connection(self, reader, writer, request).answer():
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._busy.discard(task)
            writer.close()

    def reply_to(self, request: Request) -> Reply:
        """What the first rule that applies says; without one, the smallest value that fits the schema."""
        for rule in self.rules:
            if rule.applies(request):
                rule.used += 1
                return rule.reply
        return Reply(text=json.dumps(sample_of(request.schema)) if request.schema else "{}")


class Connection:
    """Answers one request."""

    def __init__(
        self, model: ScriptedModel, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
    ) -> None:
        self._model = model
        self._reader = reader
        self._writer = writer
        self._request = request
        self._seen = Seen(request)
        model.seen.append(self._seen)

    async def answer(self) -> bool:
        """Returns whether the connection may be used again."""
        if self._request.path.endswith("/models"):
            return await self._list()
        if not self._request.path.endswith("/chat/completions"):
            return await self._send(404, bodies.error("no such route", "not_found"))
        reply = self._model.reply_to(self._request)
        watch = asyncio.ensure_future(self._watch(asyncio.current_task()))
        try:
            return await self._reply(reply)
        except (ConnectionError, asyncio.CancelledError):
            if self._seen.left_at is None:
                self._gone()
            return False
        finally:
            watch.cancel()
            await asyncio.wait([watch])

    async def _watch(self, answering: asyncio.Task[Any] | None) -> None:
        """A client that says anything more before it has its answer, or nothing ever again, went away."""
        with suppress(ConnectionError):
            if await self._reader.read(1):
                return
        self._gone()
        if answering:
            answering.cancel()

    def _gone(self) -> None:
        self._seen.left_at = time.monotonic()
        self._model.left.set()

    async def _list(self) -> bool:
        if not self._model.lists_models:
            return await self._send(404, bodies.error("no such route", "not_found"))
        return await self._send(200, bodies.model_list(self._model.models))

    async def _reply(self, reply: Reply) -> bool:
        if said := bodies.instead(self._request, reply):
            status, headers, body = said
            return await self._send(status, body, headers)
        match reply.fault:
            case Fault.RESET:
                return self._reset()
            case Fault.STALL:
                return await self._forever()
            case Fault.DRIP if not self._request.streamed:
                return await self._forever()
        await asyncio.sleep(reply.seconds_to_first)
        return await (self._stream(reply) if self._request.streamed else self._whole(reply))

    async def _whole(self, reply: Reply) -> bool:
        body = json.dumps(bodies.whole(self._request, reply)).encode()
        if reply.fault is Fault.GARBAGE:
            body = b'{"choices": [{"mess'
        if reply.fault not in MIDWAY:
            return await self._send(200, body)
        if reply.fault is Fault.ERROR_EVENT:
            return await self._send(200, bodies.error("the model crashed", "server_error"))
        self._writer.write(_head(200, "application/json", len(body)) + body[: len(body) // 2])
        await self._writer.drain()
        return await self._break_off(reply)

    async def _stream(self, reply: Reply) -> bool:
        self._writer.write(_head(200, "text/event-stream"))
        if reply.fault is Fault.DRIP:
            while True:
                await self._write(b": still there\n\n")
                await asyncio.sleep(DRIP_EVERY)
        chunks = [part async for part in self._parts(reply)]
        if reply.cuts:
            chunks = _recut(b"".join(chunks), reply.cuts)
        middle = len(chunks) // 2
        for number, chunk in enumerate(chunks):
            if number == middle and reply.fault in MIDWAY:
                return await self._break_off(reply)
            if number == FIRST_TEXT:
                self._seen.first_at = time.time()
            await self._write(chunk)
            self._seen.written += 1
            if reply.seconds_between:
                await asyncio.sleep(reply.seconds_between)
        await self._write(b"", last=True)
        return True

    async def _parts(self, reply: Reply) -> AsyncIterator[bytes]:
        for chunk in bodies.chunks(self._request, reply):
            yield f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n".encode()
        yield b"data: [DONE]\n\n"

    async def _write(self, data: bytes, last: bool = False) -> None:
        """One HTTP chunk."""
        if data:
            self._writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if last:
            self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def _break_off(self, reply: Reply) -> bool:
        match reply.fault:
            case Fault.STALL_MIDWAY:
                return await self._forever()
            case Fault.RESET_MIDWAY:
                return self._reset()
            case Fault.ERROR_EVENT:
                await self._write(
                    f"data: {bodies.error('the model crashed', 'server_error').decode()}\n\n".encode(), last=True
                )
                return True
            case _:
                self._writer.close()
                return False

    async def _forever(self) -> bool:
        await self._writer.drain()
        await asyncio.Event().wait()
        return False

    def _reset(self) -> bool:
        """Away without a goodbye."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        return False

    async def _send(self, status: int, body: bytes, headers: Sequence[str] = ()) -> bool:
        kind = "text/html" if body.startswith(b"<") else "application/json"
        self._writer.write(_head(status, kind, len(body), headers) + body)
        await self._writer.drain()
        return True


def _head(status: int, kind: str, length: int | None = None, headers: Sequence[str] = ()) -> bytes:
    size = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
    lines = (f"HTTP/1.1 {status} Scripted", f"Content-Type: {kind}", size, *headers, "", "")
    return "\r\n".join(lines).encode()


def _recut(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    """The same bytes in pieces of other sizes."""
    pieces, at = [], 0
    for size in sizes:
        if at >= len(data):
            break
        pieces.append(data[at : at + size])
        at += size
    return [piece for piece in (*pieces, data[at:]) if piece]


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(first.split(" ")[1].partition("?")[0], headers, json.loads(body) if body else {})
