"""What kind of thing an event is, for the timeline over the page: a mark, a few words, and when."""

from __future__ import annotations

from typing import Any

from sre_core import events as ev
from sre_core.comparison import spoken

TROUBLES = (
    ev.InvestigationFailed,
    ev.ActionFailed,
    ev.LimitReached,
    ev.ModelBudgetReached,
    ev.ReasonerReplaced,
    ev.ApprovalExpired,
)

ACTIONS = (ev.ActionProposed, ev.ActionStarted, ev.ActionSucceeded, ev.ActionDenied, ev.ActionSuggested)


def mark(event: ev.Event) -> dict[str, Any]:
    """``kind``: plan, action, finding, reflection, person, conclusion, trouble or other. ``what``: 'action started'."""
    return {"at": event.at.isoformat(), "kind": kind(event), "what": spoken(event.happening.type)}


def kind(event: ev.Event) -> str:
    """What a person did is theirs first, whatever it is about; the alert opens the story and is none of theirs."""
    match event.happening:
        case ev.AlertReceived():
            return "other"
        case _ if event.actor.startswith("person:"):
            return "person"
        case ev.PlanProposed():
            return "plan"
        case ev.ReflectionMade(reflection=reflection):
            return "finding" if reflection.evidence else "reflection"
        case ev.ConclusionReached():
            return "conclusion"
        case happening if isinstance(happening, TROUBLES):
            return "trouble"
        case happening if isinstance(happening, ACTIONS):
            return "action"
        case _:
            return "other"
