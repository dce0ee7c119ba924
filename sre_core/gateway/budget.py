"""How much an investigation may spend on models, and how much it has. Reaching a limit is a question to a person, not an end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol

from pydantic import Field

from sre_core.domain import Value
from sre_core.gateway.asking import ModelCall
from sre_core.gateway.faults import FaultKind, ModelFault


class Budget(Value):
    """Limits for one investigation; None: no limit. Money can be limited only as far as prices are known."""

    calls: int | None = Field(default=None, ge=1, description="Requests to an endpoint, repeated ones included.")
    tokens: int | None = Field(default=None, ge=1, description="In and out together; guessed where nobody counted.")
    money: Decimal | None = Field(default=None, gt=0, description="US dollars.")
    minutes: float | None = Field(default=None, gt=0, description="Time spent on asking, waits included.")


class Spent(Value):
    """What was spent so far."""

    calls: int = Field(default=0, ge=0)
    tokens: int = Field(default=0, ge=0)
    money: Decimal = Field(default=Decimal(0), ge=0, description="US dollars, as far as prices are known.")
    calls_without_price: int = Field(default=0, ge=0, description="When any, ``money`` is less than what was spent.")
    seconds: float = Field(default=0.0, ge=0)

    def plus(self, call: ModelCall) -> Spent:
        """With one more call."""
        return Spent(
            calls=self.calls + call.tries,
            tokens=self.tokens + (call.tokens_in or 0) + (call.tokens_out or 0) + call.tokens_estimated,
            money=self.money + (call.money or 0),
            calls_without_price=self.calls_without_price + (call.tries if call.money is None else 0),
            seconds=self.seconds + call.seconds,
        )


def spent_on(calls: Iterable[ModelCall]) -> Spent:
    """The sum of calls, such as those that a timeline tells of."""
    spent = Spent()
    for call in calls:
        spent = spent.plus(call)
    return spent


def reached(budget: Budget, spent: Spent) -> str | None:
    """The limit that leaves no room for another request, in words; None when there is room."""
    if budget.calls is not None and spent.calls >= budget.calls:
        return f"{spent.calls} of {budget.calls} requests to a model"
    if budget.tokens is not None and spent.tokens >= budget.tokens:
        return f"{spent.tokens:,} of {budget.tokens:,} tokens"
    if budget.money is not None and spent.money >= budget.money:
        return f"${spent.money:.2f} of ${budget.money:.2f}"
    if budget.minutes is not None and spent.seconds >= budget.minutes * 60:
        return f"{spent.seconds / 60:.1f} of {budget.minutes:g} minutes of asking a model"
    return None


class Purse(Protocol):
    """What pays for calls."""

    def refuse_if_empty(self, so_far: ModelCall) -> None:
        """Before each request; ``so_far`` is the account of the ask as it stands. Raises ``ModelFault``."""

    def pay(self, call: ModelCall) -> None:
        """Once for each ask, when it has ended."""


class Ledger:
    """Keeps what each investigation has spent. Used by one event loop."""

    def __init__(
        self, budget_of: Callable[[str], Budget], spent_before: Callable[[str], Spent] = lambda _: Spent()
    ) -> None:
        """Both by investigation id. ``spent_before``: what the timeline tells of earlier processes; asked once for each."""
        self._budget_of = budget_of
        self._spent_before = spent_before
        self._spent: dict[str, Spent] = {}
        self._going_on: dict[str, ModelCall] = {}
        """By id of the call: asks that have sent something and not ended, with the request that they send now."""

    def spent(self, investigation_id: str) -> Spent:
        """So far, calls that have ended."""
        if investigation_id not in self._spent:
            self._spent[investigation_id] = self._spent_before(investigation_id)
        return self._spent[investigation_id]

    def refuse_if_empty(self, so_far: ModelCall) -> None:
        """Others that are being asked at the same time count, as far as is known: requests to the last one."""
        spent = self.spent(so_far.investigation_id)
        for other in (*self._beside(so_far), so_far):
            spent = spent.plus(other)
        if limit := reached(self._budget_of(so_far.investigation_id), spent):
            raise ModelFault(FaultKind.BUDGET_REACHED, f"The budget of this investigation is spent: {limit}.")
        self._going_on[so_far.id] = so_far.model_copy(update={"tries": so_far.tries + 1})

    def _beside(self, call: ModelCall) -> list[ModelCall]:
        same = (each for each in self._going_on.values() if each.investigation_id == call.investigation_id)
        return [each for each in same if each.id != call.id]

    def pay(self, call: ModelCall) -> None:
        self._going_on.pop(call.id, None)
        self._spent[call.investigation_id] = self.spent(call.investigation_id).plus(call)
