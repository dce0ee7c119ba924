"""The reasoner that asks a model. The rules stand beside it: detectors, probabilities, bounds and every check are code.

It keeps nothing of the case between calls; what it may know is in the investigation and the workspace, as for the rules. A
``ModelFault`` rises to the loop, which hands over to the rules and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from sre_core.domain import Action, Answer, Conclusion, Reflection, Value
from sre_core.events import Event
from sre_core.gateway.asking import Ask, AskRole, Check, Gateway, Listening, Message, said
from sre_core.investigation import ActionRecord, Investigation
from sre_core.investigator import Proposal
from sre_core.reasoning.briefing import BUDGET
from sre_core.reasoning.model import answering, choosing, concluding, planning, prompts, wire
from sre_core.reasoning.model.reflecting import Joining
from sre_core.reasoning.model.telling import Telling
from sre_core.reasoning.rules import RuleReasoner
from sre_core.tools.search_runbooks import Library, Passages

T = TypeVar("T", bound=BaseModel)

MOST_PASSAGES = 4


class ModelReasoner:
    """Implements ``Reasoner`` with a model beside the rules."""

    name = "model"

    def __init__(
        self,
        gateway: Gateway,
        listening: Listening,
        rules: RuleReasoner,
        library: Library | None = None,
        budget: int = BUDGET,
    ) -> None:
        """``library``: what is written down, for the planner; ``budget``: characters of the case that a model is shown."""
        self._gateway = gateway
        self._listening = listening
        self._case = rules.case
        self._rules = rules
        self._library = library
        self._budget = budget

    async def plan(self, investigation: Investigation) -> Proposal:
        """Hypotheses and questions, with the components of the topology kept in the race."""
        passages = await self._passages(investigation)
        check = partial(planning.complaints, case=self._case)
        told = partial(Telling.for_plan, passages=passages)
        written = Telling(self._case, investigation).documents(passages)
        answer = await self._ask("plan", prompts.PLAN, investigation, told, wire.PlanAnswer, check, written)
        return planning.proposal_of(answer, await self._rules.plan(investigation), investigation)

    async def choose(self, investigation: Investigation) -> Action | None:
        """One tool call with exact arguments; None when the model would conclude."""
        tools = self._case.tools
        check = partial(choosing.complaints, tools=tools, state=investigation)
        form = choosing.choice_among(tools, investigation.attended)
        answer = await self._ask("choose", prompts.CHOOSE, investigation, Telling.for_choice, form, check)
        return choosing.action_of(answer, tools, investigation)

    async def reflect(self, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
        """What the detectors found, judged. An action that brought nothing back needs no model."""
        rules = await self._rules.reflect(investigation, record, output)
        if output is None:
            return rules
        joining = Joining(self._case, investigation, record, rules, output.model_dump_json(exclude_none=True))
        told = partial(Telling.for_reflection, record=record, output=output, evidence=rules.evidence)
        answer = await self._ask(
            "reflect", prompts.REFLECT, investigation, told, wire.ReflectionAnswer, joining.complaints
        )
        return joining.reflection(answer)

    async def conclude(self, investigation: Investigation) -> Conclusion:
        """The report. Claims that do not stand are put to the model once more; what still does not stand is marked so."""
        rules = await self._rules.conclude(investigation)
        check = partial(concluding.complaints, state=investigation)
        ask = partial(self._ask, "conclude", prompts.CONCLUDE, investigation, answer=wire.ConclusionAnswer, check=check)
        conclusion = concluding.conclusion_of(await ask(told=Telling.for_conclusion), rules, investigation)
        if wrong := concluding.unbacked(conclusion, investigation):
            again = await ask(
                told=lambda telling: f"{telling.for_conclusion()}\n\n{_not_backed(claim.text for claim in wrong)}"
            )
            conclusion = concluding.conclusion_of(again, rules, investigation)
        return conclusion

    async def remedy(self, investigation: Investigation) -> Action | None:
        """The next remediation of the conclusion that a tool can carry out: bound to what the evidence names, so by rule."""
        return await self._rules.remedy(investigation)

    async def answer(self, investigation: Investigation, events: Sequence[Event], question: str) -> Answer:
        """What the timeline says, put together and quoted."""
        lines = answering.lines_of(events, investigation)
        check = partial(answering.complaints, lines=lines)
        text = answering.told(lines, self._budget)
        told = partial(Telling.for_answer, question=question, events=text)
        answer = await self._ask("answer", prompts.ANSWER, investigation, told, wire.AnswerAnswer, check)
        return answering.answer_of(answer, lines)

    async def _ask(
        self,
        role: AskRole,
        system: str,
        investigation: Investigation,
        told: Callable[[Telling], str],
        answer: type[T],
        check: Check[T],
        looked_up: str = "",
    ) -> T:
        def messages(budget: int) -> tuple[Message, ...]:
            return (said(told(Telling(self._case, investigation, budget))),)

        ask = Ask(
            role=role,
            system=system,
            messages=messages(self._budget),
            answer=answer,
            investigation_id=investigation.id,
            check=check,
            smaller=messages,
            fence=prompts.mark_of(investigation.id),
            looked_up=looked_up,
        )
        return (await self._gateway.ask(ask, self._listening)).value

    async def _passages(self, investigation: Investigation) -> Passages | None:
        if self._library is None:
            return None
        alert = investigation.alert
        return await self._library.search(alert.text, component=alert.component, kinds=(), limit=MOST_PASSAGES)


def _not_backed(texts: Iterable[str]) -> str:
    return prompts.trusted(
        "Not backed",
        [
            "These claims of your last report do not stand: their figures or quoted words are not in the evidence that they "
            "cite. Cite what says so, reword them, or leave them out.",
            *(f"- {text}" for text in texts),
        ],
    )
