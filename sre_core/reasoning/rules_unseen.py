"""An end without evidence: why nothing was seen, and what would change that."""

from __future__ import annotations

from collections.abc import Iterator

from sre_core.diagnosis.faults import FAULTS, label
from sre_core.domain import Effect
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_documents import searched
from sre_core.reasoning.rules_leads import leads
from sre_core.reasoning.rules_looks import KNOWN_TOOLS
from sre_core.reasoning.rules_words import faults_in

READ_ABOUT = frozenset(
    {"search_runbooks", "recall_incidents", "calculate", "inspect_topology", "search_web", "deep_research"}
)
"""Looks at what is known about systems, not at the system."""
IN_VAIN = ((Status.REJECTED, "rejected"), (Status.DENIED, "not allowed"), (Status.FAILED, "without success"))


def nothing_seen(case: Case, investigation: Investigation) -> str:
    """A headline: what became of the looks, or that there was nothing to look at."""
    happened = [_counted(len(found), words) for status, words in IN_VAIN if (found := _looks(investigation, status))]
    if investigation.limit:
        happened.append(f"the limit was reached ({investigation.limit.detail.rstrip('.')})")
    if not happened and not connected(case):
        in_vain = searched(investigation) and not any(True for _ in leads(investigation))
        written = ", and nothing that is written down or remembered fits" if in_vain else ""
        return f"Not settled: no telemetry is connected{written}."
    why = f": {', '.join(happened)}" if happened else ""
    if made := [r for r in _looks(investigation, Status.SUCCEEDED) if r.action.tool not in READ_ABOUT]:
        return f"Not settled: {_counted(len(made), 'made')}, and none showed anything to go by{why}."
    return f"Nothing was looked at{why}."


def first_looks(case: Case, investigation: Investigation) -> Iterator[str]:
    """What to allow or to bring, and what the words of the alert make one look for first."""
    if not connected(case):
        yield "Give the alert a capsule: metrics, logs and changes from half an hour before it began (docs/capsule.md)."
    if refused := [r.action.tool for s in (Status.REJECTED, Status.DENIED) for r in _looks(investigation, s)]:
        tools = ", ".join(dict.fromkeys(refused))
        yield f"Let one of the looks that were refused run ({tools}), or say what to look at instead."
    if investigation.limit:
        yield "Raise the limit, or say what to look at next: that gives a fresh allowance."
    for fault in faults_in(investigation.alert.text)[:2]:
        if fault in FAULTS:
            yield f"The alert sounds like {label(fault)}: look for {FAULTS[fault].observables}."


def connected(case: Case) -> bool:
    """Whether anything can be looked at besides memory and the documents."""
    s = case.sources
    telemetry = (s.metrics, s.logs, s.changes, s.signals, s.traces, s.commands)
    ours = (tool for tool in case.tools.values() if tool.name not in KNOWN_TOOLS and not tool.outside)
    return any(source is not None for source in telemetry) or any(tool.effect is Effect.READS for tool in ours)


def _looks(investigation: Investigation, status: Status) -> list[ActionRecord]:
    return [r for r in investigation.actions.values() if r.status is status and not r.remedies]


def _counted(number: int, words: str) -> str:
    return f"{number} look was {words}" if number == 1 else f"{number} looks were {words}"
