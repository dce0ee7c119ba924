"""Restart, roll back or scale a component (simulated: a capsule answers)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from sre_core.domain import Effect, Value
from sre_core.errors import ToolError
from sre_core.sources.base import RemediationTarget
from sre_core.tools.base import Tool, ToolContext


class RemediationRequest(Value):
    """What to do, to which component."""

    kind: Literal["restart", "rollback", "scale"]
    component: str = Field(min_length=1, description="Component id.")
    to: str | None = Field(
        default=None, description="Version to roll back to, or size to scale to; None for a restart."
    )


class RemediationOutcome(Value):
    """What the platform answered. ``recovered`` None: it did not say."""

    kind: str
    component: str
    to: str | None
    outcome: str
    recovered: bool | None
    after: tuple[dict[str, Any], ...] = ()


SIMULATED = "Run from here it is simulated: the capsule answers, and nothing in your systems changes."

UNDO = {
    "restart": "A restart cannot be taken back; what {component} had in memory, and its open requests, are lost.",
    "rollback": "Deploy the version of {component} that runs now once more: it is the one this replaces.",
    "scale": "Scale {component} back to the size that it has now.",
}


class ApplyRemediation(Tool[RemediationRequest, RemediationOutcome]):
    """Restart, roll back or scale a component. It changes the system, so it always waits for a person."""

    name = "apply_remediation"
    effect = Effect.WRITES
    cost = 5.0
    source = "remediation"

    def __init__(self, target: RemediationTarget) -> None:
        self._target = target

    async def run(self, query: RemediationRequest, context: ToolContext) -> RemediationOutcome:
        """Raises ``ToolError`` with what can be asked for when the platform does not know this one."""
        answer = await self._target.apply(query.kind, query.component, query.to, context.key)
        if answer is None:
            offers = "; ".join(_in_words(*offer) for offer in self._target.offers()) or "nothing"
            raise ToolError(
                f"{_in_words(query.kind, query.component, query.to)} cannot be done here. What can: {offers}."
            )
        request = query.model_dump(include={"kind", "component", "to"})
        return RemediationOutcome(
            **request, outcome=answer.outcome, recovered=answer.recovered, after=_plain(answer.after)
        )

    def summarise(self, output: RemediationOutcome) -> str:
        """What came of it."""
        recovered = {True: "recovered", False: "not recovered", None: "it did not say whether it recovered"}[
            output.recovered
        ]
        return f"{_in_words(output.kind, output.component, output.to)} (simulated): {recovered}; {output.outcome}"

    def undo(self, query: RemediationRequest) -> str:
        """How to take it back."""
        return f"{UNDO[query.kind].format(component=query.component)} {SIMULATED}"

    def components(self, query: RemediationRequest, output: RemediationOutcome) -> tuple[str, ...]:
        """The one it was done to."""
        return (query.component,)


def _in_words(kind: str, component: str, to: str | None) -> str:
    return f"{kind} {component}" + (f" to {to}" if to is not None else "")


def _plain(after: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(dict(reading) for reading in after)
