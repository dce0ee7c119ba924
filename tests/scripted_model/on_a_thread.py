"""The scripted model with an event loop of its own, for tests that have none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable

from tests.scripted_model.script import Rule
from tests.scripted_model.server import ScriptedModel

PATIENCE = 30
"""Seconds."""


class ModelOnAThread:
    """``with ModelOnAThread(rules) as url``. ``model`` remembers what was asked."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.model = ScriptedModel(list(rules))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self.model.__aenter__(), self._loop).result(PATIENCE)

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.model.__aexit__(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
