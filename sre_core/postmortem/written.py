"""What a postmortem draft is made of: sentences with what they rest on, and how it says things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from sre_core import events as ev
from sre_core.domain import Evidence, Incident, Value
from sre_core.events import Event
from sre_core.investigation import ActionRecord, Investigation

ALERT = 1
"""seq of the event that every timeline begins with."""


class Sentence(Value):
    """One statement and what it rests on."""

    text: str
    evidence: tuple[str, ...] = Field(default=(), description="Ids of evidence.")
    events: tuple[int, ...] = Field(default=(), description="seq of events.")
    revision: int | None = Field(default=None, description="The revision of the memory that says so.")
    at: datetime | None = Field(default=None, description="When it happened, in the section on the timeline.")


class Section(Value):
    """A heading and its sentences; a question to the author where the timeline has nothing to say."""

    heading: str
    sentences: tuple[Sentence, ...] = ()
    question: str = ""


class Correction(Value):
    """What is believed of the investigation since somebody corrected it in memory."""

    believed: Incident
    revision: int = Field(ge=1)
    by: str
    at: datetime


class PostmortemDraft(Value):
    """A draft: what is known, by section, and the evidence that the sentences name."""

    investigation_id: str
    title: str
    component: str | None
    fault: str | None
    started_at: datetime | None
    sections: tuple[Section, ...]
    evidence: tuple[Evidence, ...] = Field(description="All that is cited, in the order of its ids.")
    seen_at: tuple[tuple[str, int], ...] = Field(description="(id of evidence, seq of the event that has it)")


def last(events: Sequence[Event], *kinds: type[Value]) -> int:
    """seq of the last event of these kinds; that of the alert when there is none."""
    return next((event.seq for event in reversed(events) if isinstance(event.happening, kinds)), ALERT)


def of_cause(state: Investigation) -> tuple[str, ...]:
    """Evidence that the claims about the cause cite."""
    claims = state.conclusion.claims if state.conclusion else ()
    return tuple(dict.fromkeys(id_ for claim in claims if claim.verified for id_ in claim.evidence))[:6]


def changes(record: ActionRecord) -> bool:
    """Whether it was no mere look."""
    return record.action.effect.value == "writes"


def named(record: ActionRecord) -> str:
    """'`scale` (component=cart, to=3)'"""
    arguments = ", ".join(f"{name}={value}" for name, value in record.action.arguments.items())
    return f"`{record.action.tool}` ({arguments})"


def who(actor: str) -> str:
    """'person:ada' -> 'ada'"""
    return actor.removeprefix("person:")


def told(rated: ev.ConclusionRated) -> str:
    """': it was door: door open. Fix: shut it; it held. It stood open.'"""
    what = rated.cause or (rated.fault or "").replace("_", " ")
    cause = ": ".join(part for part in (rated.component, what.rstrip(".")) if part)
    sentences = (f"it was {cause}." if cause else "", fix_in_words(rated.fix, rated.fix_held), rated.note)
    said = " ".join(part for part in sentences if part)
    return f": {said}" if said else "."


def fix_in_words(words: str, held: bool | None) -> str:
    """'Fix: shut it; it held.'; empty when nothing is said of it."""
    outcome = {None: "", True: "it held", False: "it did not hold"}[held]
    said = "; ".join(part for part in (words.strip().rstrip("."), outcome) if part)
    return f"Fix: {said}." if said else ""
