"""The checks that are left at one moment, the best first. ``ranked_checks.py`` ranks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from sre_core.domain import Effect, Value


class NextCheck(Value):
    """One look that could be taken next."""

    tool: str
    arguments: Mapping[str, Any]
    components: tuple[str, ...] = Field(default=(), description="Where it looks; empty: everywhere.")
    step: str | None = Field(default=None, description="Id of the open step of the plan that it serves.")
    why: str
    separates: tuple[str, ...] = Field(default=(), description="Ids of the hypotheses that it can tell apart.")
    bits: float = Field(ge=0, description="Expected drop of the doubt; one bit halves the explanations that are left.")
    fewer: float = Field(ge=0, description="By how many the components effectively left are expected to shrink.")
    cost: float = Field(gt=0, description="Relative price: 1 is one cheap query.")
    seconds: float | None = Field(
        default=None, ge=0, description="What this tool took here on average; None: not used."
    )
    at_most: float = Field(gt=0, description="Seconds after which it is given up.")
    effect: Effect = Effect.READS
    leaves: bool = Field(default=False, description="It asks somebody outside of this machine and its telemetry.")
    asks: str = Field(default="", description="Why a person would be asked first; empty: it would simply run.")
    fills: str = Field(default="", description="The blind spot of the report that it would fill; empty: none.")
    wished: bool = Field(default=False, description="What a person said asks for it.")
    wanted: bool = Field(default=True, description="The rules would take it; otherwise it is settled without it.")


class NextChecks(Value):
    """All of them at one moment."""

    checks: tuple[NextCheck, ...] = ()
    more: int = Field(default=0, ge=0, description="How many others are left, each worth less.")
    open_steps: tuple[str, ...] = Field(default=(), description="Questions of the plan that none of them serves.")
