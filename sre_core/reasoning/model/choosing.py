"""The one next tool call, from a model: a plain union of one member a tool, each with the tool's own typed arguments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Literal, NamedTuple, cast

from pydantic import Field, create_model

from sre_core import policy
from sre_core.domain import Action, Effect, Value
from sre_core.investigation import Investigation
from sre_core.reasoning.model.wire import Line, Stop, Wire
from sre_core.tools.base import AnyTool


class Call(Wire):
    """A call of one tool. Each tool's own kind of call names it and types its arguments."""

    tool: str
    arguments: Value
    step: str = Field(description="Id of the step of the plan that it is for; empty when none.")
    tests: list[str] = Field(description="Ids of the hypotheses that it tells apart.", max_length=8)
    why: Line


class Choice(Wire):
    """What to do next."""

    thinking: str = Field(max_length=2000)
    action: Any


MOST_OUTSIDE = 40
"""Tools of others that a model may choose from; more of them crowd out everything else."""


def on_offer(tools: Mapping[str, AnyTool], attended: bool = True) -> list[AnyTool]:
    """What a model may choose from. Looks only: what changes something is proposed after the conclusion.

    A tool of others that nobody has declared to be a look is most often one. It waits for a person, so there must be one.
    """
    looks = [tool for tool in tools.values() if tool.effect is Effect.READS]
    undeclared = [tool for tool in tools.values() if tool.outside and tool.effect is not Effect.READS and attended]
    ours = [tool for tool in looks if not tool.outside]
    return ours + [tool for tool in (*looks, *undeclared) if tool.outside][:MOST_OUTSIDE]


def choice_among(tools: Mapping[str, AnyTool], attended: bool = True) -> type[Choice]:
    """The schema for the tools that are on offer; the same class for the same offer, since what is made of it is kept."""
    offer = on_offer(tools, attended)
    return _choice_of(tuple(_Offered(tool.name, tool.__doc__ or tool.name, tool.query_type()) for tool in offer))


class _Offered(NamedTuple):
    """What a model is told of a tool."""

    name: str
    told: str
    arguments: type[Value]


@lru_cache(maxsize=64)
def _choice_of(offer: tuple[_Offered, ...]) -> type[Choice]:
    every: Any = reduce(or_, [*map(_call_of, offer), Stop])
    return create_model("Choice", __base__=Choice, __doc__=Choice.__doc__, action=(every, ...))


def _call_of(one: _Offered) -> Any:
    """``tool`` is required and has no default: a member with one would match what was meant for another."""
    return create_model(
        f"Call_{one.name.replace('.', '_')}",
        __base__=Call,
        __doc__=" ".join(one.told.split()),
        tool=(cast(Any, Literal[one.name]), ...),
        arguments=(one.arguments, ...),
    )


def action_of(answer: Choice, tools: Mapping[str, AnyTool], state: Investigation) -> Action | None:
    """The action as it is proposed; None for 'conclude'."""
    call = answer.action
    if not isinstance(call, Call):
        return None
    steps = {step.id for step in state.plan.steps} if state.plan else set()
    tool = tools[call.tool]
    return Action(
        id=state.next_id("A"),
        tool=tool.name,
        arguments=call.arguments.model_dump(mode="json", exclude_unset=True),
        effect=tool.effect,
        step_id=call.step if call.step in steps else None,
        why=call.why,
        tests=tuple(id_ for id_ in call.tests if id_ in state.hypotheses),
        components=tool.named(call.arguments),
        cost=tool.cost,
    )


def complaints(answer: Choice, tools: Mapping[str, AnyTool], state: Investigation) -> list[str]:
    """Why this call would not run, in the words of the policy."""
    action = action_of(answer, tools, state)
    refused = policy.must_not_run(action, tools[action.tool].effect, state) if action else None
    return [f"{refused} Choose another call, or conclude."] if refused else []
