"""The Protocols that telemetry is read through, and the records that come back.

An absent source is ``None`` in ``Sources``: not known, never "zero" or "healthy".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import pandas as pd
from pydantic import Field

from sre_core.domain import Alert, Moment, NotExamined, Value, Window
from sre_core.topology.graph import Topology

LARGEST_READING = 1e100
"""A reading beyond this, in either direction, is no measurement; the sum of two of them may be infinite."""
MOST_COUNTED = 10**15


class LogRecord(Value):
    """One log line. ``line`` is its 1-based number in the source, for citing."""

    line: int
    time: Moment | None = None
    component: str
    severity: str | None = None
    message: str
    attributes: Mapping[str, Any] = Field(default_factory=dict)


class CountedPattern(Value):
    """Log lines that somebody already counted by pattern. ``baseline_count`` None: not known how many are normal."""

    line: int
    component: str
    pattern: str
    count: int = Field(ge=0, le=MOST_COUNTED)
    baseline_count: int | None = Field(default=None, ge=0, le=MOST_COUNTED)
    severity: str | None = None


ChangeKind = Literal["deploy", "commit", "flag", "config", "scale", "migration", "other"]


class Change(Value):
    """Something that somebody changed. ``refers_to`` is the commit that a deploy ships."""

    id: str
    time: Moment
    kind: ChangeKind = "other"
    component: str | None = None
    title: str
    author: str | None = None
    files: tuple[str, ...] = ()
    diff: str | None = None
    version: str | None = None
    refers_to: str | None = None


class Signal(Value):
    """What else monitoring had raised around then."""

    line: int
    time: Moment | None = None
    component: str | None = None
    name: str
    detail: str = ""


class Span(Value):
    """One span of a trace. Duration in milliseconds."""

    trace_id: str
    span_id: str
    parent_id: str | None = None
    component: str
    name: str
    time: Moment
    duration_ms: float = Field(ge=0)
    status: str | None = None
    attributes: Mapping[str, Any] = Field(default_factory=dict)


class MetricsSource(Protocol):
    """Readings over time."""

    async def read(self, components: Sequence[str] | None, metrics: Sequence[str] | None) -> pd.DataFrame:
        """Long form, sorted by time: columns ``time`` (UTC), ``component``, ``metric``, ``value``, ``unit`` ('' unknown).

        None means all. Unknown names simply have no rows.
        """

    def components(self) -> frozenset[str]:
        """Which components have any reading."""


class LogSource(Protocol):
    """Log records, and patterns counted elsewhere."""

    async def read(self, component: str | None) -> Sequence[LogRecord]:
        """Records in time order; None means of all components."""

    async def patterns(self, component: str | None) -> Sequence[CountedPattern]:
        """Patterns that the source counted itself."""

    def components(self) -> frozenset[str]:
        """Which components have any record or pattern."""


class ChangeSource(Protocol):
    """The change log."""

    async def read(self) -> Sequence[Change]:
        """All changes known, oldest first."""


class SignalSource(Protocol):
    """Other alerts."""

    async def read(self) -> Sequence[Signal]:
        """All signals known, oldest first."""


class TraceSource(Protocol):
    """Spans."""

    async def read(self, component: str | None) -> Sequence[Span]:
        """Spans in time order; None means of all components."""

    def components(self) -> frozenset[str]:
        """Which components have any span."""


class CommandSource(Protocol):
    """Read-only diagnostic commands."""

    def commands(self) -> Sequence[str]:
        """The command lines that can be answered."""

    async def run(self, command: str) -> str | None:
        """The output; None when this command was not recorded, which is evidence of nothing."""


class RemediationAnswer(Value):
    """What the platform answered to a (simulated) remediation. ``recovered`` None: it did not say."""

    outcome: str
    recovered: bool | None = None
    after: tuple[Mapping[str, Any], ...] = ()


class RemediationTarget(Protocol):
    """Something that restart, rollback and scale can be asked of."""

    async def apply(self, kind: str, component: str, to: str | None, key: str | None) -> RemediationAnswer | None:
        """Do it, once for each idempotency key; None when it does not know this remediation. Without a key, do it each time.

        Raises ``ToolError`` when the key was used for something else.
        """

    def offers(self) -> Sequence[tuple[str, str, str | None]]:
        """The (kind, component, to) that it can be asked for."""


@dataclass(frozen=True)
class Sources:
    """Everything one investigation may look at. None: not connected, and ``absent`` says why."""

    name: str = "nothing connected"
    alert: Alert | None = None
    topology: Topology = field(default_factory=Topology)
    metrics: MetricsSource | None = None
    logs: LogSource | None = None
    changes: ChangeSource | None = None
    signals: SignalSource | None = None
    traces: TraceSource | None = None
    commands: CommandSource | None = None
    remediations: RemediationTarget | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    """Documents that belong to this incident: path -> text."""
    window: Window | None = None
    """The time of the incident, where the source says it."""
    baseline: Window | None = None
    """A time of normal operation, where the source says it."""
    captured_at: Moment | None = None
    absent: tuple[NotExamined, ...] = ()
    problems: tuple[str, ...] = ()
    """What was skipped while loading: 'logs.ndjson:17: not JSON'."""

    def components(self) -> frozenset[str]:
        """Every component that the topology or some telemetry knows."""
        telemetry = (self.metrics, self.logs, self.traces)
        return frozenset(self.topology.components).union(*(each.components() for each in telemetry if each))
