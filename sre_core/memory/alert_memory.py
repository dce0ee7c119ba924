"""The loop's ``Memory``: what is recalled of an alert before anything else is asked, and what must not be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sre_core.domain import Alert, Incident, Window, digest_of
from sre_core.events import MemoryRecalled
from sre_core.investigation import Investigation
from sre_core.memory.calibration import Ratings
from sre_core.memory.component_facts import ComponentFacts
from sre_core.memory.dead_ends import DeadEnds, alerting_of
from sre_core.memory.fingerprint import fingerprint, kind_of
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.origin import Origin
from sre_core.memory.picture import Picture
from sre_core.memory.recalling import Circumstances
from sre_core.memory.standing import OUTDATED_AFTER
from sre_core.tools.recall_incidents import Recalled

if TYPE_CHECKING:  # pandas comes with it
    from sre_core.sources.base import Sources

SAME_DAY = timedelta(days=1)
"""A postmortem that tells of a time so near to that of a capsule may be about the capsule."""


def only_its_field(alert: Alert) -> Picture:
    """The picture where nothing but the alert is known."""
    return Picture.of(alert)


@dataclass(frozen=True)
class Place:
    """What is known where an investigation looks."""

    picture: Callable[[Alert], Picture] = only_its_field
    beside: Sequence[Incident] = ()
    """Incidents that the workspace's own postmortems tell of; they are compared and not stored."""
    window: Window | None = None
    """The time that it shows, where it says so."""
    capsule: str = ""
    """What tells the capsule apart, whatever it is called; see ``capsule_of``."""


def capsule_of(sources: Sources) -> str:
    """SHA-256 of what a capsule calls itself, its alert and the time it shows; empty where no incident was recorded."""
    alert, window = sources.alert, sources.window
    if alert is None:
        return ""
    shows = (window.start, window.end) if window else ()
    said = (alert.title, alert.description, sorted(alert.labels.items()), alert.starts_at)
    return digest_of([sources.name, said, shows])


SAMPLES = "sample:"
"""What the workspaces of the samples begin with (``workspaces.SAMPLE``)."""


@dataclass(frozen=True)
class Own:
    """What is remembered of the very thing that is investigated: it would be the answer, and is recalled only when asked for."""

    workspace: str | None = None
    investigations: frozenset[str] = frozenset()
    mark: str = ""
    began: datetime | None = None
    window: Window | None = None
    near: frozenset[str] = frozenset()
    capsule: str = ""
    asked_for: bool = False

    @classmethod
    def of(cls, state: Investigation, place: Place, picture: Picture) -> Own:
        """Of this investigation, of what it is a fork of, and of its capsule."""
        ids = {state.id, state.origin[0]} if state.origin else {state.id}
        mark, near = fingerprint(state.alert), frozenset(picture.hops)
        began = state.alert.starts_at
        asked, capsule = state.recall_own, place.capsule
        return cls(state.workspace, frozenset(ids), mark, began, place.window, near, capsule, asked_for=asked)

    def is_foreign(self, incident: Incident) -> bool:
        """Whether it comes from a sample, and this is none: what a sample shop taught is not about anybody's own systems."""
        ours = (self.workspace or "").startswith(SAMPLES)
        return (incident.workspace or "").startswith(SAMPLES) and not ours

    def __call__(self, incident: Incident) -> bool:
        """Whether the incident is left out."""
        if incident.investigation_id in self.investigations or self.is_foreign(incident):
            return True
        if self.asked_for or self.workspace is None:
            return False
        same_time = self.began is not None and incident.started_at == self.began and incident.fingerprint == self.mark
        same_capsule = self.capsule != "" and incident.capsule == self.capsule
        return incident.workspace == self.workspace or same_capsule or same_time or self._written_about_it(incident)

    def _written_about_it(self, incident: Incident) -> bool:
        """A document that tells of this very time, at a component in the picture or at none."""
        told_by_document = incident.source != f"investigation {incident.investigation_id}"
        first = self.window.start if self.window else self.began
        last = self.window.end if self.window else self.began
        if not told_by_document or incident.started_at is None or first is None or last is None:
            return False
        about = incident.component is None or not self.near or incident.component in self.near
        return about and first - SAME_DAY <= incident.started_at <= last + SAME_DAY


class AlertMemory:
    """What resembles an alert, and what else is remembered of such alerts. Implements the loop's ``Memory``."""

    def __init__(
        self,
        incidents: IncidentStore,
        place: Place | None = None,
        limit: int = 3,
        outdated_after: timedelta = OUTDATED_AFTER,
    ) -> None:
        self._incidents = incidents
        self._place = place or Place()
        self._limit = limit
        self._outdated_after = outdated_after
        self._ratings = Ratings(incidents.engine)
        self._facts = ComponentFacts(incidents.engine)
        self._dead_ends = DeadEnds(incidents.engine)

    async def recall(self, investigation: Investigation) -> MemoryRecalled:
        """Past incidents that resemble the alert, facts about the components in the picture, and checks that never helped."""
        return await asyncio.to_thread(self._recall, investigation)

    def _recall(self, state: Investigation) -> MemoryRecalled:
        alert, picture = state.alert, self._place.picture(state.alert)
        own = Own.of(state, self._place, picture)
        foreign: list[str] = []

        def leaves_out(incident: Incident) -> bool:
            if own.is_foreign(incident):
                foreign.append(incident.id)
            return own(incident)

        calibration = self._ratings.calibration()
        now = Circumstances(at=state.opened_at, calibration=calibration, outdated_after=self._outdated_after)
        found, compared, left_out = self._incidents.recall_counted(
            alert, picture, self._limit, self._place.beside, leaves_out, now
        )
        not_from = None if state.recall_own else self._origin(state)
        near = [name for name, far in picture.hops.items() if far <= 1]
        return MemoryRecalled(
            recollections=tuple(found),
            facts=tuple(self._facts.about(near, not_from=not_from)),
            dead_ends=tuple(self._dead_ends.of(kind_of(alert), alerting_of(state), not_from=not_from)),
            own_left_out=left_out - len(foreign),
            capsule=self._place.capsule,
            compared=compared,
            by_meaning=self._incidents.by_meaning,
            memory_counts=calibration.memory_counts,
        )

    def _origin(self, state: Investigation) -> Origin | None:
        """The telemetry that is looked at; the timeline does not name its capsule yet."""
        return Origin(workspace=state.workspace, capsule=self._place.capsule) if state.workspace else None


class WorkspaceIncidents:
    """The incident store and the postmortems of one workspace, compared as one. Implements ``IncidentMemory``."""

    def __init__(self, incidents: IncidentStore, place: Place, own: Callable[[Picture], Own] | None = None) -> None:
        self._incidents = incidents
        self._place = place
        self._own = own

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        """Past incidents that resemble a text, those to be believed first; never the one that is investigated."""
        picture = self._place.picture(Alert(title=text[:300] or "?", component=component))
        own = self._own(picture) if self._own else None
        return await asyncio.to_thread(
            self._incidents.recall_text, text, picture, limit, self._place.beside, own, Circumstances(picture)
        )
