"""Whether an alert has happened before, in one line: what memory would put first when it is investigated."""

from __future__ import annotations

from sre_core.domain import Alert, Incident, Moment, Recollection, Value
from sre_core.memory.alert_memory import Own
from sre_core.memory.fingerprint import fingerprint
from sre_core.memory.incidents import IncidentStore

ALIKE = 0.35
"""Below this likeness nothing is said of an incident that is not the same alert."""


class Before(Value):
    """A remembered incident that an alert is like."""

    incident: Incident
    same_alert: bool
    times: int
    last: Moment | None = None
    matched: tuple[str, ...] = ()
    compared: int = 0


class Recall:
    """Looks into memory. Thread-safe."""

    def __init__(self, incidents: IncidentStore) -> None:
        self._incidents = incidents

    def before(self, alert: Alert, workspace: str | None) -> Before | None:
        """The one to be believed first; None when nothing is remembered that is like it.

        As when it is investigated, what a sample taught counts nowhere else, and what was concluded of this very telemetry is
        left out: it would be the answer.
        """
        own = Own(workspace, mark=fingerprint(alert), began=alert.starts_at)
        found, compared, _ = self._incidents.recall_counted(alert, None, 1, leaves_out=own)
        return next((_before(one, compared) for one in found if one.same_alert or one.similarity >= ALIKE), None)


def _before(one: Recollection, compared: int) -> Before:
    incident = one.incident
    last = incident.occurred[-1] if incident.occurred else incident.started_at
    return Before(
        incident=incident,
        same_alert=one.same_alert,
        times=max(len(incident.occurred), 1),
        last=last,
        matched=one.matched,
        compared=compared,
    )
