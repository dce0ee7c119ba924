"""An investigation that ended with a cause becomes an incident that is remembered."""

from __future__ import annotations

from sre_core.domain import Incident, Rating, Verdict
from sre_core.investigation import Investigation

WORTH_REMEMBERING = (Verdict.CONFIRMED, Verdict.LIKELY)


def incident_id(state: Investigation) -> str:
    """The id under which an investigation is remembered."""
    return f"investigation:{state.id}"


def incident_from_investigation(state: Investigation) -> Incident | None:
    """What the next alert is compared with; None when no cause was found, or a person said that it was wrong.

    Where a person told the true cause, that is what is remembered.
    """
    conclusion, rating = state.conclusion, state.control.rating
    if conclusion is None:
        return None
    told = rating.rated if rating and rating.rated.component else None
    cause = conclusion.root_cause
    if told is None and (
        (rating and rating.rated.rating is Rating.WRONG) or conclusion.verdict not in WORTH_REMEMBERING
    ):
        return None
    component = told.component if told else cause.component if cause else None
    fault = told.fault if told else cause.fault if cause else None
    if component is None:
        return None
    resolution = "; ".join(item.action for item in conclusion.remediation[:2]) if told is None else told.note
    return Incident(
        id=incident_id(state),
        title=state.alert.title,
        component=component,
        fault=fault,
        symptoms=state.alert.text,
        resolution=resolution,
        started_at=state.alert.starts_at or state.opened_at,
        source=f"investigation {state.id}",
    )
