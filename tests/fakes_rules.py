"""Runs the rules on a workspace in memory, with the real tools, and builds such workspaces: a bakery of four and a bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pandas as pd

from sre_core.domain import Alert, Autonomy, ContentRef, Window
from sre_core.events import AlertReceived, entry
from sre_core.investigator import Investigator
from sre_core.loop import investigate
from sre_core.reasoning.rules import RuleReasoner
from sre_core.sources.base import Change, LogRecord, RemediationAnswer, Sources
from sre_core.sources.recorded import (
    RecordedChanges,
    RecordedCommands,
    RecordedLogs,
    RecordedMetrics,
    RecordedRemediations,
)
from sre_core.tools.recall_incidents import Recalled
from sre_core.tools.registry import tools_for
from sre_core.tools.search_runbooks import Library, Passages
from sre_core.tools.toolbox import ToolCollection
from sre_core.web.access import MaskedWeb
from tests.diagnosis.given import BAKERY, BASELINE, END, START, TROUBLE
from tests.fakes import PERSON, FakeMemory, ListTimeline

Bad = Mapping[tuple[str, str], float]
"""(component, metric) -> the value from the start of the trouble."""

NORMAL = {"latency_p99_ms": 100.0, "error_ratio": 0.001, "request_rate": 50.0, "cpu_ratio": 0.3}
UNITS = {"latency_p99_ms": "ms", "error_ratio": "ratio", "request_rate": "1/s", "cpu_ratio": "ratio"}


class KeptInMemory:
    """Implements ``Contents`` on a dictionary."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def keep(self, text: str) -> ContentRef:
        digest = sha256(text.encode()).hexdigest()
        self.texts[digest] = text
        return ContentRef(digest=digest, characters=len(text))

    async def read(self, digest: str) -> str:
        return self.texts[digest]


class NothingWritten:
    """A library without documents, and a memory without incidents."""

    async def search(self, text: str, *, component: str | None, kinds: tuple[str, ...], limit: int) -> Passages:
        return Passages(query=text, passages=(), searched=0)

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        return Recalled(recollections=(), known=0)


def investigator(sources: Sources, library: Library | None = None, web: MaskedWeb | None = None) -> Investigator:
    """The rules with the real tools of these sources."""
    nothing = NothingWritten()
    tools = tools_for(sources, library or nothing, nothing, web=web)
    toolbox = ToolCollection(tools, KeptInMemory(), lambda: 0.0)
    return Investigator(RuleReasoner(sources, tools), toolbox, FakeMemory(), lambda action: action.components, "run-1")


async def run(
    sources: Sources,
    alert: Alert | None = None,
    library: Library | None = None,
    web: MaskedWeb | None = None,
    **opened: Any,
) -> ListTimeline:
    """Investigate to the end, or to where a person must decide."""
    timeline = ListTimeline()
    known = {"autonomy": Autonomy.AUTO, "attended": False, **opened}
    timeline.say(entry(PERSON, AlertReceived(alert=alert or sources.alert or Alert(title="?"), **known)))
    await investigate(timeline, investigator(sources, library, web))
    return timeline


def bakery(
    title: str,
    *,
    bad: Bad | None = None,
    lines: Sequence[tuple[str, str]] = (),
    changes: Sequence[Change] = (),
    commands: Mapping[str, str] | None = None,
    remediations: Mapping[tuple[str, str, str | None], bool] | None = None,
    component: str | None = "till",
) -> Sources:
    """A workspace: metrics every minute for an hour, bad from half past; ``lines`` are said every minute from then on."""
    starts_at = TROUBLE + timedelta(minutes=5)
    return Sources(
        name="bakery",
        alert=Alert(title=title, component=component, starts_at=starts_at),
        topology=BAKERY,
        metrics=RecordedMetrics(lambda: _frame(bad or {})),
        logs=RecordedLogs(_records(lines)),
        changes=RecordedChanges(changes) if changes else None,
        commands=RecordedCommands(commands) if commands else None,
        remediations=RecordedRemediations(
            {offer: RemediationAnswer(outcome="done", recovered=ended) for offer, ended in (remediations or {}).items()}
        )
        if remediations
        else None,
        window=Window(start=START, end=END),
        baseline=BASELINE,
    )


def _frame(bad: Bad) -> pd.DataFrame:
    rows = []
    for component in ("till", "oven", "flour-store", "flour-db"):
        metrics = {**NORMAL, **{metric: 0.0 for place, metric in bad if place == component and metric not in NORMAL}}
        for minute in range(61):
            when = START + timedelta(minutes=minute)
            for metric, normal in metrics.items():
                value = bad.get((component, metric), normal) if when > TROUBLE else normal
                wobble = 1 + 0.01 * (minute % 3 - 1)
                rows.append((when, component, metric, value * wobble, UNITS.get(metric, "")))
    return pd.DataFrame(rows, columns=["time", "component", "metric", "value", "unit"])


def _records(lines: Sequence[tuple[str, str]]) -> list[LogRecord]:
    calm = [(START + timedelta(minutes=m), "till", "info", f"sold loaf {m}") for m in range(61)]
    loud = [(TROUBLE + timedelta(minutes=m), c, "error", text) for m in range(1, 30) for c, text in lines]
    ordered = sorted(calm + loud, key=lambda record: record[0])
    return [
        LogRecord(line=i, time=when, component=c, severity=severity, message=text)
        for i, (when, c, severity, text) in enumerate(ordered, start=1)
    ]
