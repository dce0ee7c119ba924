"""One model endpoint for all investigations of a process: who pays, who listens, and a reasoner for each run of the loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

from sre_core.domain import Limits
from sre_core.gateway.asking import Answered, Ask, AskRole, Gateway, Listening, ModelCall, T
from sre_core.gateway.budget import Budget, Ledger, Purse, Spent, spent_on
from sre_core.gateway.drafts import readable
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.investigation import Investigation
from sre_core.investigator import Blind, Reasoner
from sre_core.tools.search_runbooks import Library
from sre_core.web.dossier import Researcher

if TYPE_CHECKING:  # pandas and networkx come with the rules, and a page can be served before they are there
    from sre_core.reasoning.rules import RuleReasoner

Write = Callable[[str, Mapping[str, Any]], None]
"""Shows whoever looks at an investigation what is being written. Nothing of it is kept."""


class MakeGateway(Protocol):
    """Opens the endpoint."""

    def __call__(self, purse: Purse) -> Gateway:
        """A gateway that asks ``purse`` before each request and pays from it."""


class NotSetUp:
    """Stands where a model would: implements ``Gateway``."""

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        raise ModelFault(FaultKind.NOT_SET_UP, "No model is set up.")


class Run:
    """One run of the loop as its model calls are heard. Implements ``Listening``."""

    def __init__(self, investigation_id: str, write: Write) -> None:
        self._id = investigation_id
        self._write = write
        self._calls: list[ModelCall] = []

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        self._write(self._id, {"role": role, "text": readable(text)})

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        self._write(self._id, {"seconds": seconds, "why": why})

    def called(self, call: ModelCall) -> None:
        self._calls.append(call)

    def calls(self) -> tuple[ModelCall, ...]:
        """Those that ended since this was asked last."""
        ended, self._calls = tuple(self._calls), []
        return ended


class ModelDesk:
    """Hands out model reasoners. ``open_gateway`` None: no model is set up, and every ask says so."""

    def __init__(self, open_gateway: MakeGateway | None = None) -> None:
        self.write: Write = lambda investigation_id, draft: None
        self._states: WeakValueDictionary[str, Investigation] = WeakValueDictionary()
        self._ledger = Ledger(self._budget, self._spent)
        self._gateway: Gateway = NotSetUp()
        if open_gateway is not None:
            self.open(open_gateway)

    def open(self, open_gateway: MakeGateway) -> None:
        """Ask here from now on; what is being asked elsewhere goes on there."""
        self._gateway = open_gateway(self._ledger)

    def run(self, state: Investigation) -> Run:
        """One run on this state: it hears all that is asked of a model, and tells of the calls."""
        self._states[state.id] = state
        return Run(state.id, lambda id_, draft: self.write(id_, draft))

    def reasoner(self, run: Run, rules: RuleReasoner, library: Library, budget: int) -> Reasoner:
        """A reasoner for one run. ``budget``: characters that a model is shown."""
        from sre_core.reasoning.model.reasoner import ModelReasoner

        return ModelReasoner(self._gateway, run, rules, library, budget)

    def opinion(self, run: Run, rules: RuleReasoner, budget: int) -> Blind:
        """Who is asked for a model's second opinion."""
        from sre_core.reasoning.model.opinion import ModelOpinion

        return ModelOpinion(self._gateway, run, rules.case, budget)

    def researcher(self, run: Run, state: Investigation) -> Researcher:
        """Who researches now: the model where it reasons, else rules."""
        from sre_core.reasoning.model.researching import ModelResearcher
        from sre_core.web.extracting import ExtractiveResearcher

        if state.reasoner == "model":
            return ModelResearcher(self._gateway, run, state.id)
        return ExtractiveResearcher()

    def _budget(self, investigation_id: str) -> Budget:
        state = self._states.get(investigation_id)
        return budget_of(state.limits) if state is not None else Budget()

    def _spent(self, investigation_id: str) -> Spent:
        state = self._states.get(investigation_id)
        return spent_on(state.calls) if state is not None else Spent()


def budget_of(limits: Limits) -> Budget:
    """What of an investigation's limits is for a model."""
    return Budget(calls=limits.max_model_calls, tokens=limits.max_model_tokens, money=limits.max_model_dollars)
