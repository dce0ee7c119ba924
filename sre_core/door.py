"""The door for what people say: who may say it, and whether it still fits what is going on. Pure but for its clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

from sre_core.domain import Effect, Leaning
from sre_core.errors import ApprovalTooLate, NotAllowed, RefusedInput, StaleDecision
from sre_core.events import (
    ActionApproved,
    ActionEdited,
    ActionRejected,
    AutonomySet,
    BreakpointCleared,
    BreakpointSet,
    CheckDropped,
    CheckPicked,
    ConclusionRated,
    ConclusionRefuted,
    ContentErased,
    Decision,
    Entry,
    FactStated,
    GuidanceGiven,
    Happening,
    HypothesisDismissed,
    HypothesisPicked,
    HypothesisProposed,
    InvestigationStopped,
    LimitsSet,
    PaceSet,
    QuestionAsked,
    ReasonerSet,
    RetryRequested,
    SecondOpinionAsked,
    StandingApprovalGiven,
    StandingApprovalRevoked,
)
from sre_core.investigation import Investigation, Phase, Status
from sre_core.people import Role, in_words
from sre_core.progress import ActionRecord

CLOCK_SLACK = timedelta(seconds=5)
"""How far the clock may be behind the request that is answered; more than that, somebody has set it back."""

MOST_PICKED = 8
"""Checks that may be picked ahead at once."""

MOST_DROPPED = 50
"""Checks that may be dropped in one investigation: every reasoner is told of each."""

MOST_QUESTIONS = 20
"""Questions about one investigation that may wait for an answer at once."""

MAY_BE_AGAIN = (Status.FAILED, Status.WITHDRAWN, Status.LET_GO)
"""What became of an action that may be picked once more."""

STEERS = (
    GuidanceGiven,
    FactStated,
    HypothesisProposed,
    HypothesisPicked,
    HypothesisDismissed,
    CheckPicked,
    CheckDropped,
    ConclusionRefuted,
    StandingApprovalGiven,
    StandingApprovalRevoked,
    BreakpointSet,
    BreakpointCleared,
    AutonomySet,
    LimitsSet,
    ReasonerSet,
)
"""What makes no sense any more once a person has stopped the investigation."""


def needed(happening: Happening) -> Role:
    """The role it takes to say this."""
    return Role.ADMIN if isinstance(happening, ContentErased) else Role.RESPONDER


def refuse_unless_allowed(said: Entry) -> None:
    """Raise ``NotAllowed`` when the person's role does not cover what they say."""
    role = needed(said.happening)
    if said.role is None or not said.role.covers(role):
        who, has = said.actor.removeprefix("person:"), said.role.value if said.role else "nobody known here"
        raise NotAllowed(f"{who} is {has}; this takes {in_words([role])}. Nothing was recorded. Ask one of them.")


SAYABLE = (*get_args(get_args(Decision)[0]), ContentErased)


def refuse(said: Entry, state: Investigation, now: datetime) -> None:
    """Raise when a person's entry may not be written: ``NotAllowed``, ``StaleDecision``, ``RefusedInput``.

    ``ApprovalTooLate``, a ``StaleDecision``, means that the time to answer is over: the request has to be made anew.
    """
    refuse_unless_allowed(said)
    happening = said.happening
    if not isinstance(happening, SAYABLE):
        raise RefusedInput(f"{happening.type} is not for a person to say. Nothing was recorded.")
    if state.stopped and isinstance(happening, STEERS):
        raise StaleDecision("This investigation was stopped; fork it, or start a new one, to go on.")
    match happening:
        case ActionApproved():
            _refuse_approval(happening, said.role, state, now)
        case ActionRejected(action_id=action_id, reason=reason):
            _waiting(action_id, state)
            if not reason.strip():
                raise RefusedInput("Say why not, in a few words: the reasoner is told. Nothing was recorded.")
        case QuestionAsked() if len(state.control.unanswered) >= MOST_QUESTIONS:
            raise StaleDecision(f"{MOST_QUESTIONS} questions wait for an answer already; ask again in a moment.")
        case SecondOpinionAsked() if state.control.opinion_wanted:
            raise StaleDecision("A second opinion is being made already; it will stand below the report.")
        case SecondOpinionAsked() if not state.evidence:
            raise StaleDecision("There is no evidence yet to have an opinion on; ask again when there is some.")
        case ActionEdited(action_id=action_id, request=request):
            _refuse_other_request(_waiting(action_id, state), request)
        case StandingApprovalGiven():
            _refuse_scope(happening)
        case StandingApprovalRevoked(given=given) if given not in state.control.standing:
            raise StaleDecision("There is no such standing approval, or it was revoked already.")
        case FactStated(leanings=leanings, corrects=corrects):
            _refuse_unknown_evidence(corrects, state)
            _refuse_unknown_hypotheses(leanings, state)
        case HypothesisPicked(hypothesis_id=id_) | HypothesisDismissed(hypothesis_id=id_):
            _refuse_unknown_hypothesis(id_, state)
        case CheckPicked():
            _refuse_pick(happening, state)
        case CheckDropped():
            _refuse_settled(happening, state)
            if len(state.control.dropped) >= MOST_DROPPED:
                raise StaleDecision(
                    f"{MOST_DROPPED} checks were dropped already; say in words what else not to look at."
                )
        case ConclusionRefuted() | ConclusionRated() if state.conclusion is None:
            raise StaleDecision("There is no conclusion to judge (any more).")
        case PaceSet() | InvestigationStopped() if state.phase in (Phase.CLOSED, Phase.STOPPED):
            raise StaleDecision("This investigation is over already.")
        case RetryRequested() if state.failure is None:
            raise StaleDecision("Nothing has failed, or it was tried again already.")
        case _:
            pass


def is_too_late(answer: ActionApproved, state: Investigation, now: datetime) -> bool:
    """Whether this answers what is asked at this moment, only too late."""
    record = state.actions.get(answer.action_id)
    waits = record is not None and record.status is Status.WAITING and record.asked_seq == answer.request
    return record is not None and waits and not is_in_time(record, now)


def is_in_time(record: ActionRecord, now: datetime) -> bool:
    """Whether an answer to what was asked about this action still counts.

    A clock that was set back must not make a request live longer, so a time before the request is too late as well.
    """
    if record.request is None or record.asked_at is None or now < record.asked_at - CLOCK_SLACK:
        return False
    return record.request.expires_at is None or now <= record.request.expires_at


def _waiting(action_id: str, state: Investigation) -> ActionRecord:
    record = state.actions.get(action_id)
    if record is None:
        raise StaleDecision(f"There is no action {action_id} in this investigation.")
    if record.status is not Status.WAITING or record.request is None:
        raise StaleDecision(f"Action {action_id} is not waiting for a decision: it {_what_became_of(record)}.")
    return record


def _what_became_of(record: ActionRecord) -> str:
    """'was approved by ada at 14:02:11 UTC (browser)', 'was withdrawn'."""
    if record.edited and record.status in (Status.EDITED, Status.PROPOSED):
        return f"was edited by {record.edited.by.removeprefix('person:')} at {record.edited.at:%H:%M:%S} UTC"
    status, said = record.status.value, record.decided
    if said is None or not said.by.startswith("person:"):
        return f"is {status}" if record.status is Status.RUNNING else f"was {status}"
    done = "rejected" if record.status is Status.REJECTED else "approved"
    where = f" ({said.via})" if said.via else ""
    then = "" if status == done else f", and is {status} now"
    return f"was {done} by {said.by.removeprefix('person:')} at {said.at:%H:%M:%S} UTC{where}{then}"


def _refuse_pick(picked: CheckPicked, state: Investigation) -> None:
    _refuse_settled(picked, state)
    if any(check.is_call(picked.tool, picked.arguments) for check in state.control.picked):
        raise StaleDecision("This check is to be done next already.")
    if len(state.control.picked) >= MOST_PICKED:
        raise StaleDecision(f"{MOST_PICKED} checks are to be done next already; wait for one of them.")


def _refuse_settled(check: CheckPicked | CheckDropped, state: Investigation) -> None:
    """What was made, is under way or was rejected is no check to come."""
    for record in state.actions.values():
        action = record.action
        if (
            action.tool != check.tool
            or dict(action.arguments) != dict(check.arguments)
            or record.status in MAY_BE_AGAIN
        ):
            continue
        because = f": {record.reason}" if record.status is Status.REJECTED else ""
        raise StaleDecision(f"This very check is there already: action {action.id} {_what_became_of(record)}{because}.")


def _refuse_other_request(record: ActionRecord, request: int | None) -> None:
    if request != record.asked_seq:
        raise StaleDecision(
            f"Action {record.action.id} was asked about again since, at event {record.asked_seq}: look at it once more."
        )


def _refuse_approval(approval: ActionApproved, role: Role | None, state: Investigation, now: datetime) -> None:
    record = _waiting(approval.action_id, state)
    if record.request and record.request.may_decide and role not in record.request.may_decide:
        raise NotAllowed(
            f"By the policy, this takes the approval of {in_words(record.request.may_decide)}. Nothing was recorded. "
            "Ask one of them."
        )
    if record.request is None or approval.digest != record.request.digest or approval.digest != record.digest:
        raise StaleDecision(f"The arguments of action {approval.action_id} have changed since; look at them again.")
    _refuse_other_request(record, approval.request)
    if not is_in_time(record, now):
        raise ApprovalTooLate(
            f"The time to answer about action {approval.action_id} is over, so it was not run. It is asked about anew: "
            "look at it once more."
        )


def _refuse_scope(scope: StandingApprovalGiven) -> None:
    if scope.effect is not Effect.READS:
        raise NotAllowed("What changes something is approved one by one; a standing approval covers looks only.")
    if scope.tool is None and scope.component is None:
        raise RefusedInput("Say which tool, or which component, may be looked at without asking.")


def _refuse_unknown_evidence(evidence_ids: tuple[str, ...], state: Investigation) -> None:
    unknown = [id_ for id_ in evidence_ids if id_ not in state.evidence]
    if unknown:
        raise StaleDecision(f"There is no evidence {', '.join(unknown)} (any more) to correct.")


def _refuse_unknown_hypotheses(leanings: tuple[Leaning, ...], state: Investigation) -> None:
    for leaning in leanings:
        _refuse_unknown_hypothesis(leaning.hypothesis_id, state)


def _refuse_unknown_hypothesis(hypothesis_id: str, state: Investigation) -> None:
    if hypothesis_id not in state.hypotheses:
        raise StaleDecision(f"There is no hypothesis {hypothesis_id} in this investigation.")
