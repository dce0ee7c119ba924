"""How far things have come: whose turn it is, the phase of an investigation, the status of one action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from sre_core.domain import Action, Observation, Reflection
from sre_core.events import ActionSuggested, ApprovalRequested
from sre_core.people import Role


class Turn(StrEnum):
    """Who has to do something."""

    LOOP = "loop"
    PERSON = "person"
    NOBODY = "nobody"


class Phase(StrEnum):
    """The one next thing."""

    EMPTY = "empty"
    RECALL = "recall"
    PLAN = "plan"
    CHOOSE = "choose"
    REVISE = "revise"
    GATE = "gate"
    ACT = "act"
    REFLECT = "reflect"
    CONCLUDE = "conclude"
    REMEDY = "remedy"
    APPROVAL = "approval"
    HELD = "held"
    BUDGET = "budget"
    FAILED = "failed"
    CLOSED = "closed"
    STOPPED = "stopped"


TURNS = {
    Phase.EMPTY: Turn.NOBODY,
    Phase.APPROVAL: Turn.PERSON,
    Phase.HELD: Turn.PERSON,
    Phase.BUDGET: Turn.PERSON,
    Phase.FAILED: Turn.PERSON,
    Phase.CLOSED: Turn.NOBODY,
    Phase.STOPPED: Turn.NOBODY,
}


class Status(StrEnum):
    """How far one action has come."""

    PROPOSED = "proposed"
    EDITED = "edited"
    WAITING = "waiting"
    APPROVED = "approved"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DENIED = "denied"
    SUGGESTED = "suggested"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LET_GO = "let go"


UNDECIDED = (Status.PROPOSED, Status.EDITED, Status.WAITING, Status.APPROVED)
FINISHED = (Status.SUCCEEDED, Status.FAILED)


@dataclass
class Said:
    """Who decided, when, and from where; ``seq`` is the event that says so."""

    seq: int
    by: str
    at: datetime
    role: Role | None = None
    via: str = ""


@dataclass
class ActionRecord:
    """One action and what became of it."""

    action: Action
    remedies: bool
    """Proposed after the conclusion, to end the incident."""
    cannot_run: str | None = None
    status: Status = Status.PROPOSED
    request: ApprovalRequested | None = None
    """What a person is or was asked; None when the question is void."""
    asked_seq: int | None = None
    asked_at: datetime | None = None
    """Where and when that was asked."""
    reason: str = ""
    decided: Said | None = None
    edited: Said | None = None
    """Who changed its arguments, if somebody did."""
    picked: Said | None = None
    """Who wanted it next, if somebody did."""
    first: Action | None = None
    """What was proposed before somebody edited it; None when nobody did."""
    standing: int | None = None
    """seq of the standing approval that let it run, if one did."""
    rule: str = ""
    """The rule of the policy that denied it, or let it run unasked; empty: none did."""
    suggested: ActionSuggested | None = None
    """How a person may do it themselves; None: it may run here."""
    key: str | None = None
    """Idempotency key of its last start; None: it only looks, or was never started."""
    run_id: str | None = None
    starts: int = 0
    started_at: datetime | None = None
    observation: Observation | None = None
    error: str | None = None
    reflection: Reflection | None = None

    @cached_property
    def digest(self) -> str:
        """The digest of its exact arguments."""
        return self.action.digest

    @property
    def decided_by(self) -> str:
        """Who decided about it; empty when nobody did."""
        return self.decided.by if self.decided else ""

    def take_back(self) -> None:
        """Whatever was asked or answered is void: policy rules on it again."""
        self.status, self.request, self.asked_seq, self.asked_at, self.decided = Status.PROPOSED, None, None, None, None

    @property
    def is_over(self) -> bool:
        """Nothing is left to do about it."""
        return self.status not in (*UNDECIDED, Status.RUNNING) and not self.to_reflect_on

    @property
    def to_reflect_on(self) -> bool:
        """It came back (or failed), and nobody has said what that means."""
        return self.status in FINISHED and self.reflection is None


@dataclass
class Guidance:
    """What a person said, and which plan took it in."""

    seq: int
    text: str
    by: str
    applied_at: int | None = None


@dataclass
class SearchSpace:
    """How many candidates are effectively left, after the event with this seq."""

    seq: int
    effective: float
