"""Research that people ask for outside of an investigation. Everybody may: what is read is public, what leaves is masked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sre_core.background import Background, Standing
from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.gateway.asking import ModelCall
from sre_core.people import Person
from sre_core.tools.absent import no_such_tool
from sre_core.web.access import MakeResearcher
from sre_core.web.dossier import Budget, Dossier, Inquiry, Mode, Step, Tell
from sre_core.web.extracting import ExtractiveResearcher
from sre_core.web.research import Research

LONGEST = 2000
"""Characters of a question."""


class Preview(Value):
    """What leaves when it begins."""

    inquiry: Inquiry
    queries: tuple[str, ...]


class Researched(Value):
    """What a research came to, and what was asked of a model for it."""

    dossier: Dossier
    calls: tuple[ModelCall, ...] = ()


class Researchers(Protocol):
    """Who researches."""

    def __call__(self, calls: list[ModelCall]) -> AbstractAsyncContextManager[MakeResearcher]:
        """For one research, in the event loop that it runs in. ``calls``: where each call of a model is noted."""


class ResearchDesk:
    """Where people ask the web, watch it being asked, and cancel it. Thread-safe."""

    def __init__(self, research: Callable[[MakeResearcher], Research | None], researchers: Researchers) -> None:
        """``research`` makes one with the names of one's own systems masked; None: no search is configured."""
        self._research = research
        self._researchers = researchers
        self._jobs: Background[Researched, Step] = Background("research")

    def preview(self, question: str, mode: Mode | None = None) -> Preview:
        """What would leave first. Raises ``RefusedInput`` when nothing in it could, or no search is configured."""
        inquiry, queries = asyncio.run(self._configured(ExtractiveResearcher).first_queries(question[:LONGEST], mode))
        return Preview(inquiry=inquiry, queries=tuple(queries))

    def begin(self, question: str, by: Person, mode: Mode | None = None, budget: Budget = Budget()) -> str:
        """Begin; returns the research's id. Raises ``RefusedInput``."""
        self.preview(question, mode)  # what is refused is refused at once

        async def work(tell: Tell) -> Researched:
            calls: list[ModelCall] = []
            async with self._researchers(calls) as researcher:
                dossier = await self._configured(researcher).run(question[:LONGEST], tell, mode, budget)
            return Researched(dossier=dossier, calls=tuple(calls))

        return self._jobs.begin(work, by)

    def standing(self, id_: str, by: Person) -> Standing[Researched, Step] | None:
        """How one's own research stands; None when there is none."""
        return self._jobs.standing(id_, by)

    def cancel(self, id_: str, by: Person) -> None:
        """Let one's own research end at once; connections are closed."""
        self._jobs.cancel(id_, by)

    def wait(self, id_: str, seconds: float | None = None) -> bool:
        """Wait for a research; False when it still runs after so long."""
        return self._jobs.wait(id_, seconds)

    def close(self) -> None:
        """Cancel everything."""
        self._jobs.close()

    def _configured(self, researcher: MakeResearcher) -> Research:
        research = self._research(researcher)
        if research is None:
            raise RefusedInput(no_such_tool("deep_research", set()))
        return research
