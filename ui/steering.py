"""What a person has set that holds until further notice: what runs unasked, what is stopped before, when to stop at all."""

from __future__ import annotations

from typing import Any

from sre_core.control import Rated, StandingApproval
from sre_core.investigation import Investigation
from ui import words
from ui.budget import budget_section, limits_section, summed_up
from ui.said import rated


def steering_section(state: Investigation) -> dict[str, Any]:
    """Small and whole."""
    control = state.control
    return {
        "autonomy": state.autonomy.value,
        "limits": limits_section(state),
        "reasoner": state.reasoner,
        "budget": budget_section(state),
        "standing": [_standing(one) for one in control.standing.values()],
        "breakpoints": [[tool, words.tool(tool)] for tool in sorted(control.breakpoints)],
        "tools": [[tool, words.tool(tool)] for tool in _tools(state)],
        "summary": _summary(state),
    }


def _summary(state: Investigation) -> str:
    control = state.control
    stops = words.listed(words.tool(tool).lower() for tool in sorted(control.breakpoints))
    standing = len(control.standing)
    parts = [
        "a model reasons" if state.reasoner == "model" else "rules reason",
        f"asks about {words.AUTONOMY[state.autonomy].lower()}",
        f"{standing} standing approval{'s' if standing > 1 else ''}" if standing else "",
        f"stops before: {stops}" if stops else "",
        words.limits(state.limits),
        summed_up(state),
    ]
    return " · ".join(part for part in parts if part)


def _standing(one: StandingApproval) -> dict[str, Any]:
    scope, said = one.scope, one.said
    return {
        "seq": one.seq,
        "what": words.scope(scope.tool, scope.component),
        "by": words.actor(said.by),
        "at": said.at.isoformat(),
        "signed": words.signed(said.by, said.role, said.via),
    }


def _tools(state: Investigation) -> list[str]:
    """Those that this investigation has used, or plans to."""
    planned = {tool for step in state.plan.steps for tool in step.tools} if state.plan else set()
    return sorted(planned | {record.action.tool for record in state.actions.values()} | state.control.breakpoints)


def rating_section(rating: Rated | None) -> dict[str, Any] | None:
    """What somebody thinks of the conclusion that stands, and who."""
    if rating is None:
        return None
    one, said = rating.rated, rating.said
    return {
        "rating": one.rating.value,
        "text": rated(one),
        "component": one.component,
        "fault": one.fault,
        "cause": one.cause,
        "fix": one.fix,
        "fix_held": one.fix_held,
        "note": one.note,
        "by": words.actor(said.by),
        "at": said.at.isoformat(),
        "signed": words.signed(said.by, said.role, said.via),
    }
