"""Ask whether this happened before."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from sre_core.domain import Recollection, Value
from sre_core.tools.base import Tool, ToolContext


class RecallQuery(Value):
    """What to compare past incidents with."""

    text: str = Field(min_length=1, description="The alert, or a symptom, in words.")
    component: str | None = Field(default=None, description="Component id, if one is known.")
    limit: int = Field(default=3, ge=1, le=20)


class Recalled(Value):
    """Past incidents that resemble it, most alike first."""

    recollections: tuple[Recollection, ...]
    known: int = Field(description="How many incidents are remembered in all.")


class IncidentMemory(Protocol):
    """What happened before."""

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        """Past incidents that resemble it."""


class RecallIncidents(Tool[RecallQuery, Recalled]):
    """Ask whether this happened before: past incidents that resemble an alert or a symptom, and what ended them."""

    name = "recall_incidents"
    source = "memory"
    cost = 0.5

    def __init__(self, memory: IncidentMemory) -> None:
        self._memory = memory

    async def run(self, query: RecallQuery, context: ToolContext) -> Recalled:
        """Most alike first; none when nothing is alike enough."""
        return await self._memory.recall(query.text, component=query.component, limit=query.limit)

    def touches(self, query: RecallQuery) -> tuple[str, ...]:
        """Memories are about a component and are none of it."""
        return self.named(query)

    def summarise(self, output: Recalled) -> str:
        """How many, and the most alike."""
        if not output.recollections:
            return f"nothing alike among {output.known} incidents"
        best = output.recollections[0]
        most = "this happened before" if best.claimed else "most"
        return f"{len(output.recollections)} alike; {most}: {best.incident.title} ({best.similarity:.0%})"
