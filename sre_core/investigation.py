"""The state of an investigation: a fold over its timeline, kept nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, assert_never

from sre_core.control import said_in
from sre_core.domain import (
    Effect,
    Next,
    Reflection,
)
from sre_core.events import (
    ActionApproved,
    ActionDenied,
    ActionEdited,
    ActionFailed,
    ActionProposed,
    ActionRejected,
    ActionStarted,
    ActionSucceeded,
    ActionSuggested,
    AlertReceived,
    ApprovalExpired,
    ApprovalRequested,
    AutonomySet,
    BreakpointCleared,
    BreakpointSet,
    CheckDropped,
    CheckPicked,
    ConclusionRated,
    ConclusionReached,
    ConclusionRefuted,
    ContentErased,
    DecisionAwaited,
    Event,
    FactStated,
    GuidanceGiven,
    HypothesisDismissed,
    HypothesisPicked,
    HypothesisProposed,
    InvestigationClosed,
    InvestigationFailed,
    InvestigationForked,
    InvestigationStopped,
    JudgementDropped,
    LimitReached,
    LimitsSet,
    MemoryRecalled,
    ModelBudgetReached,
    PaceSet,
    PlanProposed,
    QuestionAnswered,
    QuestionAsked,
    ReasonerReplaced,
    ReasonerSet,
    ReflectionMade,
    RetryRequested,
    SecondOpinionAsked,
    SecondOpinionGiven,
    StandingApprovalGiven,
    StandingApprovalRevoked,
)
from sre_core.progress import FINISHED, ActionRecord, Guidance, Phase, Said, SearchSpace, Status, Turn
from sre_core.steered import Steered

__all__ = ["FINISHED", "ActionRecord", "Guidance", "Investigation", "Phase", "SearchSpace", "Status", "Turn", "fold"]

MAY_START = (Status.PROPOSED, Status.APPROVED, Status.RUNNING)
"""A look may start unasked, and again after a crash; a write only when it is approved."""

CHANGES_NOTHING = (
    BreakpointCleared,
    BreakpointSet,
    ConclusionRated,
    ContentErased,
    DecisionAwaited,
    JudgementDropped,
    QuestionAnswered,
    QuestionAsked,
    SecondOpinionAsked,
    SecondOpinionGiven,
)
"""After any other event there may again be something worth doing while a person is waited for."""

LONGEST_STEP = timedelta(seconds=60)
"""A gap between two events counts as work up to this; what is longer was a process that was not running."""


class Investigation(Steered):
    """Everything that is known at ``seq``. Readers read; only ``apply`` changes it."""

    def apply(self, event: Event) -> None:
        """Take in the next event. Raises ``ValueError`` on a gap in ``seq`` or an event that cannot have happened."""
        if event.seq != self.seq + 1:
            raise ValueError(f"{self.id}: event {event.seq} after {self.seq}")
        if self.last_at is not None and self.turn is Turn.LOOP and not isinstance(event.happening, InvestigationForked):
            self.worked += min(max(event.at - self.last_at, timedelta()), LONGEST_STEP)
        self.last_at = event.at
        self.seq = event.seq
        self.calls.extend(event.calls)
        self._take_in(event)
        if not isinstance(event.happening, CHANGES_NOTHING):
            self._awaited = False
        self._open = {id_: record for id_, record in self._open.items() if not record.is_over}

    def _take_in(self, event: Event) -> None:
        match event.happening:
            case AlertReceived() as opened:
                self.opened_at, self.alert, self.workspace = event.at, opened.alert, opened.workspace
                self.opened_by = said_in(event)
                self.autonomy, self.pace, self.limits = opened.autonomy, opened.pace, opened.limits
                self.attended, self.recall_own = opened.attended, opened.recall_own
                self.reasoner = opened.reasoner
            case MemoryRecalled() as recalled:
                self.recollections, self.capsule = recalled.recollections, recalled.capsule
                self.facts, self.dead_ends = recalled.facts, recalled.dead_ends
            case PlanProposed() as planned:
                self._take_plan(planned, event.seq)
            case ActionProposed() as proposed:
                self._propose(proposed)
            case ApprovalRequested(action_id=action_id) as request:
                record = self.actions[action_id]
                record.status, record.request = Status.WAITING, request
                record.asked_seq, record.asked_at = event.seq, event.at
            case ActionDenied(action_id=action_id, reason=reason, rule=rule):
                self._settle(action_id, Status.DENIED, reason, event)
                self.actions[action_id].rule = rule
                self.denials_in_a_row += 1
            case ActionSuggested(action_id=action_id, reason=reason) as suggested:
                self._settle(action_id, Status.SUGGESTED, reason, event)
                self.actions[action_id].suggested = suggested
                self.denials_in_a_row += 1
            case ActionApproved(action_id=action_id) as approved:
                self._refuse_unless_asked(approved)
                self._settle(action_id, Status.APPROVED, "", event)
            case ActionRejected(action_id=action_id, reason=reason):
                self._settle(action_id, Status.REJECTED, reason, event)
                self.step_done = True
            case ActionEdited(action_id=action_id, arguments=arguments):
                self._edit(action_id, arguments, event)
            case ApprovalExpired(action_id=action_id):
                self._expire(self.actions[action_id])
            case DecisionAwaited():
                self._awaited = True
            case ActionStarted(action_id=action_id) as began:
                self._start(action_id, began, event.at)
            case ActionSucceeded(action_id=action_id, observation=observation):
                record = self._open[action_id] = self.actions[action_id]
                record.status, record.observation = Status.SUCCEEDED, observation
                self.failures_in_a_row = 0
            case ActionFailed(action_id=action_id, error=error):
                record = self._open[action_id] = self.actions[action_id]
                record.status, record.error = Status.FAILED, error
                self.failures_in_a_row += 1
            case ReflectionMade(reflection=reflection):
                self._take_reflection(reflection, event.seq)
            case ConclusionReached(conclusion=conclusion):
                self._withdraw("It was concluded without this.")
                self.conclusion, self.wants, self.control.rating = conclusion, Next.CONTINUE, None
                self.denials_in_a_row = 0
            case InvestigationClosed():
                self.closed, self.ended_at = True, event.at
            case GuidanceGiven(text=text):
                self._redirect(text, event)
            case FactStated() as fact:
                self._take_fact(fact, event)
            case HypothesisProposed() as put_up:
                self._put_up(put_up)
                self._redirect(f"Check {put_up.component}: {put_up.statement}", event)
            case HypothesisPicked(hypothesis_id=hypothesis_id):
                picked = self.hypotheses[hypothesis_id]
                self._bring_back(picked)
                self._redirect(f"Check {picked.component} first: {picked.statement}", event)
            case HypothesisDismissed(hypothesis_id=hypothesis_id, reason=reason):
                self._dismiss(self.hypotheses[hypothesis_id], reason, event)
                self._reopen()
            case CheckPicked() as picked_check:
                self.control.take(picked_check, event)
                self._look_further()
            case ConclusionRefuted(reason=reason):
                self._refute(reason, event)
            case PaceSet(pace=pace):
                self.pace, self.paced_at, self.step_done = pace, event.seq, False
            case AutonomySet(autonomy=autonomy):
                self.autonomy = autonomy
                self._rule_again(self.waiting)
            case LimitsSet(limits=limits):
                self.limits, self.over_budget = limits, None
                self.limit = None if self.conclusion is None else self.limit
            case ReasonerSet(reasoner=reasoner):
                self.reasoner, self.replaced, self.over_budget = reasoner, None, None
            case ReasonerReplaced() as replaced:
                self.reasoner, self.replaced = "rules", replaced
            case ModelBudgetReached() as over_budget:
                self.over_budget = over_budget
            case StandingApprovalGiven() as given:
                self.control.take(given, event)
                self._rule_again([r for r in self.waiting if self.control.standing[event.seq].covers(r.action)])
            case InvestigationForked() as forked:
                self._fork(forked, event.seq)
                self.opened_by = said_in(event)
            case (
                StandingApprovalRevoked()
                | BreakpointSet()
                | BreakpointCleared()
                | CheckDropped()
                | ConclusionRated()
                | QuestionAsked()
                | QuestionAnswered()
                | SecondOpinionAsked()
                | SecondOpinionGiven()
            ) as control:
                self.control.take(control, event)
            case InvestigationStopped():
                self._let_go()
                self._let_go_of_writes()
                self.stopped, self.ended_at = True, event.at
            case LimitReached() as limit:
                self.limit = limit
            case JudgementDropped():
                pass  # its calls are counted like those of any event
            case InvestigationFailed() as failure:
                self.failure = failure
            case RetryRequested():
                self.failure = None
            case ContentErased(digest=digest, reason=reason):
                self.erased[digest] = reason
            case _ as never:
                assert_never(never)

    def _propose(self, proposed: ActionProposed) -> None:
        """A new action; or an edited one proposed anew, whose editor is remembered."""
        action, before = proposed.action, self.actions.get(proposed.action.id)
        if before and before.status is not Status.EDITED:
            raise ValueError(f"{self.id}: {action.id} is proposed twice")
        remedies = before.remedies if before else self.conclusion is not None
        record = ActionRecord(
            action,
            remedies,
            proposed.cannot_run,
            edited=before.edited if before else None,
            first=before.first if before else None,
            picked=before.picked if before else self._picked(proposed.picked),
        )
        self.actions[action.id] = self._open[action.id] = record

    def _picked(self, seq: int | None) -> Said | None:
        """Who picked this check, which is now no longer to come."""
        check = next((one for one in self.control.picked if one.seq == seq), None)
        self.control.picked = [one for one in self.control.picked if one is not check]
        return check.said if check else None

    def _edit(self, action_id: str, arguments: Mapping[str, Any], event: Event) -> None:
        """Other arguments, perhaps for other components: the tool says which when it is proposed anew."""
        record = self.actions[action_id]
        changed = record.action.model_copy(update={"arguments": dict(arguments), "bound": {}, "components": ()})
        edited = ActionRecord(
            changed,
            record.remedies,
            status=Status.EDITED,
            edited=said_in(event),
            picked=record.picked,
            first=record.first or record.action,
        )
        self.actions[action_id] = self._open[action_id] = edited

    def _refuse_unless_asked(self, approved: ActionApproved) -> None:
        record = self.actions[approved.action_id]
        if record.status is not Status.WAITING or record.request is None or record.request.digest != approved.digest:
            raise ValueError(f"{self.id}: {approved.action_id} is approved though nobody was asked")

    def _expire(self, record: ActionRecord) -> None:
        if record.status not in (Status.WAITING, Status.APPROVED):
            raise ValueError(f"{self.id}: {record.action.id} expires though it is {record.status.value}")
        record.take_back()

    def _settle(self, action_id: str, status: Status, reason: str, event: Event) -> None:
        record = self.actions[action_id]
        record.status, record.reason, record.decided = status, reason, said_in(event)

    def _start(self, action_id: str, began: ActionStarted, at: datetime) -> None:
        record = self.actions[action_id]
        may = (Status.APPROVED,) if record.action.effect is Effect.WRITES else MAY_START
        if record.status not in may:
            raise ValueError(f"{self.id}: {action_id} cannot start, it is {record.status.value}")
        record.status, record.run_id, record.started_at = Status.RUNNING, began.run_id, at
        record.standing, record.rule, record.key = began.standing, began.rule, began.key
        self.started += record.starts == 0
        record.starts += 1
        self.denials_in_a_row = 0

    def _take_plan(self, proposed: PlanProposed, seq: int) -> None:
        self.plan, self.wants = proposed.plan, Next.CONTINUE
        self.components_at_start = self.components_at_start or proposed.components_known
        self.alerting = proposed.alerting if self.alerting is None else self.alerting
        self._add_hypotheses(proposed.hypotheses)
        for guidance in self.guidance:
            if guidance.seq in proposed.applied_guidance:
                guidance.applied_at = seq
        self._measure(seq)

    def _take_reflection(self, reflection: Reflection, seq: int) -> None:
        self.actions[reflection.action_id].reflection = reflection
        for piece in reflection.evidence:
            self.evidence.setdefault(piece.id, piece)
        self._add_hypotheses(reflection.new_hypotheses)
        for weight in reflection.weights:
            self._weigh(weight)
        by_reflection = (out for out in reflection.ruled_out if out.hypothesis_id not in self._tally.dismissed)
        self.ruled_out.update({out.hypothesis_id: out for out in by_reflection})
        self.examined.extend(reflection.examined)
        self.steps_answered.update(reflection.steps_answered)
        self.steps_pruned.update(reflection.steps_pruned)
        self.wants, self.step_done, self._chances = reflection.next, True, None
        self._measure(seq)


def fold(investigation_id: str, events: Iterable[Event], state: Investigation | None = None) -> Investigation:
    """The state after these events; with ``state``, that state taken further."""
    state = state or Investigation(investigation_id)
    for event in events:
        state.apply(event)
    return state
