"""The rules' second opinion: the evidence of an investigation weighed by their own tables, whoever weighed it before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from sre_core.domain import Hypothesis, Observation, Opinion, Reflection, Value
from sre_core.events import Event, PlanProposed, ReflectionMade
from sre_core.investigation import Investigation
from sre_core.reasoning.rules import RuleReasoner

NOT_THEIR_OWN = -1.5
"""Prior, in log-odds, of an explanation that the rules would not have put up: unlikely. Judgement."""


class RulesOpinion:
    """Implements ``Blind``. Evidence and explanations stay as they are; what a model thought of them is left out."""

    def __init__(self, rules: RuleReasoner, output: Callable[[Observation], Awaitable[Value | None]]) -> None:
        """``output``: the typed output that an observation stands for; None when it was erased."""
        self._rules = rules
        self._output = output

    async def __call__(self, known: Sequence[Event]) -> Opinion:
        state = Investigation(known[-1].investigation_id)
        for event in known:
            state.apply(await self._by_rules(event, state))
        return Opinion(by=self._rules.name, conclusion=await self._rules.conclude(state))

    async def _by_rules(self, event: Event, state: Investigation) -> Event:
        """The event as the rules would have judged; the same when it is none of a model's judgements."""
        if event.actor == f"reasoner:{self._rules.name}":
            return event
        match event.happening:
            case PlanProposed() as planned:
                update: dict[str, object] = {"hypotheses": await self._expected(planned.hypotheses, state)}
            case ReflectionMade(reflection=reflection):
                update = {"reflection": await self._weighed(reflection, state)}
            case _:
                return event
        return event.model_copy(update={"happening": event.happening.model_copy(update=update)})

    async def _expected(self, put_up: Sequence[Hypothesis], state: Investigation) -> tuple[Hypothesis, ...]:
        own = {_says(one): one.prior for one in (await self._rules.plan(state)).hypotheses}
        return tuple(one.model_copy(update={"prior": own.get(_says(one), NOT_THEIR_OWN)}) for one in put_up)

    async def _weighed(self, reflection: Reflection, state: Investigation) -> Reflection:
        record = state.actions[reflection.action_id]
        output = await self._output(record.observation) if record.observation else None
        own = await self._rules.reflect(state, record, output)
        called = _called(own.new_hypotheses, state.hypotheses, reflection.new_hypotheses)
        weights = (
            weight.model_copy(update={"hypothesis_id": called[weight.hypothesis_id]})
            for weight in own.weights
            if weight.hypothesis_id in called
        )
        return reflection.model_copy(
            update={
                "weights": tuple(weights),
                "ruled_out": tuple(out for out in own.ruled_out if out.hypothesis_id in state.hypotheses),
                "examined": own.examined,
                "new_hypotheses": tuple(
                    one.model_copy(update={"prior": NOT_THEIR_OWN}) if one.origin == "model" else one
                    for one in reflection.new_hypotheses
                ),
            }
        )


def _called(
    own: Iterable[Hypothesis], racing: Mapping[str, Hypothesis], new: Iterable[Hypothesis]
) -> Mapping[str, str]:
    """What the rules call an explanation -> what it is called in the race; those that are not in it are left out."""
    ids = {_says(one): one.id for one in [*racing.values(), *new]}
    return {id_: id_ for id_ in racing} | {one.id: ids[_says(one)] for one in own if _says(one) in ids}


def _says(one: Hypothesis) -> tuple[str, str]:
    return one.component, one.fault
