"""The words of the inbox: an alert that was received, how it came in, and what became of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sre_core.domain import Alert, Moment, Value
from sre_core.inbox.grouping import Signal, Tie
from sre_core.intake.foreign_json import read_json

Became = Literal["opened", "repeated", "fired again", "resolved", "still resolved"]
"""What one delivery did to its alert in the inbox."""

Standing = Literal["firing", "investigated", "resolved", "dismissed"]

NOTHING_OPEN: Literal["nothing open"] = "nothing open"
"""It says resolved, and no such alert is here: a message of this kind never opens one."""


class OpenedFor(Value):
    """An investigation that was opened for an alert."""

    investigation_id: str
    at: Moment
    by: str
    leads: bool = Field(default=True, description="False: another alert led, and this one stood in the context.")


class Dismissal(Value):
    """Somebody said that nothing needs to be done."""

    by: str
    at: Moment
    because: str = ""


class InboxAlert(Value):
    """One alert as it stands in the inbox: what says the same again is counted here, and opens no other."""

    id: str
    alert: Alert = Field(description="As it came in last while it fired, without its payload.")
    recognised_as: str
    notes: tuple[str, ...] = ()
    template: str | None = Field(default=None, description="The template that read it; None: it was known by its form.")
    workspace: str | None = Field(default=None, description="Which telemetry it is about; None: not said.")
    fingerprint: str
    rule: str = ""
    first_seen: Moment
    last_seen: Moment
    began: Moment = Field(description="When the condition of the present firing began, as far as known.")
    fired_at: Moment = Field(description="When the present firing came in first; before it, all is history.")
    times: int = Field(default=1, ge=1, description="How often it came in, resolved messages included.")
    resolved_at: Moment | None = Field(default=None, description="When it was said to be over; None: it fires.")
    by: str = Field(description="Who gave it first.")
    via: str = ""
    payload: str = Field(description="Digest of what it came in with last.")
    own: str = Field(description="The same with this alert alone in it; equal where it came alone.")
    investigations: tuple[OpenedFor, ...] = ()
    dismissed: Dismissal | None = None

    @property
    def is_investigated(self) -> bool:
        """Whether an investigation was opened for the present firing, or for the one that is over."""
        return any(one.at >= self.fired_at for one in self.investigations)

    @property
    def is_waiting(self) -> bool:
        """Whether it still waits for somebody: it fires, nobody dismissed it, and nobody investigates it."""
        return self.dismissed is None and self.resolved_at is None and not self.is_investigated

    @property
    def standing(self) -> Standing:
        """How it stands, in a word: what somebody did about it counts before what its sender says."""
        if self.dismissed:
            return "dismissed"
        if self.resolved_at:
            return "resolved"
        return "investigated" if self.is_investigated else "firing"

    @property
    def signal(self) -> Signal:
        """What of it counts for grouping."""
        return Signal(
            id=self.id,
            began=self.began,
            fingerprint=self.fingerprint,
            component=self.alert.component,
            rule=self.rule,
            payload=self.payload,
            workspace=self.workspace,
        )


class Delivery(Value):
    """One time that an alert came in."""

    number: int = Field(ge=1)
    at: Moment
    by: str
    via: str
    became: Became
    digest: str = Field(description="Of the payload that it came in with.")
    own: str = Field(description="Of the same with this alert alone in it.")
    context: str = Field(default="", description="What a person added in their own words.")


class Outcome(Value):
    """What became of one alert that was given."""

    title: str
    became: Became | Literal["nothing open"]
    alert_id: str | None = Field(description="The row in the inbox; None: there is none.")
    times: int = 1


class Given(Value):
    """What became of a payload."""

    outcomes: tuple[Outcome, ...]
    let_go: int = Field(default=0, ge=0, description="Alerts that had to make room, the longest unseen.")

    @property
    def ids(self) -> tuple[str, ...]:
        """The rows that it touched, in the order of the payload."""
        return tuple(dict.fromkeys(one.alert_id for one in self.outcomes if one.alert_id))


class Looked(Value):
    """An alert as it would stand in the inbox. Nothing is kept yet."""

    alert: Alert
    recognised_as: str
    notes: tuple[str, ...] = ()
    template: str | None = None
    fingerprint: str
    there: InboxAlert | None = Field(default=None, description="The row that it would be counted on.")
    ties: tuple[Tie, ...] = ()

    @property
    def is_unknown_form(self) -> bool:
        """Whether a person may say which of its fields is which: it is JSON of a form that is known by no name."""
        return may_be_mapped(self.recognised_as, self.template, self.alert.raw)


def may_be_mapped(recognised_as: str, template: str | None, payload: str) -> bool:
    """Whether a template could read it, or read it: JSON of a form that is known by no name."""
    if payload.lstrip()[:1] not in ("{", "["):
        return False
    return template is not None or recognised_as == "json" or (recognised_as == "text" and _is_json(payload))


def _is_json(text: str) -> bool:
    """False for what was cut off on its way: no path leads into it."""
    try:
        read_json(text)
    except ValueError:
        return False
    return True
