"""How long whoever asks a model has to wait for everything that one question takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from sre_core.gateway.faults import FaultKind, ModelFault

R = TypeVar("R")


async def within(seconds: float, asking: Awaitable[R]) -> R:
    """What it comes to. Raises ``ModelFault`` when it takes longer; the connection is closed then."""
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            return await asking
    except TimeoutError as error:
        if not deadline.expired():
            raise
        raise ModelFault(FaultKind.TOO_LONG, f"The model did not answer within {seconds:g} s.") from error
