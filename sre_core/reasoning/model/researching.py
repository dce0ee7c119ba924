"""A model as ``Researcher``: it writes queries, judges and writes up. It fetches nothing, and cites what code finds on the page.

Pages are what strangers wrote, and the question holds the words of an alert: both stand behind the fence. When the model cannot
be asked, rules do the rest of the research, and the dossier says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from sre_core.gateway.asking import Ask, AskRole, Gateway, Listening, ModelCall, said
from sre_core.gateway.faults import ModelFault
from sre_core.reasoning.model import prompts
from sre_core.reasoning.model.patience import within
from sre_core.reasoning.model.research_forms import Enough, OnPage, Queries, WrittenUp
from sre_core.web.citing import Quotes
from sre_core.web.dossier import (
    Citation,
    Contradiction,
    Inquiry,
    Judgement,
    Researcher,
    Statement,
    Synthesis,
)
from sre_core.web.excerpts import excerpt
from sre_core.web.extracting import ExtractiveResearcher
from sre_core.web.page_cache import Page

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

ROOM = 24_000
"""Characters of all pages together that the model is shown at once."""
GLANCE = 4_000
"""The same, when it only writes queries."""
SECONDS = 75.0
"""In which the model has to answer one of the three questions; the tool's own limit leaves no more."""
NOT_BACKED = (
    "These statements do not stand: a quote is not on the page that they name, or a figure in none of their quotes. Quote "
    "what is there, word for word, reword them, or leave them out. Write the whole dossier again."
)


class Counting:
    """Hears what ``listening`` does, and adds up what was used."""

    def __init__(self, listening: Listening) -> None:
        self._listening = listening
        self.tokens = 0
        """In and out; guessed where nobody counted."""
        self.model = ""

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        self._listening.draft(call_id, role, text)

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        self._listening.waiting(call_id, seconds, why)

    def called(self, call: ModelCall) -> None:
        self.model = call.model
        self.tokens += (call.tokens_in or 0) + (call.tokens_out or 0) + call.tokens_estimated
        self._listening.called(call)


class ModelResearcher:
    """Implements ``Researcher`` for one research."""

    def __init__(
        self,
        gateway: Gateway,
        listening: Listening,
        investigation_id: str,
        room: int = ROOM,
        seconds: float = SECONDS,
        rules: Researcher | None = None,
    ) -> None:
        """``investigation_id``: whose budget it is; ``room``: characters of pages that the model is shown at once."""
        self._gateway = gateway
        self._heard = Counting(listening)
        self._id = investigation_id
        self._room = room
        self._seconds = seconds
        self._rules = rules or ExtractiveResearcher()
        self.degraded = ""

    @property
    def name(self) -> str:
        """Which model, once it was asked."""
        return self._heard.model or self._rules.name

    @property
    def tokens(self) -> int:
        """Spent so far, in and out."""
        return self._heard.tokens

    async def write_queries(self, inquiry: Inquiry, pages: Sequence[Page], missing: str) -> Sequence[str]:
        """What the model would search for; what rules would, when it cannot be asked."""
        needed = [f"Missing: {missing}"] if missing else ["Nothing was searched for yet."]

        async def by_model() -> Sequence[str]:
            room = min(GLANCE, self._room)
            answer = await self._ask(prompts.SEARCH, inquiry, pages, room, Queries, *needed)
            return [query for query in answer.queries if query.strip()]

        return await self._by_model_or(by_model, lambda: self._rules.write_queries(inquiry, pages, missing))

    async def judge(self, inquiry: Inquiry, pages: Sequence[Page]) -> Judgement:
        """Whether these pages answer, in the model's judgement. Without a page there is nothing to judge."""

        async def by_model() -> Judgement:
            answer = await self._ask(prompts.JUDGE, inquiry, pages, self._room, Enough)
            return Judgement(sufficient=answer.sufficient, why=answer.why, missing=answer.missing)

        def by_rules() -> Awaitable[Judgement]:
            return self._rules.judge(inquiry, pages)

        return await (self._by_model_or(by_model, by_rules) if pages else by_rules())

    async def synthesise(self, inquiry: Inquiry, pages: Sequence[Page]) -> Synthesis:
        """Statements with their pages. Those that no page backs are sent back once; what still does not stand is left out."""

        async def by_model() -> Synthesis:
            written = _synthesis(await self._ask(prompts.WRITE_UP, inquiry, pages, self._room, WrittenUp), pages)
            quotes = Quotes(pages)
            wrong = [one.text for one in written.statements if quotes.backed(one, inquiry.question) is None]
            return await self._mended(written, wrong, inquiry, pages) if wrong else written

        return await self._by_model_or(by_model, lambda: self._rules.synthesise(inquiry, pages))

    async def _mended(
        self, written: Synthesis, wrong: Sequence[str], inquiry: Inquiry, pages: Sequence[Page]
    ) -> Synthesis:
        told = [NOT_BACKED, *(f"- {text}" for text in wrong)]
        try:
            again = await self._ask(prompts.WRITE_UP, inquiry, pages, self._room, WrittenUp, *told)
        except ModelFault:  # the first writing is there, and only what stands of it is kept
            return written.model_copy(update={"sent_back": len(wrong)})
        return _synthesis(again, pages).model_copy(update={"sent_back": len(wrong)})

    async def _by_model_or(self, model: Callable[[], Awaitable[R]], rules: Callable[[], Awaitable[R]]) -> R:
        """By the model in its time, else by rules from now on: a model that failed is not waited for again."""
        if not self.degraded:
            try:
                return await within(self._seconds, model())
            except ModelFault as fault:
                self.degraded = str(fault)
        return await rules()

    async def _ask(
        self, system: str, inquiry: Inquiry, pages: Sequence[Page], room: int, answer: type[T], *ours: str
    ) -> T:
        mark = prompts.mark_of(self._id)

        def message(budget: int) -> str:
            asked = prompts.fenced(f"Question ({inquiry.mode})", inquiry.question, mark)
            read = prompts.fenced("Pages", told(pages, inquiry, budget), mark) if pages else ""
            return prompts.message(mark, (asked, read, prompts.trusted("Now", ours) if ours else ""))

        ask = Ask(
            role="research",
            system=system,
            messages=(said(message(room)),),
            answer=answer,
            investigation_id=self._id,
            smaller=lambda budget: (said(message(max(1000, budget - len(inquiry.question) - 1500))),),
            fence=mark,
        )
        return (await self._gateway.ask(ask, self._heard)).value


def told(pages: Sequence[Page], inquiry: Inquiry, room: int) -> str:
    """The pages with their numbers, each as much as its share of the room."""
    share = max(200, room // max(1, len(pages)))
    texts = (excerpt(page, inquiry, share) for page in pages)
    return "\n\n".join(
        f"[{number}] {page.title} ({page.address})\n{text}"
        for number, (page, text) in enumerate(zip(pages, texts, strict=True), start=1)
    )


def _synthesis(written: WrittenUp, pages: Sequence[Page]) -> Synthesis:
    return Synthesis(
        statements=tuple(
            Statement(
                about="" if one.about == "other" else one.about, text=one.text, citations=_cited(one.citations, pages)
            )
            for one in written.statements
        ),
        contradictions=tuple(
            Contradiction(text=one.text, citations=_cited(one.citations, pages)) for one in written.contradictions
        ),
        follow_ups=tuple(question for question in written.follow_ups if question.strip()),
    )


def _cited(citations: Sequence[OnPage], pages: Sequence[Page]) -> tuple[Citation, ...]:
    """A page that there is not is no citation."""
    named = ((pages[one.page - 1], one.quote) for one in citations if 1 <= one.page <= len(pages))
    return tuple(Citation(address=page.address, title=page.title, quote=quote) for page, quote in named)
