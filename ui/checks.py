"""The checks that are left, as the page shows them: what, why, what it is expected to bring, what it costs, what it risks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sre_core.control import PersonsCheck
from sre_core.domain import Effect
from sre_core.investigation import Investigation, Status
from sre_core.next_checks import NextCheck, NextChecks
from ui import tokens, words

Row = dict[str, Any]

MOST_SEPARATED = 3
DEAR, MODERATE = 5.0, 2.0
"""Relative prices from which a look is called expensive, or moderate."""

BY_RULES = "The first one comes next by itself. Any of them can be picked or dropped."
BY_MODEL = "Ranked by the rules; the model may choose otherwise. What you pick or drop binds both."
AFTERWARDS = "What would still be worth a look. To pick one opens the case again."
STOPPED = "What was left when it was stopped."


def checks_section(found: NextChecks | None, state: Investigation) -> dict[str, Any] | None:
    """None while nothing can be said: no plan yet, or its telemetry is not here."""
    if found is None or state.plan is None:
        return None
    return {
        "note": _note(state),
        "rows": [_row(check, state) for check in found.checks if not _taken(check, state)],
        "more": found.more,
        "open": list(found.open_steps),
        "picked": [_said(check) for check in state.control.picked],
        "dropped": [_said(check) for check in state.control.dropped],
    }


def _note(state: Investigation) -> str:
    if state.stopped:
        return STOPPED
    if state.conclusion:
        return AFTERWARDS
    return BY_MODEL if state.reasoner == "model" else BY_RULES


def _taken(check: NextCheck, state: Investigation) -> bool:
    """It was proposed, picked or dropped since they were ranked."""
    open_again = (Status.WITHDRAWN, Status.LET_GO)
    made = (r.action for r in state.actions.values() if r.status not in open_again)
    said = (*state.control.picked, *state.control.dropped)
    return any((one.tool, dict(one.arguments)) == (check.tool, dict(check.arguments)) for one in (*made, *said))


def _row(check: NextCheck, state: Investigation) -> Row:
    steps = {step.id: step.question for step in state.plan.steps} if state.plan else {}
    return {
        "call": words.call(check.tool, check.arguments),
        "tool": check.tool,
        "arguments": dict(check.arguments),
        "why": words.cut(check.why, 400),
        "step": steps.get(check.step or "", ""),
        "separates": _separated(check, state),
        "bits": check.bits,
        "fewer": check.fewer,
        "price": _price(check.cost),
        "time": _time(check),
        "risk": _risk(check),
        "asks": check.asks,
        "fills": check.fills,
        "wished": check.wished,
        "wanted": check.wanted,
    }


def _separated(check: NextCheck, state: Investigation) -> str:
    named = [words.hypothesis(state.hypotheses[id_]) for id_ in check.separates if id_ in state.hypotheses]
    return words.listed(named, MOST_SEPARATED)


def _price(cost: float) -> str:
    name = "expensive" if cost >= DEAR else "moderate" if cost >= MODERATE else "cheap"
    return f"{name} ({cost:g}× one query)" if cost != 1 else name


def _time(check: NextCheck) -> str:
    if check.seconds is None:
        return f"at most {check.at_most:g} s"
    return "under 0.1 s as before" if check.seconds < 0.1 else f"about {check.seconds:.1f} s as before"


def _risk(check: NextCheck) -> Mapping[str, str]:
    """In a word, with a tone and a drawing."""
    if check.effect is not Effect.READS:
        return {"text": "changes something", "tone": tokens.EFFECT[Effect.WRITES], "icon": "apply_remediation"}
    if check.leaves:
        return {"text": "leaves this machine", "tone": "yellow", "icon": "search_web"}
    return {"text": "reads only", "tone": "gray", "icon": "eye"}


def _said(check: PersonsCheck) -> Row:
    return {
        "call": words.call(check.tool, check.arguments),
        "tool": check.tool,
        "arguments": dict(check.arguments),
        "reason": words.cut(check.reason, 400),
        "by": words.actor(check.said.by),
    }
