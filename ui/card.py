"""What every card of the trace has, and what a card compares with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sre_core.domain import Plan
from sre_core.events import Event
from ui import tokens, words
from ui.words import cut

Card = dict[str, Any]


@dataclass(frozen=True)
class Before:
    """What the state was before an event, as far as a card compares with it."""

    chances: Mapping[str, float]
    plan: Plan | None
    headline: str = ""
    """Of the conclusion that stood until then."""


@dataclass
class Times:
    """What is known of an action beside its record: its first proposal, its last event, and who let it run unasked."""

    proposed: Event
    last_seq: int
    ended_at: datetime | None = None
    standing: Event | None = None


def base(event: Event, kind: str, title: str) -> Card:
    """``seq`` is where a fork from this card begins; ``signed`` is empty unless a person said it."""
    return {
        "id": f"e{event.seq}",
        "seq": event.seq,
        "kind": kind,
        "title": title,
        "actor": words.actor(event.actor),
        "signed": words.signed(event.actor, event.role, event.via),
        "at": event.at.isoformat(),
    }


def row(event: Event, icon: str, text: str, tone: tokens.Tone) -> Card:
    """A thin line for what is worth knowing but not worth a card."""
    return base(event, "row", "") | {"icon": icon, "text": cut(text), "tone": tone}


def pretty(arguments: Mapping[str, Any]) -> str:
    """Arguments exactly as they will run, readable."""
    return json.dumps(dict(arguments), indent=2, ensure_ascii=False, default=str)
