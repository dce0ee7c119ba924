"""What waits for a yes or a no, with everything that a person needs to decide."""

from __future__ import annotations

from typing import Any

from sre_core.domain import Effect
from sre_core.investigation import ActionRecord, Investigation
from sre_core.people import in_words
from ui import tokens, words
from ui.action_card import said
from ui.card import pretty

Ask = dict[str, Any]

ONE_BY_ONE = "What changes something is approved one by one."


def asks_section(state: Investigation) -> list[Ask]:
    """The longest-waiting first."""
    return [_ask(record, state) for record in state.waiting]


def _ask(record: ActionRecord, state: Investigation) -> Ask:
    action, request = record.action, record.request
    tested = [words.hypothesis(state.hypotheses[id_]) for id_ in action.tests if id_ in state.hypotheses]
    expires = request.expires_at if request else None
    return {
        "action": action.id,
        "digest": request.digest if request else action.digest,
        "request": record.asked_seq,
        "expires": expires.isoformat() if expires else None,
        "title": words.tool(action.tool),
        "subject": words.subject(action),
        "tool": action.tool,
        "why": action.why,
        "arguments": pretty(action.arguments),
        "effect": action.effect.value,
        "effect_tone": tokens.EFFECT[action.effect],
        "affected": list(request.affected) if request else [],
        "undo": request.undo if request else "",
        "rests_on": list(request.rests_on) if request else [],
        "reason": request.reason if request else "",
        "takes": f"the approval of {in_words(request.may_decide)}" if request and request.may_decide else "",
        "remedies": record.remedies,
        "edited": said("edited", record.edited) if record.edited else None,
        "tests": words.listed(tested, most=4),
        "reasons": list(words.REJECT_REASONS),
        "scopes": _scopes(record),
        "no_scopes": _why_no_scopes(record, state),
    }


def _scopes(record: ActionRecord) -> list[Ask]:
    """What "all like this" can mean: narrowest first."""
    action = record.action
    if action.effect is not Effect.READS:
        return []
    one = next(iter(set(action.components))) if len(set(action.components)) == 1 else None
    pairs = [(action.tool, one), (action.tool, None), (None, one)] if one else [(action.tool, None)]
    return [{"text": words.scope(tool, place), "tool": tool, "component": place} for tool, place in pairs]


def _why_no_scopes(record: ActionRecord, state: Investigation) -> str:
    if record.action.effect is not Effect.READS:
        return ONE_BY_ONE
    if record.action.tool in state.control.breakpoints:
        return "It is asked about because of a stop before this tool; clear that under Steering."
    if record.request and record.request.each_time:
        return "This is asked about each time: no approval of all like this would cover it."
    return ""
