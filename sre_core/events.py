"""Everything that can happen in an investigation: a tagged union of past-tense values.

An ``Entry`` is what somebody wants written down; an ``Event`` is an entry that has its place in the timeline.
Which entries survive a change of state underneath them is said once, in ``is_fact``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from sre_core.domain import (
    Action,
    Alert,
    Autonomy,
    Conclusion,
    Hypothesis,
    Limits,
    Moment,
    Observation,
    Pace,
    Plan,
    Recollection,
    Reflection,
    Value,
)

SCHEMA_VERSION = 1
"""Raised when an event's fields change; old timelines must load for ever (tests/frozen)."""


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
    attended: bool = Field(
        default=True, description="Whether a person can be asked; if not, no remediation is proposed."
    )


class MemoryRecalled(Value):
    """What past incidents resemble the alert: always before anything else."""

    type: Literal["MemoryRecalled"] = "MemoryRecalled"
    recollections: tuple[Recollection, ...] = ()


class PlanProposed(Value):
    """A plan, or a new revision of it, with the hypotheses it starts from."""

    type: Literal["PlanProposed"] = "PlanProposed"
    plan: Plan
    hypotheses: tuple[Hypothesis, ...] = Field(default=(), description="New ones only; known ones keep their evidence.")
    components_known: int = Field(default=0, ge=0, description="Components known when the plan was made.")
    applied_guidance: tuple[int, ...] = Field(default=(), description="seq of the guidance that this plan takes in.")


class ActionProposed(Value):
    """The reasoner wants to run this."""

    type: Literal["ActionProposed"] = "ActionProposed"
    action: Action
    cannot_run: str | None = Field(
        default=None, description="Why it cannot run as it stands, found before anybody is asked."
    )


class ApprovalRequested(Value):
    """Policy: a person must decide first."""

    type: Literal["ApprovalRequested"] = "ApprovalRequested"
    action_id: str
    digest: str
    reason: str
    affected: tuple[str, ...] = Field(default=(), description="Components that may feel it, from the topology.")


class ActionDenied(Value):
    """Policy or limits: this is not run, and nobody is asked."""

    type: Literal["ActionDenied"] = "ActionDenied"
    action_id: str
    reason: str


class ActionApproved(Value):
    """A person approved exactly these arguments, once."""

    type: Literal["ActionApproved"] = "ActionApproved"
    action_id: str
    digest: str


class ActionRejected(Value):
    """A person said no, and why; the reasoner sees the reason."""

    type: Literal["ActionRejected"] = "ActionRejected"
    action_id: str
    reason: str


class ActionStarted(Value):
    """Written before the tool runs: it fences, and it marks what a crash left open."""

    type: Literal["ActionStarted"] = "ActionStarted"
    action_id: str
    run_id: str


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


class PaceSet(Value):
    """A person said go on, and how far."""

    type: Literal["PaceSet"] = "PaceSet"
    pace: Pace


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
    | ActionApproved
    | ActionRejected
    | ActionStarted
    | ActionSucceeded
    | ActionFailed
    | ReflectionMade
    | ConclusionReached
    | InvestigationClosed
    | GuidanceGiven
    | PaceSet
    | InvestigationStopped
    | LimitReached
    | InvestigationFailed
    | RetryRequested
    | ContentErased,
    Field(discriminator="type"),
]


class Entry(Value):
    """Something to write down, and who says so.

    ``actor`` is one of ``person:NAME``, ``reasoner:NAME``, ``tool:NAME``, ``memory``, ``policy``, ``engine``.
    """

    actor: str
    happening: Happening


class Event(Entry):
    """An entry with its place: ``seq`` counts 1, 2, 3 ... within one investigation."""

    id: str
    investigation_id: str
    seq: int = Field(ge=1)
    at: Moment
    version: int = SCHEMA_VERSION


EVENT = TypeAdapter(Event)


def entry(actor: str, happening: Happening) -> Entry:
    """Shorthand for the two words that every entry has."""
    return Entry(actor=actor, happening=happening)


def is_fact(happening: Happening) -> bool:
    """Whether it stays true when the state has moved on: what a tool brought back, and that we broke.

    Facts are appended at the next free place. Everything else the loop writes is a judgement on the state it saw, and is
    made again. (What a person says has its own door, ``Timeline.record``, which asks the fold.)
    """
    return isinstance(happening, ActionSucceeded | ActionFailed | InvestigationFailed)
