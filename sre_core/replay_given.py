"""What a replay puts in the place of the outside world: each thing as the record has it, and nothing that it has not."""

from __future__ import annotations

from collections.abc import Container, Iterable

from sre_core.domain import Action, Observation, Value
from sre_core.errors import NotInRecord, ToolError
from sre_core.events import ActionFailed, ActionSucceeded, Event, MemoryRecalled, ModelBudgetReached, ReasonerReplaced
from sre_core.gateway.asking import Answered, Ask, Listening, T
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.record import CallRecord
from sre_core.gateway.replay import ReplayGateway
from sre_core.investigation import Investigation
from sre_core.investigator import Toolbox
from sre_core.policy_rules import Reach


class GivenTools:
    """Implements ``Toolbox``: checks like the tools of today, brings back what they brought then, and runs nothing."""

    def __init__(self, today: Toolbox, then: Event, erased: Container[str] = ()) -> None:
        """``then``: the event that the step ended in; ``erased``: digests of what was erased before it."""
        self._today = today
        self._then = then
        self._erased = erased

    def reach(self, action: Action) -> Reach:
        return self._today.reach(action)

    async def prepare(self, action: Action, investigation: Investigation) -> Action:
        return await self._today.prepare(action, investigation)

    def undo(self, action: Action) -> str:
        return self._today.undo(action)

    def command(self, action: Action) -> str:
        return self._today.command(action)

    async def run(self, action: Action, key: str | None = None) -> Observation:
        """Raises ``ToolError`` as then, ``NotInRecord`` when it was not run then."""
        match self._then.happening:
            case ActionSucceeded(action_id=action.id, observation=observation):
                return observation
            case ActionFailed(action_id=action.id, error=error):
                raise ToolError(error)
            case _:
                raise NotInRecord(f"{action.id} ({action.tool}) would be run now; it was not run at this place then.")

    async def output(self, observation: Observation) -> Value | None:
        """Raises ``NotInRecord`` when it is not kept any more."""
        if observation.content is not None and observation.content.digest in self._erased:
            return None
        output = await self._today.output(observation)
        if output is None:
            raise NotInRecord(
                f"What {observation.action_id} ({observation.tool}) brought back is not kept here (any more), so nobody can "
                "say what would be made of it. Repeat it in the state folder where it was investigated."
            )
        return output


class GivenMemory:
    """Implements ``Memory``: what was remembered then."""

    def __init__(self, then: Event) -> None:
        self._then = then

    async def recall(self, investigation: Investigation) -> MemoryRecalled:
        """Raises ``NotInRecord``."""
        if not isinstance(self._then.happening, MemoryRecalled):
            raise NotInRecord("Memory would be asked now; it was not asked at this place then.")
        return self._then.happening


class AnsweredAsThen(ReplayGateway):
    """Answers from the calls of one step. Where the model could not even be asked then, it cannot be asked now."""

    def __init__(self, records: Iterable[CallRecord], then: Event) -> None:
        known = tuple(records)
        super().__init__(known)
        answered_all = all(record.fault in (None, FaultKind.STOPPED) for record in known)
        self._could_not_be_asked = gave_way(then) if answered_all else None

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        try:
            return await super().ask(ask, listening)
        except ModelFault as fault:
            kind = self._could_not_be_asked
            if kind is None or fault.kind is not FaultKind.NOT_RECORDED or fault.calls:
                raise
            raise ModelFault(kind, "The model could not be asked then.") from fault


def gave_way(event: Event) -> FaultKind | None:
    """Why the model did not go on at this event; None when it did, or for a reason that this version does not know."""
    match event.happening:
        case ModelBudgetReached():
            return FaultKind.BUDGET_REACHED
        case ReasonerReplaced(kind=kind) if kind in set(FaultKind):
            return FaultKind(kind)
        case _:
            return None
