"""Passages: what a timeline says, cut into pieces that can be found, weighed and quoted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cached_property, lru_cache

from sre_core.knowledge.words import stems

NO_LONGER = 0.5
"""Weight of what was said once and does not stand any more."""


class Kind(StrEnum):
    """What sort of thing a passage says."""

    ALERT = auto()
    MEMORY = auto()
    STEP = auto()
    OPEN_STEP = auto()
    LOOK = auto()
    OUTCOME = auto()
    OUTPUT = auto()
    EXCERPT = auto()
    EXAMINED = auto()
    NO_DATA = auto()
    EVIDENCE = auto()
    ONSET = auto()
    CHANGE = auto()
    LATER_CHANGE = auto()
    CHANGES_LISTED = auto()
    THOUGHT = auto()
    RULED_OUT = auto()
    LEADER = auto()
    RIVAL = auto()
    SAID = auto()
    DECISION = auto()
    REFUSAL = auto()
    ASKED = auto()
    NOW = auto()
    VERDICT = auto()
    CLAIM = auto()
    REMEDY = auto()
    NOT_EXAMINED = auto()
    SETTLES = auto()
    BLAST = auto()


@dataclass  # not frozen: thousands are made for every question, and a frozen one takes several times as long
class Passage:
    """Words of one event, what leads in to them in a sentence, and what else they can be found by."""

    kind: Kind
    seq: int
    text: str
    lead: str
    about: str = ""
    """Names and words that stand beside the text in the event."""
    evidence_id: str | None = None
    action_id: str | None = None
    weight: float = 1.0
    beside: str = ""
    """Words of the event that are quoted too when only they have what was asked for: where the text stands."""

    @cached_property
    def index(self) -> str:
        """What a term is looked up in. The reason why something was ruled out names others, who were not."""
        return indexed(self.about if self.kind is Kind.RULED_OUT else f"{self.text} {self.about}")

    @property
    def where(self) -> str:
        """'event 12, E3'."""
        return ", ".join(filter(None, (f"event {self.seq}", self.evidence_id or self.action_id)))


def indexed(text: str) -> str:
    """Stems between spaces, then the words as they are."""
    return f" {' '.join(filter(None, map(stems_of, text.split())))} \n{text.lower()}"


@lru_cache(maxsize=50_000)
def stems_of(text: str) -> str:
    """Its stems in the order they stand, one space between; kept, since timelines repeat themselves."""
    return " ".join(stems(text))
