"""An investigation that ended with a cause becomes an incident that is remembered."""

from __future__ import annotations

from sre_core.domain import Incident, Verdict
from sre_core.investigation import Investigation

WORTH_REMEMBERING = (Verdict.CONFIRMED, Verdict.LIKELY)


def incident_from_investigation(state: Investigation) -> Incident | None:
    """What the next alert is compared with; None when no cause was found."""
    conclusion = state.conclusion
    if conclusion is None or conclusion.root_cause is None or conclusion.verdict not in WORTH_REMEMBERING:
        return None
    cause = conclusion.root_cause
    return Incident(
        id=f"investigation:{state.id}",
        title=state.alert.title,
        component=cause.component,
        fault=cause.fault,
        symptoms=state.alert.text,
        resolution="; ".join(item.action for item in conclusion.remediation[:2]),
        started_at=state.alert.starts_at or state.opened_at,
        source=f"investigation {state.id}",
    )
