"""A tool of others as the loop sees it: a ``Tool`` whose input somebody else described, and whose output is text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from pydantic import Field

from sre_core.domain import Effect, Value
from sre_core.foreign_text import harmless
from sre_core.outside_tools.arguments import ForeignArguments, arguments_like
from sre_core.outside_tools.schemas import Shape
from sre_core.provenance import named_in
from sre_core.redaction import redact
from sre_core.tools.base import Tool

LONGEST_DESCRIPTION = 1000
MARGIN = 10.0
"""Seconds that the toolbox waits longer than the tool itself, which knows better what to say."""


class OutsideReading(Value):
    """What a tool of others answered, as text. Strangers wrote it: a lead, not a fact."""

    text: str
    left_out: tuple[str, ...] = Field(default=(), description="What else came, and was not loaded: images, resources.")
    cut: int = Field(default=0, ge=0, description="Characters that were cut off.")
    failed: str = Field(
        default="", description="What it said of its own failure, such as an exit status; empty when none."
    )


class Offer(Value):
    """What is known of one tool of others."""

    name: str = Field(description="As the workbench calls it: its origin, a dot, its own name.")
    origin: str = Field(description="Where it comes from, in the operator's words.")
    told: str = Field(description="What it says of itself.")
    effect: Effect
    because: str = Field(description="Why it is taken to have this effect.")
    changed: bool = Field(default=False, description="Whether what was declared of it waits to be confirmed.")
    timeout: float = Field(gt=0)
    most_characters: int = Field(gt=0)


class OutsideTool(Tool[ForeignArguments, OutsideReading]):
    """A tool of others. Each one is a class of its own, made by ``made``; a kind of them says how they ``run``."""

    outside = True
    cost = 2.0
    offer: ClassVar[Offer]
    arguments: ClassVar[type[ForeignArguments]]

    def settled(self, query: ForeignArguments) -> ForeignArguments:
        """Without secrets: what a person is shown is what is sent."""
        return query.told_apart(lambda text: redact(text).text)

    def named(self, query: ForeignArguments) -> tuple[str, ...]:
        """Nothing: what its arguments mean is its own affair."""
        return ()

    def touches(self, query: ForeignArguments) -> None:
        """Any component: what it does is known to nobody here."""

    def addresses(self, query: ForeignArguments) -> tuple[str, ...]:
        """Every address in its arguments: what it does with one is known to nobody here."""
        return named_in(query.given)

    def undo(self, query: ForeignArguments) -> str:
        """That nothing is known of it, and why it is asked about."""
        return f"Nothing is known of how to take it back. {self.offer.because}"

    def summarise(self, output: OutsideReading) -> str:
        """How much it said, and how that begins."""
        first = next((line.strip() for line in output.text.splitlines() if line.strip()), "nothing")
        failed = f"{output.failed}; " if output.failed else ""
        return f"{self.name}: {failed}{len(output.text.splitlines())} lines, {harmless(first)[:100]}"

    @classmethod
    def query_type(cls) -> type[Value]:
        """As somebody else described it."""
        return cls.arguments

    @classmethod
    def output_type(cls) -> type[Value]:
        """Text."""
        return OutsideReading

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """With what it says of itself, which models are told behind a fence only."""
        told = {"description": cls.offer.told, "origin": cls.offer.origin, "because": cls.offer.because}
        return {**super().schema(), **told, "input": cls.arguments.shape.plain, "available": True}


T = TypeVar("T", bound=OutsideTool)


def made(kind: Callable[..., T], offer: Offer, shape: Shape, *given: Any) -> T:
    """The tool of this kind that is offered; ``given`` goes to its constructor."""
    assert isinstance(kind, type)
    name = offer.name.replace(".", "_").replace("-", "_")
    body = {
        "name": offer.name,
        "source": f"tools of {offer.name.partition('.')[0]}",  # never one of ours, such as "metrics"
        "effect": offer.effect,
        "vouched_for": offer.effect is Effect.READS,  # by the operator who declared it
        "timeout": offer.timeout + MARGIN,
        "offer": offer,
        "told": told_of(offer, shape),
        "arguments": arguments_like(shape, f"Arguments_{name}"),
        "__doc__": f"A tool of {offer.origin}; what it says of itself stands among the tools of others.",
    }
    tool: T = type(kind.__name__, (kind,), body)(*given)
    return tool


def standing(tool: str, where: str, *, declared: bool, unchanged: bool) -> tuple[Effect, str]:
    """The effect that a tool is taken to have, and why. ``where``: what tools.yaml calls its origin."""
    if not declared:
        why = f"Nobody has declared that it only reads: if it does, name {tool} under 'reads' of {where} in tools.yaml."
        return Effect.WRITES, why
    if not unchanged:
        why = "It is declared to only read, but it is new or looks different since that was confirmed."
        return (
            Effect.WRITES,
            f"{why} Look at it; `python -m sre_core tools --confirm {where}` agrees to it as it is now.",
        )
    return Effect.READS, "It is declared to only read."


def told_of(offer: Offer, shape: Shape) -> str:
    """What it says of itself and of its parameters, short enough to stand among others."""
    lines = [" ".join(harmless(offer.told).split())[:LONGEST_DESCRIPTION]]
    for name, parameter in shape.parameters.items():
        if words := parameter.get("description"):
            lines.append(f"{name}: {words[:200]}")
    return "\n".join(lines)[: 2 * LONGEST_DESCRIPTION]


def reading(text: str, most: int, left_out: tuple[str, ...] = (), failed: str = "") -> OutsideReading:
    """Its text without secrets, as long as is wanted."""
    kept = redact(text[:most]).text
    return OutsideReading(text=kept, left_out=left_out, cut=max(len(text) - most, 0), failed=redact(failed[:500]).text)
