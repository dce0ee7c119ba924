"""The way to a server at an address: streamable HTTP, with a bound on what it may send at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sre_core.mcp_client.stdio import LONGEST_MESSAGE

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 10.0
READ_SECONDS = 3600.0
"""A server may keep a stream open without a word; how long an answer may take is bounded where it is awaited."""


@asynccontextmanager
async def over_http(url: str, headers: Mapping[str, str]) -> AsyncIterator[tuple[Any, Any]]:
    """The streams of messages that the SDK wants. No proxy, no password of the environment; no redirect to another host."""
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    client = httpx2.AsyncClient(
        headers={**headers, "Accept-Encoding": "identity"},
        timeout=httpx2.Timeout(CONNECT_SECONDS, read=READ_SECONDS),
        follow_redirects=False,
        trust_env=False,
        event_hooks={"response": [_bounded]},
    )
    async with client, streamable_http_client(url, http_client=client, max_sse_event_size=LONGEST_MESSAGE) as streams:
        yield streams


async def _bounded(response: httpx2.Response) -> None:
    """A stream of events has its bound in the SDK; every other answer gets one here."""
    import httpx2

    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.ReadError("the answer is packed, though it was asked for as it is", request=response.request)
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        response.stream = _no_longer(response.stream)


def _no_longer(stream: Any) -> httpx2.AsyncByteStream:
    """The same bytes, up to the bound."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = LONGEST_MESSAGE
            async for piece in stream:
                left -= len(piece)
                if left < 0:
                    raise httpx2.ReadError(f"the answer is longer than {LONGEST_MESSAGE} bytes")
                yield piece

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()
