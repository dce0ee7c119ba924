"""A model's answer to a person's question: its quotes are looked up in the events that it names, and none is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sre_core.domain import Answer, Quotation
from sre_core.events import Event
from sre_core.investigation import Investigation
from sre_core.reasoning.answering.reading import read
from sre_core.reasoning.answering.standing import Standing
from sre_core.reasoning.model.wire import AnswerAnswer

NOTHING_SAID = "does not say"

Lines = Mapping[int, str]
"""Event -> what it says, as the model is shown it."""


def lines_of(events: Sequence[Event], state: Investigation) -> Lines:
    """What each event says, in words. Events that say nothing are left out."""
    said: dict[int, list[str]] = {}
    for passage in read(Standing(events, state)):
        said.setdefault(passage.seq, []).append(f"{passage.lead}: {' '.join(passage.text.split())}")
    return {seq: "; ".join(dict.fromkeys(parts)) for seq, parts in sorted(said.items())}


def told(lines: Lines, budget: int) -> str:
    """The timeline for a model, its end when it is too long."""
    text = "\n".join(f"[{seq}] {line}" for seq, line in lines.items())
    return text if len(text) <= budget else f"[earlier events left out]\n{text[-budget:]}"


def complaints(answer: AnswerAnswer, lines: Lines) -> list[str]:
    """Quotes that do not stand where the model says; and an answer that quotes no event, unless it says that none tells."""
    if not answer.quotes and NOTHING_SAID not in answer.answer.casefold():
        return ["Quote the event that says so, with its number; or answer 'The timeline does not say.'"]
    return [
        f"Event {one.event} does not say {one.quote!r}."
        for one in answer.quotes
        if not _stands(one.event, one.quote, lines)
    ]


def answer_of(answer: AnswerAnswer, lines: Lines) -> Answer:
    """The answer, with its quotations, and the looks that a person may ask for."""
    found = (Quotation(text=q.quote, seq=q.event) for q in answer.quotes if _stands(q.event, q.quote, lines))
    looks = (look for look in answer.looks if "://" not in look)  # an address that a person is to vouch for, they type
    return Answer(text=answer.answer, quotations=tuple(found), looks=tuple(looks))


def _stands(seq: int, quote: str, lines: Lines) -> bool:
    return bool(quote.strip()) and " ".join(quote.split()).casefold() in lines.get(seq, "").casefold()
