"""One card per thing that happened: what the trace shows of an event, as plain JSON, never markup.

A card has an ``id``; a later card with the same id takes its place, so that one action is one card from its proposal to
its outcome. ``rows`` are thin lines for what is worth knowing but not worth a card.
"""

from __future__ import annotations

from typing import assert_never

from sre_core import events as ev
from sre_core.counting import counted
from sre_core.domain import Alert, Plan, Step
from sre_core.investigation import Investigation
from ui import tokens, words
from ui.card import Before, Card, base, row
from ui.findings import reflection_body
from ui.memory import recall_card
from ui.opinions import opinion_row
from ui.said import fact_card, question_card, rest_of_row, steering_card
from ui.words import cut

READ = "read out of its text"
"""Behind what was not given as a field."""


def card_of(event: ev.Event, before: Before, state: Investigation) -> Card | None:
    """The card of this event itself; None for what only changes another card. ``state`` is after the event."""
    match event.happening:
        case ev.AlertReceived() as opened:
            return alert_card(event, opened, state)
        case ev.MemoryRecalled() as recalled:
            return base(event, "memory", recall_card.title(recalled)) | recall_card.body(recalled)
        case ev.PlanProposed() as proposed:
            return plan_card(event, proposed, plan_changes(before.plan, proposed.plan), state)
        case ev.ReflectionMade(reflection=reflection):
            return base(event, "reflection", "What it means") | reflection_body(reflection, before.chances, state)
        case ev.ConclusionReached(conclusion=conclusion):
            tone = tokens.VERDICT[conclusion.verdict]
            verdict = {"verdict": words.plain(conclusion.verdict.value), "tone": tone, "why": cut(conclusion.why)}
            return base(event, "conclusion", "Conclusion") | {"text": conclusion.headline} | verdict
        case (
            ev.GuidanceGiven()
            | ev.HypothesisProposed()
            | ev.HypothesisPicked()
            | ev.HypothesisDismissed()
            | ev.ConclusionRefuted()
        ) as steering:
            return steering_card(event, steering, before, state)
        case ev.FactStated() as fact:
            return fact_card(event, fact, before, state)
        case ev.QuestionAsked():
            return question_card(event, state.control.questions[event.seq])
        case ev.InvestigationFailed() as failure:
            return failure_card(event, failure, resolved=False)
        case ev.ReasonerReplaced(because=because):
            return row(event, "limit", f"The model gave no answer, so the rules go on: {because}", "yellow")
        case ev.ModelBudgetReached(detail=detail):
            return row(event, "limit", f"{detail} Raise the limit, or go on with the rules.", "yellow")
        case ev.LimitReached(detail=detail):
            return row(event, "limit", f"Limit reached: {detail} Concluding with what there is.", "yellow")
        case ev.ApprovalExpired(action_id=action_id):
            return row(event, "limit", f"The time to answer about {action_id} is over; it is asked about anew.", "gray")
        case ev.InvestigationStopped(reason=reason):
            said = f": {reason}" if reason else "."
            return row(event, "stop", f"Stopped by {words.actor(event.actor)}{said}", tokens.PERSON)
        case ev.InvestigationForked(at=at):
            text = f"Forked by {words.actor(event.actor)} after event {at}. No approval from there counts here."
            return row(event, "fork", text, tokens.PERSON)
        case (
            ev.PaceSet()
            | ev.StandingApprovalGiven()
            | ev.StandingApprovalRevoked()
            | ev.AutonomySet()
            | ev.LimitsSet()
            | ev.ReasonerSet()
            | ev.BreakpointSet()
            | ev.BreakpointCleared()
            | ev.CheckPicked()
            | ev.CheckDropped()
            | ev.ConclusionRated()
        ) as said_so:
            icon, text = rest_of_row(said_so)
            return row(event, icon, f"{words.actor(event.actor)}: {text}", tokens.PERSON)
        case ev.RetryRequested():
            return row(event, "retry", f"{words.actor(event.actor)} asked to try again.", tokens.PERSON)
        case ev.InvestigationClosed(reason=reason):
            return row(event, "closed", reason or "Closed.", "gray")
        case ev.ContentErased(reason=reason):
            return row(event, "erased", f"{words.actor(event.actor)} had a stored output erased: {reason}", "gray")
        case ev.ActionProposed() | ev.ApprovalRequested() | ev.ActionDenied() | ev.ActionSuggested():
            return None
        case (
            ev.ActionApproved()
            | ev.ActionRejected()
            | ev.ActionEdited()
            | ev.ActionStarted()
            | ev.ActionSucceeded()
            | ev.ActionFailed()
        ):
            return None
        case ev.DecisionAwaited() | ev.QuestionAnswered():
            return None
        case ev.SecondOpinionAsked():
            return row(event, "opinion", f"{words.actor(event.actor)} asked for a second opinion.", tokens.PERSON)
        case ev.SecondOpinionGiven() as given:
            return opinion_row(event, given, state)
        case ev.JudgementDropped():
            return row(event, "model", "News came while the model was asked, so its answer was not used.", "gray")
        case _ as never:
            assert_never(never)


def alert_card(event: ev.Event, opened: ev.AlertReceived, state: Investigation) -> Card:
    """What arrived and how it was understood; sent again when the first plan tells which components its words name."""
    alert = opened.alert
    return base(event, "alert", "Alert received") | {
        "text": alert.title,
        "more": cut(alert.description),
        "context": cut(alert.context),
        "severity": alert.severity.value,
        "tone": tokens.SEVERITY[alert.severity],
        "facts": [[name, value] for name, value in _alert_facts(opened, state) if value],
        "raw": cut(alert.raw, 8000),
    }


def _alert_facts(opened: ev.AlertReceived, state: Investigation) -> list[tuple[str, str]]:
    alert = opened.alert
    labels = words.listed((f"{name}={value}" for name, value in sorted(alert.labels.items())), most=6)
    telemetry = opened.workspace.rsplit("/", 1)[-1] if opened.workspace else "none connected"
    return [
        ("Component", _named(alert, state.alerting)),
        ("Status", words.known(alert.status)),
        ("Kind", words.known(alert.kind)),
        ("Began", _began(alert)),
        ("Recognised as", words.sender(alert.source)),
        ("From", _from(opened)),
        ("Labels", labels),
        ("Telemetry", telemetry),
        ("Asks about", words.AUTONOMY[opened.autonomy]),
    ]


def _named(alert: Alert, alerting: tuple[str, ...] | None) -> str:
    """The component, and whether it was given or read. Until a plan is made, nobody has read; an older one did not tell."""
    if alert.component:
        others = [name for name in alerting or () if name != alert.component]
        return f"{alert.component}{f'; its text names {words.listed(others)}' if others else ''}"
    if alerting:
        return f"{words.listed(alerting)} ({READ})"
    return "" if alerting is None else "it names none that is known here"


def _from(opened: ev.AlertReceived) -> str:
    """Where it waited; empty for one that was given on the start page, or by a program."""
    others = len(opened.received) - 1
    beside = f", together with {counted(others, 'other')} of its context" if others > 0 else ""
    return f"the inbox{beside}" if opened.received else ""


def _began(alert: Alert) -> str:
    if alert.starts_at is None:
        return "the alert does not say"
    read = f" ({READ})" if "starts_at" in alert.from_words else ""
    return f"{alert.starts_at:%Y-%m-%d %H:%M:%S} UTC{read}"


def plan_card(event: ev.Event, proposed: ev.PlanProposed, changed: list[str], state: Investigation) -> Card:
    """A plan's checklist; sent again whenever a step of it is ticked or dropped, and when another plan takes its place."""
    plan = proposed.plan
    title = "Plan" if plan.revision == 1 else f"Plan, revision {plan.revision}"
    return base(event, "plan", title) | {
        "text": cut(plan.why),
        "steps": steps(plan, state),
        "changed": changed,
        "status": "in force" if state.plan is plan else "replaced",
    }


def steps(plan: Plan, state: Investigation) -> list[Card]:
    """The questions, each open, doing, asking, answered or dropped."""
    return [
        {"id": step.id, "question": step.question, "why": step.why, "status": _step_status(step, plan, state)}
        for step in plan.steps
    ]


def _step_status(step: Step, plan: Plan, state: Investigation) -> str:
    if step.id in state.steps_answered:
        return "answered"
    if step.id in state.steps_pruned:
        return "dropped"
    if state.plan is not plan or state.stopped:
        return "open"
    if state.open_action and state.open_action.action.step_id == step.id:
        return "doing"
    return "asking" if any(record.action.step_id == step.id for record in state.waiting) else "open"


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


def failure_card(event: ev.Event, failure: ev.InvestigationFailed, *, resolved: bool) -> Card:
    """A bug of ours, in plain words."""
    return base(event, "failure", "Something broke on our side") | {
        "text": f"While {words.doing(failure.doing)}: {cut(failure.error, 600)}",
        "error_id": failure.error_id,
        "tone": "gray" if resolved else "red",
        "resolved": resolved,
    }
