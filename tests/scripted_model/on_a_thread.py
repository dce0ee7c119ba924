"""The scripted model with an event loop of its own, for tests that have none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

from tests.scripted_model.script import Rule
from tests.scripted_model.server import ScriptedModel

PATIENCE = 30
"""Seconds."""


class ModelOnAThread:
    """``with ModelOnAThread(rules) as url``. ``model`` remembers what was asked; its rules may be changed while it runs."""

    url = ""

    def __init__(self, rules: Iterable[Rule] = (), **given: Any) -> None:
        """``given``: what else ``ScriptedModel`` takes."""
        self.model = ScriptedModel(list(rules), **given)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        self.url = asyncio.run_coroutine_threadsafe(self.model.__aenter__(), self._loop).result(PATIENCE)
        return self.url

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.model.__aexit__(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
