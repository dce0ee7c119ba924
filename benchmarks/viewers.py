"""Server CPU while 1, 10 and 30 people watch one investigation at five events a second."""

from __future__ import annotations

import asyncio
import time

import httpx

from benchmarks.serving import Serving, serving
from benchmarks.tables import table

VIEWERS = (0, 1, 10, 30)
RATE = 5
SECONDS = 10


async def watched(server: Serving, viewers: int) -> tuple[float, int]:
    """CPU share of one core, and the events that all viewers got together."""
    opened = await asyncio.to_thread(server.ask, open=True)
    url = f"{server.url}/api/stream/{opened['id']}?token={opened['token']}"
    got = 0

    async def watch(client: httpx.AsyncClient) -> None:
        nonlocal got
        async with client.stream("GET", url) as stream:
            async for line in stream.aiter_lines():
                got += line.count("beat ") > 0

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits) as client:
        tasks = [asyncio.create_task(watch(client)) for _ in range(viewers)]
        await asyncio.sleep(1.5)
        before, started = server.cpu_seconds(), time.monotonic()
        await asyncio.to_thread(server.ask, beat=opened["id"], times=RATE * SECONDS, rate=RATE)
        used = (server.cpu_seconds() - before) / (time.monotonic() - started)
        await asyncio.sleep(0.3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return used, got


def main() -> None:
    """Print the table."""
    rows = []
    with serving() as server:
        for viewers in VIEWERS:
            share, got = asyncio.run(watched(server, viewers))
            rows.append((viewers, f"{share:.1%}", got, viewers * RATE * SECONDS))
    title = f"Server CPU at {RATE} events a second (goal: <= 5 % at 30 viewers)"
    table(title, ("viewers", "CPU of one core", "messages got", "events shown x viewers"), rows)


if __name__ == "__main__":
    main()
