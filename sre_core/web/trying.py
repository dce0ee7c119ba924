"""'Test the search': asks the configured instance for one word that everybody knows, and says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from pydantic import Field

from sre_core.counting import counted
from sre_core.domain import Value
from sre_core.errors import RefusedInput
from sre_core.trials import Tell
from sre_core.web.searxng import SETTING, Search

WORD = "kubernetes"
"""What is searched for: nothing of anybody's own leaves the machine."""
MOST_SILENT = 8


class SearchTried(Value):
    """What one search brought back."""

    hits: int = Field(ge=0)
    engines: tuple[str, ...] = Field(description="Those that named a page, in order.")
    silent: tuple[str, ...] = Field(default=(), description="Engines that did not answer, with the reason they gave.")
    seconds: float = Field(ge=0)

    def sentences(self) -> tuple[str, ...]:
        """For a person."""
        return (*self._about_pages(), *self._about_silence())

    def _about_pages(self) -> tuple[str, ...]:
        if self.hits:
            by = f", by {', '.join(self.engines)}" if self.engines else ""
            return (f"It works: {counted(self.hits, 'page')} in {self.seconds:.1f} s{by}.",)
        return (
            f"It answers in {self.seconds:.1f} s, and found nothing for “{WORD}”: its engines give it nothing.",
            "Enable other engines in its settings.yml; its page of preferences shows which of them answer.",
        )

    def _about_silence(self) -> tuple[str, ...]:
        return (f"Silent just now: {'; '.join(self.silent[:MOST_SILENT])}.",) if self.silent else ()


async def try_search(search: Search | None, tell: Tell, clock: Callable[[], float] = time.monotonic) -> SearchTried:
    """Search once. Raises ``ToolError`` that says which setting to change, ``RefusedInput`` when no search is set up."""
    if search is None:
        raise RefusedInput(f"No search is set up: set {SETTING}.")
    tell(f"searching for “{WORD}”")
    began = clock()
    found = await search.search(WORD)
    engines = dict.fromkeys(engine for hit in found.hits for engine in hit.engines)
    return SearchTried(hits=len(found.hits), engines=tuple(engines), silent=found.silent, seconds=clock() - began)
