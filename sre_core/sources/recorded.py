"""Telemetry that is already there, in memory, behind the same Protocols as live systems."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

import pandas as pd

from sre_core.errors import ToolError
from sre_core.sources.base import Change, CountedPattern, LogRecord, RemediationAnswer, Signal, Span

Asked = tuple[str, str, str | None]
"""Kind of remediation, component, and what to."""


class RecordedMetrics:
    """Readings of a capsule, parsed when they are first asked for."""

    def __init__(self, load: Callable[[], pd.DataFrame]) -> None:
        self._load = load
        self._loaded: pd.DataFrame | None = None
        self._one_at_a_time = Lock()

    async def read(self, components: Sequence[str] | None, metrics: Sequence[str] | None) -> pd.DataFrame:
        """Long form, sorted by time; None means all."""
        frame = await asyncio.to_thread(self.frame)
        if components is not None:
            frame = frame[frame["component"].isin(list(components))]
        if metrics is not None:
            frame = frame[frame["metric"].isin(list(metrics))]
        return frame

    def components(self) -> frozenset[str]:
        """Which components have any reading."""
        return frozenset(self.frame()["component"].unique())

    def frame(self) -> pd.DataFrame:
        """Everything; parsed by the first who asks, in whatever thread."""
        with self._one_at_a_time:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


class RecordedLogs:
    """Log records and counted patterns of a capsule."""

    def __init__(self, records: Sequence[LogRecord], patterns: Sequence[CountedPattern] = ()) -> None:
        self._records = tuple(records)
        self._patterns = tuple(patterns)

    async def read(self, component: str | None) -> Sequence[LogRecord]:
        """Records in time order; None means of all components."""
        return [record for record in self._records if component in (None, record.component)]

    async def patterns(self, component: str | None) -> Sequence[CountedPattern]:
        """Patterns counted elsewhere; None means of all components."""
        return [pattern for pattern in self._patterns if component in (None, pattern.component)]

    def components(self) -> frozenset[str]:
        """Which components have any record or pattern."""
        return frozenset(record.component for record in self._records) | {
            pattern.component for pattern in self._patterns
        }


class RecordedChanges:
    """The change log of a capsule."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = tuple(changes)

    async def read(self) -> Sequence[Change]:
        """All of them, oldest first."""
        return self._changes


class RecordedSignals:
    """Other alerts of a capsule."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self._signals = tuple(signals)

    async def read(self) -> Sequence[Signal]:
        """All of them, oldest first."""
        return self._signals


class RecordedTraces:
    """Spans of a capsule."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = tuple(spans)

    async def read(self, component: str | None) -> Sequence[Span]:
        """Spans in time order; None means of all components."""
        return [span for span in self._spans if component in (None, span.component)]

    def components(self) -> frozenset[str]:
        """Which components have any span."""
        return frozenset(span.component for span in self._spans)


class RecordedCommands:
    """Commands whose output was recorded. Nothing is ever executed; spaces do not make two commands different."""

    def __init__(self, outputs: Mapping[str, str]) -> None:
        self._outputs = {one_spaced(command): output for command, output in outputs.items()}

    def commands(self) -> Sequence[str]:
        """The command lines that were recorded."""
        return tuple(self._outputs)

    async def run(self, command: str) -> str | None:
        """What it printed when it was recorded; None when it was not."""
        return self._outputs.get(one_spaced(command))


class RecordedRemediations:
    """A pretended platform: what would have come of restarts, rollbacks and scaling."""

    def __init__(self, answers: Mapping[Asked, RemediationAnswer]) -> None:
        self._answers = dict(answers)
        self._by_key: dict[str, Asked] = {}
        self._applied: list[Asked] = []

    @property
    def applied(self) -> Sequence[Asked]:
        """What was carried out, in order; a key that came again is not there twice."""
        return tuple(self._applied)

    async def apply(self, kind: str, component: str, to: str | None, key: str | None) -> RemediationAnswer | None:
        """What comes of it; None when the capsule does not say. Raises ``ToolError`` when the key was used for another."""
        asked = (kind, component, to)
        answer = self._answers.get(asked)
        if answer is None:
            return None
        before = self._by_key.get(key) if key is not None else None
        if before not in (None, asked):
            raise ToolError("Another request was made with this idempotency key; it was not carried out. Ask anew.")
        if before is None:
            self._applied.append(asked)
        if key is not None:
            self._by_key[key] = asked
        return answer

    def offers(self) -> Sequence[tuple[str, str, str | None]]:
        """The (kind, component, to) that the capsule says something about."""
        return tuple(self._answers)


def one_spaced(command: str) -> str:
    """The command line with single spaces."""
    return " ".join(command.split())
