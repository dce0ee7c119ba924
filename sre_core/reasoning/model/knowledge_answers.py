"""A model's answer from documents: sentences with citations, put together from the passages that a search found.

Whether the documents answer at all is the search's to say, and the model's where it disagrees; the model never finds anything
itself. A sentence that no passage backs is sent back once, and then left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sre_core.gateway.asking import Ask, Gateway, Listening, said
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.knowledge.ask import Answered
from sre_core.knowledge.composed import Composed, Passage, Sentence, backed
from sre_core.reasoning.model import prompts
from sre_core.reasoning.model.patience import within
from sre_core.reasoning.model.research_forms import Cited, FromDocuments
from sre_core.reasoning.model.researching import Counting

SECONDS = 60.0
NOT_BACKED = (
    "These sentences do not stand: a quote is not in the passage that they name, or a figure in none of their quotes. Quote "
    "what is there, word for word, reword them, or leave them out. Write the whole answer again."
)

TextOf = Callable[[str], str | None]
"""A document's text by its path; None when it is gone."""


class KnowledgeAnswers:
    """Puts answers together. ``ask_id`` stands for an investigation's id: whose fence it is."""

    def __init__(
        self, gateway: Gateway, listening: Listening, text_of: TextOf, ask_id: str, seconds: float = SECONDS
    ) -> None:
        self._gateway = gateway
        self._heard = Counting(listening)
        self._text_of = text_of
        self._id = ask_id
        self._seconds = seconds

    async def compose(self, found: Answered) -> Composed:
        """Sentences from what was found, or none where the model says that this is no answer. Raises ``ModelFault``."""
        quotes = enumerate(found.quotes, start=1)
        passages = [Passage.around(number, quote, self._text_of(quote.document)) for number, quote in quotes]
        return await within(self._seconds, self._composed(found.question, passages))

    async def _composed(self, question: str, passages: Sequence[Passage]) -> Composed:
        answer = await self._ask(question, passages)
        kept, wrong = _settled(answer, passages, question)
        if wrong:
            kept, wrong = await self._mended(question, passages, kept, wrong)
        if wrong and not kept:
            raise ModelFault(FaultKind.UNSOUND, "Nothing that the model said stands in the documents.")
        return Composed(by=self._heard.model, sentences=tuple(kept), left_out=len(wrong))

    async def _mended(
        self, question: str, passages: Sequence[Passage], kept: list[Sentence], wrong: list[str]
    ) -> tuple[list[Sentence], list[str]]:
        try:
            again = await self._ask(question, passages, NOT_BACKED, *(f"- {text}" for text in wrong))
        except ModelFault:  # what stood at first is there
            return kept, wrong
        return _settled(again, passages, question)

    async def _ask(self, question: str, passages: Sequence[Passage], *ours: str) -> FromDocuments:
        mark = prompts.mark_of(self._id)
        sections = (
            prompts.fenced("Question", question, mark),
            prompts.fenced("Passages", "\n\n".join(map(_told, passages)), mark),
            prompts.trusted("Now", ours) if ours else "",
        )
        ask = Ask(
            role="answer",
            system=prompts.FROM_DOCUMENTS,
            messages=(said(prompts.message(mark, sections)),),
            answer=FromDocuments,
            investigation_id=self._id,
            fence=mark,
        )
        return (await self._gateway.ask(ask, self._heard)).value


def _told(passage: Passage) -> str:
    return "\n".join([f"[{passage.number}] {passage.title} ({passage.document})", *passage.lines])


def _settled(answer: FromDocuments, passages: Sequence[Passage], question: str) -> tuple[list[Sentence], list[str]]:
    """What stands, and the texts of what does not."""
    sentences: list[Cited] = answer.sentences if answer.answered else []
    checked = [
        (one.text, backed(one.text, ((c.passage, c.quote) for c in one.citations), passages, question))
        for one in sentences
    ]
    return [one for _, one in checked if one], [text for text, one in checked if one is None]
