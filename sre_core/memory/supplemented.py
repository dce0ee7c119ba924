"""Remembered incidents, and a few more beside them that are compared and never stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sre_core.domain import Incident
from sre_core.memory.incidents import IncidentStore, compare
from sre_core.tools.recall_incidents import Recalled


class SupplementedIncidents:
    """An incident store and the postmortems of one workspace, compared as one. Implements ``IncidentMemory``."""

    def __init__(self, store: IncidentStore, beside: Sequence[Incident]) -> None:
        self._store = store
        self._beside = beside

    async def recall(self, text: str, *, component: str | None, limit: int) -> Recalled:
        """Past incidents that resemble a text, most alike first."""
        known = [*await asyncio.to_thread(self._store.incidents), *self._beside]
        return Recalled(recollections=tuple(compare(text, component, known)[:limit]), known=len(known))
