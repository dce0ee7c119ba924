"""What runs, what waits for a person, what is never run. Pure: same action, same state, same clock, same answer."""

from __future__ import annotations

from sre_core.domain import Action, Autonomy, Effect
from sre_core.door import is_in_time
from sre_core.events import ActionDenied, ActionFailed, ActionStarted, ApprovalExpired, ApprovalRequested
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.investigator import Investigator
from sre_core.limits import MAX_STARTS

OPEN = (Status.WAITING, Status.APPROVED, Status.RUNNING)

RISKY_COST = 5.0
"""A read at this price or above is asked about under ask-risky."""

Ruling = ActionStarted | ApprovalRequested | ApprovalExpired | ActionDenied

UNKNOWN_OUTCOME = "The workbench ended while this ran: whether it took effect is not known. Check first; run it again?"


def rule(record: ActionRecord, effect: Effect | None, state: Investigation, at_hand: Investigator) -> Ruling:
    """Whether an action starts, waits or is refused. ``effect`` is the tool's own, never the reasoner's word."""
    action = record.action
    if refused := record.cannot_run or must_not_run(action, effect, state):
        return ActionDenied(action_id=action.id, reason=refused)
    if record.status is Status.APPROVED:
        if not is_in_time(record, at_hand.now()):
            return ApprovalExpired(action_id=action.id)
        return ActionStarted(action_id=action.id, run_id=at_hand.run_id)
    if reason := must_ask(record, effect, state):
        return _ask(record, reason, state, at_hand)
    standing = state.control.standing_for(action)
    return ActionStarted(action_id=action.id, run_id=at_hand.run_id, standing=standing.seq if standing else None)


def reopen(
    record: ActionRecord, state: Investigation, at_hand: Investigator
) -> ActionStarted | ApprovalRequested | ActionFailed:
    """What to do with an action that another run started and never finished: reads are repeated, writes are asked about."""
    action = record.action
    if action.effect is Effect.WRITES:
        return _ask(record, UNKNOWN_OUTCOME, state, at_hand)
    if record.starts >= MAX_STARTS:
        error = f"It was started {record.starts} times and never came back; it is not tried again."
        return ActionFailed(action_id=action.id, run_id=at_hand.run_id, error=error)
    return ActionStarted(action_id=action.id, run_id=at_hand.run_id, standing=record.standing)


def must_not_run(action: Action, effect: Effect | None, state: Investigation) -> str | None:
    """Why this is never run; None when it may be."""
    if effect is None:
        return f"There is no tool called {action.tool!r}."
    digest = action.digest
    for record in state.actions.values():
        if record.action.id == action.id or record.digest != digest:
            continue
        if record.status is Status.REJECTED:
            return f"A person rejected exactly this call ({record.action.id}): {record.reason}"
        if record.status is Status.SUCCEEDED:
            return f"Exactly this call was made before ({record.action.id})."
        if record.status in OPEN:
            return f"Exactly this call is open already ({record.action.id})."
    return None


def must_ask(record: ActionRecord, effect: Effect | None, state: Investigation) -> str | None:
    """Why a person decides first; None when it may simply run."""
    action = record.action
    if effect is not Effect.READS:
        return UNKNOWN_OUTCOME if record.starts else "It changes something, and that always waits for a person."
    if action.tool in state.control.breakpoints:
        return f"You wanted to be asked before {action.tool} runs."
    if state.control.standing_for(action):
        return None
    if state.autonomy is Autonomy.ASK_ALL:
        return "Everything is asked about (autonomy: ask-all)."
    if state.autonomy is Autonomy.ASK_RISKY and action.cost >= RISKY_COST:
        return "It is an expensive look (autonomy: ask-risky)."
    return None


def rests_on(record: ActionRecord, state: Investigation) -> tuple[str, ...]:
    """The evidence that speaks for doing it: what the conclusion cites, or what speaks for the hypotheses that it tests."""
    if record.remedies and state.conclusion:
        claims, remedies = state.conclusion.claims, state.conclusion.remediation
        cited = {id_ for one in claims for id_ in one.evidence} | {id_ for one in remedies for id_ in one.evidence}
        return tuple(sorted(cited & state.evidence.keys()))
    tests = set(record.action.tests)
    return tuple(sorted({w.evidence_id for w in state.weights if w.hypothesis_id in tests and w.log_odds > 0}))


def _ask(record: ActionRecord, reason: str, state: Investigation, at_hand: Investigator) -> ApprovalRequested:
    action = record.action
    return ApprovalRequested(
        action_id=action.id,
        digest=action.digest,
        reason=reason,
        affected=at_hand.affected(action),
        undo=at_hand.tools.undo(action),
        rests_on=rests_on(record, state),
        expires_at=at_hand.now() + at_hand.answer_within,
    )
