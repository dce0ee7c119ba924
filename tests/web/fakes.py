"""Small stand-ins for search, pages and a model that researches."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sre_core.errors import ToolError
from sre_core.web.dossier import Inquiry, Judgement, Statement, Step, Synthesis
from sre_core.web.page_cache import NotFetched, Page
from sre_core.web.searxng import Found, Hit, TimeRange

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def page(name: str, text: str = "nothing") -> Page:
    return Page(address=f"https://{name}.example/", title=name, text=text, fetched_at=NOON)


@dataclass
class FakeSearch:
    """Names the same pages for every query; remembers what left."""

    names: Sequence[str] = ("a", "b", "c", "d", "e", "f")
    broken: bool = False
    sent: list[str] = field(default_factory=list)

    async def search(
        self, query: str, *, categories: Sequence[str] = (), language: str = "", time_range: TimeRange = ""
    ) -> Found:
        self.sent.append(query)
        if self.broken:
            raise ToolError("the search is broken")
        return Found(hits=tuple(Hit(address=f"https://{name}.example/", title=name) for name in self.names))


@dataclass
class FakePages:
    """Pages by name; the others cannot be read. ``never``: does not come back."""

    pages: Mapping[str, str]
    never: bool = False
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, addresses: Sequence[str]) -> Sequence[Page | NotFetched]:
        self.fetched += addresses
        if self.never:
            await asyncio.Event().wait()
        return [self._one(address) for address in addresses]

    def _one(self, address: str) -> Page | NotFetched:
        name = address.removeprefix("https://").removesuffix(".example/")
        if name in self.pages:
            return page(name, self.pages[name])
        return NotFetched(address=address, reason="It is not there.")


@dataclass
class FakeResearcher:
    """A model that obeys: asks the same things round after round, and says what it was told to say."""

    statements: Sequence[Statement] = ()
    enough_after: int = 99
    queries: Sequence[str] = ("query {round}",)
    tokens_a_call: int = 100
    name: str = "fake"
    degraded: str = ""
    tokens: int = 0
    rounds: int = 0
    missing: list[str] = field(default_factory=list)

    async def write_queries(self, inquiry: Inquiry, pages: Sequence[Page], missing: str) -> Sequence[str]:
        self.rounds += 1
        self.tokens += self.tokens_a_call
        self.missing.append(missing)
        return [query.format(round=self.rounds) for query in self.queries]

    async def judge(self, inquiry: Inquiry, pages: Sequence[Page]) -> Judgement:
        self.tokens += self.tokens_a_call
        return Judgement(sufficient=len(pages) >= self.enough_after, why=f"{len(pages)} read", missing="the cause")

    async def synthesise(self, inquiry: Inquiry, pages: Sequence[Page]) -> Synthesis:
        self.tokens += self.tokens_a_call
        return Synthesis(statements=tuple(self.statements), follow_ups=("And then?",))


@dataclass
class Told:
    """Remembers the steps."""

    steps: list[Step] = field(default_factory=list)

    def __call__(self, step: Step) -> None:
        self.steps.append(step)

    @property
    def kinds(self) -> list[str]:
        return [step.kind for step in self.steps]
