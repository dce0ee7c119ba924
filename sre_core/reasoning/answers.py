"""Answers to questions about an investigation, in the words of its own timeline: found, never made up, and no model.

What the events say is cut into *passages* (``answering/reading.py``). A question has *telling words*, and often an *intent*:
"why was X ruled out" wants a reason, "who approved" a decision (``answering/intents.py``). A passage answers when it is of a
kind the intent wants and carries at least ``ENOUGH`` of the weight of the telling words, which is their inverse document
frequency over the passages; names weigh ``NAME_WEIGHS`` times as much (``answering/matching.py``). A telling word that
stands nowhere in the timeline is a name we know nothing of: then the timeline does not say, however well the rest would
fit. What was asked and answered before is no passage.
"""

from __future__ import annotations

from collections.abc import Sequence

from sre_core.domain import Answer
from sre_core.events import Event
from sre_core.investigation import Investigation
from sre_core.reasoning.answering.looks import outputs
from sre_core.reasoning.answering.matching import LONGEST_QUOTE, MOST_QUOTED, best, quotation
from sre_core.reasoning.answering.passages import Passage
from sre_core.reasoning.answering.questions import Question
from sre_core.reasoning.answering.reading import read
from sre_core.reasoning.answering.standing import Standing

__all__ = ["DOES_NOT_SAY", "LONGEST_QUOTE", "MOST_QUOTED", "answer"]

DOES_NOT_SAY = "The timeline does not say."


def answer(question: str, events: Sequence[Event], state: Investigation) -> Answer:
    """The best few passages of the timeline, or that it does not say. ``state`` is the fold of exactly these events."""
    asked, now = Question.of(question), Standing(events, state)
    passages = list(read(now))
    found = best(asked, passages)
    if not found:
        passages += outputs([term.head for term in asked.telling], now)
        found = best(asked, passages)
    if not found:
        return Answer(text=" ".join((DOES_NOT_SAY, *asked.unheard_of(passages))))
    quotations = tuple(quotation(asked, passage, score) for passage, score in found)
    sentences = (_sentence(passage, said.text) for (passage, _), said in zip(found[:2], quotations, strict=False))
    return Answer(text=" ".join(sentences), quotations=quotations)


def _sentence(passage: Passage, words: str) -> str:
    return f"{passage.lead}: “{words}” ({passage.where})."
