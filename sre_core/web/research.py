"""Deep research: decide, write queries, search, fetch, read, judge, again within a budget, and write with citations.

It reaches the web through the two sources it is given, search and pages, and no other tool. Only pages that our own search
named are fetched, or that a person gave: an address that stands in an alert, a log line or a page is not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

from sre_core.counting import counted
from sre_core.errors import ToolError
from sre_core.web.choosing import Hits, worth_reading
from sre_core.web.citing import Quotes
from sre_core.web.dossier import (
    Budget,
    Contradiction,
    Dossier,
    Inquiry,
    Mode,
    PageRead,
    Researcher,
    Statement,
    Step,
    Synthesis,
    Tell,
)
from sre_core.web.extracting import ExtractiveResearcher
from sre_core.web.inquiries import inquiry_of
from sre_core.web.masking import Mask, says_nothing
from sre_core.web.page_cache import NotFetched, Page
from sre_core.web.pages import Pages
from sre_core.web.searxng import Search, TimeRange

QUERIES_A_ROUND = 3
_CATEGORIES = {Mode.OUTAGE: ("general", "news"), Mode.ERROR_CODE: ("general", "it"), Mode.KNOWN_BUG: ("general", "it")}
ENOUGH = "what was read is enough"


@dataclass
class _Work:
    """How far it has come."""

    inquiry: Inquiry
    researcher: Researcher
    queries: list[str] = field(default_factory=list)
    hits: Hits = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    not_read: list[NotFetched] = field(default_factory=list)
    rounds: int = 0
    missing: str = ""
    ended: str = ""

    @property
    def text_bytes(self) -> int:
        return sum(len(page.text.encode()) for page in self.pages)


class Research:
    """Answers questions from the web. ``researcher`` makes one for each; ``seconds`` is a monotonic clock."""

    def __init__(
        self,
        search: Search,
        pages: Pages,
        mask: Mask,
        researcher: Callable[[], Researcher],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._search = search
        self._pages = pages
        self._mask = mask
        self._researcher = researcher
        self._seconds = seconds

    async def run(
        self,
        question: str,
        tell: Tell,
        mode: Mode | None = None,
        budget: Budget = Budget(),
        given: Sequence[str] = (),
    ) -> Dossier:
        """What the web says. ``given``: pages that a person wants read, whatever the search names.

        Raises ``RefusedInput`` when nothing in the question could be searched for, ``ToolError`` when no search works.
        """
        began = self._seconds()
        work = _Work(inquiry_of(self._mask.masked(question), mode), self._researcher())
        tell(Step(kind="decided", text=f"{work.inquiry.mode}: {work.inquiry.why}"))
        deadline = asyncio.timeout(budget.seconds)
        try:
            async with deadline:
                await self._read(work, list(given)[: budget.pages], tell)
                await self._rounds(work, budget, tell)
        except TimeoutError:
            if not deadline.expired():
                raise
            work.ended = f"its budget of time ({budget.seconds:g} s) is used up"
        tell(Step(kind="writing", text=f"from {counted(len(work.pages), 'page')}"))
        written = await work.researcher.synthesise(work.inquiry, work.pages) if work.pages else Synthesis()
        return self._dossier(work, written, self._seconds() - began)

    async def first_queries(self, question: str, mode: Mode | None = None) -> tuple[Inquiry, Sequence[str]]:
        """What would leave first, for a person to see before anything does: the question as it is masked, and the queries that
        rules make of it (a model writes its own, masked the same way). Raises ``RefusedInput``."""
        inquiry = inquiry_of(self._mask.masked(question), mode)
        return inquiry, self._masked(await ExtractiveResearcher().write_queries(inquiry, (), ""), ())

    async def _rounds(self, work: _Work, budget: Budget, tell: Tell) -> None:
        while not work.ended:
            work.rounds += 1
            await self._searched(work, tell)
            await self._read(work, self._next(work, budget), tell)
            judged = await work.researcher.judge(work.inquiry, work.pages)
            tell(Step(kind="judged", text=judged.why))
            work.missing = judged.missing
            work.ended = work.ended or (ENOUGH if judged.sufficient else _used_up(work, budget, work.researcher.tokens))

    async def _searched(self, work: _Work, tell: Tell) -> None:
        written = await work.researcher.write_queries(work.inquiry, work.pages, work.missing)
        fresh = self._masked(written, work.queries)
        if not fresh:
            work.ended = "there was nothing more to search for"
        for query in fresh:
            await self._asked(work, query, tell)

    def _masked(self, written: Sequence[str], sent: Container[str]) -> Sequence[str]:
        """As they leave; without those that left before, and those in which nothing is left."""
        masked = dict.fromkeys(map(self._mask.query, written))
        return [query for query in masked if query not in sent and not says_nothing(query)][:QUERIES_A_ROUND]

    async def _asked(self, work: _Work, query: str, tell: Tell) -> None:
        tell(Step(kind="searching", text=query))
        work.queries.append(query)
        lately: TimeRange = "month" if work.inquiry.mode is Mode.OUTAGE and work.rounds == 1 else ""
        try:
            found = await self._search.search(
                query, categories=_CATEGORIES.get(work.inquiry.mode, ()), language="en", time_range=lately
            )
        except ToolError as error:
            if not work.hits and not work.pages:
                raise
            tell(Step(kind="found", text=str(error)))
            return
        for place, hit in enumerate(found.hits):
            score, _ = work.hits.get(hit.address, (0.0, hit))
            work.hits[hit.address] = (score + 1 / (10 + place), hit)
        silent = f"; silent: {', '.join(found.silent)}" if found.silent else ""
        tell(Step(kind="found", text=f"{len(found.hits)} pages{silent}"))

    @staticmethod
    def _next(work: _Work, budget: Budget) -> Sequence[str]:
        """What is read in this round: a share of the pages that are left."""
        left = budget.pages - len(work.tried)
        share = -(-left // max(1, budget.rounds - work.rounds + 1))
        return worth_reading(work.inquiry, work.hits, work.tried, share)

    async def _read(self, work: _Work, addresses: Sequence[str], tell: Tell) -> None:
        if not addresses:
            return
        work.tried += addresses
        for address in addresses:
            tell(Step(kind="reading", text=address))
        known = {page.address for page in work.pages}
        for outcome in await self._pages.fetch(addresses):
            if isinstance(outcome, NotFetched):
                work.not_read.append(outcome)
                tell(Step(kind="not read", text=f"{outcome.address}: {outcome.reason}"))
            elif outcome.address not in known:
                known.add(outcome.address)
                work.pages.append(outcome)
                tell(Step(kind="read", text=f"{outcome.title} ({outcome.address})"))

    def _dossier(self, work: _Work, written: Synthesis, seconds: float) -> Dossier:
        quotes = Quotes(work.pages)
        held = [(one, quotes.backed(one, work.inquiry.question)) for one in written.statements]
        statements = tuple(backed for _, backed in held if backed)
        contradictions = tuple(two for one in written.contradictions if (two := quotes.opposed(one)))
        cited = _cited(statements, contradictions)
        return Dossier(
            question=work.inquiry.question,
            mode=work.inquiry.mode,
            by=work.researcher.name,
            degraded=work.researcher.degraded,
            said=_said(len(statements), len(cited), work),
            statements=statements,
            contradictions=contradictions,
            follow_ups=tuple(map(self._mask.masked, written.follow_ups)),
            left_out=tuple(one.text for one, backed in held if backed is None),
            sent_back=written.sent_back,
            pages=tuple(
                PageRead(address=p.address, title=p.title, fetched_at=p.fetched_at, cited=p.address in cited)
                for p in work.pages
            ),
            not_read=tuple(work.not_read),
            queries=tuple(work.queries),
            rounds=work.rounds,
            text_bytes=work.text_bytes,
            seconds=seconds,
            tokens=work.researcher.tokens,
            ended=work.ended,
        )


def _used_up(work: _Work, budget: Budget, tokens: int) -> str:
    """Which budget was used up; empty while none was."""
    used_up = {
        f"rounds ({budget.rounds})": work.rounds >= budget.rounds,
        f"pages ({budget.pages})": len(work.tried) >= budget.pages,
        f"text ({budget.text_bytes:,} bytes)": work.text_bytes >= budget.text_bytes,
        f"tokens ({budget.tokens:,})": tokens > 0 and tokens >= budget.tokens,
    }
    return next((f"its budget of {what} is used up" for what, so in used_up.items() if so), "")


def _cited(statements: Sequence[Statement], contradictions: Sequence[Contradiction]) -> set[str]:
    citations = [*(each.citations for each in statements), *(each.citations for each in contradictions)]
    return {one.address for some in citations for one in some}


def _said(statements: int, cited: int, work: _Work) -> str:
    if statements:
        of_pages = f"{cited} of {counted(len(work.pages), 'page')}"
        return (
            f"{counted(statements, 'statement')} from {of_pages} that {'was' if len(work.pages) == 1 else 'were'} read."
        )
    if work.pages:
        return f"{len(work.pages)} pages were read; none of them answers this."
    if work.hits:
        return f"{len(work.hits)} pages were found, but none of those tried could be read."
    return "No page was found."
