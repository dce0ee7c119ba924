"""Incidents and alerts to remember and to recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from sre_core.domain import Alert, Conclusion, Incident, Plan, RootCause, Verdict
from sre_core.events import AlertReceived, ConclusionReached, MemoryRecalled, PlanProposed, entry
from sre_core.knowledge.embedding import Vectors
from sre_core.memory.fingerprint import fingerprint, kind_of
from tests.fakes import PERSON, ListTimeline

MAY = datetime(2026, 5, 19, 13, 2, tzinfo=UTC)
ORDERS = Alert(
    title="/api/v2/orders answers 503 for 5 % of requests",
    description="sessions wait for a lock at orders-db, p99 above 2 s",
    component="orders-db",
    labels={"alertname": "OrdersFailing", "service": "orders-db", "pod": "orders-db-79b49f5555-625p8"},
    starts_at=MAY + timedelta(days=30),
)


def incident(alert: Alert = ORDERS, n: int = 1, **told: Any) -> Incident:
    """What an investigation of the alert came to; ``n`` tells them apart."""
    plain: dict[str, Any] = {
        "id": f"investigation:{n}",
        "title": alert.title,
        "component": "orders-db",
        "fault": "lock_contention",
        "statement": "A migration holds a lock at orders-db.",
        "symptoms": alert.description,
        "resolution": "migration cancelled",
        "alert": alert.text,
        "fingerprint": fingerprint(alert),
        "kind": kind_of(alert),
        "alerting": ("orders-db",),
        "started_at": MAY + timedelta(days=n),
        "settled_at": MAY + timedelta(days=n, hours=1),
        "verdict": Verdict.CONFIRMED,
        "confidence": 0.9,
        "investigation_id": str(n),
        "source": f"investigation {n}",
        "occurrence": str(n),
    }
    return Incident.model_validate({**plain, **told})


def concluded(
    alert: Alert = ORDERS, cause: RootCause | None = None, workspace: str | None = None, **recalled: Any
) -> ListTimeline:
    """An investigation that came to a cause without looking."""
    cause = cause or RootCause(component="orders-db", fault="lock_contention", statement="A lock at orders-db")
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=alert, workspace=workspace)))
    timeline.say(entry("memory", MemoryRecalled(**recalled)))
    timeline.say(entry("reasoner:rules", PlanProposed(plan=Plan(revision=1, steps=()))))
    conclusion = Conclusion(verdict=Verdict.LIKELY, headline="A lock", root_cause=cause)
    timeline.say(entry("reasoner:rules", ConclusionReached(conclusion=conclusion)))
    return timeline


@dataclass
class Meanings:
    """A model that knows a few synonyms: texts are near when they share a meaning. Implements ``Embedder`` and ``Embedders``."""

    model: str = "meanings"
    dimension: int = 6
    state: str = "ready"
    problem: str | None = None
    loaded: bool = True
    asked: int = 0
    groups: tuple[tuple[str, ...], ...] = (
        ("lock", "blocked", "stuck"),
        ("memory", "oom", "heap"),
        ("certificate", "tls"),
        ("disk", "space"),
        ("queue", "backlog"),
    )

    def now(self) -> Meanings | None:
        return self if self.loaded else None

    def wait(self, seconds: float | None = None) -> Meanings | None:
        return self.now()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        rows = [[float(any(word in text.lower() for word in group)) for group in self.groups] + [0.1] for text in texts]
        vectors = np.array(rows, np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
