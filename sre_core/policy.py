"""What runs, what waits for a person, what is never run. Pure: same action, same state, same answer."""

from __future__ import annotations

from sre_core.domain import Action, Autonomy, Effect
from sre_core.events import ActionDenied, ActionFailed, ActionStarted, ApprovalRequested
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.investigator import Investigator
from sre_core.limits import MAX_STARTS

RISKY_COST = 5.0
"""A read at this price or above is asked about under ask-risky."""

Ruling = ActionStarted | ApprovalRequested | ActionDenied


def rule(record: ActionRecord, effect: Effect | None, state: Investigation, at_hand: Investigator) -> Ruling:
    """Whether an action starts, waits or is refused. ``effect`` is the tool's own, never the reasoner's word."""
    action = record.action
    if refused := record.cannot_run or must_not_run(action, effect, state):
        return ActionDenied(action_id=action.id, reason=refused)
    if record.status is not Status.APPROVED and (reason := must_ask(action, effect, state.autonomy)):
        return _ask(action, reason, at_hand)
    return ActionStarted(action_id=action.id, run_id=at_hand.run_id)


def reopen(record: ActionRecord, at_hand: Investigator) -> ActionStarted | ApprovalRequested | ActionFailed:
    """What to do with an action that another run started and never finished: reads are repeated, writes are asked about."""
    action = record.action
    if action.effect is Effect.WRITES:
        reason = "The workbench ended while this ran: whether it took effect is not known. Check first; run it again?"
        return _ask(action, reason, at_hand)
    if record.starts >= MAX_STARTS:
        error = f"It was started {record.starts} times and the workbench ended each time; it is not tried again."
        return ActionFailed(action_id=action.id, run_id=at_hand.run_id, error=error)
    return ActionStarted(action_id=action.id, run_id=at_hand.run_id)


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
    return None


def must_ask(action: Action, effect: Effect | None, autonomy: Autonomy) -> str | None:
    """Why a person decides first; None when it may simply run."""
    if effect is not Effect.READS:
        return "It changes something, and that always waits for a person."
    if autonomy is Autonomy.ASK_ALL:
        return "Everything is asked about (autonomy: ask-all)."
    if autonomy is Autonomy.ASK_RISKY and action.cost >= RISKY_COST:
        return "It is an expensive look (autonomy: ask-risky)."
    return None


def _ask(action: Action, reason: str, at_hand: Investigator) -> ApprovalRequested:
    affected = at_hand.affected(action)
    return ApprovalRequested(action_id=action.id, digest=action.digest, reason=reason, affected=affected)
