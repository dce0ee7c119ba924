"""The only place that reads settings and picks implementations. Pages and the command line talk to a ``Workbench``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sre_core import audit, audit_rows, door, report
from sre_core.comparison import Comparison, compare
from sre_core.domain import Alert, Autonomy, Limits, Pace, ReasonerName
from sre_core.engine import Engine
from sre_core.errors import ApprovalTooLate, ContentGone, RefusedInput, StateFolderInUse, ToolError
from sre_core.events import (
    ActionEdited,
    AlertReceived,
    ContentErased,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationForked,
    entry,
)
from sre_core.home import StateFolder
from sre_core.intake.alerts import said_at
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator
from sre_core.knowledge.forgetting import erase_outputs
from sre_core.knowledge.reading.files import read_files
from sre_core.knowledge.room import KnowledgeRoom, KnowledgeSettings
from sre_core.memory.desk import MemoryDesk
from sre_core.memory.stores import LEARNED_FROM, Memories
from sre_core.model_room import ModelRoom
from sre_core.people import Person
from sre_core.settings import Settings, database_of, endpoint_of
from sre_core.store import open_database
from sre_core.summaries import InvestigationSummary, Summaries
from sre_core.timeline import Contents, Listener, Timeline, new_id
from sre_core.workspaces import Workspaces

if TYPE_CHECKING:  # pandas and networkx come with these, and a page can be served before they are there
    from sre_core.equipment import Equipment
    from sre_core.sources.base import Sources
    from sre_core.tools.base import AnyTool
    from sre_core.web.access import WebAccess

WARM_UP_AFTER = 5.0
"""Seconds after the start before the heavy imports begin, so that they do not compete with the first page."""


class Workbench:
    """Everything that a page or the command line needs. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        endpoint = endpoint_of(settings)
        self.folder = StateFolder(settings.home)
        self.folder.take()
        try:
            database = open_database(database_of(settings, self.folder))
        except (RefusedInput, StateFolderInUse):
            self.folder.release()
            raise
        self.timeline = Timeline(database)
        self.contents = Contents(database)
        self.knowledge = KnowledgeRoom(
            database, knowledge_settings(settings, self.folder), partial(erase_outputs, self.timeline, self.contents)
        )
        self.library = self.knowledge.library
        self.desk = self.knowledge.desk
        self.embedders = self.knowledge.embedders
        self.memory = Memories(database, self.embedders)
        self.incidents = self.memory.incidents
        outdated_after = timedelta(days=settings.memory_days)
        self.memory_desk = MemoryDesk(self.memory, self.library, read_files, self.knowledge.feeds, outdated_after)
        self.models = ModelRoom(endpoint, self.contents, self.folder.path / "endpoints.json")
        self.workspaces = Workspaces(self.folder.capsules)
        self.engine = Engine(self.timeline, self._equip)
        self.roster = settings.roster()
        self._database = database
        self._closing = threading.Event()
        self._summaries = Summaries(self.timeline)
        self.timeline.subscribe(self._remember)
        self.memory.complete(self.state, self.read)

    def start(self) -> None:
        """Start the engine; what was running when the last process ended goes on by itself."""
        self.engine.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def close(self) -> None:
        """Stop the engine and let go of the state folder; what runs goes on at the next start."""
        self._closing.set()
        self.engine.stop()
        self.knowledge.stop()
        self._database.dispose()
        self.folder.release()

    # -- investigations --------------------------------------------------------------------------------------------

    def open(
        self,
        alert: Alert,
        *,
        by: Person,
        workspace: str | None = None,
        autonomy: Autonomy = Autonomy.ASK_RISKY,
        pace: Pace = Pace.FULL,
        limits: Limits | None = None,
        attended: bool = True,
        recall_own: bool = False,
        reasoner: ReasonerName | None = None,
    ) -> str:
        """Record the alert and wake the engine; returns the investigation's id. ``reasoner`` None: as it is set.

        Raises ``NotAllowed``.
        """
        opened = AlertReceived(
            alert=self._in_its_time(alert, workspace),
            workspace=workspace,
            autonomy=autonomy,
            pace=pace,
            limits=limits or Limits(),
            attended=attended,
            recall_own=recall_own,
            reasoner=reasoner or self.reasoner,
        )
        said = entry(by, opened)
        door.refuse_unless_allowed(said)
        investigation_id = new_id()[:12]
        self.timeline.append(investigation_id, 1, said)
        self.engine.wake(investigation_id)
        return investigation_id

    @property
    def reasoner(self) -> ReasonerName:
        """Who reasons where nobody says otherwise."""
        return self.settings.reasoner or ("model" if self.models.endpoint is not None else "rules")

    def _in_its_time(self, alert: Alert, workspace: str | None) -> Alert:
        """Over recorded telemetry, "since 14:05" is of the day that was recorded; where that day is not known, of none."""
        if workspace is None or "starts_at" not in alert.from_words:
            return alert
        window = self.sources(workspace).window
        return said_at(alert, window.end if window else None)

    def record(self, investigation_id: str, said: Entry) -> Event:
        """Append what a person said, and wake.

        Raises ``NotAllowed``, ``StaleDecision``, ``RefusedInput``, ``UnknownInvestigation``, ``StoreUnavailable``; an answer
        that came too late is refused, and the request made anew.
        """
        if isinstance(said.happening, ActionEdited):
            self._check_arguments(investigation_id, said.happening)
        try:
            event = self.timeline.record(investigation_id, said)
        except ApprovalTooLate:
            self.timeline.expire(investigation_id, said.happening)
            self.engine.wake(investigation_id)
            raise
        self.engine.wake(investigation_id)
        return event

    def _check_arguments(self, investigation_id: str, edited: ActionEdited) -> None:
        """At once, while the person still has them before their eyes; the loop checks once more."""
        state = self.state(investigation_id)
        record = state.actions.get(edited.action_id)
        tool = self.tools(state.workspace).get(record.action.tool) if record else None
        if tool is None:
            return
        try:
            named = tool.named(tool.parse(dict(edited.arguments)))
        except ToolError as error:
            raise RefusedInput(str(error)) from error
        known = self.sources(state.workspace).components()
        if unknown := [name for name in named if known and name not in known and "/" not in name]:
            near = get_close_matches(unknown[0], known, n=3, cutoff=0.3)
            hint = f" Near it: {', '.join(near)}." if near else ""
            raise RefusedInput(f"There is no component {unknown[0]!r} here.{hint} Nothing was recorded.")

    def fork(self, origin: str, at: int, *, by: Person, pace: Pace = Pace.PLAN, guidance: str = "") -> str:
        """A new investigation with the same events up to ``at``; returns its id.

        Raises ``NotAllowed``, ``RefusedInput``, ``UnknownInvestigation``.
        """
        fork_id = self.timeline.fork(origin, entry(by, InvestigationForked(origin=origin, at=at, pace=pace)))
        if guidance.strip():
            self.timeline.record(fork_id, entry(by, GuidanceGiven(text=guidance)))
        self.engine.wake(fork_id)
        return fork_id

    def compare(self, one: str, other: str) -> Comparison:
        """What two investigations share, and how they differ. Raises ``UnknownInvestigation``."""
        self.state(one), self.state(other)
        return compare(self.read(one), self.read(other))

    def audit_trail(self, investigation_id: str) -> Iterator[str]:
        """Its events as lines of JSON with a hash chain (docs/audit.md). Raises ``UnknownInvestigation``."""
        self.state(investigation_id)
        stored = audit_rows.rows(self._database, investigation_id)
        return audit.export(stored, self.folder.secret(), investigation_id)

    def erase(self, investigation_id: str, digest: str, *, because: str, by: Person) -> None:
        """Forget a stored output for good; the timeline keeps a tombstone. Raises ``ContentGone``, ``NotAllowed``."""
        said = entry(by, ContentErased(digest=digest, reason=because))
        door.refuse_unless_allowed(said)
        if digest in self.state(investigation_id).erased:
            raise ContentGone("This output was erased already.")
        self.contents.erase(digest, because)
        self.record(investigation_id, said)

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
        """All of them, those that wait for a person first. Cheap: what did not change is not read again."""
        return self._summaries.all()

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
        return self._equipment().investigator(self.sources(state.workspace), state)

    def _equipment(self) -> Equipment:
        from sre_core.equipment import Equipment

        answer_within = timedelta(minutes=self.settings.answer_minutes)
        outdated_after = timedelta(days=self.settings.memory_days)
        return Equipment(
            self.library,
            self.incidents,
            self.contents,
            answer_within,
            outdated_after,
            self.web,
            self.models.desk,
            self.settings.brief_characters,
        )

    @cached_property
    def web(self) -> WebAccess | None:
        """How the web is reached; None when no search is configured."""
        from sre_core.web.access import web_access

        given = self.settings
        return web_access(
            given.searxng_url, given.web_allowed_hosts, given.private_names, self.folder.path / "web-pages"
        )

    def _warm_up(self) -> None:
        """Load what investigations and searches need, once the first page has been served."""
        if not self._closing.wait(WARM_UP_AFTER):
            self._equipment()
            self.knowledge.start()
            if self.embedders.wait() is not None and not self._closing.is_set():
                self.incidents.catch_up()

    def _remember(self, event: Event) -> None:
        """Again when it closes: a process may be killed after the conclusion is written and before it is remembered."""
        if isinstance(event.happening, LEARNED_FROM):
            id_ = event.investigation_id
            self.memory.learn(event, self.state(id_), lambda: self.read(id_))


def knowledge_settings(settings: Settings, folder: StateFolder) -> KnowledgeSettings:
    """What of the settings the knowledge base needs."""
    chroma = None if settings.vector_index == "exact" else settings.chroma_url or folder.path / "chroma"
    return KnowledgeSettings(
        model=settings.embedding_model,
        cache=settings.model_cache,
        chroma=chroma,
        copies=folder.path / "repositories",
        half_life=timedelta(days=settings.half_life_days),
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
