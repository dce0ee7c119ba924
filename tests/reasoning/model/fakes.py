"""A model in memory: it answers each role by a script, and its answers are held to the schema and the check as a gateway does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sre_core.gateway.asking import Answered, Ask, Listening, Mode, ModelCall, T
from sre_core.gateway.faults import FaultKind, ModelFault
from tests.fakes import START

MOST_ATTEMPTS = 3

Script = Callable[[Ask[Any], int], Mapping[str, Any]]
"""(what is asked, which attempt, from 1) -> the answer as JSON."""


@dataclass
class ScriptedGateway:
    """Implements ``Gateway``. Remembers what it was asked and what it had to complain about."""

    scripts: Mapping[str, Script]
    asked: list[Ask[Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        self.asked.append(ask)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            value = ask.answer.model_validate(self.scripts[ask.role](ask, attempt), strict=False)
            wrong = list(ask.check(value)) if ask.check else []
            if not wrong:
                call = _call(ask, attempt)
                listening.called(call)
                return Answered(value, call)
            self.complaints += wrong
        raise ModelFault(FaultKind.UNSOUND, f"The model did not mend this: {wrong[0]}")

    def told(self, role: str, place: int = -1) -> str:
        """The message of one of the asks of this role."""
        return [ask for ask in self.asked if ask.role == role][place].messages[0].text


def outside_the_fence(ask: Ask[Any]) -> str:
    """What of a message a model is told in our own words."""
    assert ask.fence
    return re.sub(rf"<{ask.fence}>\n.*?\n</{ask.fence}>", "", ask.messages[0].text, flags=re.DOTALL)


def _call(ask: Ask[Any], attempt: int) -> ModelCall:
    return ModelCall(
        id="c1",
        began_at=START,
        investigation_id=ask.investigation_id,
        role=ask.role,
        endpoint="fake",
        model="fake",
        mode=Mode.JSON_SCHEMA,
        attempts=attempt,
        tries=attempt,
        tokens_in=100,
        tokens_out=10,
        seconds=0.1,
        money=Decimal("0.01"),
    )
