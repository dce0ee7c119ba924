"""Short ways to say what a tool brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sre_core.diagnosis.context import Context, Names
from sre_core.domain import Window
from sre_core.tools.query_metrics import MetricSeries, MetricsReading
from sre_core.tools.read_logs import LogPattern, LogReading
from sre_core.tools.run_diagnostic import DiagnosticOutput
from sre_core.topology.graph import Component, Dependency, Topology

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
TROUBLE = START + timedelta(minutes=30)
END = START + timedelta(minutes=60)
WINDOW = Window(start=TROUBLE, end=END)
BASELINE = Window(start=START, end=TROUBLE)

BAKERY = Topology.of(
    [Component(id=name) for name in ("till", "oven", "flour-store", "flour-db")]
    + [Component(id="card-bank", kind="external")],
    [
        Dependency(source="till", target="oven"),
        Dependency(source="oven", target="flour-store"),
        Dependency(source="flour-store", target="flour-db"),
        Dependency(source="till", target="card-bank"),
    ],
)


def context(**more: Any) -> Context:
    """The bakery, with its window and baseline known."""
    known = {
        "topology": BAKERY,
        "names": Names.of(BAKERY),
        "window": Window(start=START, end=END),
        "baseline": BASELINE,
    }
    return Context(**{**known, "namespace": "bakery", **more})


def series(
    component: str, metric: str, before: float, after: Sequence[float] | float, unit: str = "", **more: Any
) -> MetricSeries:
    """Half an hour of normal readings around ``before``, half an hour of ``after``."""
    late = [after] * 30 if isinstance(after, int | float) else list(after)
    wobble = [before * (1 + 0.01 * (i % 3 - 1)) for i in range(30)]
    times = tuple(START + timedelta(minutes=i) for i in range(30 + len(late)))
    spread = max(abs(before) * 0.0148, 1e-9)
    figures = {
        "baseline_median": before,
        "baseline_spread": spread,
        "baseline_low": before - spread,
        "baseline_high": before + spread,
        "baseline_count": 30,
        "window_median": sorted(late)[len(late) // 2],
        "window_last": late[-1],
        "window_count": len(late),
    }
    return MetricSeries(
        component=component, metric=metric, unit=unit, times=times, values=(*wobble, *late), **{**figures, **more}
    )


def reading(*all_series: MetricSeries) -> MetricsReading:
    """What the metrics tool answered."""
    components = tuple(dict.fromkeys(s.component for s in all_series))
    return MetricsReading(window=WINDOW, baseline=BASELINE, series=all_series, components=components)


def said(component: str, line: str, *, count: int = 40, before: int | None = 0, severity: str = "error") -> LogPattern:
    """One pattern of a log."""
    return LogPattern(
        component=component,
        pattern=line,
        example=line,
        line=7,
        source="logs",
        count=count,
        baseline_count=before,
        severity=severity,
        first_seen=TROUBLE + timedelta(minutes=1),
    )


def logs(*patterns: LogPattern) -> LogReading:
    """What the log tool answered."""
    components = tuple(dict.fromkeys(p.component for p in patterns))
    return LogReading(
        component=None,
        total=sum(p.count for p in patterns),
        by_severity={},
        covered=None,
        patterns=patterns,
        sample=(),
        components=components,
    )


def printed(command: str, output: str) -> DiagnosticOutput:
    """What a command printed."""
    return DiagnosticOutput(command=command, recorded=True, output=output, lines=output.count("\n"))
