"""The way to a server at an address: streamable HTTP, with a bound on what it may send at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sre_core.bounded_answers import AS_IT_IS, bounded
from sre_core.mcp_client.stdio import LONGEST_MESSAGE

CONNECT_SECONDS = 10.0
READ_SECONDS = 3600.0
"""A server may keep a stream open without a word; how long an answer may take is bounded where it is awaited."""


@asynccontextmanager
async def over_http(url: str, headers: Mapping[str, str]) -> AsyncIterator[tuple[Any, Any]]:
    """The streams of messages that the SDK wants. No proxy, no password of the environment; no redirect to another host."""
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    client = httpx2.AsyncClient(
        headers={**headers, **AS_IT_IS},
        timeout=httpx2.Timeout(CONNECT_SECONDS, read=READ_SECONDS),
        follow_redirects=False,
        trust_env=False,
        event_hooks={"response": [bounded(LONGEST_MESSAGE, streams=False)]},  # the SDK bounds streams
    )
    async with client, streamable_http_client(url, http_client=client, max_sse_event_size=LONGEST_MESSAGE) as streams:
        yield streams
