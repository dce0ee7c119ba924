"""Runs the rules on a workspace in memory: a list for a timeline, a clock that ticks, no store."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sre_core.domain import Action, Alert, Autonomy, ContentRef, Recollection
from sre_core.events import AlertReceived, Entry, Event, entry
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator
from sre_core.loop import investigate
from sre_core.reasoning.rules import RuleReasoner
from sre_core.sources.base import Sources
from sre_core.tools.base import AnyTool
from sre_core.tools.recall_incidents import Recalled
from sre_core.tools.registry import tools_for
from sre_core.tools.search_runbooks import Library, Passages
from sre_core.tools.toolbox import ToolCollection

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@dataclass
class ListedTimeline:
    """Implements ``OpenTimeline`` on a list; every event is a second after the one before."""

    state: Investigation = field(default_factory=lambda: Investigation("in-memory"))
    events: list[Event] = field(default_factory=list)

    async def unless_overtaken(self, step: Awaitable[Entry]) -> Entry | None:
        return await step

    async def append(self, said: Entry) -> None:
        number = len(self.events) + 1
        event = Event(
            id=f"e{number}",
            investigation_id=self.state.id,
            seq=number,
            at=NOON + timedelta(seconds=number),
            actor=said.actor,
            happening=said.happening,
        )
        self.events.append(event)
        self.state.apply(event)


class KeptInMemory:
    """Implements ``Contents`` on a dictionary."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def keep(self, text: str) -> ContentRef:
        digest = sha256(text.encode()).hexdigest()
        self.texts[digest] = text
        return ContentRef(digest=digest, characters=len(text))

    async def read(self, digest: str) -> str:
        return self.texts[digest]


class NothingWritten:
    """A library without documents, and a memory without incidents."""

    async def search(self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int) -> Passages:
        return Passages(query=text, passages=(), searched=0)

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        return Recalled(recollections=(), known=0)


class NothingRemembered:
    async def recall(self, alert: Alert) -> Sequence[Recollection]:
        return ()


def nobody_feels_it(action: Action) -> tuple[str, ...]:
    return ()


def investigator(
    sources: Sources, library: Library | None = None, tools: dict[str, AnyTool] | None = None
) -> Investigator:
    """The rules with the real tools of these sources."""
    nothing = NothingWritten()
    tools = tools if tools is not None else tools_for(sources, library or nothing, nothing)
    toolbox = ToolCollection(tools, KeptInMemory(), lambda: 0.0)
    return Investigator(RuleReasoner(sources, tools), toolbox, NothingRemembered(), nobody_feels_it, "run-1")


async def run(
    sources: Sources, alert: Alert | None = None, library: Library | None = None, *, attended: bool = False
) -> ListedTimeline:
    """Investigate to the end, or to where a person must decide."""
    timeline = ListedTimeline()
    received = AlertReceived(
        alert=alert or sources.alert or Alert(title="?"), autonomy=Autonomy.AUTO, attended=attended
    )
    await timeline.append(entry("person:test", received))
    await investigate(timeline, investigator(sources, library))
    return timeline
