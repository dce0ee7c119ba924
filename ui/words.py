"""Plain words for what the timeline says in identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sre_core.counting import counted
from sre_core.diagnosis.faults import label
from sre_core.domain import (
    UNKNOWN_FAULT,
    Action,
    AlertKind,
    AlertStatus,
    Autonomy,
    Hypothesis,
    Limits,
    Pace,
    Rating,
    ReasonerName,
)
from sre_core.intake.forms import SPOKEN
from sre_core.investigation import Investigation, Phase, Status
from sre_core.people import Role

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

TELLING_ARGUMENTS = ("command", "expression", "text", "question", "query")
"""Arguments that say better than the components what a call is about."""

STATUS = {
    Status.PROPOSED: "proposed",
    Status.EDITED: "edited",
    Status.WAITING: "waiting for you",
    Status.APPROVED: "approved",
    Status.RUNNING: "running",
    Status.SUCCEEDED: "done",
    Status.FAILED: "failed",
    Status.DENIED: "not allowed",
    Status.SUGGESTED: "suggested, never run",
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

PACE_SAID = {
    Pace.PLAN: "pause",
    Pace.STEP: "one step",
    Pace.SLOW: "go on, slowly",
    Pace.FULL: "go on, full speed",
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

REASONER: dict[ReasonerName, str] = {"rules": "Rules", "model": "Model"}

REASONER_MEANS: dict[ReasonerName, str] = {
    "rules": "Detectors and probabilities alone: the same every time, and nothing leaves this machine.",
    "model": "The model plans, chooses, judges and writes; detectors, probabilities and checks stay code.",
}

AUTONOMY_MEANS = {
    Autonomy.ASK_ALL: "Every tool call waits for your yes.",
    Autonomy.ASK_RISKY: "Cheap looks run by themselves; expensive ones, and all changes, wait for your yes.",
    Autonomy.AUTO: "All looks run by themselves; changes still wait for your yes.",
}

SUGGEST_ONLY = (
    "Suggest-only: nothing that changes anything is run here, whoever approves it. You are shown how to do it and how to "
    "undo it."
)

RATING = {Rating.RIGHT: "right", Rating.PARTLY: "partly right", Rating.WRONG: "wrong"}

HELD = {None: "", True: "The fix held.", False: "The fix did not hold."}
"""Whether it did, as a person told."""

REJECT_REASONS = ("Too risky right now", "Wrong component", "Already tried", "Not worth the time")

NOW = {
    Phase.RECALL: "recalling similar incidents",
    Phase.PLAN: "making a plan",
    Phase.CHOOSE: "choosing the next check",
    Phase.REVISE: "taking in what you changed",
    Phase.GATE: "checking whether it may run",
    Phase.REFLECT: "making sense of what came back",
    Phase.CONCLUDE: "drawing the conclusion",
    Phase.REMEDY: "looking for what to do about it",
}

ENDED = (Phase.FAILED, Phase.CLOSED, Phase.STOPPED)
"""Nobody is asked about an action any more, or not yet again."""

ACTORS = ("person", "reasoner", "tool")


def actor(name: str) -> str:
    """'person:Ada' -> 'Ada', 'reasoner:rules' -> 'rules', 'policy' -> 'policy'."""
    kind, _, who = name.partition(":")
    return who if who and kind in ACTORS else kind


def signed(name: str, role: Role | None, via: str) -> str:
    """'Ada · responder · browser at 10.0.0.7'; empty when it was no person."""
    if not name.startswith("person:"):
        return ""
    return " · ".join(part for part in (actor(name), role.value if role else "", via) if part)


def waits(autonomy: Autonomy, suggest_only: bool) -> str:
    """What waits for a person's yes, and what not even that lets run."""
    if not suggest_only:
        return AUTONOMY_MEANS[autonomy]
    looks = AUTONOMY_MEANS[autonomy].replace(", and all changes,", "").split("; changes")[0].rstrip(".")
    return f"{looks}. {SUGGEST_ONLY}"


def cut(text: str, longest: int = 4000) -> str:
    """Not more than a page can bear."""
    return text if len(text) <= longest else text[:longest] + " …"


def plain(identifier: str) -> str:
    """'memory_exhaustion' -> 'memory exhaustion'."""
    return identifier.replace("_", " ")


def known(kind: AlertKind | AlertStatus) -> str:
    """The word; empty when it is not known."""
    return "" if kind in (AlertKind.UNKNOWN, AlertStatus.UNKNOWN) else kind.value


def sender(source: str) -> str:
    """'pagerduty' -> 'PagerDuty', 'azure_monitor' -> 'Azure Monitor': who sent an alert, or the form that it has."""
    return SPOKEN.get(source, plain(source))


def listed(names: Iterable[str], most: int = 3) -> str:
    """'a, b, c and 4 more'."""
    every = list(names)
    head = ", ".join(every[:most])
    return head if len(every) <= most else f"{head} and {len(every) - most} more"


def hypothesis(one: Hypothesis) -> str:
    """Component and fault, short enough for a row."""
    return hypothesis_name(one.component, one.fault)


def hypothesis_name(component: str, fault: str) -> str:
    """'cart: memory leak'; 'cart' while nothing says what is wrong with it."""
    return component if fault == UNKNOWN_FAULT else f"{component}: {label(fault)}"


def tool(name: str) -> str:
    """What a tool does, as a verb phrase."""
    return TOOLS.get(name, plain(name).capitalize())


def call(tool_name: str, arguments: Mapping[str, Any]) -> str:
    """'Read logs · cart', 'Run diagnostic · kubectl get pods', 'Query metrics' where it asks about everything."""
    named = arguments.get("component") or arguments.get("components") or ()
    places = (named,) if isinstance(named, str) else tuple(map(str, named))
    about = subject(Action(id="", tool=tool_name, arguments=arguments, components=places))
    return f"{tool(tool_name)}{f' · {cut(about, 160)}' if about else ''}"


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


def scope(of_tool: str | None, component: str | None) -> str:
    """'read logs at cart', 'read logs anywhere', 'any look at cart'."""
    if of_tool is None:
        return f"any look at {component}"
    return f"{tool(of_tool).lower()} {f'at {component}' if component else 'anywhere'}"


def limits(those: Limits) -> str:
    """'40 actions, 15 min'."""
    return f"{those.max_actions} actions, {those.max_seconds / 60:g} min"


def model_limits(those: Limits) -> str:
    """'200 requests, 2,000,000 tokens, $5.00'; 'no limit' where a model may do all it wants."""
    told = (
        None if those.max_model_calls is None else counted(those.max_model_calls, "request"),
        None if those.max_model_tokens is None else counted(those.max_model_tokens, "token"),
        None if those.max_model_dollars is None else f"${those.max_model_dollars:,.2f}",
    )
    return ", ".join(part for part in told if part) or "no limit"


def cause(component: str | None, fault: str | None) -> str:
    """'cart: memory leak', 'cart', 'memory leak'; empty when nothing is known."""
    return ": ".join(part for part in (component, label(fault) if fault else None) if part)


def now(state: Investigation, phase: Phase) -> str:
    """What it waits for, or else what is going on, in a few words."""
    waiting = state.waiting if phase not in ENDED else []
    match phase:
        case _ if waiting:
            more = f" · {len(waiting) - 1} more" if len(waiting) > 1 else ""
            return f"may it {tool(waiting[0].action.tool).lower()}?{more}"
        case Phase.HELD if state.pace is Pace.PLAN and not state.actions:
            return "the plan is ready"
        case Phase.HELD:
            return "say how to go on"
        case Phase.FAILED:
            return "something broke on our side"
        case Phase.BUDGET:
            return "the model's budget is spent"
        case Phase.CLOSED:
            return by_hand(state)
        case _:
            return going_on(state, phase)


def by_hand(state: Investigation) -> str:
    """'2 remedies to do by hand'; empty when nothing was suggested instead of run."""
    suggested = sum(record.status is Status.SUGGESTED and record.remedies for record in state.actions.values())
    return f"{suggested} {'remedy' if suggested == 1 else 'remedies'} to do by hand" if suggested else ""


def meanwhile(state: Investigation, phase: Phase) -> str:
    """What goes on while a person is waited for; empty when nothing does."""
    return going_on(state, phase) if state.waiting and phase not in ENDED else ""


def going_on(state: Investigation, phase: Phase) -> str:
    """What the loop is doing."""
    record = state.open_action
    if phase is not Phase.ACT or record is None:
        return NOW.get(phase, "")
    about = subject(record.action)
    return f"{tool(record.action.tool).lower()}{f' · {about}' if about else ''}"
