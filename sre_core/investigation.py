"""The state of an investigation: a fold over its timeline, kept nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from sre_core import beliefs
from sre_core.domain import (
    Alert,
    Autonomy,
    Conclusion,
    Effect,
    Evidence,
    Examination,
    Hypothesis,
    Limits,
    Next,
    Observation,
    Pace,
    Plan,
    Recollection,
    Reflection,
    RuledOut,
    Weight,
)
from sre_core.errors import StaleDecision
from sre_core.events import (
    ActionApproved,
    ActionDenied,
    ActionFailed,
    ActionProposed,
    ActionRejected,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ApprovalRequested,
    ConclusionReached,
    ContentErased,
    Event,
    GuidanceGiven,
    Happening,
    InvestigationClosed,
    InvestigationFailed,
    InvestigationStopped,
    LimitReached,
    MemoryRecalled,
    PaceSet,
    PlanProposed,
    ReflectionMade,
    RetryRequested,
)
from sre_core.progress import FINISHED, TURNS, UNDECIDED, ActionRecord, Guidance, Phase, SearchSpace, Status, Turn

__all__ = ["FINISHED", "ActionRecord", "Guidance", "Investigation", "Phase", "SearchSpace", "Status", "Turn", "fold"]

LONGEST_STEP = timedelta(seconds=60)
"""A gap between two events counts as work up to this; what is longer was a process that was not running."""


@dataclass
class Investigation:
    """Everything that is known at ``seq``. Readers read; only ``apply`` changes it."""

    id: str
    seq: int = 0
    opened_at: datetime | None = None
    last_at: datetime | None = None
    worked: timedelta = timedelta()
    alert: Alert = field(default_factory=lambda: Alert(title="(no alert yet)"))
    workspace: str | None = None
    autonomy: Autonomy = Autonomy.ASK_RISKY
    pace: Pace = Pace.FULL
    limits: Limits = field(default_factory=Limits)
    attended: bool = True
    recollections: tuple[Recollection, ...] | None = None
    plan: Plan | None = None
    components_at_start: int = 0
    hypotheses: dict[str, Hypothesis] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    weights: list[Weight] = field(default_factory=list)
    ruled_out: dict[str, RuledOut] = field(default_factory=dict)
    examined: list[Examination] = field(default_factory=list)
    actions: dict[str, ActionRecord] = field(default_factory=dict)
    guidance: list[Guidance] = field(default_factory=list)
    steps_answered: set[str] = field(default_factory=set)
    steps_pruned: set[str] = field(default_factory=set)
    search_space: list[SearchSpace] = field(default_factory=list)
    conclusion: Conclusion | None = None
    limit: LimitReached | None = None
    failure: InvestigationFailed | None = None
    erased: dict[str, str] = field(default_factory=dict)
    wants: Next = Next.CONTINUE
    step_done: bool = False
    closed: bool = False
    stopped: bool = False
    started: int = 0
    """How many actions were started, remediations among them."""
    started_before: int = 0
    worked_before: timedelta = timedelta()
    """What was used up when a person last redirected: their word gives a fresh allowance."""
    denials_in_a_row: int = 0
    failures_in_a_row: int = 0
    _open: dict[str, ActionRecord] = field(default_factory=dict)
    _tally: beliefs.Tally = field(default_factory=beliefs.Tally)
    _chances: dict[str, float] | None = None

    # -- questions -------------------------------------------------------------------------------------------------

    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return TURNS.get(self.phase, Turn.LOOP)

    @property
    def phase(self) -> Phase:
        """The one next thing to do. The order of these lines is the loop's order of business."""
        if self.seq == 0:
            return Phase.EMPTY
        if self.stopped:
            return Phase.STOPPED
        if self.failure:
            return Phase.FAILED
        if self.recollections is None:
            return Phase.RECALL
        if self.plan is None or self.unapplied_guidance or self.wants is Next.REPLAN:
            return Phase.PLAN
        return self._action_phase or self._idle_phase

    @property
    def _action_phase(self) -> Phase | None:
        """What the newest open action asks for; None when no action is open."""
        record = self.open_action
        match record.status if record else None:
            case None:
                return None
            case Status.RUNNING:
                return Phase.ACT
            case Status.WAITING:
                return Phase.APPROVAL
            case Status.PROPOSED | Status.APPROVED:
                return Phase.GATE
            case _:
                return Phase.REFLECT

    @property
    def _idle_phase(self) -> Phase:
        """What to do when no action is open."""
        if self.closed:
            return Phase.CLOSED
        if self.conclusion:
            return Phase.REMEDY
        if self.limit:
            return Phase.CONCLUDE
        if self.pace is Pace.PLAN or (self.pace is Pace.STEP and self.step_done):
            return Phase.HELD
        return Phase.CONCLUDE if self.wants is Next.CONCLUDE else Phase.CHOOSE

    @property
    def open_action(self) -> ActionRecord | None:
        """The oldest action that is not over: first what runs, then what came back, then what is undecided."""
        records = self._open.values()
        running = (r for r in records if r.status is Status.RUNNING)
        back = (r for r in records if r.to_reflect_on)
        undecided = (r for r in records if r.status in UNDECIDED)
        return next(running, None) or next(back, None) or next(undecided, None)

    @property
    def pending(self) -> ActionRecord | None:
        """The action that waits for a person, if one does."""
        return next((r for r in self._open.values() if r.status is Status.WAITING), None)

    @property
    def unapplied_guidance(self) -> tuple[Guidance, ...]:
        """What a person said that no plan has taken in yet."""
        return tuple(g for g in self.guidance if g.applied_at is None)

    @property
    def rejections(self) -> tuple[ActionRecord, ...]:
        """The actions that a person said no to, each with its reason."""
        return tuple(r for r in self.actions.values() if r.status is Status.REJECTED)

    @property
    def chances(self) -> dict[str, float]:
        """Hypothesis id -> probability, "something else" among them."""
        if self._chances is None:
            self._chances = self._tally.probabilities()
        return self._chances

    @property
    def ranked(self) -> list[tuple[Hypothesis, float]]:
        """Hypotheses with their probability, best first ("something else" left out)."""
        pairs = ((hypothesis, self.chances[id_]) for id_, hypothesis in self.hypotheses.items())
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0].id))

    @property
    def effective_candidates(self) -> float:
        """How many components are effectively still in the race."""
        return beliefs.effective_candidates(beliefs.by_component(self.chances, self.hypotheses).values())

    def observation(self, action_id: str) -> Observation | None:
        """What an action brought back; None when it brought nothing (yet)."""
        record = self.actions.get(action_id)
        return record.observation if record else None

    def next_id(self, letter: str) -> str:
        """The next free id of its kind: H hypothesis, A action, E evidence."""
        taken = {"H": len(self.hypotheses), "A": len(self.actions), "E": len(self.evidence)}
        return f"{letter}{taken[letter] + 1}"

    def hypothesis_of(self, component: str, fault: str) -> Hypothesis | None:
        """The hypothesis that this component has this fault, if it is in the race."""
        return next((h for h in self.hypotheses.values() if (h.component, h.fault) == (component, fault)), None)

    # -- the door for what a person says ---------------------------------------------------------------------------

    def refuse_if_stale(self, happening: Happening) -> None:
        """Raise ``StaleDecision`` when a person's entry no longer fits what is going on."""
        match happening:
            case ActionApproved(action_id=action_id) | ActionRejected(action_id=action_id):
                self._refuse_unless_waiting(action_id, happening)
            case GuidanceGiven() if self.stopped:
                raise StaleDecision("This investigation was stopped; start a new one to go on.")
            case PaceSet() | InvestigationStopped() if self.phase in (Phase.CLOSED, Phase.STOPPED):
                raise StaleDecision("This investigation is over already.")
            case RetryRequested() if self.failure is None:
                raise StaleDecision("Nothing has failed, or it was tried again already.")
            case _:
                pass

    def _refuse_unless_waiting(self, action_id: str, decision: ActionApproved | ActionRejected) -> None:
        record = self.actions.get(action_id)
        if record is None:
            raise StaleDecision(f"There is no action {action_id} in this investigation.")
        if record.status is not Status.WAITING or record.request is None:
            by = f" by {record.decided_by}" if record.decided_by else ""
            raise StaleDecision(f"Action {action_id} is not waiting for a decision: it was {record.status.value}{by}.")
        if isinstance(decision, ActionApproved) and decision.digest != record.request.digest:
            raise StaleDecision(f"The arguments of action {action_id} have changed since; look at them again.")

    # -- the fold --------------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Take in the next event. Raises ``ValueError`` on a gap in ``seq`` or an event that cannot have happened."""
        if event.seq != self.seq + 1:
            raise ValueError(f"{self.id}: event {event.seq} after {self.seq}")
        if self.last_at is not None and self.turn is Turn.LOOP:
            self.worked += min(max(event.at - self.last_at, timedelta()), LONGEST_STEP)
        self.last_at = event.at
        self.seq = event.seq
        self._take_in(event)
        self._open = {id_: record for id_, record in self._open.items() if not record.is_over}

    def _take_in(self, event: Event) -> None:
        match event.happening:
            case AlertReceived() as opened:
                self.opened_at, self.alert, self.workspace = event.at, opened.alert, opened.workspace
                self.autonomy, self.pace, self.limits = opened.autonomy, opened.pace, opened.limits
                self.attended = opened.attended
            case MemoryRecalled(recollections=recollections):
                self.recollections = recollections
            case PlanProposed() as proposed:
                self._take_plan(proposed, event.seq)
            case ActionProposed(action=action, cannot_run=cannot_run):
                self.actions[action.id] = ActionRecord(action, self.conclusion is not None, cannot_run)
                self._open[action.id] = self.actions[action.id]
            case ApprovalRequested(action_id=action_id) as request:
                record = self.actions[action_id]
                record.status, record.request = Status.WAITING, request
            case ActionDenied(action_id=action_id, reason=reason):
                self._settle(action_id, Status.DENIED, reason, event.actor)
                self.denials_in_a_row += 1
            case ActionApproved(action_id=action_id):
                self._settle(action_id, Status.APPROVED, "", event.actor)
            case ActionRejected(action_id=action_id, reason=reason):
                self._settle(action_id, Status.REJECTED, reason, event.actor)
                self.step_done = True
            case ActionStarted(action_id=action_id, run_id=run_id):
                self._start(action_id, run_id, event.at)
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
                self.conclusion, self.wants = conclusion, Next.CONTINUE
            case InvestigationClosed():
                self.closed = True
            case GuidanceGiven(text=text):
                self._take_guidance(text, event)
            case PaceSet(pace=pace):
                self.pace, self.step_done = pace, False
            case InvestigationStopped():
                self._let_go()
                self._let_go_of_writes()
                self.stopped = True
            case LimitReached() as limit:
                self.limit = limit
            case InvestigationFailed() as failure:
                self.failure = failure
            case RetryRequested():
                self.failure = None
            case ContentErased(digest=digest, reason=reason):
                self.erased[digest] = reason
            case _ as never:
                assert_never(never)

    def _settle(self, action_id: str, status: Status, reason: str, by: str) -> None:
        record = self.actions[action_id]
        record.status, record.reason, record.decided_by = status, reason, by

    def _start(self, action_id: str, run_id: str, at: datetime) -> None:
        record = self.actions[action_id]
        if record.status not in (Status.PROPOSED, Status.APPROVED, Status.RUNNING):
            raise ValueError(f"{self.id}: {action_id} cannot start, it is {record.status.value}")
        record.status, record.run_id, record.started_at = Status.RUNNING, run_id, at
        self.started += record.starts == 0
        record.starts += 1
        self.denials_in_a_row = 0

    def _take_plan(self, proposed: PlanProposed, seq: int) -> None:
        self.plan, self.wants = proposed.plan, Next.CONTINUE
        self.components_at_start = self.components_at_start or proposed.components_known
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
            if weight.evidence_id not in self.evidence or weight.hypothesis_id not in self.hypotheses:
                continue
            self.weights.append(weight)
            self._tally.weigh(weight, self.evidence[weight.evidence_id])
            if weight.log_odds > 0:
                self.ruled_out.pop(weight.hypothesis_id, None)
        self.ruled_out.update({out.hypothesis_id: out for out in reflection.ruled_out})
        self.examined.extend(reflection.examined)
        self.steps_answered.update(reflection.steps_answered)
        self.steps_pruned.update(reflection.steps_pruned)
        self.wants, self.step_done, self._chances = reflection.next, True, None
        self._measure(seq)

    def _take_guidance(self, text: str, event: Event) -> None:
        self.guidance.append(Guidance(event.seq, text, event.actor))
        self.closed, self.conclusion, self.limit = False, None, None
        self.denials_in_a_row = self.failures_in_a_row = 0
        self.started_before, self.worked_before = self.started, self.worked
        self._let_go()

    def _let_go(self) -> None:
        """Withdraw what is undecided and let go of reads that run. A write that runs is seen to its end."""
        for record in self._open.values():
            if record.status in UNDECIDED:
                record.status = Status.WITHDRAWN
            elif record.status is Status.RUNNING and record.action.effect is Effect.READS:
                record.status = Status.LET_GO

    def _let_go_of_writes(self) -> None:
        for record in self._open.values():
            if record.status is Status.RUNNING:
                record.status = Status.LET_GO
                record.reason = "The investigation was stopped while this ran: whether it took effect is not known."

    def _add_hypotheses(self, hypotheses: Iterable[Hypothesis]) -> None:
        for hypothesis in hypotheses:
            self.hypotheses.setdefault(hypothesis.id, hypothesis)
            self._tally.enter(hypothesis)
        self._chances = None

    def _measure(self, seq: int) -> None:
        self.search_space.append(SearchSpace(seq, self.effective_candidates))


def fold(investigation_id: str, events: Iterable[Event], state: Investigation | None = None) -> Investigation:
    """The state after these events; with ``state``, that state taken further."""
    state = state or Investigation(investigation_id)
    for event in events:
        state.apply(event)
    return state
