"""What happened before: past incidents in the workbench's database, and how much an alert resembles each.

**Similarity**, from 0 to 1, is the weighted mean of what both sides know:

* words (weight 0.65): the cosine of the stems of the alert and of the incident's title and symptoms, each stem counted once
  and weighted by its inverse frequency among the remembered incidents, so that 'error' says little and 'replication' much;
* component (0.25): 1 when it is the same, 0 when it is another; left out when either side names none;
* fault (0.10): the share of the fault's words that the alert uses; left out when it uses none, because alerts tell
  symptoms, not causes.

Nothing is recalled below ``FLOOR``, nor when not even two words are shared (or one, of a text of one or two).
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Engine, text

from sre_core.domain import Alert, Incident, Recollection
from sre_core.knowledge.words import by_stem, stems
from sre_core.memory.postmortems import incident_from_postmortem
from sre_core.store import reading, writing
from sre_core.tools.recall_incidents import IncidentMemory, Recalled

__all__ = ["SCHEMA", "AlertMemory", "IncidentStore", "compare", "create", "incident_from_postmortem"]

SCHEMA: tuple[str, ...] = (
    """CREATE TABLE IF NOT EXISTS wb_incidents (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, component TEXT, fault TEXT, symptoms TEXT NOT NULL,
        resolution TEXT NOT NULL, started_at TEXT, source TEXT NOT NULL)""",
)

FLOOR = 0.2
_WORDS, _COMPONENT, _FAULT = 0.65, 0.25, 0.10


def create(connection: Connection) -> None:
    """Create the table where it is not there yet."""
    for statement in SCHEMA:
        connection.execute(text(statement))


class IncidentStore:
    """Remembered incidents. Implements ``IncidentMemory``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def remember(self, incident: Incident) -> None:
        """Keep it; one that has the same id is replaced."""
        statement = """INSERT OR REPLACE INTO wb_incidents
            (id, title, component, fault, symptoms, resolution, started_at, source)
            VALUES (:id, :title, :component, :fault, :symptoms, :resolution, :started_at, :source)"""
        with writing(self._engine) as connection:
            connection.execute(text(statement), incident.model_dump(mode="json"))

    def forget(self, incident_id: str) -> bool:
        """Take it out; False when there was none of that id."""
        with writing(self._engine) as connection:
            return connection.execute(text("DELETE FROM wb_incidents WHERE id = :id"), {"id": incident_id}).rowcount > 0

    def incidents(self) -> list[Incident]:
        """All of them, the latest first; those without a time at the end."""
        statement = "SELECT * FROM wb_incidents ORDER BY started_at IS NULL, started_at DESC, id"
        with reading(self._engine) as connection:
            return [Incident(**row) for row in connection.execute(text(statement)).mappings()]

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        """Past incidents that resemble a text, most alike first."""
        known = await asyncio.to_thread(self.incidents)
        return Recalled(recollections=tuple(compare(text, component, known)[:limit]), known=len(known))


class AlertMemory:
    """The loop's ``Memory``: what resembles an alert."""

    def __init__(self, incidents: IncidentMemory, limit: int = 3) -> None:
        self._incidents = incidents
        self._limit = limit

    async def recall(self, alert: Alert) -> Sequence[Recollection]:
        """Past incidents that resemble the alert, most alike first."""
        found = await self._incidents.recall(alert.text, component=alert.component, limit=self._limit)
        return found.recollections


def compare(text: str, component: str | None, incidents: Sequence[Incident]) -> list[Recollection]:
    """The incidents that resemble the text, most alike first; see above for how that is measured."""
    spoken = by_stem(text)
    told = [frozenset(stems(f"{incident.title}\n{incident.symptoms}")) for incident in incidents]
    weights = _weights(told, spoken)
    found: list[Recollection] = []
    for incident, words in zip(incidents, told, strict=True):
        shared = [stem for stem in spoken if stem in words]
        similarity = _similarity(spoken.keys(), words, shared, weights, component, incident)
        if similarity >= FLOOR and len(shared) >= min(2, len(spoken) - 1, len(words)) and shared:
            same = (incident.component,) if component is not None and component == incident.component else ()
            telling = sorted(shared, key=lambda stem: -weights[stem])
            both = tuple(dict.fromkeys((*same, *(spoken[stem] for stem in telling))))
            found.append(Recollection(incident=incident, similarity=round(similarity, 4), shared=both))
    return sorted(found, key=lambda recollection: -recollection.similarity)


def _weights(told: Sequence[frozenset[str]], spoken: Iterable[str]) -> Mapping[str, float]:
    counts = Counter(stem for words in told for stem in words)
    return {stem: math.log(1 + (len(told) + 1) / (counts[stem] + 0.5)) for stem in {*counts, *spoken}}


def _similarity(
    spoken: Iterable[str],
    told: Iterable[str],
    shared: Iterable[str],
    weights: Mapping[str, float],
    component: str | None,
    incident: Incident,
) -> float:
    parts = [(_WORDS, _cosine(spoken, told, shared, weights))]
    if component is not None and incident.component is not None:
        parts.append((_COMPONENT, float(component == incident.component)))
    fault = set(stems((incident.fault or "").replace("_", " ")))
    if fault & set(spoken):
        parts.append((_FAULT, len(fault & set(spoken)) / len(fault)))
    return min(sum(weight * value for weight, value in parts) / sum(weight for weight, _ in parts), 1.0)


def _cosine(spoken: Iterable[str], told: Iterable[str], shared: Iterable[str], weights: Mapping[str, float]) -> float:
    lengths = math.sqrt(sum(weights[stem] ** 2 for stem in spoken)) * math.sqrt(
        sum(weights[stem] ** 2 for stem in told)
    )
    return sum(weights[stem] ** 2 for stem in shared) / lengths if lengths else 0.0
