"""Investigations as lines of a list, kept up to date by what is appended, so that many pages may ask every other second."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sre_core import report
from sre_core.domain import Moment, Value
from sre_core.errors import StoreUnavailable, UnreadableTimeline
from sre_core.events import AlertReceived, ConclusionReached, Event, InvestigationClosed
from sre_core.investigation import Investigation, Phase
from sre_core.timeline import Timeline

CLOSED = InvestigationClosed.__name__


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
                self._known = {id_: self._at_first(id_, seq, last) for id_, seq, last in self._timeline.last_events()}
                self._loaded = True
            elif not self._changed:
                return self._sorted
            while self._changed:
                self._read_again(*self._changed.popitem())
            self._sorted = sorted(self._known.values(), key=_place)
            return self._sorted

    def _read_again(self, investigation_id: str, seq: int) -> None:
        try:
            self._known[investigation_id] = self._now(investigation_id, seq)
        except StoreUnavailable:
            self._changed.setdefault(investigation_id, seq)
            raise

    def _hear(self, event: Event) -> None:
        self._changed[event.investigation_id] = event.seq

    def _at_first(self, investigation_id: str, seq: int, last: str) -> InvestigationSummary:
        """What is closed says so with its last event; it need not be folded, and after a start there may be thousands."""
        if last != CLOSED:
            return self._now(investigation_id, seq)
        try:
            return self._closed(investigation_id, seq)
        except UnreadableTimeline as error:
            return self._unreadable(investigation_id, seq, str(error))

    def _closed(self, investigation_id: str, seq: int) -> InvestigationSummary:
        told = self._timeline.read_of(investigation_id, (AlertReceived.__name__, ConclusionReached.__name__, CLOSED))
        opened = next(each.happening for each in told if isinstance(each.happening, AlertReceived))
        reached = [each.happening.conclusion for each in told if isinstance(each.happening, ConclusionReached)]
        conclusion = reached[-1] if reached else None
        return InvestigationSummary(
            id=investigation_id,
            title=opened.alert.title,
            workspace=opened.workspace,
            opened_at=told[0].at,
            last_at=told[-1].at,
            events=seq,
            status="concluded",
            waiting=False,
            verdict=conclusion.verdict.value if conclusion else None,
            headline=conclusion.headline if conclusion else "",
        )

    def _now(self, investigation_id: str, seq: int) -> InvestigationSummary:
        try:
            return summarise(self._timeline.state(investigation_id))
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


def summarise(state: Investigation) -> InvestigationSummary:
    """One line of a list."""
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
        verdict=state.conclusion.verdict.value if state.conclusion else None,
        headline=state.conclusion.headline if state.conclusion else "",
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
