"""Plain words for what the timeline says in identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sre_core.diagnosis.faults import label
from sre_core.domain import UNKNOWN_FAULT, Action, Autonomy, Hypothesis, Pace
from sre_core.investigation import Investigation, Phase, Status

TOOLS = {
    "query_metrics": "Query metrics",
    "read_logs": "Read logs",
    "read_traces": "Read traces",
    "read_signals": "Read other alerts",
    "list_changes": "List changes",
    "run_diagnostic": "Run diagnostic",
    "inspect_topology": "Inspect topology",
    "search_runbooks": "Search runbooks",
    "recall_incidents": "Recall incidents",
    "calculate": "Calculate",
    "apply_remediation": "Apply remediation",
}

TELLING_ARGUMENTS = ("command", "expression", "text", "query")
"""Arguments that say better than the components what a call is about."""

STATUS = {
    Status.PROPOSED: "proposed",
    Status.WAITING: "waiting for you",
    Status.APPROVED: "approved",
    Status.RUNNING: "running",
    Status.SUCCEEDED: "done",
    Status.FAILED: "failed",
    Status.DENIED: "not allowed",
    Status.REJECTED: "rejected",
    Status.WITHDRAWN: "withdrawn",
    Status.LET_GO: "let go",
}

PACE = {
    Pace.PLAN: "Plan first",
    Pace.STEP: "Step by step",
    Pace.SLOW: "Slow",
    Pace.FULL: "Full speed",
}

PACE_MEANS = {
    Pace.PLAN: "Makes a plan, then waits for your Go.",
    Pace.STEP: "Does one check, shows what it means, then waits.",
    Pace.SLOW: "Runs by itself with a pause between checks, so that you can follow.",
    Pace.FULL: "Runs by itself as fast as it can.",
}

AUTONOMY = {
    Autonomy.ASK_ALL: "Everything",
    Autonomy.ASK_RISKY: "Risky looks",
    Autonomy.AUTO: "Changes only",
}

AUTONOMY_MEANS = {
    Autonomy.ASK_ALL: "Every tool call waits for your yes.",
    Autonomy.ASK_RISKY: "Cheap looks run by themselves; expensive ones, and all changes, wait for your yes.",
    Autonomy.AUTO: "All looks run by themselves; changes still wait for your yes.",
}

REJECT_REASONS = ("Too risky right now", "Wrong component", "Already tried", "Not worth the time")

NOW = {
    Phase.RECALL: "recalling similar incidents",
    Phase.PLAN: "making a plan",
    Phase.CHOOSE: "choosing the next check",
    Phase.GATE: "checking whether it may run",
    Phase.REFLECT: "making sense of what came back",
    Phase.CONCLUDE: "drawing the conclusion",
    Phase.REMEDY: "looking for what to do about it",
}

ACTORS = ("person", "reasoner", "tool")


def actor(name: str) -> str:
    """'person:Ada' -> 'Ada', 'reasoner:rules' -> 'rules', 'policy' -> 'policy'."""
    kind, _, who = name.partition(":")
    return who if who and kind in ACTORS else kind


def cut(text: str, longest: int = 4000) -> str:
    """Not more than a page can bear."""
    return text if len(text) <= longest else text[:longest] + " …"


def plain(identifier: str) -> str:
    """'memory_exhaustion' -> 'memory exhaustion'."""
    return identifier.replace("_", " ")


def listed(names: Iterable[str], most: int = 3) -> str:
    """'a, b, c and 4 more'."""
    every = list(names)
    head = ", ".join(every[:most])
    return head if len(every) <= most else f"{head} and {len(every) - most} more"


def hypothesis(one: Hypothesis) -> str:
    """Component and fault, short enough for a row."""
    return one.component if one.fault == UNKNOWN_FAULT else f"{one.component}: {label(one.fault)}"


def tool(name: str) -> str:
    """What a tool does, as a verb phrase."""
    return TOOLS.get(name, plain(name).capitalize())


def subject(action: Action) -> str:
    """What a call is about: its command or text, else its components."""
    if action.tool == "apply_remediation":
        return _remediation(action.arguments)
    telling = next((str(action.arguments[name]) for name in TELLING_ARGUMENTS if action.arguments.get(name)), "")
    return telling if telling else listed(action.components)


def _remediation(arguments: Mapping[str, Any]) -> str:
    kind, component, to = (arguments.get(name) for name in ("kind", "component", "to"))
    return " ".join(str(part) for part in (kind, component, f"to {to}" if to else None) if part)


def doing(phase: str) -> str:
    """'choose' -> 'choosing the next check'; what is no phase is said as it is."""
    known = {each.value: text for each, text in NOW.items()} | {"act": "running a tool"}
    return known.get(phase, plain(phase))


def now(state: Investigation, phase: Phase) -> str:
    """What is going on, or what it waits for, in a few words."""
    record = state.open_action if phase in (Phase.ACT, Phase.APPROVAL) else None
    match phase:
        case Phase.ACT if record:
            about = subject(record.action)
            return f"{tool(record.action.tool).lower()}{f' · {about}' if about else ''}"
        case Phase.APPROVAL if record:
            return f"may it {tool(record.action.tool).lower()}?"
        case Phase.HELD if state.pace is Pace.PLAN and not state.actions:
            return "the plan is ready"
        case Phase.HELD:
            return "say how to go on"
        case Phase.FAILED:
            return "something broke on our side"
        case _:
            return NOW.get(phase, "")
