"""Investigations as lines of a list, kept up to date by what is appended, so that many pages may ask every other second."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import TypedDict

from pydantic import Field

from sre_core import report
from sre_core.domain import Alert, Conclusion, Moment, Severity, Value
from sre_core.door import SAYABLE
from sre_core.errors import StoreUnavailable, UnknownInvestigation, UnreadableTimeline
from sre_core.events import AlertReceived, ConclusionReached, Event, InvestigationClosed, InvestigationForked
from sre_core.investigation import Investigation, Phase
from sre_core.timeline import Timeline

CLOSED = InvestigationClosed.__name__
BY_PEOPLE = frozenset(kind.__name__ for kind in (AlertReceived, InvestigationForked, *SAYABLE))
"""Events that a person may have written."""
TELLING = BY_PEOPLE | {ConclusionReached.__name__, CLOSED}
"""What a line is made of where nothing is left to do."""
A_PERSON = "person:"


class InvestigationSummary(Value):
    """One line of a list of investigations."""

    id: str
    title: str
    workspace: str | None
    opened_at: Moment
    last_at: Moment
    events: int
    status: str
    """working, waiting, concluded, stopped or failed"""
    waiting: bool
    """Whether a person has to do something."""
    waiting_for: str = ""
    """What, in a few words: 'approve: apply remediation', 'say how to go on', 'something broke'; empty when nobody waits."""
    waiting_since: Moment | None = None
    """When the oldest question was asked; None when nobody waits."""
    verdict: str | None = None
    headline: str = ""
    severity: Severity = Severity.UNKNOWN
    component: str | None = Field(default=None, description="Where the cause is; None while none is concluded.")
    fault: str | None = Field(
        default=None, description="What it is, a term of docs/faults.md; None: none is concluded."
    )
    alerted: str | None = Field(default=None, description="The component that the alert names.")
    affected: tuple[str, ...] = Field(default=(), description="Components that the conclusion says feel it.")
    opened_by: str = Field(default="", description="Whose investigation it is; of a fork, who forked.")
    people: tuple[str, ...] = Field(
        default=(), description="Everybody who said something, in the order of their first word."
    )
    origin: str | None = Field(
        default=None, description="The investigation that it was forked from; None: it is no fork."
    )

    @property
    def components(self) -> tuple[str, ...]:
        """Every component that it is about: of the cause, of the alert, affected."""
        return tuple(dict.fromkeys(filter(None, (self.component, self.alerted, *self.affected))))

    @property
    def lasted(self) -> float:
        """Seconds from the alert to the last event."""
        return (self.last_at - self.opened_at).total_seconds()


class Summaries:
    """One line for each investigation of a timeline. Thread-safe; what did not change is not read again."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._lock = threading.Lock()
        self._known: dict[str, InvestigationSummary] = {}
        self._changed: dict[str, int] = {}
        """Id -> seq of the newest event that was heard of since the last reading."""
        self._sorted: Sequence[InvestigationSummary] = ()
        self._loaded = False
        timeline.subscribe(self._hear)

    def all(self) -> Sequence[InvestigationSummary]:
        """Those that wait for a person first, the one that asked last at the head; then the newest first."""
        with self._lock:
            if not self._loaded:
                self._changed.clear()
                self._known = self._closed_ones()
                self._loaded = True
            elif not self._changed:
                return self._sorted
            while self._changed:
                self._read_again(*self._changed.popitem())
            self._sorted = sorted(self._known.values(), key=_place)
            return self._sorted

    def forget(self, investigation_id: str) -> None:
        """It was erased."""
        with self._lock:
            self._changed.pop(investigation_id, None)
            if self._known.pop(investigation_id, None):
                self._sorted = [one for one in self._sorted if one.id != investigation_id]

    def _read_again(self, investigation_id: str, seq: int) -> None:
        try:
            self._known[investigation_id] = self._now(investigation_id, seq)
        except UnknownInvestigation:  # it was erased since
            self._known.pop(investigation_id, None)
        except StoreUnavailable:
            self._changed.setdefault(investigation_id, seq)
            raise

    def _hear(self, event: Event) -> None:
        self._changed[event.investigation_id] = event.seq

    def _closed_ones(self) -> dict[str, InvestigationSummary]:
        """What is closed says so with its last event; it need not be folded, and after a start there may be thousands.

        All others are noted as changed: they are read one by one.
        """
        closed: dict[str, int] = {}
        for id_, seq, last in self._timeline.last_events():
            (closed if last == CLOSED else self._changed)[id_] = seq
        found: dict[str, InvestigationSummary] = {}
        for id_, told in self._timeline.read_of_each(TELLING):
            if id_ not in closed:
                continue
            if isinstance(told, UnreadableTimeline):
                self._changed[id_] = closed[id_]
            else:
                found[id_] = self._closed(id_, closed[id_], told)
        return found

    def _closed(self, investigation_id: str, seq: int, told: Sequence[Event]) -> InvestigationSummary:
        opened = next(each.happening for each in told if isinstance(each.happening, AlertReceived))
        forked = [each.happening.origin for each in told if isinstance(each.happening, InvestigationForked)]
        reached = [each.happening.conclusion for each in told if isinstance(each.happening, ConclusionReached)]
        return InvestigationSummary(
            id=investigation_id,
            title=opened.alert.title,
            workspace=opened.workspace,
            opened_at=told[0].at,
            last_at=told[-1].at,
            events=seq,
            status="concluded",
            waiting=False,
            **_about(opened.alert, reached[-1] if reached else None, told),
            origin=forked[-1] if forked else None,
        )

    def _now(self, investigation_id: str, seq: int) -> InvestigationSummary:
        try:
            state = self._timeline.state(investigation_id)
            return summarise(state, self._timeline.read_of(investigation_id, BY_PEOPLE))
        except UnreadableTimeline as error:
            return self._unreadable(investigation_id, seq, str(error))

    def _unreadable(self, investigation_id: str, seq: int, why: str) -> InvestigationSummary:
        """One that cannot be read is listed as such: the others must not suffer, and it must not seem gone."""
        opened_at, last_at = self._timeline.span(investigation_id)
        return InvestigationSummary(
            id=investigation_id,
            title=f"Investigation {investigation_id}",
            workspace=None,
            opened_at=opened_at,
            last_at=last_at,
            events=seq,
            status="failed",
            waiting=False,
            headline=why,
        )


def summarise(state: Investigation, said: Sequence[Event]) -> InvestigationSummary:
    """One line of a list. ``said``: its events that people may have written."""
    if state.opened_at is None or state.last_at is None:
        raise ValueError("an investigation that was never opened has no summary")
    wanted = waiting_for(state)
    asked = [record.asked_at for record in state.waiting if record.asked_at]
    return InvestigationSummary(
        id=state.id,
        title=state.alert.title,
        workspace=state.workspace,
        opened_at=state.opened_at,
        last_at=state.last_at,
        events=state.seq,
        status=report.status(state),
        waiting=bool(wanted),
        waiting_for=wanted,
        waiting_since=min(asked, default=state.last_at) if wanted else None,
        **_about(state.alert, state.conclusion, said),
        origin=state.origin[0] if state.origin else None,
    )


class _About(TypedDict):
    verdict: str | None
    headline: str
    severity: Severity
    component: str | None
    fault: str | None
    alerted: str | None
    affected: tuple[str, ...]
    opened_by: str
    people: tuple[str, ...]


def _about(alert: Alert, conclusion: Conclusion | None, said: Iterable[Event]) -> _About:
    """What it is about, and who had a part in it."""
    cause = conclusion.root_cause if conclusion else None
    opened_by, people = "", dict[str, None]()
    for event in said:
        if not event.actor.startswith(A_PERSON):
            continue
        name = event.actor.removeprefix(A_PERSON)
        people[name] = None
        if isinstance(event.happening, AlertReceived | InvestigationForked):
            opened_by = name
    return _About(
        verdict=conclusion.verdict.value if conclusion else None,
        headline=conclusion.headline if conclusion else "",
        severity=alert.severity,
        component=cause.component if cause else None,
        fault=cause.fault if cause else None,
        alerted=alert.component,
        affected=conclusion.blast_radius if conclusion else (),
        opened_by=opened_by,
        people=tuple(people),
    )


def waiting_for(state: Investigation) -> str:
    """What a person has to do, in a few words; empty when nothing."""
    if state.waiting:
        tools = list(dict.fromkeys(record.action.tool.replace("_", " ") for record in state.waiting))
        return f"approve: {', '.join(tools)}"
    match state.phase:
        case Phase.HELD:
            return "say how to go on"
        case Phase.BUDGET:
            return "raise the model's budget, or go on with the rules"
        case Phase.FAILED:
            return "something broke"
        case _:
            return ""


def _place(one: InvestigationSummary) -> tuple[bool, float, str]:
    return not one.waiting, -(one.waiting_since or one.opened_at).timestamp(), one.id
