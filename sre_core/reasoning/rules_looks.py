"""Every look that could be taken next, from the tools at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sre_core.diagnosis.faults import FAULTS, label
from sre_core.domain import UNKNOWN_FAULT, Effect
from sre_core.investigation import Investigation
from sre_core.reasoning import rules_web
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import Look
from sre_core.reasoning.rules_commands import Commands
from sre_core.reasoning.rules_dismiss import in_race
from sre_core.tools.base import AnyTool

KNOWN_TOOLS = frozenset(
    {
        "query_metrics",
        "read_signals",
        "list_changes",
        "read_traces",
        "read_logs",
        "run_diagnostic",
        "search_runbooks",
        "calculate",
        "recall_incidents",
        "inspect_topology",
        "search_web",
        "deep_research",
    }
)
"""Tools with a line of their own below, or whose answer the rules have anyway (memory is asked first, topology is at hand, and
research searches the web itself)."""

UNKNOWN_SHARPNESS, ASKED_ONCE, MOST_SUSPECTS = 0.4, 0.2, 5


@dataclass
class Offered:
    """Collects the looks that the tools at hand allow."""

    case: Case
    investigation: Investigation
    looks: list[Look] = field(default_factory=list)

    def all(self) -> list[Look]:
        """Everything, in a fixed order."""
        for name, make in (
            ("query_metrics", self._metrics),
            ("read_signals", self._signals),
            ("list_changes", self._changes),
            ("read_traces", self._traces),
            ("read_logs", self._logs),
            ("run_diagnostic", Commands(self.case, self.investigation).looks),
            ("search_runbooks", self._documents),
            ("calculate", self._arithmetic),
            ("deep_research", partial(rules_web.looks, self.case, self.investigation)),
        ):
            if name in self.case.tools:
                self.looks += make()
        for tool in self.case.tools.values():
            if tool.name not in KNOWN_TOOLS and tool.effect is Effect.READS and not tool.outside:
                self.looks += self._with(tool)
        return self.looks

    def _with(self, tool: AnyTool) -> Iterator[Look]:
        """A tool that these rules know nothing of: asked about everything if it can be, else about each suspect."""
        fields = tool.query_type().model_fields
        needed = {name for name, field in fields.items() if field.is_required()}
        why = (tool.__doc__ or tool.name).strip().splitlines()[0]
        if not needed:
            yield Look(tool.name, {}, "mechanism", why, UNKNOWN_SHARPNESS, cost=tool.cost, floor=ASKED_ONCE)
        elif needed == {"component"}:
            for hypothesis, _ in in_race(self.investigation)[:MOST_SUSPECTS]:
                place = frozenset({hypothesis.component})
                arguments = {"component": hypothesis.component}
                yield Look(tool.name, arguments, "mechanism", why, UNKNOWN_SHARPNESS, place, cost=tool.cost)

    # -- telemetry ---------------------------------------------------------------------------------------------------

    def _metrics(self) -> Iterator[Look]:
        source = self.case.sources.metrics
        if source is None:
            return
        near = sorted(self.case.neighbourhood(self.investigation.alert) & source.components())
        everything = len(source.components()) <= 150
        arguments: dict[str, Any] = {} if everything or not near else {"components": near}
        why = "One look at every metric shows who is out of the ordinary, since when, and who is not."
        yield Look("query_metrics", arguments, "symptom", why, 0.8, floor=0.8)

    def _signals(self) -> Iterator[Look]:
        yield Look(
            "read_signals", {}, "symptom", "What else monitoring raised may point at the same place.", 0.65, floor=0.3
        )

    def _changes(self) -> Iterator[Look]:
        why = "Most incidents follow a change: what was made shortly before it began, and where?"
        yield Look("list_changes", {"hours": 72.0}, "changes", why, 0.4, floor=0.6)
        if read_too_early(self.investigation):
            why = "The changes were read before it was known when it began: which were made shortly before?"
            yield Look("list_changes", {"hours": 71.0}, "changes", why, 0.4, floor=0.6, kind="changes again")

    def _traces(self) -> Iterator[Look]:
        yield Look("read_traces", {}, "origin", "Self times show which hop is slow or fails by itself.", 0.6, floor=0.4)

    def _logs(self) -> Iterator[Look]:
        source = self.case.sources.logs
        if source is None:
            return
        period = self._period()
        why = "Across all logs, which complaints are new or growing, and whom do they name?"
        yield Look("read_logs", period, "logs", why, 0.6, floor=0.7)
        for component in sorted(source.components()):
            arguments = {"component": component, **period}
            why = f"What does {component} itself say?"
            yield Look("read_logs", arguments, "logs", why, 0.4, frozenset({component}))

    def _period(self) -> dict[str, Any]:
        """The time to read logs of, where figures show that it began before the alert says; else what the source knows."""
        begins = self.case.began_unannounced(self.investigation)
        until = self.investigation.alert.starts_at
        if begins is None or until is None:
            return {}
        return {"window": {"start": begins.isoformat(), "end": (until + timedelta(days=1)).isoformat()}}

    # -- documents and figures -----------------------------------------------------------------------------------------

    def _documents(self) -> Iterator[Look]:
        alert, ranked = self.investigation.alert, in_race(self.investigation)
        yield Look(
            "search_runbooks",
            {"text": alert.title[:300]},
            "documents",
            "Is the alert written down somewhere?",
            0.05,
            floor=0.3,
        )
        leader, chance = ranked[0] if ranked else (None, 0.0)
        if leader and chance >= 0.3 and leader.fault != UNKNOWN_FAULT and self.investigation.evidence:
            seen = FAULTS[leader.fault].observables if leader.fault in FAULTS else ""
            text = f"{label(leader.fault)} {leader.component} {seen}"[:400]
            why = f"What do we have on {label(leader.fault)} at {leader.component}, and what to do about it?"
            yield Look(
                "search_runbooks", {"text": text, "component": leader.component}, "documents", why, 0.05, floor=0.25
            )

    def _arithmetic(self) -> Iterator[Look]:
        if (objective := error_objective(self.investigation.alert.text)) is None or (
            ratio := self._error_ratio()
        ) is None:
            return
        values = {"error_ratio": {"value": ratio}, "objective": {"value": 1 - objective}}
        why = f"How fast is the error budget used, at {100 * ratio:.3g} % errors where {100 * objective:.3g} % are allowed?"
        arguments = {"expression": "burn_rate(error_ratio, objective)", "values": values}
        yield Look("calculate", arguments, "symptom", why, 0.05, cost=0.5, floor=0.25, kind="burn")

    def _error_ratio(self) -> float | None:
        """The error ratio nearest to the alert that was seen out of the ordinary."""
        near = self.case.alerting(self.investigation.alert)
        pieces = [
            e
            for e in self.investigation.evidence.values()
            if e.series and " errors " in e.locator and e.series.unit == "ratio"
        ]
        pieces.sort(key=lambda e: (e.component not in near, e.id))
        for piece in pieces:
            after = (
                [
                    v
                    for t, v in zip(piece.series.times, piece.series.values, strict=True)
                    if v is not None and piece.onset and t >= piece.onset
                ]
                if piece.series
                else []
            )
            if after:
                return round(sorted(after)[len(after) // 2], 4)
        return None


def read_too_early(investigation: Investigation) -> bool:
    """Changes were read before any figure or line said when the trouble began."""
    numbered = [(int(e.id[1:]), e) for e in investigation.evidence.values()]
    changes = [number for number, e in numbered if e.source == "changes"]
    onsets = [number for number, e in numbered if e.source in ("metrics", "logs") and e.onset]
    return bool(changes and onsets) and min(changes) < min(onsets)


def error_objective(text: str) -> float | None:
    """The share of errors that an alert says is allowed: 0.01 for 'error rate below 1 %'."""
    match = re.search(r"error[\w ]{0,20}(?:below|under|<|less than)\s*(\d+(?:\.\d+)?)\s*%", text, re.IGNORECASE)
    match = match or re.search(
        r"(?:availability|success)[\w ]{0,20}(?:above|over|>|at least|of)\s*(\d+(?:\.\d+)?)\s*%", text, re.IGNORECASE
    )
    if match is None:
        return None
    share = float(match.group(1)) / 100
    return (share if match.group(0).casefold().startswith("error") else 1 - share) or None
