"""What a detector makes of an observation: a finding is a fact with its quote, not yet an opinion on any hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field

from sre_core.domain import Moment, Series, Value


class Direction(StrEnum):
    """Which way a series went."""

    UP = "up"
    DOWN = "down"


class Finding(Value):
    """One thing that stands out (or that was looked for and is clean)."""

    kind: str = Field(description="Name of the detector's finding: anomalous_series, new_log_pattern, memory_kill ...")
    component: str | None
    source: str
    quote: str = Field(description="The words or figures as they stand in the output.")
    locator: str = ""
    onset: Moment | None = None
    direction: Direction | None = None
    strength: float = Field(default=1.0, ge=0, description="How far out of the ordinary: 1 notable, 3 and up extreme.")
    suggests: Mapping[str, float] = Field(
        default_factory=dict,
        description="Fault -> log-odds that it lends to (component, fault); negative speaks against.",
    )
    blames: str | None = Field(
        default=None, description="Another component that the words point at, such as a host that timed out."
    )
    change_id: str | None = None
    series: Series | None = None
    facts: Mapping[str, Any] = Field(default_factory=dict)
