"""The only place that reads settings and picks implementations. Pages and the command line talk to a ``Workbench``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from sre_core import report
from sre_core.domain import Action, Alert, Autonomy, Effect, Limits, Moment, Pace, Value
from sre_core.engine import Engine
from sre_core.events import AlertReceived, ConclusionReached, ContentErased, Entry, Event, entry
from sre_core.home import StateFolder
from sre_core.investigation import Investigation, Phase
from sre_core.investigator import Investigator
from sre_core.knowledge.library import SqliteLibrary
from sre_core.memory.conclusions import incident_from_investigation
from sre_core.memory.incidents import AlertMemory, IncidentStore
from sre_core.memory.postmortems import incident_from_postmortem
from sre_core.memory.supplemented import SupplementedIncidents
from sre_core.reasoning.rules import RuleReasoner
from sre_core.settings import Settings
from sre_core.sources.base import Sources
from sre_core.store import open_database
from sre_core.timeline import Contents, Listener, Timeline, new_id
from sre_core.tools.base import AnyTool
from sre_core.tools.registry import tools_for
from sre_core.tools.toolbox import ToolCollection
from sre_core.topology.graph import Topology
from sre_core.workspaces import Workspaces


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
        database = open_database(self.folder.database)
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

    def tools(self, workspace: str | None) -> dict[str, AnyTool]:
        """The tools that this workspace has something for, by name."""
        return self._tools(self.sources(workspace))

    def _tools(self, sources: Sources) -> dict[str, AnyTool]:
        return tools_for(sources, self.library.with_documents(sources.documents), self._memory(sources))

    def _memory(self, sources: Sources) -> SupplementedIncidents:
        postmortems = (incident_from_postmortem(path, text) for path, text in sources.documents.items())
        return SupplementedIncidents(self.incidents, [incident for incident in postmortems if incident])

    def _equip(self, state: Investigation) -> Investigator:
        sources = self.sources(state.workspace)
        tools = self._tools(sources)
        return Investigator(
            reasoner=RuleReasoner(sources, tools),
            tools=ToolCollection(tools, self.contents, time.monotonic),
            memory=AlertMemory(self._memory(sources)),
            affected=lambda action: affected(action, sources.topology),
            run_id=new_id(),
        )

    def _remember(self, event: Event) -> None:
        if isinstance(event.happening, ConclusionReached):
            incident = incident_from_investigation(self.state(event.investigation_id))
            if incident:
                self.incidents.remember(incident)

    def _summary(self, investigation_id: str, seq: int) -> InvestigationSummary:
        known = self._summaries.get(investigation_id)
        if known is None or known.events != seq:
            known = summarise(self.state(investigation_id))
            self._summaries[investigation_id] = known
        return known


def affected(action: Action, topology: Topology) -> tuple[str, ...]:
    """Who may feel this action: nobody when it only reads, else its components and whoever depends on them."""
    if action.effect is Effect.READS:
        return ()
    touched = list(action.components)
    feels = [component for touched_one in touched for component in topology.upstream(touched_one)]
    return tuple(dict.fromkeys([*touched, *feels]))


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
