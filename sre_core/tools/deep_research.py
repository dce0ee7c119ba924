"""Research a question on the web: several searches, pages read, every statement with its quote."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from sre_core.domain import Value
from sre_core.errors import RefusedInput, ToolError
from sre_core.tools.base import Tool, ToolContext
from sre_core.web.dossier import Budget, Dossier, Mode
from sre_core.web.masking import Mask
from sre_core.web.research import Research

Address = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://\S+$", max_length=2000)]
"""Of a page."""


class ResearchQuery(Value):
    """A question to the public web. Names of your own systems are masked before anything leaves, so use public words."""

    question: str = Field(
        min_length=1,
        max_length=2000,
        description="With the error code, or the product and its version, and the symptom.",
    )
    mode: Mode | None = Field(default=None, description="What kind of question it is; leave it out and it is decided.")
    rounds: int = Field(default=3, ge=1, le=5, description="Searches and readings, one after the other.")
    pages: int = Field(default=8, ge=1, le=20, description="Pages that are fetched at most.")
    addresses: tuple[Address, ...] = Field(
        default=(),
        max_length=5,
        description="Pages that are read first. Only what a person named: any other address is asked about before it is fetched.",
    )


class DeepResearch(Tool[ResearchQuery, Dossier]):
    """Research the public web when documents and telemetry do not explain an error code, a known bug of a component and version,
    an outage of a third party, or a security advisory. Searches, reads pages, and returns statements with quotes."""

    name = "deep_research"
    source = "web"
    cost = 20.0
    timeout = 240.0
    seconds: ClassVar[float] = 150.0
    """For searching and reading; the rest of the timeout is for the writing."""

    def __init__(self, research: Research, mask: Mask) -> None:
        self._research = research
        self._mask = mask

    def settled(self, query: ResearchQuery) -> ResearchQuery:
        """With the question masked: all that leaves is made of what a person is shown."""
        return query.model_copy(update={"question": self._mask.masked(query.question)})

    def addresses(self, query: ResearchQuery) -> tuple[str, ...]:
        """What is fetched whatever the search names."""
        return query.addresses

    async def run(self, query: ResearchQuery, context: ToolContext) -> Dossier:
        """Raises ``ToolError`` when no search works, or nothing in the question could be searched for."""
        budget = Budget(rounds=query.rounds, pages=query.pages, seconds=self.seconds)
        try:
            return await self._research.run(
                query.question, lambda step: context.progress(step.said), query.mode, budget, query.addresses
            )
        except RefusedInput as error:
            raise ToolError(str(error)) from error

    def summarise(self, output: Dossier) -> str:
        """How much was found, and whether pages disagree."""
        said = output.said.rstrip(".")
        return f"{said}; {len(output.contradictions)} contradictions" if output.contradictions else said
