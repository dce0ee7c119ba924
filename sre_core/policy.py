"""What runs, what waits for a person, what is never run. Pure: same action, same state, same rules, same clock, same answer.

The operator's rules (``policy_rules.py``) come first: deny beats ask beats allow. What no rule names is ruled on as it is built
in here. Whatever the rules say, what changes something waits for a person.
"""

from __future__ import annotations

from sre_core.control import StandingApproval
from sre_core.domain import Action, Autonomy, Effect
from sre_core.door import is_in_time
from sre_core.events import (
    ActionDenied,
    ActionFailed,
    ActionStarted,
    ActionSuggested,
    ApprovalExpired,
    ApprovalRequested,
)
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.investigator import Investigator
from sre_core.limits import MAX_STARTS
from sre_core.people import Role
from sre_core.policy_rules import DECIDERS, Permission, Policy, Reach, Rule
from sre_core.proposing import Asked, ask, deny, idempotency_key, strange, suggest, who
from sre_core.provenance import not_vouched_for

OPEN = (Status.WAITING, Status.APPROVED, Status.RUNNING)

RISKY_COST = 5.0
"""A read at this price or above is asked about under ask-risky."""

Ruling = ActionStarted | ApprovalRequested | ApprovalExpired | ActionDenied | ActionSuggested

ALWAYS_WAITS = "It changes something, and that always waits for a person."
UNKNOWN_OUTCOME = "The workbench ended while this ran: whether it took effect is not known. Check first; run it again?"
SUGGESTED = "Suggest-only: nothing that changes anything is run here, whoever approves it."
SUGGESTED_AGAIN = "The workbench ended while this ran: whether it took effect is not known. Check first."


def rule(record: ActionRecord, state: Investigation, at_hand: Investigator) -> Ruling:
    """Whether an action starts, waits, is only suggested, or is refused."""
    action, policy = record.action, at_hand.policy
    reach = at_hand.tools.reach(action)
    if refused := record.cannot_run or must_not_run(action, reach.effect, state):
        return ActionDenied(action_id=action.id, reason=refused)
    if against := policy.forbids(reach):
        return deny(action, against, reach, policy)
    if policy.suggest_only and reach.effect is not Effect.READS:
        return suggest(record, SUGGESTED, state, at_hand)
    if record.status is Status.APPROVED:
        return _approved(record, reach, state, at_hand)
    if asked := must_ask(record, reach, state, policy):
        return ask(record, asked, reach, state, at_hand)
    standing, role = _word(action, reach, state, policy)
    return ActionStarted(
        action_id=action.id,
        run_id=at_hand.run_id,
        standing=standing.seq if standing else None,
        rule=policy.label(policy.ruled(reach, role)),
    )


def reopen(
    record: ActionRecord, state: Investigation, at_hand: Investigator
) -> ActionStarted | ApprovalRequested | ActionFailed | ActionDenied | ActionSuggested:
    """What to do with an action that another run started and never finished: reads are repeated, writes are asked about."""
    action, policy = record.action, at_hand.policy
    reach = at_hand.tools.reach(action)
    if against := policy.forbids(reach):
        return deny(action, against, reach, policy)
    if Effect.WRITES in (action.effect, reach.effect):
        if policy.suggest_only:
            return suggest(record, f"{SUGGESTED_AGAIN} {SUGGESTED}", state, at_hand)
        return ask(record, Asked(UNKNOWN_OUTCOME), reach, state, at_hand)
    if record.starts >= MAX_STARTS:
        error = f"It was started {record.starts} times and never came back; it is not tried again."
        return ActionFailed(action_id=action.id, run_id=at_hand.run_id, error=error)
    if asked := _asked_anew(record, reach, state, policy):
        return ask(record, asked, reach, state, at_hand)
    return ActionStarted(action_id=action.id, run_id=at_hand.run_id, standing=record.standing, rule=record.rule)


def must_not_run(action: Action, effect: Effect | None, state: Investigation) -> str | None:
    """Why this is never run, whatever the rules say; None when it may be."""
    if effect is None:
        return f"There is no tool called {action.tool!r}."
    if dropped := state.control.why_dropped(action.tool, action.arguments):
        return f"{who(dropped.said)} does not want this check: {dropped.reason}"
    digest = action.digest
    for record in state.actions.values():
        if record.action.id == action.id or record.digest != digest:
            continue
        if record.status is Status.REJECTED:
            return f"A person rejected exactly this call ({record.action.id}): {record.reason}"
        if record.status is Status.SUCCEEDED:
            return f"Exactly this call was made before ({record.action.id})."
        if record.status is Status.SUGGESTED:
            return f"Exactly this was suggested before ({record.action.id})."
        if record.status in OPEN:
            return f"Exactly this call is open already ({record.action.id})."
    return None


def must_ask(record: ActionRecord, reach: Reach, state: Investigation, policy: Policy) -> Asked | None:
    """Why a person decides first; None when it may simply run.

    An operator's "allow" spares the question about a price and about a tool that nobody answers for, and no other.
    """
    action = record.action
    standing, role = _word(action, reach, state, policy)
    ruled = policy.ruled(reach, role)
    wary = ruled if ruled and ruled.says is not Permission.ALLOW else None
    if reach.effect is not Effect.READS:
        return _changes(record, reach, wary, policy)
    if wary:
        return _not_on_this_word(wary, reach, standing, state, policy)
    if addresses := not_vouched_for(reach.addresses, state):
        return Asked(strange(addresses, state))
    if action.tool in state.control.breakpoints:
        return Asked(f"You wanted to be asked before {action.tool} runs.")
    if standing:
        return None
    if state.autonomy is Autonomy.ASK_ALL:
        return Asked("Everything is asked about (autonomy: ask-all).", each_time=False)
    if ruled:
        return None
    if not reach.known:
        return Asked(f"{action.tool} is not a tool of ours, and no rule of the policy allows it.", each_time=False)
    if state.autonomy is Autonomy.ASK_RISKY and action.cost >= RISKY_COST:
        return Asked("It is an expensive look (autonomy: ask-risky).", each_time=False)
    return None


def _approved(record: ActionRecord, reach: Reach, state: Investigation, at_hand: Investigator) -> Ruling:
    """A person said yes to exactly this: it counts in time, and if their word is enough for it."""
    if not is_in_time(record, at_hand.now()):
        return ApprovalExpired(action_id=record.action.id)
    role = record.decided.role if record.decided else None
    if against := at_hand.policy.denied(reach, role):
        asked = Asked(
            f"The approval by {who(record.decided)} is not enough. {at_hand.policy.in_words(against)}", against
        )
        return ask(record, asked, reach, state, at_hand)
    return ActionStarted(action_id=record.action.id, run_id=at_hand.run_id, key=idempotency_key(record, state))


def _asked_anew(record: ActionRecord, reach: Reach, state: Investigation, policy: Policy) -> Asked | None:
    """Whether the operator's rules of now let a look be repeated that was let run before."""
    if record.decided:
        against = policy.denied(reach, record.decided.role)
        return Asked(policy.in_words(against), against) if against else None
    standing, role = _word(record.action, reach, state, policy)
    ruled = policy.ruled(reach, role)
    if ruled and ruled.says is not Permission.ALLOW:
        return _not_on_this_word(ruled, reach, standing, state, policy)
    return None


def _word(
    action: Action, reach: Reach, state: Investigation, policy: Policy
) -> tuple[StandingApproval | None, Role | None]:
    """On whose word it would run unasked: a standing approval of somebody whose word is enough, else whoever opened it."""
    for standing in state.control.standing.values():
        within = reach.components is not None and set(reach.components) <= {standing.scope.component}
        covers = standing.covers(action) and (standing.scope.component is None or within)
        if covers and not policy.denied(reach, standing.said.role):
            return standing, standing.said.role
    return None, state.opened_by.role if state.opened_by else None


def _changes(record: ActionRecord, reach: Reach, wary: Rule | None, policy: Policy) -> Asked:
    """What changes something waits for a person; the rule by which not everybody's yes is enough is told as well."""
    reason = UNKNOWN_OUTCOME if record.starts else ALWAYS_WAITS
    told = next((against for role in DECIDERS if (against := policy.denied(reach, role))), wary)
    return Asked(f"{reason} {policy.in_words(told)}", told) if told else Asked(reason)


def _not_on_this_word(
    wary: Rule, reach: Reach, standing: StandingApproval | None, state: Investigation, policy: Policy
) -> Asked:
    if wary.says is Permission.ASK:
        return Asked(policy.in_words(wary, reach), wary)
    whose = standing.said if standing else state.opened_by
    return Asked(f"It would run on the word of {who(whose)}. {policy.in_words(wary, reach)}", wary)
