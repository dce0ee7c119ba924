"""The only place that reads settings and picks implementations. Pages and the command line talk to a ``Workbench``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sre_core import report
from sre_core.domain import Alert, Autonomy, Limits, Moment, Pace, Value
from sre_core.engine import Engine
from sre_core.errors import RefusedInput, UnreadableTimeline
from sre_core.events import (
    AlertReceived,
    ConclusionReached,
    ContentErased,
    Entry,
    Event,
    InvestigationClosed,
    entry,
)
from sre_core.home import StateFolder
from sre_core.investigation import Investigation, Phase
from sre_core.investigator import Investigator
from sre_core.knowledge.library import SqliteLibrary
from sre_core.memory.conclusions import incident_from_investigation
from sre_core.memory.incidents import IncidentStore
from sre_core.settings import Settings
from sre_core.store import open_database
from sre_core.timeline import Contents, Listener, Timeline, new_id
from sre_core.workspaces import Workspaces

if TYPE_CHECKING:  # pandas and networkx come with these, and a page can be served before they are there
    from sre_core.equipment import Equipment
    from sre_core.sources.base import Sources
    from sre_core.tools.base import AnyTool

WARM_UP_AFTER = 5.0
"""Seconds after the start before the heavy imports begin, so that they do not compete with the first page."""


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
    verdict: str | None = None
    headline: str = ""


class Workbench:
    """Everything that a page or the command line needs. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = StateFolder(settings.home)
        self.folder.take()
        try:
            database = open_database(self.folder.database)
        except RefusedInput:
            self.folder.release()
            raise
        self.timeline = Timeline(database)
        self.contents = Contents(database)
        self.library = SqliteLibrary(database)
        self.incidents = IncidentStore(database)
        self.workspaces = Workspaces(self.folder.capsules)
        self.engine = Engine(self.timeline, self._equip)
        self._database = database
        self._summaries: dict[str, InvestigationSummary] = {}
        self.timeline.subscribe(self._remember)

    def start(self) -> None:
        """Start the engine; what was running when the last process ended goes on by itself."""
        self.engine.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def close(self) -> None:
        """Stop the engine and let go of the state folder; what runs goes on at the next start."""
        self.engine.stop()
        self._database.dispose()
        self.folder.release()

    # -- investigations --------------------------------------------------------------------------------------------

    def open(
        self,
        alert: Alert,
        *,
        by: str,
        workspace: str | None = None,
        autonomy: Autonomy = Autonomy.ASK_RISKY,
        pace: Pace = Pace.FULL,
        limits: Limits | None = None,
        attended: bool = True,
    ) -> str:
        """Record the alert and wake the engine; returns the investigation's id. ``by`` is an actor: ``person:NAME``."""
        opened = AlertReceived(
            alert=alert, workspace=workspace, autonomy=autonomy, pace=pace, limits=limits or Limits(), attended=attended
        )
        investigation_id = new_id()[:12]
        self.timeline.append(investigation_id, 1, entry(by, opened))
        self.engine.wake(investigation_id)
        return investigation_id

    def record(self, investigation_id: str, said: Entry) -> Event:
        """Append what a person said, and wake. Raises ``StaleDecision``, ``UnknownInvestigation``."""
        event = self.timeline.record(investigation_id, said)
        self.engine.wake(investigation_id)
        return event

    def erase(self, investigation_id: str, digest: str, *, because: str, by: str) -> None:
        """Forget a stored output for good; the timeline keeps a tombstone. Raises ``ContentGone``."""
        self.contents.erase(digest, because)
        self.record(investigation_id, entry(by, ContentErased(digest=digest, reason=because)))

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        """Events after ``since``, in order."""
        return self.timeline.read(investigation_id, since)

    def state(self, investigation_id: str) -> Investigation:
        """The fold of everything so far. Raises ``UnknownInvestigation``."""
        return self.timeline.state(investigation_id)

    def report(self, investigation_id: str) -> report.Report:
        """The report of whatever is known so far."""
        return report.build(self.state(investigation_id))

    def investigations(self) -> Sequence[InvestigationSummary]:
        """All of them, those that wait for a person first, then newest first."""
        summaries = [self._summary(id_, seq) for id_, seq, _ in self.timeline.last_events()]
        return sorted(summaries, key=lambda summary: not summary.waiting)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(event)`` in the appending thread after each append; returns how to stop that."""
        return self.timeline.subscribe(listener)

    def output_text(self, digest: str) -> str:
        """A stored bulky output. Raises ``ContentGone``."""
        return self.contents.read_now(digest)

    # -- what investigations stand on ------------------------------------------------------------------------------

    def sources(self, workspace: str | None) -> Sources:
        """What an investigation of this workspace looks at. Raises ``RefusedInput``."""
        return self.workspaces.open(workspace)

    def tools(self, workspace: str | None) -> Mapping[str, AnyTool]:
        """The tools that this workspace has something for, by name. Raises ``RefusedInput``."""
        return self._equipment().tools(self.sources(workspace))

    def _equip(self, state: Investigation) -> Investigator:
        return self._equipment().investigator(self.sources(state.workspace))

    def _equipment(self) -> Equipment:
        from sre_core.equipment import Equipment

        return Equipment(self.library, self.incidents, self.contents)

    def _warm_up(self) -> None:
        """Import what the first investigation needs, once the first page has been served."""
        time.sleep(WARM_UP_AFTER)
        self._equipment()

    def _remember(self, event: Event) -> None:
        """Again when it closes: a process may be killed after the conclusion is written and before it is remembered."""
        if isinstance(event.happening, ConclusionReached | InvestigationClosed):
            incident = incident_from_investigation(self.state(event.investigation_id))
            if incident:
                self.incidents.remember(incident)

    def _summary(self, investigation_id: str, seq: int) -> InvestigationSummary:
        known = self._summaries.get(investigation_id)
        if known is None or known.events != seq:
            known = self._summarised(investigation_id, seq)
            self._summaries[investigation_id] = known
        return known

    def _summarised(self, investigation_id: str, seq: int) -> InvestigationSummary:
        """One that cannot be read is listed as such: the others must not suffer, and it must not seem gone."""
        try:
            return summarise(self.state(investigation_id))
        except UnreadableTimeline as error:
            opened_at, last_at = self.timeline.span(investigation_id)
            return InvestigationSummary(
                id=investigation_id,
                title=f"Investigation {investigation_id}",
                workspace=None,
                opened_at=opened_at,
                last_at=last_at,
                events=seq,
                status="failed",
                waiting=False,
                headline=str(error),
            )


def summarise(state: Investigation) -> InvestigationSummary:
    """One line of a list."""
    if state.opened_at is None or state.last_at is None:
        raise ValueError("an investigation that was never opened has no summary")
    return InvestigationSummary(
        id=state.id,
        title=state.alert.title,
        workspace=state.workspace,
        opened_at=state.opened_at,
        last_at=state.last_at,
        events=state.seq,
        status=report.status(state),
        waiting=state.phase in (Phase.APPROVAL, Phase.HELD, Phase.FAILED),
        verdict=state.conclusion.verdict.value if state.conclusion else None,
        headline=state.conclusion.headline if state.conclusion else "",
    )


_lock = threading.Lock()
_the_one: Workbench | None = None


def start_workbench(settings: Settings | None = None) -> Workbench:
    """The process's workbench, started. Raises ``StateFolderInUse``."""
    global _the_one
    with _lock:
        if _the_one is None:
            bench = Workbench(settings or Settings())
            bench.start()
            _the_one = bench
        return _the_one


def workbench() -> Workbench:
    """The process's workbench. Raises ``RuntimeError`` when it was not started."""
    if _the_one is None:
        raise RuntimeError("The workbench is not started; start it with `make run` or `uvicorn app:app`.")
    return _the_one


def stop_workbench() -> None:
    """Close the process's workbench, if there is one."""
    global _the_one
    with _lock:
        if _the_one is not None:
            _the_one.close()
            _the_one = None
