"""A model outside of an investigation: for one research or one question, in the event loop of whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from sre_core.gateway.asking import Deaf, Gateway, ModelCall
from sre_core.reasoning.model.researching import ModelResearcher
from sre_core.timeline import new_id
from sre_core.web.access import MakeResearcher
from sre_core.web.extracting import ExtractiveResearcher

Opened = Callable[[], AbstractAsyncContextManager[Gateway | None]]
"""Opens the endpoint and closes it again; None: rules do it, because no model is set up or none is wanted."""


@asynccontextmanager
async def no_model() -> AsyncIterator[Gateway | None]:
    """Rules do it."""
    yield None


class Noting(Deaf):
    """Notes what was asked, so that a person can read it. Implements ``Listening``."""

    def __init__(self, calls: list[ModelCall]) -> None:
        self._calls = calls

    def called(self, call: ModelCall) -> None:
        self._calls.append(call)


@asynccontextmanager
async def researcher(opened: Opened, calls: list[ModelCall]) -> AsyncIterator[MakeResearcher]:
    """What makes the researcher of one research, whose calls are added to ``calls``. Its budget is the research's own."""
    async with opened() as gateway:
        if gateway is None:
            yield ExtractiveResearcher
        else:
            yield partial(ModelResearcher, gateway, Noting(calls), f"research-{new_id()}")
