"""The only place that reads settings and picks implementations. Pages and the command line talk to a ``Workbench``."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from difflib import get_close_matches
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine as Database

from sre_core import audit, audit_rows, door, report, tracing
from sre_core.checks_desk import ChecksDesk
from sre_core.cleaned import cleaned
from sre_core.comparison import Comparison, compare
from sre_core.domain import Action, Alert, Autonomy, Effect, Limits, Pace, ReasonerName
from sre_core.engine import Engine
from sre_core.erasure.besides import KeptBeside
from sre_core.erasure.desk import ErasureDesk
from sre_core.errors import (
    ApprovalTooLate,
    ContentGone,
    RefusedInput,
    StateFolderInUse,
    ToolError,
    UnknownInvestigation,
)
from sre_core.events import (
    ActionEdited,
    AlertReceived,
    CheckDropped,
    CheckPicked,
    ContentErased,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationForked,
    entry,
)
from sre_core.export.desk import FOLDER, ExportDesk
from sre_core.export.recorded import Recorded
from sre_core.gateway.asking import Gateway, Listening
from sre_core.holdings import DatabaseHolding, PartHolding, database_holding, parts_of
from sre_core.home import StateFolder
from sre_core.inbox.before import Recall
from sre_core.inbox.dependencies import Dependencies
from sre_core.inbox.desk import Inbox
from sre_core.inbox.forms import Forms
from sre_core.inbox.store import InboxStore
from sre_core.inbox.templates import Templates
from sre_core.intake.alerts import Understood, said_at, understand
from sre_core.investigation import Investigation, fold
from sre_core.investigator import Investigator, Reasoner, utc_now
from sre_core.knowledge.feeds.runbook_links import linked_runbooks
from sre_core.knowledge.forgetting import erase_outputs
from sre_core.knowledge.reading.files import read_files
from sre_core.knowledge.room import KnowledgeRoom, KnowledgeSettings
from sre_core.memory.desk import MemoryDesk
from sre_core.memory.stores import LEARNED_FROM, Memories
from sre_core.model_room import ModelRoom
from sre_core.outside_tools.access import OutsideTools, tools_of
from sre_core.people import Person
from sre_core.policy import SUGGESTED
from sre_core.policy_rules import Reach
from sre_core.settings import Settings, address_of, database_of, endpoint_of, policy_of
from sre_core.store import open_database
from sre_core.summaries import InvestigationSummary, Summaries
from sre_core.timeline import Contents, Listener, Timeline, new_id
from sre_core.trials import Tell, Trial
from sre_core.workspaces import Workspaces

if TYPE_CHECKING:  # pandas and networkx come with these, and a page can be served before they are there
    from sre_core.equipment import Equipment
    from sre_core.reasoning.model.answer_desk import AnswerDesk
    from sre_core.replay import Replayed
    from sre_core.sources.base import Sources
    from sre_core.tools.base import AnyTool
    from sre_core.topology.dossier import Dossiers
    from sre_core.topology.maps import InvestigationMap, Maps
    from sre_core.web.access import MakeResearcher, WebAccess
    from sre_core.web.desk import ResearchDesk
    from sre_core.web.masking import Mask
    from sre_core.web.research import Research
    from sre_core.web.trying import SearchTried

WARM_UP_AFTER = 5.0
"""Seconds after the start before the heavy imports begin, so that they do not compete with the first page."""


class Workbench:
    """Everything that a page or the command line needs. Thread-safe."""

    def __init__(
        self, settings: Settings, warm_up_after: float = WARM_UP_AFTER, to_read: Database | None = None
    ) -> None:
        """``to_read``: a database that was opened for reading, so that this one only reads; None: it takes the state folder."""
        self.settings = settings
        endpoint = endpoint_of(settings)
        self.folder = StateFolder(settings.home)
        tools_config = tools_of(settings.tools_file, self.folder.path)
        self.policy = policy_of(settings, self.folder)
        database = to_read or self._taken()
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
        self.models = ModelRoom(
            endpoint,
            self.contents,
            self.folder.path / "endpoints.json",
            address_of(settings),
            names_of=self._names_in if settings.mask_names else None,
        )
        self.search_trial: Trial[SearchTried] = Trial(self._try_search)
        self.workspaces = Workspaces(self.folder.capsules)
        self.outside = OutsideTools(tools_config, self.folder.path)
        self.engine = Engine(self.timeline, self._equip)
        self.checks = ChecksDesk(self.sources, lambda sources: self._equipment().case(sources), self.policy)
        self.inbox = Inbox(
            InboxStore(database),
            Forms(Templates(database)),
            Dependencies(self.sources, self.knowledge.feeds),
            Recall(self.incidents),
            self.open,
        )
        self.roster = settings.roster()
        self._database = database
        self._closing = threading.Event()
        self._tracing: tracing.Tracing | None = None
        self._warm_up_after = warm_up_after
        self._summaries = Summaries(self.timeline)
        self._erased: list[Callable[[str], object]] = []
        self.recorded = Recorded(database, self.timeline, self.contents, self.library.text, self.folder.secret)
        home = self.folder.path
        self.exports = ExportDesk(self.recorded, home / FOLDER)
        can_go = (self.folder.capsules, home / "repositories", home / "web-pages")
        self.kept_beside = KeptBeside(database, self.memory, self.library, self.desk, self.exports, can_go)
        self.erasures = ErasureDesk(database, self.timeline, self, self.kept_beside)
        self.timeline.subscribe(self._remember)
        if to_read is None:
            self.memory.complete(self.state, self.read)

    def _trace(self) -> None:
        """Export traces where the standard variables of OpenTelemetry ask for it. Raises ``RefusedInput``."""
        if tracing.wanted(os.environ):
            read = self.contents.read_now if tracing.with_content(os.environ) else None
            self._tracing = tracing.Tracing(tracing.otlp_exporter(), self.timeline.read_of, read)
            self.timeline.subscribe(self._tracing.hear)

    def _taken(self) -> Database:
        self.folder.take()
        try:
            return open_database(database_of(self.settings, self.folder))
        except (RefusedInput, StateFolderInUse):
            self.folder.release()
            raise

    def start(self) -> None:
        """Start the engine; what was running when the last process ended goes on by itself."""
        self._trace()
        self.engine.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def close(self) -> None:
        """Stop the engine and let go of the state folder; what runs goes on at the next start."""
        self._closing.set()
        self.models.close()
        self.search_trial.let_go()
        self.exports.close()
        self.erasures.close()
        for desk in ("research", "answers"):  # those that somebody has been at
            if desk in vars(self):
                getattr(self, desk).close()
        self.engine.stop()
        if self._tracing is not None:
            self._tracing.close()
        self.outside.close()
        self.knowledge.stop()
        self._database.dispose()
        self.folder.release()

    # -- investigations --------------------------------------------------------------------------------------------

    def understand(self, payload: str, context: str = "") -> Understood:
        """Read an alert that is given now, in any form, those that templates describe among them. Raises ``RefusedInput``."""
        return understand(payload, context, utc_now(), self.inbox.forms.templates())

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
        received: tuple[str, ...] = (),
    ) -> str:
        """Record the alert and wake the engine; returns the investigation's id. ``limits``, ``reasoner`` None: as they are set.

        ``received``: ids of the inbox's alerts that it is opened for; see ``Inbox.investigate``. Raises ``NotAllowed``.
        """
        opened = AlertReceived(
            alert=cleaned(self._in_its_time(alert, workspace)),
            workspace=workspace,
            autonomy=autonomy,
            pace=pace,
            limits=limits or self.settings.limits,
            attended=attended,
            recall_own=recall_own,
            reasoner=reasoner or self.reasoner,
            received=received,
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
        door.refuse_unless_allowed(said)
        if isinstance(said.happening, ActionEdited):
            self._check_arguments(investigation_id, said.happening)
        if isinstance(said.happening, CheckPicked):
            self._check_pick(investigation_id, said.happening)
        if isinstance(said.happening, CheckDropped):
            self._check_drop(investigation_id, said.happening)
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
        self._refuse_what_policy_forbids(tool, edited.arguments)
        known = self.sources(state.workspace).components()
        if unknown := [name for name in named if known and name not in known and "/" not in name]:
            near = get_close_matches(unknown[0], known, n=3, cutoff=0.3)
            hint = f" Near it: {', '.join(near)}." if near else ""
            raise RefusedInput(f"There is no component {unknown[0]!r} here.{hint} Nothing was recorded.")

    def _check_pick(self, investigation_id: str, picked: CheckPicked) -> None:
        """At once, as for an edit: there is such a look, and it takes these arguments."""
        tools = self.tools(self.state(investigation_id).workspace)
        tool = tools.get(picked.tool)
        if tool is None or (tool.effect is not Effect.READS and not tool.outside):
            looks = ", ".join(sorted(name for name, one in tools.items() if one.effect is Effect.READS))
            raise RefusedInput(f"{picked.tool!r} is no look that can be picked here. There are: {looks}.")
        try:
            tool.parse(dict(picked.arguments))
        except ToolError as error:
            raise RefusedInput(str(error)) from error
        self._refuse_what_policy_forbids(tool, picked.arguments)

    def _check_drop(self, investigation_id: str, dropped: CheckDropped) -> None:
        """At once: what nobody could do anyway would only be told to every reasoner from now on."""
        if dropped.tool not in self.tools(self.state(investigation_id).workspace):
            raise RefusedInput(
                f"There is no tool {dropped.tool!r} here, so nothing has to be dropped. Nothing was recorded."
            )

    def refuse_by_hand(self, tool: AnyTool, arguments: Mapping[str, Any], by: Person) -> None:
        """Raise ``RefusedInput`` when a person may not run this themselves, outside any investigation."""
        self._refuse_what_policy_forbids(tool, arguments, by)
        if self.policy.suggest_only and tool.effect is not Effect.READS:
            raise RefusedInput(f"{SUGGESTED} Nothing was run.")

    def refuse_where_forbidden(self, look: str) -> None:
        """Raise ``RefusedInput`` when no call of this tool is anybody's to make, such as what people ask for by themselves."""
        if against := self.policy.forbids(Reach(tool=look, effect=Effect.READS)):
            raise RefusedInput(f"{self.policy.in_words(against)} Nothing was run.")

    def _refuse_what_policy_forbids(
        self, tool: AnyTool, arguments: Mapping[str, Any], by: Person | None = None
    ) -> None:
        """``by``: on whose word alone it would run; None: somebody else may still be asked."""
        from sre_core.tools.toolbox import reach_of

        reach = reach_of(tool, Action(id="by hand", tool=tool.name, arguments=dict(arguments), effect=tool.effect))
        if against := self.policy.denied(reach, by.role) if by else self.policy.forbids(reach):
            raise RefusedInput(f"{self.policy.in_words(against)} Nothing was recorded, and nothing was run.")

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

    async def replay(self, events: Sequence[Event]) -> Replayed:
        """Repeat an investigation from its record, and say where it comes out differently (docs/models.md).

        Raises ``RefusedInput`` when its workspace is not here.
        """
        from sre_core.replay import reaches_outside, records_in, replay, thinking_beside  # the reasoners come with it

        state = fold(events[-1].investigation_id, events)
        outside = self.outside.tools if reaches_outside(events, self.outside.names) else tuple
        at_hand = self._equipment(outside).investigator(self.sources(state.workspace), state)
        beside = thinking_beside(at_hand.reasoner, self.settings.brief_characters)

        def thinks(gateway: Gateway, listening: Listening) -> Reasoner:
            return beside(self.models.masked(gateway), listening)

        return await replay(events, at_hand, records_in(self.contents.read_now), thinks)

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

    def every(self) -> Sequence[str]:
        """The ids of all investigations, the newest first."""
        return [id_ for id_, _, _ in self.timeline.last_events()]

    def is_at_work(self, investigation_id: str) -> bool:
        """Whether the loop, or an answer beside it, is at work on it."""
        return self.engine.is_at_work(investigation_id)

    def forgotten(self, investigation_id: str) -> None:
        """It was erased: nobody is shown it any more."""
        self._summaries.forget(investigation_id)
        for tell in self._erased:
            tell(investigation_id)

    def on_erased(self, tell: Callable[[str], object]) -> None:
        """Call ``tell(id)`` in the erasing thread when an investigation was erased."""
        self._erased.append(tell)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(event)`` in the appending thread after each append; returns how to stop that."""
        return self.timeline.subscribe(listener)

    def output_text(self, digest: str) -> str:
        """A stored bulky output. Raises ``ContentGone``."""
        return self.contents.read_now(digest)

    def database_holding(self) -> DatabaseHolding:
        """What the database holds, and how much room it takes. Raises ``StoreUnavailable``."""
        return database_holding(self._database)

    def runbooks(self, links: Iterable[str]) -> tuple[str, ...]:
        """Paths of the documents here that these addresses mean."""
        return linked_runbooks(links, self.library.documents())

    def database_parts(self) -> list[PartHolding]:
        """What takes the room in the database, kind by kind; takes a while where it is large. Raises ``StoreUnavailable``."""
        return parts_of(self._database)

    # -- what investigations stand on ------------------------------------------------------------------------------

    def sources(self, workspace: str | None) -> Sources:
        """What an investigation of this workspace looks at. Raises ``RefusedInput``."""
        return self.workspaces.open(workspace)

    def tools(self, workspace: str | None) -> Mapping[str, AnyTool]:
        """The tools that this workspace has something for, by name. Raises ``RefusedInput``."""
        return self._equipment().tools(self.sources(workspace))

    def _equip(self, state: Investigation) -> Investigator:
        return self._equipment().investigator(self.sources(state.workspace), state)

    def _equipment(self, outside: Callable[[], Sequence[AnyTool]] | None = None) -> Equipment:
        """``outside``: the tools of others; None: those that are connected."""
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
            self.policy,
            outside or self.outside.tools,
        )

    @cached_property
    def maps(self) -> Maps:
        """The topologies there are, drawn."""
        from sre_core.topology.maps import Maps

        return Maps(self.sources, self.knowledge.feeds.list)

    @cached_property
    def dossiers(self) -> Dossiers:
        """What is known of each component."""
        from sre_core.topology.dossier import Dossiers

        return Dossiers(self, self.memory.facts, self.memory.profiles)

    def map_of(self, investigation_id: str) -> InvestigationMap:
        """What of the topology an investigation is about, drawn. Raises ``RefusedInput``, ``UnknownInvestigation``."""
        return self.maps.of(self.state(investigation_id))

    @cached_property
    def web(self) -> WebAccess | None:
        """How the web is reached; None when no search is configured."""
        from sre_core.web.access import web_access

        given = self.settings
        return web_access(
            given.searxng_url, given.web_allowed_hosts, given.private_names, self.folder.path / "web-pages"
        )

    @cached_property
    def answers(self) -> AnswerDesk:
        """Where answers are put together from what the documents say."""
        from sre_core.reasoning.model.answer_desk import AnswerDesk

        return AnswerDesk(self.library.text, self.model_alone)

    @cached_property
    def research(self) -> ResearchDesk:
        """Where people ask the web outside of an investigation."""
        from sre_core.reasoning.model.alone import researcher
        from sre_core.web.desk import ResearchDesk

        return ResearchDesk(self._research, partial(researcher, self.model_alone))

    def _research(self, researcher: MakeResearcher) -> Research | None:
        """Without a workspace, whatever is known of any of our systems by name is masked."""
        if self.web is None:
            return None
        self.refuse_where_forbidden("deep_research")
        names = {*self.library.components(), *(one.component or "" for one in self.incidents.incidents())}
        return self.web.around(self.sources(None), researcher=researcher, names=names - {"", "*"}).research

    @asynccontextmanager
    async def model_alone(self) -> AsyncIterator[Gateway | None]:
        """The model for one question outside of an investigation; None where the rules are to answer."""
        if self.reasoner != "model":
            yield None
            return
        async with self.models.alone() as gateway:
            yield gateway

    def _names_in(self, investigation_id: str) -> Mask:
        """What a model is told by pseudonyms in an investigation; in anything else, what shows by its form."""
        from sre_core.gateway.pseudonyms import names_of

        private = self.settings.private_names
        try:
            state = self.state(investigation_id)
        except UnknownInvestigation:
            return names_of((), (), private)
        sources = self.sources(state.workspace)
        return names_of(sources.topology.components.values(), (sources.alert, state.alert), private)

    async def _try_search(self, tell: Tell) -> SearchTried:
        from sre_core.web.trying import try_search

        return await try_search(self.web.search if self.web else None, tell)

    def _warm_up(self) -> None:
        """Load what investigations and searches need, once the first page has been served."""
        if not self._closing.wait(self._warm_up_after):
            self._equipment()
            self.outside.begin()
            self.knowledge.start()
            self.models.warm_up()
            self.maps.warm_up()
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
