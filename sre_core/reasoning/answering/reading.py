"""A timeline cut into passages, event by event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from sre_core import events as ev
from sre_core.reasoning.answering.decisions import (
    by_a_person,
    in_its_words,
    of_decision,
    of_fact,
    of_request,
    of_start,
    of_suggestion,
    said,
)
from sre_core.reasoning.answering.endings import held, in_the_way, of_conclusion, of_end, of_second_opinion
from sre_core.reasoning.answering.findings import (
    of_dismissal,
    of_hypotheses,
    of_persons_hypothesis,
    of_reflection,
    of_refutation,
)
from sre_core.reasoning.answering.looks import (
    of_action,
    of_alert,
    of_failure,
    of_memory,
    of_plan,
    of_remembered_fact,
    of_success,
)
from sre_core.reasoning.answering.passages import Kind, Passage
from sre_core.reasoning.answering.standing import Standing

TOLD_ONCE = frozenset({Kind.RULED_OUT, Kind.EXAMINED, Kind.NO_DATA})
"""Said again by later reflections and by the conclusion."""


def read(now: Standing) -> Iterator[Passage]:
    """Passages in the order of the events."""
    told: set[tuple[str, str]] = set()
    for event in now.events:
        for passage in _of(event, now):
            if passage.kind in TOLD_ONCE:
                if (words := (passage.lead, passage.text)) in told:
                    continue
                told.add(words)
            yield passage


def _of(event: ev.Event, now: Standing) -> Iterable[Passage]:
    seq = event.seq
    match event.happening:
        case ev.AlertReceived(alert=alert):
            return [*of_alert(alert, seq), *held(event, now)]
        case ev.MemoryRecalled(recollections=recollections, facts=facts):
            return [*(of_memory(one, seq) for one in recollections), *(of_remembered_fact(one, seq) for one in facts)]
        case ev.PlanProposed(plan=plan, hypotheses=hypotheses):
            return [*of_plan(plan, seq, now), *of_hypotheses(hypotheses, seq, now)]
        case ev.ActionProposed(action=action):
            return [of_action(action, seq, now)]
        case ev.ApprovalRequested() as request:
            return of_request(request, seq, now)
        case ev.ActionApproved() | ev.ActionRejected() | ev.ActionDenied() | ev.ActionEdited() as decision:
            return [of_decision(decision, event, now)]
        case ev.ActionSuggested() as suggested:
            return of_suggestion(suggested, event, now)
        case ev.ActionStarted() as started:
            return of_start(started, event, now)
        case ev.ActionSucceeded(observation=seen):
            return [of_success(seen, seq)]
        case ev.ActionFailed() as failed:
            return [of_failure(failed, seq, now)]
        case ev.ReflectionMade(reflection=reflection):
            return of_reflection(reflection, seq, now)
        case ev.ConclusionReached(conclusion=conclusion):
            return of_conclusion(conclusion, seq, now)
        case ev.GuidanceGiven(text=text):
            return [said(event, text, "said")]
        case ev.FactStated() as fact:
            return [of_fact(fact, event, now)]
        case ev.HypothesisProposed() as proposed:
            return of_persons_hypothesis(proposed, event, now)
        case ev.HypothesisPicked(hypothesis_id=id_):
            return [by_a_person(event, f"hypothesis picked: {id_}", now.what(id_))]
        case ev.HypothesisDismissed() as dismissed:
            return [of_dismissal(dismissed, event, now)]
        case ev.ConclusionRefuted() as refuted:
            return [of_refutation(refuted, event, now)]
        case ev.InvestigationClosed() | ev.InvestigationStopped() as ended:
            return of_end(ended, event, now)
        case ev.LimitReached(limit=limit, detail=detail):
            return [in_the_way(event, f"{limit}: {detail}", "A limit was reached", now.state.limit is not None)]
        case ev.ReasonerReplaced(because=because, doing=doing):
            return [
                in_the_way(event, f"{doing}: {because}", "The model gave no answer", now.state.replaced is not None)
            ]
        case ev.ModelBudgetReached(detail=detail):
            return [in_the_way(event, detail, "The model's budget was spent", now.state.over_budget is not None)]
        case ev.InvestigationFailed(error=error, doing=doing):
            return [in_the_way(event, f"{doing}: {error}", "It broke down", now.state.failure is not None)]
        case ev.PaceSet(pace=pace):
            return [by_a_person(event, f"pace set: {pace}"), *held(event, now)]
        case (
            ev.CheckPicked()
            | ev.CheckDropped()
            | ev.StandingApprovalGiven()
            | ev.StandingApprovalRevoked()
            | ev.ApprovalExpired()
            | ev.ConclusionRated()
            | ev.AutonomySet()
            | ev.LimitsSet()
            | ev.ReasonerSet()
            | ev.BreakpointSet()
            | ev.BreakpointCleared()
            | ev.InvestigationForked()
            | ev.RetryRequested()
            | ev.ContentErased()
        ) as plain:
            return [in_its_words(plain, event)]
        case ev.SecondOpinionGiven() as given:
            return [of_second_opinion(given, event, now)]
        case ev.DecisionAwaited() | ev.QuestionAsked() | ev.QuestionAnswered():
            return []
        case ev.SecondOpinionAsked() | ev.JudgementDropped():
            return []
        case _ as never:
            assert_never(never)
