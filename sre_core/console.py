"""The investigation on a terminal: a line an event, and the questions a person is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from sre_core import agreement
from sre_core import events as ev
from sre_core.beliefs import percent
from sre_core.domain import Recollection
from sre_core.foreign_text import harmless
from sre_core.investigation import ActionRecord, Investigation
from sre_core.people import Person


def line(event: ev.Event, state: Investigation) -> str | None:
    """One line for a person; None for events that say nothing new. ``state`` is the fold up to this event."""
    said = _line(event, state)
    return None if said is None else harmless(said)


def _line(event: ev.Event, state: Investigation) -> str | None:
    by = f"by {event.actor.removeprefix('person:')}"
    match event.happening:
        case ev.AlertReceived(alert=alert):
            began = f"\n          since {alert.starts_at:%Y-%m-%d %H:%M:%S} UTC" if alert.starts_at else ""
            read = ", read out of its text" if "starts_at" in alert.from_words else ""
            return f"alert     {alert.title}{began}{read}"
        case ev.MemoryRecalled(recollections=()):
            return "memory    nothing like it is remembered"
        case ev.MemoryRecalled(recollections=recollections):
            return "memory    " + "; ".join(map(_recalled, recollections))
        case ev.PlanProposed(plan=plan, alerting=alerting):
            read = (
                f"named     {', '.join(alerting)}, read out of its text\n"
                if alerting and not state.alert.component
                else ""
            )
            return f"{read if plan.revision == 1 else ''}plan {plan.revision}    " + "\n          ".join(
                f"{s.id} {s.question}" for s in plan.steps
            )
        case ev.ActionProposed(action=action):
            return f"{action.id:<9} {call_in_words(action.tool, action.arguments)}"
        case ev.ApprovalRequested(action_id=action_id, reason=reason):
            return f"waiting   {action_id}: {reason}"
        case ev.ActionDenied(action_id=action_id, reason=reason):
            return f"denied    {action_id}: {reason}"
        case ev.ActionSuggested(action_id=action_id, reason=reason) as suggested:
            by_hand = (("by hand", suggested.command), ("to undo", suggested.undo))
            more = "".join(f"\n          {what}: {said}" for what, said in by_hand if said)
            return f"suggested {action_id}: {reason}{more}"
        case ev.ActionApproved(action_id=action_id):
            return f"approved  {action_id} {by}"
        case ev.ActionRejected(action_id=action_id, reason=reason):
            return f"rejected  {action_id} {by}: {reason}"
        case ev.ActionSucceeded(observation=observation):
            return f"   got    {observation.summary}"
        case ev.ActionFailed(error=error):
            return f"   failed {error}"
        case ev.ReflectionMade(reflection=reflection):
            return f"   so     {reflection.thought}{_leader(state)}"
        case ev.ConclusionReached(conclusion=conclusion):
            return f"{conclusion.verdict.value.upper()}: {conclusion.headline}"
        case ev.LimitReached(detail=detail):
            return f"limit     {detail}"
        case ev.InvestigationFailed(error_id=error_id, error=error):
            return f"FAILED    [{error_id}] {error}"
        case ev.GuidanceGiven(text=text):
            return f"guidance  {text}"
        case ev.InvestigationStopped(reason=reason):
            return f"stopped   {reason}"
        case ev.ActionEdited(action_id=action_id, arguments=arguments):
            return f"edited    {action_id} {by}: {json.dumps(dict(arguments), default=str, ensure_ascii=False)}"
        case ev.ApprovalExpired(action_id=action_id):
            return f"expired   {action_id}: it is asked about anew"
        case ev.FactStated(text=text):
            return f"fact      {by}: {text}"
        case ev.HypothesisProposed(statement=statement):
            return f"proposed  {by}: {statement}"
        case ev.HypothesisPicked(hypothesis_id=id_):
            return f"picked    {by}: {state.hypotheses[id_].statement}"
        case ev.HypothesisDismissed(hypothesis_id=id_, reason=reason):
            return f"dismissed {by}: {state.hypotheses[id_].statement} ({reason})"
        case ev.CheckPicked(tool=tool, arguments=arguments):
            return f"picked    {by}: {call_in_words(tool, arguments)} comes next"
        case ev.CheckDropped(tool=tool, arguments=arguments, reason=reason):
            return f"dropped   {by}: {call_in_words(tool, arguments)} ({reason})"
        case ev.ConclusionRefuted(reason=reason):
            return f"refuted   {by}{f': {reason}' if reason else ''}"
        case ev.ConclusionRated(rating=rating) as rated:
            told = (rated.component, rated.fault, rated.cause, rated.fix and f"fix: {rated.fix}", rated.note)
            said = "; ".join(part for part in told if part)
            return f"rated     {rating.value} {by}{f': {said}' if said else ''}"
        case ev.QuestionAsked(text=text):
            return f"asked     {by}: {text}"
        case ev.QuestionAnswered(answer=answer):
            return f"answer    {answer.text}"
        case ev.SecondOpinionAsked():
            return f"asked     {by}: a second opinion"
        case ev.SecondOpinionGiven() as given:
            return f"opinion   {agreement.in_words(given, state.hypotheses)}"
        case ev.JudgementDropped():
            return "dropped   news came while a model was asked; its answer was not used"
        case ev.InvestigationForked(origin=origin, at=at):
            return f"forked    {by} from {origin} at event {at}"
        case ev.StandingApprovalGiven() as scope:
            return f"standing  {by}: {scope_in_words(scope)} may run unasked"
        case ev.StandingApprovalRevoked(given=given):
            return f"revoked   {by}: the standing approval of event {given}"
        case ev.AutonomySet(autonomy=autonomy):
            return f"autonomy  {autonomy.value} {by}"
        case ev.LimitsSet(limits=limits):
            return f"limits    {by}: {limits.max_actions} actions, {limits.max_seconds:g} s"
        case ev.ReasonerSet(reasoner=reasoner):
            return f"reasoner  {by}: {reasoner}"
        case ev.ReasonerReplaced(because=because):
            return f"NO MODEL  {because} The rules go on."
        case ev.ModelBudgetReached(detail=detail):
            return f"BUDGET    {detail} Raise the limit, or go on with the rules."
        case ev.BreakpointSet(tool=tool):
            return f"break     {by}: ask before {tool}"
        case ev.BreakpointCleared(tool=tool):
            return f"break     {by}: no more before {tool}"
        case ev.ActionStarted() | ev.PaceSet() | ev.RetryRequested() | ev.ContentErased() | ev.InvestigationClosed():
            return None
        case ev.DecisionAwaited():
            return None
        case _ as never:
            assert_never(never)


def _recalled(one: Recollection) -> str:
    alike = f"{one.incident.title} ({one.similarity:.0%} alike)"
    if not one.claimed:
        return alike if one.recommended else f"{alike}, {one.standing.value}"
    return f"this happened before: {alike}" + (f", then: {one.incident.resolution}" if one.incident.resolution else "")


def call_in_words(tool: str, arguments: Mapping[str, Any]) -> str:
    """'read_logs {"component": "cart"}'."""
    return f"{tool} {json.dumps(dict(arguments), default=str, ensure_ascii=False)}"


def scope_in_words(scope: ev.StandingApprovalGiven) -> str:
    """'read_logs of cart', 'any look at cart', 'read_logs anywhere'."""
    return f"{scope.tool or 'any look'} {f'at {scope.component}' if scope.component else 'anywhere'}"


def ask(record: ActionRecord, person: Person, read: Callable[[str], str] = input) -> ev.Entry:
    """Ask for a decision on the terminal, and return what was decided. Raises ``EOFError`` when nobody answers."""
    action, request = record.action, record.request
    affected = ", ".join(request.affected) if request and request.affected else "nobody else"
    shown = json.dumps(dict(action.arguments), indent=2, default=str, ensure_ascii=False)
    undo = f"\nto undo: {request.undo}" if request and request.undo else ""
    asked = (
        f"\n{action.tool} {shown}\nwhy: {action.why}\nmay be felt by: {affected}{undo}\n"
        "run it? [y/N or a reason against] "
    )
    answer = read(harmless(asked))
    if answer.strip().lower() in ("y", "yes"):
        yes = ev.ActionApproved(action_id=action.id, digest=record.digest, request=record.asked_seq)
        return ev.entry(person, yes)
    reason = answer.strip() if answer.strip().lower() not in ("", "n", "no") else "not now"
    return ev.entry(person, ev.ActionRejected(action_id=action.id, reason=reason))


def _leader(state: Investigation) -> str:
    if not state.ranked:
        return ""
    hypothesis, chance = state.ranked[0]
    left = state.effective_candidates
    prior = (
        "" if any(w.hypothesis_id == hypothesis.id and w.log_odds for w in state.weights) else ", nothing examined yet"
    )
    return (
        f"\n          best: {hypothesis.statement} ({percent(chance)}{prior}); effectively {left:.1f} candidates left"
    )
