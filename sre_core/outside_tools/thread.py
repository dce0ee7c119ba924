"""One event loop in a thread of its own, for connections that outlive a call and libraries that take seconds to load."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

STOP_SECONDS = 10.0


class LoopThread:
    """Runs coroutines for whoever asks, until it is closed."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._begun: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin it, from any thread."""
        return asyncio.run_coroutine_threadsafe(self._minded(work), self._loop)

    async def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Await it from another loop; a cancellation reaches it."""
        return await asyncio.wrap_future(self.begin(work))

    def close(self) -> None:
        """Cancel what runs, and end."""
        if not self._thread.is_alive():
            return
        try:
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(timeout=STOP_SECONDS)
        except TimeoutError:
            log.warning("something does not let go within %g s; it ends with the process", STOP_SECONDS)
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=STOP_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _minded(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._begun.add(task)
        try:
            return await work
        finally:
            self._begun.discard(task)

    async def _cancel_all(self) -> None:
        """What was begun here; what that began in its turn is its own to end."""
        begun = list(self._begun)
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
