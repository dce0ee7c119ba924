"""What the alert, memory, the plan and the tools say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sre_core import events as ev
from sre_core.beliefs import percent
from sre_core.domain import Action, Alert, ComponentFact, Observation, Plan, Recollection
from sre_core.reasoning.answering.passages import NO_LONGER, Kind, Passage
from sre_core.reasoning.answering.phrases import call
from sre_core.reasoning.answering.standing import Standing

FEW = 3
"""Components of an observation that it may be said to be about; one over all components is about none of them."""


def of_alert(alert: Alert, seq: int) -> Iterator[Passage]:
    """Its title, its words, and since when."""
    labels = " ".join(f"{name} {value}" for name, value in alert.labels.items())
    about = f"alert {alert.severity.value} {alert.component or ''} {labels} {alert.title}"
    yield Passage(Kind.ALERT, seq, alert.title, "The alert", about)
    for text, lead in ((alert.description, "The alert says"), (alert.context, "Said with the alert")):
        if text:
            yield Passage(Kind.ALERT, seq, text, lead, "alert")
    if alert.starts_at:
        text = f"{alert.starts_at:%Y-%m-%dT%H:%M:%S}"
        yield Passage(Kind.ONSET, seq, text, "The alert dates it to", about, weight=0.25)


def of_memory(one: Recollection, seq: int) -> Passage:
    """A past incident and how it ended."""
    past = one.incident
    text = f"{past.title}: {past.resolution}" if past.resolution else past.title
    about = " ".join((past.component or "", past.fault or "", past.symptoms, past.source))
    lead = (
        "It happened before"
        if one.claimed
        else "Recalled"
        if one.recommended
        else f"Recalled, but {one.standing.value}"
    )
    return Passage(Kind.MEMORY, seq, text, f"{lead}, {percent(one.similarity)} alike", about)


def of_remembered_fact(fact: ComponentFact, seq: int) -> Passage:
    """What somebody said about a component in another investigation."""
    lead = f"{fact.by} said of {fact.component} on {fact.at:%Y-%m-%d}"
    return Passage(Kind.MEMORY, seq, fact.text, lead, f"fact {fact.component} {fact.by}")


def of_plan(plan: Plan, seq: int, now: Standing) -> Iterator[Passage]:
    """Its steps, and how far they are."""
    for step in plan.steps:
        about = " ".join((step.why, *step.tools, step.id))
        if now.state.plan != plan:
            yield Passage(Kind.STEP, seq, step.question, "In an earlier plan", about, weight=NO_LONGER)
        elif step.id in now.state.steps_answered:
            yield Passage(Kind.STEP, seq, step.question, "Answered step of the plan", about)
        elif step.id in now.state.steps_pruned:
            yield Passage(Kind.STEP, seq, step.question, "Set aside in the plan", about)
        else:
            yield Passage(Kind.OPEN_STEP, seq, step.question, "Still to be answered", about)


def of_action(action: Action, seq: int, now: Standing) -> Passage:
    """What was looked at or done, and why."""
    record = now.state.actions.get(action.id)
    text = f"{call(action)}{f': {action.why}' if action.why else ''}"
    lead = f"{action.id}, {record.status.value if record else 'proposed'}"
    return Passage(Kind.LOOK, seq, text, lead, now.about(action.id), action_id=action.id)


def of_success(seen: Observation, seq: int) -> Passage:
    """What a tool brought back, in short."""
    kind = Kind.CHANGES_LISTED if seen.tool == "list_changes" else Kind.OUTCOME
    few = seen.components if len(seen.components) <= FEW else ()
    about = " ".join((seen.tool, seen.source, seen.action_id, *few))
    return Passage(kind, seq, seen.summary, f"{seen.tool} brought back", about, action_id=seen.action_id)


def of_failure(failed: ev.ActionFailed, seq: int, now: Standing) -> Passage:
    """Why a tool brought nothing back."""
    about = f"failed {now.about(failed.action_id)}"
    return Passage(Kind.OUTCOME, seq, failed.error, "It failed", about, action_id=failed.action_id)


# -- outputs in full ---------------------------------------------------------------------------------------------------


def outputs(heads: Sequence[str], now: Standing) -> Iterator[Passage]:
    """Lines of what tools brought back that have one of these words; nothing that was erased."""
    for event in now.events:
        if isinstance(event.happening, ev.ActionSucceeded):
            yield from _of_output(event.happening.observation, event.seq, heads, now)


def _of_output(seen: Observation, seq: int, heads: Sequence[str], now: Standing) -> Iterator[Passage]:
    lead = f"{seen.tool} brought back"
    if seen.excerpt and seen.content and seen.content.digest not in now.state.erased:
        yield Passage(Kind.EXCERPT, seq, "", lead, re.sub(r'[{}",:]', " ", seen.excerpt))
    for line in _lines(seen.data) if _has_one(str(seen.data), heads) else ():
        if _has_one(line, heads):
            yield Passage(Kind.OUTPUT, seq, line, lead, f"{seen.tool} {seen.source}", action_id=seen.action_id)


def _has_one(text: str, heads: Iterable[str]) -> bool:
    lower = text.lower()
    return any(head in lower for head in heads)


def _lines(data: Any) -> Iterator[str]:
    """Every line of every text in foreign JSON, and the short fields of one object together."""
    match data:
        case str():
            yield from (line for line in data.splitlines() if " " in line.strip())
        case dict():
            short = [value for value in data.values() if isinstance(value, str) and "\n" not in value]
            yield ", ".join(short)
            for value in data.values():
                if isinstance(value, dict | list) or (isinstance(value, str) and "\n" in value):
                    yield from _lines(value)
        case list():
            for value in data:
                if isinstance(value, dict | list | str):
                    yield from _lines(value)
        case _:
            return
