"""What is known of an investigation at one moment, and the questions that it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sre_core import beliefs
from sre_core.control import Control
from sre_core.domain import (
    UNKNOWN_FAULT,
    Alert,
    Autonomy,
    ComponentFact,
    Conclusion,
    DeadEnd,
    Evidence,
    Examination,
    Hypothesis,
    Limits,
    Next,
    Observation,
    Pace,
    Plan,
    ReasonerName,
    Recollection,
    RuledOut,
    Weight,
)
from sre_core.events import (
    InvestigationFailed,
    LimitReached,
    ModelBudgetReached,
    ReasonerReplaced,
)
from sre_core.gateway.asking import ModelCall
from sre_core.progress import TURNS, UNDECIDED, ActionRecord, Guidance, Phase, Said, SearchSpace, Status, Turn

MAY_BEGIN = (Status.PROPOSED, Status.EDITED, Status.APPROVED)

MOST_WAITING = 2
"""Actions that may wait for a person at once; with the last of them, the loop looks no further."""


@dataclass
class Known:
    """Everything that is known at ``seq``. Readers read; only ``Investigation.apply`` changes it."""

    id: str
    seq: int = 0
    opened_at: datetime | None = None
    opened_by: Said | None = None
    """On whose word everything runs that nobody else decides about: who opened it, or forked it."""
    last_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was closed or stopped last; what is said afterwards does not move it."""
    worked: timedelta = timedelta()
    alert: Alert = field(default_factory=lambda: Alert(title="(no alert yet)"))
    workspace: str | None = None
    autonomy: Autonomy = Autonomy.ASK_RISKY
    pace: Pace = Pace.FULL
    paced_at: int = 0
    """seq of the event that set the pace."""
    limits: Limits = field(default_factory=Limits)
    attended: bool = True
    reasoner: ReasonerName = "rules"
    """Who reasons now."""
    replaced: ReasonerReplaced | None = None
    """Why the rules took over; None while nobody had to."""
    over_budget: ModelBudgetReached | None = None
    """A person must say how to go on."""
    calls: list[ModelCall] = field(default_factory=list)
    """What was asked of a model, in order."""
    recall_own: bool = False
    capsule: str = ""
    """Digest that tells the capsule apart, whatever it is called; empty: none is known."""
    """Whether what is remembered of this very workspace may be recalled."""
    recollections: tuple[Recollection, ...] | None = None
    facts: tuple[ComponentFact, ...] = ()
    """What people said of the components in the picture, in other investigations."""
    dead_ends: tuple[DeadEnd, ...] = ()
    """Checks that never brought anything for such alerts."""
    plan: Plan | None = None
    components_at_start: int = 0
    alerting: tuple[str, ...] | None = None
    """Known components that the alert names; None: no plan has told."""
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
    superseded: dict[str, int] = field(default_factory=dict)
    """Evidence that counts no more -> seq of the fact that corrected it. It is no longer in ``evidence``."""
    superseded_evidence: dict[str, Evidence] = field(default_factory=dict)
    origin: tuple[str, int] | None = None
    """The investigation that this is a fork of, and the last event they share."""
    control: Control = field(default_factory=Control)
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
    _awaited: bool = False
    """Nothing else is worth doing until a person has decided."""
    _open: dict[str, ActionRecord] = field(default_factory=dict)
    dismissed: dict[tuple[str, str], str] = field(default_factory=dict)
    """Component and fault that a person took out of the race -> why."""
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
        if self.over_budget:
            return Phase.BUDGET
        if self.recollections is None:
            return Phase.RECALL
        if self.plan is None or self.unapplied_guidance or self.wants is Next.REPLAN:
            return Phase.PLAN
        return self._action_phase or self._idle_phase

    @property
    def _action_phase(self) -> Phase | None:
        """What an open action asks of the loop; None when none does."""
        record = self.open_action
        match record.status if record else None:
            case None:
                return None
            case Status.RUNNING:
                return Phase.ACT
            case Status.EDITED:
                return Phase.REVISE
            case Status.PROPOSED | Status.APPROVED:
                return Phase.GATE
            case _:
                return Phase.REFLECT

    @property
    def _idle_phase(self) -> Phase:
        """What to do when no open action asks for anything."""
        if self.closed:
            return Phase.CLOSED
        if self.control.picked:
            return Phase.CHOOSE
        if self.waiting and not self._may_look_further:
            return Phase.APPROVAL
        if self.conclusion:
            return Phase.HELD if self.pace is Pace.PLAN else Phase.REMEDY
        if self.limit:
            return Phase.CONCLUDE
        if self.held:
            return Phase.HELD
        return Phase.CONCLUDE if self.wants is Next.CONCLUDE else Phase.CHOOSE

    @property
    def held(self) -> bool:
        """Nothing new begins until a person says go on."""
        return self.pace is Pace.PLAN or (self.pace is Pace.STEP and self.step_done)

    def _holds(self, record: ActionRecord) -> bool:
        """Whether a pause keeps this from beginning. To propose a remedy begins nothing.

        A yes since the pause lets it go, and so does a pick.
        """
        if not self.held or record.status is Status.EDITED or (record.remedies and record.status is Status.PROPOSED):
            return False
        said_yes = record.decided or record.picked
        return said_yes is None or said_yes.seq < self.paced_at

    @property
    def _may_look_further(self) -> bool:
        """Whether independent looks go on while a person is waited for."""
        if self._awaited or self.conclusion or self.limit or len(self.waiting) >= MOST_WAITING:
            return False
        if self.pace in (Pace.PLAN, Pace.STEP):
            return False
        return self.autonomy is not Autonomy.ASK_ALL or bool(self.control.standing)

    @property
    def open_action(self) -> ActionRecord | None:
        """The action that the loop has to do something about: first what runs, then what came back, then what may begin."""
        records = self._open.values()
        running = (r for r in records if r.status is Status.RUNNING)
        back = (r for r in records if r.to_reflect_on)
        to_begin = (r for r in records if r.status in MAY_BEGIN and not self._holds(r))
        return next(running, None) or next(back, None) or next(to_begin, None)

    @property
    def waiting(self) -> list[ActionRecord]:
        """The actions that wait for a person, the longest-waiting first."""
        return [record for record in self._open.values() if record.status is Status.WAITING]

    @property
    def pending(self) -> ActionRecord | None:
        """The action that has waited longest for a person, if one does."""
        return next(iter(self.waiting), None)

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
        taken = {"H": len(self.hypotheses), "A": len(self.actions), "E": len(self.evidence) + len(self.superseded)}
        return f"{letter}{taken[letter] + 1}"

    def hypothesis_of(self, component: str, fault: str) -> Hypothesis | None:
        """The hypothesis that this component has this fault, if it is in the race."""
        return next((h for h in self.hypotheses.values() if (h.component, h.fault) == (component, fault)), None)

    def why_dismissed(self, hypothesis: Hypothesis) -> str | None:
        """Why a person took it, or its component altogether, out of the race; None when nobody did."""
        place, fault = hypothesis.component, hypothesis.fault
        return self.dismissed.get((place, fault)) or self.dismissed.get((place, UNKNOWN_FAULT))

    @property
    def dismissed_ids(self) -> frozenset[str]:
        """Hypotheses that are out of the race by a person's word."""
        return frozenset(self._tally.dismissed)

    # -- changes that events have in common ------------------------------------------------------------------------

    def _add_hypotheses(self, hypotheses: Iterable[Hypothesis]) -> None:
        for hypothesis in hypotheses:
            known = self.hypotheses.setdefault(hypothesis.id, hypothesis)
            self._tally.enter(known)
            if reason := self.why_dismissed(known):
                self._tally.dismissed.add(known.id)
                self.ruled_out[known.id] = RuledOut(hypothesis_id=known.id, statement=known.statement, reason=reason)
        self._chances = None

    def _weigh(self, weight: Weight) -> None:
        """Take in a weight; one that names what is not known here is left out."""
        if weight.evidence_id not in self.evidence or weight.hypothesis_id not in self.hypotheses:
            return
        self.weights.append(weight)
        self._tally.weigh(weight, self.evidence[weight.evidence_id])
        if weight.log_odds > 0 and weight.hypothesis_id not in self._tally.dismissed:
            self.ruled_out.pop(weight.hypothesis_id, None)

    def _measure(self, seq: int) -> None:
        self.search_space.append(SearchSpace(seq, self.effective_candidates))

    def _withdraw(self, reason: str) -> None:
        for record in self._open.values():
            if record.status in UNDECIDED:
                record.status, record.reason = Status.WITHDRAWN, reason

    def _rule_again(self, records: Iterable[ActionRecord]) -> None:
        for record in list(records):
            record.take_back()
