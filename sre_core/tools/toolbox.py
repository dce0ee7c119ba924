"""The tools of one investigation, behind the loop's ``Toolbox``: fill in, check, run under a deadline, keep what is bulky."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sre_core.cleaned import cleaned_output
from sre_core.domain import Action, ContentRef, Effect, Observation, Reference, Value
from sre_core.errors import ContentGone, ToolError
from sre_core.policy_rules import Reach
from sre_core.tools.absent import no_such_tool
from sre_core.tools.base import AnyTool, ToolContext

MOST_INLINE = 20_000
"""Characters of JSON up to which an output stands in the timeline itself."""
EXCERPT = 1500
"""Characters of the head and of the tail that stand there when it does not."""

_PLACE = re.compile(r"-?[0-9]{1,9}")

Steps = Callable[[str, str], None]
"""(action id, what its tool does now): for whoever looks on, and never stored."""


def _unseen(action_id: str, said: str) -> None:
    """Nobody looks on."""


class Contents(Protocol):
    """Where bulky outputs are kept, by digest."""

    async def keep(self, text: str) -> ContentRef:
        """Store it once."""

    async def read(self, digest: str) -> str:
        """What was stored. Raises ``ContentGone`` when it was erased."""


class Observed(Protocol):
    """The part of an investigation that arguments may be taken from."""

    @property
    def actions(self) -> Mapping[str, Any]:
        """By id; one that is there already is proposed anew, because a person edited it."""

    def observation(self, action_id: str) -> Observation | None:
        """What an earlier action brought back."""


class ToolCollection:
    """Implements ``Toolbox``. ``seconds`` is a monotonic clock, ``now`` the one on the wall."""

    def __init__(
        self,
        tools: Mapping[str, AnyTool],
        contents: Contents,
        seconds: Callable[[], float],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        steps: Steps = _unseen,
    ) -> None:
        self._tools = dict(tools)
        self._contents = contents
        self._seconds = seconds
        self._now = now
        self._steps = steps

    def reach(self, action: Action) -> Reach:
        """What it would touch, as its tool reads the arguments; an effect of None when there is no such tool."""
        return reach_of(self._tools.get(action.tool), action)

    async def prepare(self, action: Action, investigation: Observed) -> Action:
        """The action with its bound arguments filled in, checked, with the effect and the cost of its tool.

        What changes something, or was edited, touches the components that its arguments name, whatever else was said of it.

        An argument that is given outright is not overwritten. Raises ``ToolError`` when there is no such tool, a reference
        leads nowhere, or the tool does not take these arguments.
        """
        tool = self._tool(action.tool)
        open_ends = {name: reference for name, reference in action.bound.items() if name not in action.arguments}
        found = {name: await self._resolve(name, reference, investigation) for name, reference in open_ends.items()}
        arguments = {**action.arguments, **found}
        query = tool.parse(arguments)
        arguments |= _changed(query, tool.settled(query))
        named = tool.named(query)
        edited = action.id in investigation.actions
        touched = named if edited or tool.effect is Effect.WRITES else ()
        components = tuple(dict.fromkeys([*action.components, *touched]))
        return action.model_copy(
            update={"arguments": arguments, "effect": tool.effect, "cost": tool.cost, "components": components}
        )

    def undo(self, action: Action) -> str:
        """How to take back what it does; empty when it changes nothing, or nothing is known."""
        tool = self._tools.get(action.tool)
        if tool is None or tool.effect is not Effect.WRITES:
            return ""
        return tool.undo(tool.parse(dict(action.arguments)))

    def command(self, action: Action) -> str:
        """What a person would type to do the same; empty when nothing is known."""
        tool = self._tools.get(action.tool)
        return tool.command(tool.parse(dict(action.arguments))) if tool else ""

    async def run(self, action: Action, key: str | None = None) -> Observation:
        """Run it; what it brings back loses its secrets. Raises ``ToolError``, also when it takes longer than the tool may."""
        tool = self._tool(action.tool)
        query = tool.parse(dict(action.arguments))
        began = self._seconds()
        deadline = self._now() + timedelta(seconds=tool.timeout)
        context = ToolContext(deadline, lambda said: self._steps(action.id, said), key)
        output = await cleaned_output(await _in_time(tool, query, context))
        text = output.model_dump_json()
        bulky = len(text) > MOST_INLINE
        return Observation(
            action_id=action.id,
            tool=tool.name,
            source=tool.source,
            summary=tool.summarise(output),
            output_type=type(output).__name__,
            data=None if bulky else json.loads(text),
            content=await self._contents.keep(text) if bulky else None,
            excerpt=f"{text[:EXCERPT]} … {text[-EXCERPT:]}" if bulky else "",
            components=action.components or tool.components(query, output),
            seconds=max(self._seconds() - began, 0.0),
        )

    async def output(self, observation: Observation) -> Value | None:
        """The typed output that an observation stands for; None when it was erased."""
        model = self._tool(observation.tool).output_type()
        if observation.content is None:
            return model.model_validate(observation.data)
        try:
            return model.model_validate_json(await self._contents.read(observation.content.digest))
        except ContentGone:
            return None

    def _tool(self, name: str) -> AnyTool:
        if name not in self._tools:
            raise ToolError(no_such_tool(name, set(self._tools)))
        return self._tools[name]

    async def _resolve(self, name: str, reference: Reference, investigation: Observed) -> Any:
        observation = investigation.observation(reference.action_id)
        if observation is None:
            raise ToolError(f"{name}: action {reference.action_id!r} has brought nothing back to take it from.")
        try:
            return _at(await self._data(observation), reference.path)
        except ContentGone as error:
            raise ToolError(
                f"{name}: what {reference.action_id!r} brought back was erased. Run that action again."
            ) from error
        except LookupError as error:
            raise ToolError(
                f"{name}: {reference.action_id!r} brought back nothing at {reference.path!r}: {error.args[0]}."
            ) from error

    async def _data(self, observation: Observation) -> Any:
        if observation.content is None:
            return observation.data
        return json.loads(await self._contents.read(observation.content.digest))


def reach_of(tool: AnyTool | None, action: Action) -> Reach:
    """What a call would touch. Arguments that the tool does not take are left as they are: it will refuse them itself."""
    if tool is None:
        return Reach(tool=action.tool, effect=None, arguments=action.arguments, components=action.components)
    known = Reach(tool=tool.name, effect=tool.effect, arguments=action.arguments, known=tool.vouched_for)
    try:
        query = tool.parse(dict(action.arguments))
    except ToolError:
        return known.model_copy(update={"components": None})
    touches = tool.touches(query)
    return known.model_copy(
        update={
            "arguments": {**action.arguments, **query.model_dump(mode="json")},
            "components": None if touches is None else tuple(dict.fromkeys([*touches, *action.components])),
            "addresses": tool.addresses(query),
        }
    )


def _changed(query: Value, settled: Value) -> dict[str, Any]:
    """The arguments that a tool has settled otherwise than they came."""
    came = query.model_dump(mode="json")
    return {name: value for name, value in settled.model_dump(mode="json").items() if came[name] != value}


async def _in_time(tool: AnyTool, query: Value, context: ToolContext) -> Value:
    deadline = asyncio.timeout(tool.timeout)
    try:
        async with deadline:
            output: Value = await tool.run(query, context)
            return output
    except TimeoutError as error:
        if not deadline.expired():
            raise
        raise ToolError(f"{tool.name} did not answer within {tool.timeout:g} s. Ask for less, or try again.") from error


def _at(data: Any, path: str) -> Any:
    """What stands at a dotted path; whole numbers index lists. Raises ``LookupError``."""
    for part in path.split(".") if path else ():
        match data:
            case Mapping() if part in data:
                data = data[part]
            case list() if _PLACE.fullmatch(part) and -len(data) <= int(part) < len(data):
                data = data[int(part)]
            case Mapping():
                raise LookupError(f"no {part!r} among {', '.join(map(str, list(data)[:20])) or 'nothing'}")
            case list():
                raise LookupError(f"no {part!r} in a list of {len(data)}")
            case _:
                raise LookupError(f"nothing below {type(data).__name__} at {part!r}")
    return data
