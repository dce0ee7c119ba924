"""Answers of servers that we ask, with a bound on their length: nobody fills our memory, packed or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

AS_IT_IS = {"Accept-Encoding": "identity"}
"""Header by which an answer is asked for unpacked; one that comes packed all the same is refused."""


def bounded(most: int, *, streams: bool) -> Callable[[httpx2.Response], Awaitable[None]]:
    """A response hook for an ``httpx2.AsyncClient``. ``most``: bytes. ``streams``: whether it bounds streams of events, too.

    What is packed or longer ends in ``httpx2.DecodingError``.
    """

    async def hook(response: httpx2.Response) -> None:
        import httpx2

        if response.headers.get("content-encoding", "identity") != "identity":
            raise httpx2.DecodingError(
                "the answer is packed, though it was asked for as it is", request=response.request
            )
        if streams or not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.stream = _no_longer(response.stream, most)

    return hook


def _no_longer(stream: Any, most: int) -> httpx2.AsyncByteStream:
    """The same bytes, up to the bound."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = most
            async for piece in stream:
                left -= len(piece)
                if left < 0:
                    raise httpx2.DecodingError(f"the answer is longer than {most} bytes")
                yield piece

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()
