"""What is put before a person: a question with what they need to decide, a suggestion, or a refusal and whose it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sre_core.domain import Action, Effect, digest_of
from sre_core.events import ActionDenied, ActionSuggested, ApprovalRequested
from sre_core.investigation import ActionRecord, Investigation
from sre_core.investigator import Investigator
from sre_core.people import in_words
from sre_core.policy_rules import Policy, Reach, Rule
from sre_core.progress import Said
from sre_core.provenance import where_seen


class Asked(NamedTuple):
    """Why a person decides first, and the operator's rule that says so, if one does."""

    reason: str
    rule: Rule | None = None
    each_time: bool = True
    """No standing approval spares this question."""


def ask(
    record: ActionRecord, asked: Asked, reach: Reach, state: Investigation, at_hand: Investigator
) -> ApprovalRequested:
    """What is asked of whom, until when, with what it may do and how it is undone."""
    action, policy = record.action, at_hand.policy
    return ApprovalRequested(
        action_id=action.id,
        digest=action.digest,
        reason=asked.reason,
        affected=at_hand.affected(action),
        undo=at_hand.tools.undo(action),
        rests_on=rests_on(record, state),
        expires_at=at_hand.now() + at_hand.answer_within,
        rule=policy.label(asked.rule),
        each_time=asked.each_time,
        may_decide=policy.may_decide(reach),
    )


def suggest(record: ActionRecord, reason: str, state: Investigation, at_hand: Investigator) -> ActionSuggested:
    """How a person would do it, and undo it, themselves."""
    action = record.action
    command = at_hand.tools.command(action) or _proposed(action, state)
    how = "You can do it yourself." if command else "You can do it yourself; no command for it is known here."
    return ActionSuggested(
        action_id=action.id,
        reason=f"{reason} {how}",
        command=command,
        affected=at_hand.affected(action),
        undo=at_hand.tools.undo(action),
        rests_on=rests_on(record, state),
    )


def deny(action: Action, against: Rule, reach: Reach, policy: Policy) -> ActionDenied:
    """That it is never run, by which rule, and why."""
    return ActionDenied(action_id=action.id, reason=policy.in_words(against, reach), rule=policy.label(against))


def rests_on(record: ActionRecord, state: Investigation) -> tuple[str, ...]:
    """The evidence that speaks for doing it: what the conclusion cites, or what speaks for the hypotheses that it tests."""
    if record.remedies and state.conclusion:
        claims, remedies = state.conclusion.claims, state.conclusion.remediation
        cited = {id_ for one in claims for id_ in one.evidence} | {id_ for one in remedies for id_ in one.evidence}
        return tuple(sorted(cited & state.evidence.keys()))
    tests = set(record.action.tests)
    return tuple(sorted({w.evidence_id for w in state.weights if w.hypothesis_id in tests and w.log_odds > 0}))


def idempotency_key(record: ActionRecord, state: Investigation) -> str | None:
    """What tells whoever carries it out that a request is the same one again: these arguments, here, by this approval."""
    if record.action.effect is not Effect.WRITES or record.decided is None:
        return None
    approved = {"investigation": state.id, "action": record.action.id, "approval": record.decided.seq}
    return digest_of({**approved, "digest": record.digest})[:32]


def strange(addresses: Sequence[str], state: Investigation) -> str:
    """Which addresses nobody vouches for, and where each stands."""
    stand = "; ".join(f"{address} stands {where_seen(address, state)}" for address in addresses)
    return f"It fetches what neither a person nor our own search has named: {stand}."


def who(said: Said | None) -> str:
    """'ada (a responder)'."""
    if said is None:
        return "nobody known"
    name = said.by.removeprefix("person:")
    return f"{name} ({in_words([said.role])})" if said.role else name


def _proposed(action: Action, state: Investigation) -> str:
    """The command that the conclusion names for exactly this; empty when it names none."""
    proposed = state.conclusion.remediation if state.conclusion else ()
    alike = (one for one in proposed if one.tool == action.tool and dict(one.arguments) == dict(action.arguments))
    return next((one.command for one in alike if one.command), "")
