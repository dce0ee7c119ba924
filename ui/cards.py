"""One card per thing that happened: what the trace shows of an event, as plain JSON, never markup.

A card has an ``id``; a later card with the same id takes its place, so that one action is one card from its proposal to
its outcome. ``rows`` are thin lines for what is worth knowing but not worth a card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sre_core import events as ev
from sre_core.domain import Pace, Plan, Step
from sre_core.investigation import ActionRecord, Guidance, Investigation, Status
from ui import tokens, words
from ui.findings import reflection_body
from ui.words import cut

Card = dict[str, Any]


@dataclass(frozen=True)
class Before:
    """What the state was before an event, as far as a card compares with it."""

    chances: Mapping[str, float]
    plan: Plan | None


@dataclass
class Times:
    """When an action was proposed and when it ended."""

    proposed: ev.Event
    ended_at: datetime | None = None


def card_of(event: ev.Event, before: Before, state: Investigation) -> Card | None:
    """The card of this event itself; None for what only changes an action's card. ``state`` is after the event."""
    match event.happening:
        case ev.AlertReceived() as opened:
            return _base(event, "alert", "Alert received") | _alert(opened)
        case ev.MemoryRecalled() as recalled:
            return _base(event, "memory", "Did this happen before?") | _memory(recalled)
        case ev.PlanProposed() as proposed:
            return plan_card(event, proposed, before, state)
        case ev.ReflectionMade(reflection=reflection):
            return _base(event, "reflection", "What it means") | reflection_body(reflection, before.chances, state)
        case ev.ConclusionReached(conclusion=conclusion):
            tone = tokens.VERDICT[conclusion.verdict]
            verdict = {"verdict": words.plain(conclusion.verdict.value), "tone": tone, "why": cut(conclusion.why)}
            return _base(event, "conclusion", "Conclusion") | {"text": conclusion.headline} | verdict
        case ev.GuidanceGiven():
            return guidance_card(event, state.guidance[-1], state)
        case ev.InvestigationFailed() as failure:
            return failure_card(event, failure, resolved=False)
        case ev.LimitReached(detail=detail):
            return _row(event, "limit", f"Limit reached: {detail} Concluding with what there is.", "yellow")
        case ev.InvestigationStopped(reason=reason):
            said = f": {reason}" if reason else "."
            return _row(event, "stop", f"Stopped by {words.actor(event.actor)}{said}", tokens.PERSON)
        case ev.PaceSet(pace=pace):
            return _row(event, "pace", f"{words.actor(event.actor)}: {_pace(pace)}", tokens.PERSON)
        case ev.RetryRequested():
            return _row(event, "retry", f"{words.actor(event.actor)} asked to try again.", tokens.PERSON)
        case ev.InvestigationClosed(reason=reason):
            return _row(event, "closed", reason or "Closed.", "gray")
        case ev.ContentErased(reason=reason):
            return _row(event, "erased", f"{words.actor(event.actor)} had a stored output erased: {reason}", "gray")
        case ev.ActionProposed() | ev.ApprovalRequested() | ev.ActionDenied() | ev.ActionApproved():
            return None
        case ev.ActionRejected() | ev.ActionStarted() | ev.ActionSucceeded() | ev.ActionFailed():
            return None
        case _ as never:
            assert_never(never)


def _base(event: ev.Event, kind: str, title: str) -> Card:
    return {
        "id": f"e{event.seq}",
        "kind": kind,
        "title": title,
        "actor": words.actor(event.actor),
        "at": event.at.isoformat(),
    }


def _row(event: ev.Event, icon: str, text: str, tone: tokens.Tone) -> Card:
    return _base(event, "row", "") | {"icon": icon, "text": cut(text), "tone": tone}


def _pace(pace: Pace) -> str:
    return {
        Pace.PLAN: "pause",
        Pace.STEP: "one step",
        Pace.SLOW: "go on, slowly",
        Pace.FULL: "go on, full speed",
    }[pace]


def _alert(opened: ev.AlertReceived) -> Card:
    alert = opened.alert
    return {
        "text": alert.title,
        "more": cut(alert.description),
        "context": cut(alert.context),
        "severity": alert.severity.value,
        "tone": tokens.SEVERITY[alert.severity],
        "facts": [[name, value] for name, value in _alert_facts(opened) if value],
        "raw": cut(alert.raw, 8000),
    }


def _alert_facts(opened: ev.AlertReceived) -> list[tuple[str, str]]:
    alert = opened.alert
    began = f"{alert.starts_at:%Y-%m-%d %H:%M:%S} UTC" if alert.starts_at else "the alert does not say"
    labels = words.listed((f"{name}={value}" for name, value in sorted(alert.labels.items())), most=6)
    telemetry = opened.workspace.rsplit("/", 1)[-1] if opened.workspace else "none connected"
    return [
        ("Component", alert.component or "the alert names none"),
        ("Began", began),
        ("Recognised as", words.plain(alert.source)),
        ("Labels", labels),
        ("Telemetry", telemetry),
        ("Asks about", words.AUTONOMY[opened.autonomy]),
    ]


def _memory(recalled: ev.MemoryRecalled) -> Card:
    alike = [
        {
            "title": one.incident.title,
            "similarity": round(one.similarity, 3),
            "shared": words.listed(one.shared, most=8),
            "resolution": cut(one.incident.resolution, 600),
            "source": one.incident.source,
        }
        for one in recalled.recollections
    ]
    return {"alike": alike, "text": "" if alike else "Nothing in memory resembles it."}


def plan_card(event: ev.Event, proposed: ev.PlanProposed, before: Before, state: Investigation) -> Card:
    """A plan's checklist; sent again whenever a step of it is ticked or dropped, and when another plan takes its place."""
    plan = proposed.plan
    title = "Plan" if plan.revision == 1 else f"Plan, revision {plan.revision}"
    return _base(event, "plan", title) | {
        "text": cut(plan.why),
        "steps": steps(plan, state),
        "changed": [] if proposed.applied_guidance else plan_changes(before.plan, plan),
        "status": "in force" if state.plan is plan else "replaced",
    }


def steps(plan: Plan, state: Investigation) -> list[Card]:
    """The questions, each open, doing, answered or dropped."""
    return [
        {"id": step.id, "question": step.question, "why": step.why, "status": _step_status(step, plan, state)}
        for step in plan.steps
    ]


def _step_status(step: Step, plan: Plan, state: Investigation) -> str:
    if step.id in state.steps_answered:
        return "answered"
    if step.id in state.steps_pruned:
        return "dropped"
    record = state.open_action if state.plan is plan and not state.stopped else None
    return "doing" if record and record.action.step_id == step.id else "open"


def plan_changes(old: Plan | None, new: Plan) -> list[str]:
    """What a new revision adds and leaves out."""
    if old is None:
        return []
    had, has = {step.question for step in old.steps}, {step.question for step in new.steps}
    added = [f"+ {step.question}" for step in new.steps if step.question not in had]
    gone = [f"− {step.question}" for step in old.steps if step.question not in has]
    if added or gone:
        return added + gone
    same_order = [step.question for step in old.steps] == [step.question for step in new.steps]
    return ["The same steps."] if same_order else ["The same steps, in another order."]


def guidance_card(event: ev.Event, guidance: Guidance, state: Investigation, changed: list[str] | None = None) -> Card:
    """What a person said: received, then applied, with what that did to the plan."""
    applied = guidance.applied_at is not None
    return _base(event, "guidance", "Redirected") | {
        "text": cut(guidance.text),
        "tone": tokens.PERSON,
        "status": "applied" if applied else "received",
        "changed": changed or [],
        "revision": state.plan.revision if applied and state.plan else None,
    }


def failure_card(event: ev.Event, failure: ev.InvestigationFailed, *, resolved: bool) -> Card:
    """A bug of ours, in plain words."""
    return _base(event, "failure", "Something broke on our side") | {
        "text": f"While {words.doing(failure.doing)}: {cut(failure.error, 600)}",
        "error_id": failure.error_id,
        "tone": "gray" if resolved else "red",
        "resolved": resolved,
    }


def action_card(record: ActionRecord, times: Times) -> Card:
    """One action from proposal to outcome."""
    action, observation = record.action, record.observation
    outcome = observation.summary if observation else record.error or record.reason or record.cannot_run or ""
    return _base(times.proposed, "action", words.tool(action.tool)) | {
        "id": f"a{action.id}",
        "action": action.id,
        "tool": action.tool,
        "subject": words.subject(action),
        "why": cut(action.why, 1000),
        "arguments": pretty(action.arguments),
        "effect": action.effect.value,
        "effect_tone": tokens.EFFECT[action.effect],
        "remedies": record.remedies,
        "status": words.STATUS[record.status],
        "tone": tokens.ACTION[record.status],
        "running": record.status is Status.RUNNING,
        "started": record.started_at.isoformat() if record.started_at else None,
        "seconds": _seconds(record, times),
        "by": words.actor(record.decided_by) if record.decided_by.startswith("person:") else "",
        "outcome": cut(outcome, 1500),
        "excerpt": cut(observation.excerpt, 2000) if observation else "",
        "has_output": observation is not None,
    }


def _seconds(record: ActionRecord, times: Times) -> float | None:
    if record.started_at is None or times.ended_at is None:
        return None
    return max(0.0, (times.ended_at - record.started_at).total_seconds())


def pretty(arguments: Mapping[str, Any]) -> str:
    """Arguments exactly as they will run, readable."""
    return json.dumps(dict(arguments), indent=2, ensure_ascii=False, default=str)
