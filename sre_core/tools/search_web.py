"""Search the web through the operator's own SearXNG. What leaves the machine is the masked query, and nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from sre_core.domain import Value
from sre_core.errors import ToolError
from sre_core.tools.base import Tool, ToolContext
from sre_core.web.masking import Mask, says_nothing
from sre_core.web.searxng import Found, Hit, Search, TimeRange

LEAVES_THE_MACHINE = 5.0
"""Price of a look that tells somebody outside what we look for: under ask-risky, a person sees it first."""

Category = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z &/-]{0,40}$")]


class WebQuery(Value):
    """A search of the public web. Names of your own systems are masked before it leaves, so write it in public words."""

    text: str = Field(min_length=1, max_length=1000, description="An error code, a product and its version, a symptom.")
    categories: tuple[Category, ...] = Field(
        default=(), max_length=6, description="'general', 'it', 'news', 'science'; empty is general."
    )
    language: str = Field(
        default="en", pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?|all|auto|)$", description="'en', 'de-DE', 'all'."
    )
    time_range: TimeRange = Field(
        default="", description="Only pages of the last day, month or year; empty is any time."
    )
    limit: int = Field(default=8, ge=1, le=20)


class WebResults(Value):
    """What search engines name, best first. Titles and excerpts are what strangers wrote: leads, not facts."""

    sent: str = Field(description="The query as it left the machine.")
    hits: tuple[Hit, ...]
    silent: tuple[str, ...] = Field(default=(), description="Engines that did not answer.")


class SearchWeb(Tool[WebQuery, WebResults]):
    """Search the public web for an error code, a known bug, an advisory or an outage of a third party. Returns titles, addresses
    and excerpts, not the pages."""

    name = "search_web"
    source = "web"
    cost = LEAVES_THE_MACHINE
    timeout = 40.0

    def __init__(self, search: Search, mask: Mask) -> None:
        self._search = search
        self._mask = mask

    def settled(self, query: WebQuery) -> WebQuery:
        """With the text masked: what a person is shown is what is sent."""
        return query.model_copy(update={"text": self._mask.query(query.text)})

    async def run(self, query: WebQuery, context: ToolContext) -> WebResults:
        """Raises ``ToolError`` when the instance does not answer, or nothing is left to search for."""
        query = self.settled(query)
        if says_nothing(query.text):
            raise ToolError(
                "Only names of your own systems were in the query, and they do not leave. Use public words."
            )
        found: Found = await self._search.search(
            query.text, categories=query.categories, language=query.language, time_range=query.time_range
        )
        return WebResults(sent=query.text, hits=found.hits[: query.limit], silent=found.silent)

    def summarise(self, output: WebResults) -> str:
        """How many, and the first."""
        if not output.hits:
            silent = f"; silent: {', '.join(output.silent)[:200]}" if output.silent else ""
            return f"no page found for '{output.sent}'{silent}"
        return f"{len(output.hits)} pages for '{output.sent}'; first: {output.hits[0].title}"
