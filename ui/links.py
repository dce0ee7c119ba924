"""The links of an alert's payload, kept at hand at the head of the page: what each leads to, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sre_core.domain import Alert
from sre_core.intake.links import LinkKind, links_of

Runbooks = Callable[[Iterable[str]], tuple[str, ...]]
"""Addresses -> paths of the documents here that they mean."""

WORDS = {
    LinkKind.RUNBOOK: ("Runbook", "search_runbooks"),
    LinkKind.DASHBOARD: ("Dashboard", "query_metrics"),
    LinkKind.PANEL: ("Panel", "query_metrics"),
    LinkKind.SOURCE: ("Source of the alert", "read_signals"),
    LinkKind.INCIDENT: ("Incident", "alert"),
    LinkKind.SILENCE: ("Silence", "bell"),
    LinkKind.OTHER: ("Link", "link"),
}
"""What it is called, and the drawing before it."""


def no_runbooks(_: Iterable[str]) -> tuple[str, ...]:
    """Nothing is written down here."""
    return ()


def links_section(alert: Alert, runbooks: Runbooks = no_runbooks) -> list[dict[str, Any]]:
    """The most useful first; a runbook that is kept here opens here too."""
    return [
        {
            "kind": link.kind.value,
            "word": WORDS[link.kind][0],
            "icon": WORDS[link.kind][1],
            "host": link.host,
            "address": link.address,
            "name": link.name,
            "documents": list(runbooks([link.address])) if link.kind is LinkKind.RUNBOOK else [],
        }
        for link in links_of(alert)
    ]
