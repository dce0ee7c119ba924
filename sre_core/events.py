"""Everything that can happen in an investigation: a tagged union of past-tense values.

An ``Entry`` is what somebody wants written down; an ``Event`` is an entry that has its place in the timeline.
Which entries survive a change of state underneath them is said once, in ``is_fact``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from sre_core.domain import (
    UNKNOWN_FAULT,
    Action,
    Alert,
    Answer,
    Autonomy,
    ComponentFact,
    Conclusion,
    DeadEnd,
    Effect,
    Hypothesis,
    Leaning,
    Limits,
    Moment,
    Observation,
    Opinion,
    Pace,
    Plan,
    Rating,
    ReasonerName,
    Recollection,
    Reflection,
    Value,
)
from sre_core.gateway.asking import ModelCall
from sre_core.people import Person, Role

SCHEMA_VERSION = 4
"""Raised when an event's fields change; old timelines must load for ever (tests/frozen)."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""What a person calls a component, a fault or a tool."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""What a person typed: at least one character, at most 4 000."""


class AlertReceived(Value):
    """The investigation is opened. Everything that shapes the run is recorded here, so that a replay needs nothing else."""

    type: Literal["AlertReceived"] = "AlertReceived"
    alert: Alert
    workspace: str | None = Field(
        default=None, description="Which telemetry it looks at: a capsule's path; None is none."
    )
    autonomy: Autonomy = Autonomy.ASK_RISKY
    pace: Pace = Pace.FULL
    limits: Limits = Field(default_factory=Limits)
    reasoner: ReasonerName = "rules"
    attended: bool = Field(
        default=True, description="Whether a person can be asked; if not, no remediation is proposed."
    )
    recall_own: bool = Field(
        default=False,
        description="Whether what is remembered of this very workspace may be recalled. A capsule holds one incident: its own "
        "memory would be the answer.",
    )
    received: tuple[str, ...] = Field(
        default=(), description="Ids of the alerts of the inbox that it was opened for, the one that leads first."
    )


class MemoryRecalled(Value):
    """What past incidents resemble the alert, and what else is remembered: always before anything else."""

    type: Literal["MemoryRecalled"] = "MemoryRecalled"
    recollections: tuple[Recollection, ...] = ()
    facts: tuple[ComponentFact, ...] = Field(
        default=(), description="What people said about the components in the picture."
    )
    dead_ends: tuple[DeadEnd, ...] = Field(
        default=(), description="Checks that never brought anything for such alerts."
    )
    own_left_out: int = Field(
        default=0, ge=0, description="Memories of this very workspace, left out because nobody asked."
    )
    capsule: str = Field(
        default="", description="Digest that tells the capsule apart, whatever it is called; empty: none is known."
    )
    compared: int | None = Field(
        default=None, ge=0, description="How many incidents are remembered; None in versions 1, 2."
    )
    by_meaning: bool = Field(default=False, description="Whether meaning was compared too, or words alone.")
    memory_counts: float = Field(
        default=1.0, ge=0, description="What ratings made of the weight of memory: 1 is unchanged."
    )


class PlanProposed(Value):
    """A plan, or a new revision of it, with the hypotheses it starts from."""

    type: Literal["PlanProposed"] = "PlanProposed"
    plan: Plan
    hypotheses: tuple[Hypothesis, ...] = Field(default=(), description="New ones only; known ones keep their evidence.")
    components_known: int = Field(default=0, ge=0, description="Components known when the plan was made.")
    alerting: tuple[str, ...] | None = Field(
        default=None, description="Known components that the alert names, in its fields or its words; None: not told."
    )
    applied_guidance: tuple[int, ...] = Field(default=(), description="seq of the guidance that this plan takes in.")


class ActionProposed(Value):
    """The reasoner wants to run this. The same id again (after an edit) is the same action proposed anew."""

    type: Literal["ActionProposed"] = "ActionProposed"
    action: Action
    cannot_run: str | None = Field(
        default=None, description="Why it cannot run as it stands, found before anybody is asked."
    )
    picked: int | None = Field(default=None, description="seq of the check that a person picked; None: nobody did.")


class ApprovalRequested(Value):
    """Policy: a person must decide first."""

    type: Literal["ApprovalRequested"] = "ApprovalRequested"
    action_id: str
    digest: str
    reason: str
    affected: tuple[str, ...] = Field(default=(), description="Components that may feel it, from the topology.")
    undo: str = Field(default="", description="How to take it back; empty when nothing is known, or it only looks.")
    rests_on: tuple[str, ...] = Field(
        default=(), description="Evidence that speaks for doing it: when a piece of it is superseded, this is void."
    )
    expires_at: Moment | None = Field(default=None, description="No answer counts after this; None is never.")
    rule: str = Field(
        default="", description="The rule of the policy that asks, as 'NAME (FILE, line N)'; empty: none."
    )
    each_time: bool = Field(default=False, description="No standing approval spares this question.")
    may_decide: tuple[Role, ...] = Field(
        default=(), description="Whose approval counts; empty: everybody's who may decide at all."
    )


class ActionDenied(Value):
    """Policy or limits: this is not run, and nobody is asked."""

    type: Literal["ActionDenied"] = "ActionDenied"
    action_id: str
    reason: str
    rule: str = Field(
        default="", description="The rule of the policy that denies, as 'NAME (FILE, line N)'; empty: none."
    )


class ActionSuggested(Value):
    """Suggest-only: this changes something, so it is never run here; a person may do it themselves."""

    type: Literal["ActionSuggested"] = "ActionSuggested"
    action_id: str
    reason: str
    command: str = Field(default="", description="What a person would type; empty when nothing is known.")
    affected: tuple[str, ...] = Field(default=(), description="Components that may feel it, from the topology.")
    undo: str = Field(default="", description="How to take it back; empty when nothing is known.")
    rests_on: tuple[str, ...] = Field(default=(), description="Evidence that speaks for doing it.")


class ActionApproved(Value):
    """A person approved exactly these arguments, once, in answer to one request."""

    type: Literal["ActionApproved"] = "ActionApproved"
    action_id: str
    digest: str
    request: int | None = Field(default=None, description="seq of the request it answers; None only in version 1.")


class ActionRejected(Value):
    """A person said no, and why; the reasoner sees the reason."""

    type: Literal["ActionRejected"] = "ActionRejected"
    action_id: str
    reason: str


class ActionEdited(Value):
    """A person wants other arguments. The action is proposed anew with them: checked, ruled on and asked about again."""

    type: Literal["ActionEdited"] = "ActionEdited"
    action_id: str
    request: int = Field(description="seq of the request whose arguments were looked at.")
    arguments: Mapping[str, Any]


class ApprovalExpired(Value):
    """The time for an answer, or for acting on it, is over: the action is ruled on again, and asked about anew."""

    type: Literal["ApprovalExpired"] = "ApprovalExpired"
    action_id: str


class StandingApprovalGiven(Value):
    """A person approves all like this: what looks only, with this tool, at this component, until revoked.

    Nothing that changes something is ever covered: a write has its own approval, each time.
    """

    type: Literal["StandingApprovalGiven"] = "StandingApprovalGiven"
    tool: Name | None = Field(default=None, description="None is any tool; tool or component must be said.")
    component: Name | None = Field(default=None, description="None is any component.")
    effect: Effect = Effect.READS


class StandingApprovalRevoked(Value):
    """From now on such calls are asked about again."""

    type: Literal["StandingApprovalRevoked"] = "StandingApprovalRevoked"
    given: int = Field(description="seq of the standing approval.")


class DecisionAwaited(Value):
    """Nothing else is worth doing until a person has decided about these actions."""

    type: Literal["DecisionAwaited"] = "DecisionAwaited"
    actions: tuple[str, ...]


class ActionStarted(Value):
    """Written before the tool runs: it fences, and it marks what a crash left open."""

    type: Literal["ActionStarted"] = "ActionStarted"
    action_id: str
    run_id: str
    standing: int | None = Field(default=None, description="seq of the standing approval that let it run.")
    rule: str = Field(
        default="", description="The rule of the policy that let it run, as 'NAME (FILE, line N)'; empty: none."
    )
    key: str | None = Field(
        default=None,
        description="Idempotency key of what changes something: who carries it out does so once for each key. The same for one "
        "approval, another for the next.",
    )


class ActionSucceeded(Value):
    """The tool came back."""

    type: Literal["ActionSucceeded"] = "ActionSucceeded"
    action_id: str
    run_id: str
    observation: Observation


class ActionFailed(Value):
    """The tool could not do it. An ordinary outcome, which is reflected on."""

    type: Literal["ActionFailed"] = "ActionFailed"
    action_id: str
    run_id: str
    error: str
    seconds: float = 0.0


class ReflectionMade(Value):
    """What the last observation did to the hypotheses and to the plan."""

    type: Literal["ReflectionMade"] = "ReflectionMade"
    reflection: Reflection


class ConclusionReached(Value):
    """The root cause, or the honest lack of one."""

    type: Literal["ConclusionReached"] = "ConclusionReached"
    conclusion: Conclusion


class InvestigationClosed(Value):
    """Nothing is left to do or to decide. Guidance opens it again."""

    type: Literal["InvestigationClosed"] = "InvestigationClosed"
    reason: str = ""


class GuidanceGiven(Value):
    """A person redirected in words. A read that is running is let go of; the plan is made again."""

    type: Literal["GuidanceGiven"] = "GuidanceGiven"
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class FactStated(Value):
    """A person added a fact of their own: evidence with its author. It opens a closed investigation again."""

    type: Literal["FactStated"] = "FactStated"
    text: Words
    component: Name | None = None
    leanings: tuple[Leaning, ...] = Field(default=(), description="What it does to which hypothesis, as they see it.")
    corrects: tuple[str, ...] = Field(default=(), description="Ids of the evidence that it supersedes.")


class HypothesisProposed(Value):
    """A person put up an explanation of their own; it is examined first."""

    type: Literal["HypothesisProposed"] = "HypothesisProposed"
    component: Name
    fault: Name = UNKNOWN_FAULT
    statement: Words


class HypothesisPicked(Value):
    """A person wants this one examined first. A dismissed one comes back into the race; belief in it does not change."""

    type: Literal["HypothesisPicked"] = "HypothesisPicked"
    hypothesis_id: str


class HypothesisDismissed(Value):
    """A person took this component with this fault out of the race; evidence does not bring it back, only a person."""

    type: Literal["HypothesisDismissed"] = "HypothesisDismissed"
    hypothesis_id: str
    reason: Words


class CheckPicked(Value):
    """A person wants exactly this look taken next, whoever reasons. It is proposed and ruled on like any other.

    It opens a concluded investigation again; belief does not change by it.
    """

    type: Literal["CheckPicked"] = "CheckPicked"
    tool: Name
    arguments: Mapping[str, Any] = Field(default_factory=dict)


class CheckDropped(Value):
    """A person does not want this look taken, nor the same in other words. To pick it takes that back."""

    type: Literal["CheckDropped"] = "CheckDropped"
    tool: Name
    arguments: Mapping[str, Any] = Field(default_factory=dict)
    reason: Words


class ConclusionRefuted(Value):
    """A person knows that it is not that: the root cause is ruled out, and the search goes on."""

    type: Literal["ConclusionRefuted"] = "ConclusionRefuted"
    reason: str = ""


class ConclusionRated(Value):
    """What a person thinks of the conclusion, with the true cause where they know it. The last word counts."""

    type: Literal["ConclusionRated"] = "ConclusionRated"
    rating: Rating
    component: Name | None = Field(default=None, description="Where it really was.")
    fault: Name | None = Field(default=None, description="What it really was, a term of docs/faults.md.")
    cause: str = Field(default="", max_length=4000, description="What it really was, in their own words.")
    fix: str = Field(default="", max_length=4000, description="What ended it, in their own words; empty: not said.")
    fix_held: bool | None = Field(default=None, description="Whether what was done ended it; None: not said.")
    note: str = Field(default="", max_length=4000, description="Anything else; it is neither the cause nor the fix.")

    @property
    def tells_cause(self) -> bool:
        """Whether it says, beyond right or wrong, where or what it really was."""
        return bool(self.component or self.fault or self.cause.strip())


class QuestionAsked(Value):
    """A person asked something about the investigation. It changes nothing, and can be asked at any time."""

    type: Literal["QuestionAsked"] = "QuestionAsked"
    text: Words


class QuestionAnswered(Value):
    """What the timeline says to a question, with where it says so."""

    type: Literal["QuestionAnswered"] = "QuestionAnswered"
    question: int = Field(description="seq of the question.")
    answer: Answer


class SecondOpinionAsked(Value):
    """A person wants another reasoner to conclude from the same evidence, without seeing what was concluded."""

    type: Literal["SecondOpinionAsked"] = "SecondOpinionAsked"
    of: ReasonerName | None = Field(default=None, description="Who is asked; None: not the one who concluded.")


class SecondOpinionGiven(Value):
    """What two conclude independently from the same evidence. It changes nothing: the conclusion stays as it is."""

    type: Literal["SecondOpinionGiven"] = "SecondOpinionGiven"
    asked: int = Field(description="seq of what asked for it.")
    upto: int = Field(ge=1, description="seq of the last event that both know.")
    opinions: tuple[Opinion, ...] = Field(default=(), description="First the one that stood, then the other.")
    trouble: str = Field(default="", description="Why one is missing, and what to do; empty: none is.")


class JudgementDropped(Value):
    """News came while this was thought about, so it was let go of; what was asked of a model for it counts all the same."""

    type: Literal["JudgementDropped"] = "JudgementDropped"


class PaceSet(Value):
    """A person said go on, and how far."""

    type: Literal["PaceSet"] = "PaceSet"
    pace: Pace


class AutonomySet(Value):
    """A person changed what may run without their word. What waits is ruled on again."""

    type: Literal["AutonomySet"] = "AutonomySet"
    autonomy: Autonomy


class LimitsSet(Value):
    """A person changed when to stop. Beyond a limit that was reached, it goes on if there is room now."""

    type: Literal["LimitsSet"] = "LimitsSet"
    limits: Limits


class ReasonerSet(Value):
    """A person chose who reasons from here on."""

    type: Literal["ReasonerSet"] = "ReasonerSet"
    reasoner: ReasonerName


class ReasonerReplaced(Value):
    """The model could not go on: the rules do, until a person says otherwise."""

    type: Literal["ReasonerReplaced"] = "ReasonerReplaced"
    kind: str = Field(description="What kind of fault, such as 'rate-limited' (``gateway.faults``).")
    because: str = Field(description="What happened and what to do about it.")
    doing: str = Field(default="", description="The phase in which it happened.")
    person_may_retry: bool = True


class ModelBudgetReached(Value):
    """The model has used what it may: a person raises the limit, or goes on with the rules."""

    type: Literal["ModelBudgetReached"] = "ModelBudgetReached"
    detail: str


class BreakpointSet(Value):
    """A person wants to be asked before this tool runs, whatever the autonomy."""

    type: Literal["BreakpointSet"] = "BreakpointSet"
    tool: Name


class BreakpointCleared(Value):
    """The tool needs no stop of its own any more."""

    type: Literal["BreakpointCleared"] = "BreakpointCleared"
    tool: Name


class InvestigationForked(Value):
    """Up to here this is another investigation, event by event; from here on it is its own.

    No approval of the other one counts here, nor a standing one.
    """

    type: Literal["InvestigationForked"] = "InvestigationForked"
    origin: str
    at: int = Field(ge=1, description="seq of the last event they share.")
    pace: Pace = Pace.PLAN


class InvestigationStopped(Value):
    """A person ended it."""

    type: Literal["InvestigationStopped"] = "InvestigationStopped"
    reason: str = ""


class LimitReached(Value):
    """Time or actions are used up: conclude with what there is."""

    type: Literal["LimitReached"] = "LimitReached"
    limit: str
    detail: str


class InvestigationFailed(Value):
    """A bug on our side, with an id to find it in the log. A person's turn: retry or stop."""

    type: Literal["InvestigationFailed"] = "InvestigationFailed"
    error_id: str
    error: str
    doing: str


class RetryRequested(Value):
    """A person wants the failed step tried again."""

    type: Literal["RetryRequested"] = "RetryRequested"


class ContentErased(Value):
    """A person had a stored output erased: the tombstone of it."""

    type: Literal["ContentErased"] = "ContentErased"
    digest: str
    reason: str


Happening = Annotated[
    AlertReceived
    | MemoryRecalled
    | PlanProposed
    | ActionProposed
    | ApprovalRequested
    | ActionDenied
    | ActionSuggested
    | ActionApproved
    | ActionRejected
    | ActionEdited
    | ApprovalExpired
    | StandingApprovalGiven
    | StandingApprovalRevoked
    | DecisionAwaited
    | ActionStarted
    | ActionSucceeded
    | ActionFailed
    | ReflectionMade
    | ConclusionReached
    | InvestigationClosed
    | GuidanceGiven
    | FactStated
    | HypothesisProposed
    | HypothesisPicked
    | HypothesisDismissed
    | CheckPicked
    | CheckDropped
    | ConclusionRefuted
    | ConclusionRated
    | QuestionAsked
    | QuestionAnswered
    | SecondOpinionAsked
    | SecondOpinionGiven
    | JudgementDropped
    | PaceSet
    | AutonomySet
    | LimitsSet
    | ReasonerSet
    | ReasonerReplaced
    | ModelBudgetReached
    | BreakpointSet
    | BreakpointCleared
    | InvestigationForked
    | InvestigationStopped
    | LimitReached
    | InvestigationFailed
    | RetryRequested
    | ContentErased,
    Field(discriminator="type"),
]


Decision = Annotated[
    ActionApproved
    | ActionRejected
    | ActionEdited
    | StandingApprovalGiven
    | StandingApprovalRevoked
    | GuidanceGiven
    | FactStated
    | HypothesisProposed
    | HypothesisPicked
    | HypothesisDismissed
    | CheckPicked
    | CheckDropped
    | ConclusionRefuted
    | ConclusionRated
    | QuestionAsked
    | SecondOpinionAsked
    | PaceSet
    | AutonomySet
    | LimitsSet
    | ReasonerSet
    | BreakpointSet
    | BreakpointCleared
    | InvestigationStopped
    | RetryRequested,
    Field(discriminator="type"),
]
"""What a person may say about an open investigation, through the page or the HTTP API; nothing else is taken from them."""


class Entry(Value):
    """Something to write down, and who says so.

    ``actor`` is one of ``person:NAME``, ``reasoner:NAME``, ``tool:NAME``, ``memory``, ``policy``, ``engine``.
    """

    actor: str
    calls: tuple[ModelCall, ...] = Field(
        default=(), description="What was asked of a model since the last entry of the loop."
    )
    role: Role | None = Field(default=None, description="What the person was allowed to; None when it is no person.")
    via: str = Field(default="", description="Where the person spoke from, such as 'browser at 10.0.0.7'.")
    happening: Happening


class Event(Entry):
    """An entry with its place: ``seq`` counts 1, 2, 3 ... within one investigation.

    ``investigation_id`` is where it happened: in a fork, what stands before the fork names the original.
    """

    id: str
    investigation_id: str
    seq: int = Field(ge=1)
    at: Moment
    version: int = SCHEMA_VERSION


EVENT = TypeAdapter(Event)


def entry(by: str | Person, happening: Happening) -> Entry:
    """Shorthand for who and what."""
    if isinstance(by, Person):
        return Entry(actor=by.actor, role=by.role, via=by.via, happening=happening)
    return Entry(actor=by, happening=happening)


FACTS = (
    ActionSucceeded,
    ActionFailed,
    InvestigationFailed,
    QuestionAnswered,
    SecondOpinionGiven,
    JudgementDropped,
)


def is_fact(happening: Happening) -> bool:
    """Whether it stays true when the state has moved on: what a tool brought back, an answer, what was asked in vain, and that
    we broke.

    Facts are appended at the next free place. Everything else the loop writes is a judgement on the state it saw, and is
    made again. (What a person says has its own door, ``Timeline.record``, which asks ``door.refuse``.)
    """
    return isinstance(happening, FACTS)
