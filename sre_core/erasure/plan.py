"""What would go, and what would stay, said before anything is erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from pydantic import Field

from sre_core.domain import Value
from sre_core.memory.conclusions import incident_id
from sre_core.memory.saved_postmortems import postmortem_path
from sre_core.summaries import InvestigationSummary

OPEN = ("working", "waiting", "failed")


class WhatGoes(Value):
    """How much an erasure takes with it."""

    investigations: int
    events: int
    still_open: int = Field(description="They are left, unless they are stopped first.")
    memories: int = Field(description="Remembered of them.")
    postmortems: int = Field(description="Saved of them.")
    forks_left: tuple[str, ...] = Field(description="Forks that are not chosen: they hold the events that they share.")


def what_goes(
    chosen: Collection[str],
    every: Sequence[InvestigationSummary],
    remembered: Collection[str],
    documents: Collection[str],
) -> WhatGoes:
    """``remembered``: ids of incidents; ``documents``: paths."""
    those = frozenset(chosen)
    going = [one for one in every if one.id in those]
    return WhatGoes(
        investigations=len(going),
        events=sum(one.events for one in going),
        still_open=sum(one.waiting or one.status in OPEN for one in going),
        memories=sum(incident_id(one.id) in remembered for one in going),
        postmortems=sum(postmortem_path(one.id) in documents for one in going),
        forks_left=tuple(one.id for one in every if one.origin in those and one.id not in those),
    )


def older_than(days: float, every: Sequence[InvestigationSummary], now: datetime) -> list[str]:
    """Those in which nothing has happened for so many days."""
    return [one.id for one in every if one.last_at < now - timedelta(days=days)]
