"""The model's second opinion: one question, about the evidence and nothing that was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sre_core.domain import Opinion
from sre_core.events import Event
from sre_core.gateway.asking import Ask, Gateway, Listening, Message, said
from sre_core.investigation import fold
from sre_core.reasoning.briefing import BUDGET
from sre_core.reasoning.case import Case
from sre_core.reasoning.model import concluding, prompts, wire
from sre_core.reasoning.model.telling import Telling


class ModelOpinion:
    """Implements ``Blind``. Asked in the role ``second``, for which another model may be set."""

    def __init__(self, gateway: Gateway, listening: Listening, case: Case, budget: int = BUDGET) -> None:
        """``budget``: characters of the case that the model is shown."""
        self._gateway = gateway
        self._listening = listening
        self._case = case
        self._budget = budget

    async def __call__(self, known: Sequence[Event]) -> Opinion:
        state = fold(known[-1].investigation_id, known)

        def messages(budget: int) -> tuple[Message, ...]:
            return (said(Telling(self._case, state, budget).for_opinion()),)

        ask = Ask(
            role="second",
            system=prompts.SECOND,
            messages=messages(self._budget),
            answer=wire.ConclusionAnswer,
            investigation_id=state.id,
            check=partial(concluding.complaints, state=state),
            smaller=messages,
            fence=prompts.mark_of(state.id),
        )
        answered = await self._gateway.ask(ask, self._listening)
        conclusion = concluding.independent(answered.value, state)
        return Opinion(by="model", model=answered.call.model, conclusion=conclusion)
