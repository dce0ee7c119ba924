"""Which tools there are. A new one is one file, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sre_core.sources.base import Sources
from sre_core.tools.apply_remediation import ApplyRemediation
from sre_core.tools.base import AnyTool, by_name
from sre_core.tools.calculate import Calculate
from sre_core.tools.deep_research import DeepResearch
from sre_core.tools.inspect_topology import InspectTopology
from sre_core.tools.list_changes import ListChanges
from sre_core.tools.periods import KnownPeriods
from sre_core.tools.query_metrics import QueryMetrics
from sre_core.tools.read_logs import ReadLogs
from sre_core.tools.read_signals import ReadSignals
from sre_core.tools.read_traces import ReadTraces
from sre_core.tools.recall_incidents import IncidentMemory, RecallIncidents
from sre_core.tools.run_diagnostic import RunDiagnostic
from sre_core.tools.search_runbooks import Library, SearchRunbooks
from sre_core.tools.search_web import SearchWeb
from sre_core.web.access import MaskedWeb


@dataclass(frozen=True)
class Connected:
    """What tools can be made of."""

    sources: Sources
    library: Library
    memory: IncidentMemory
    web: MaskedWeb | None = None

    @property
    def periods(self) -> KnownPeriods:
        """When it was bad and when it was normal, as far as anybody said."""
        return KnownPeriods.of(self.sources)


ToolFactory = Callable[[Connected], AnyTool | None]

TOOLS: tuple[ToolFactory, ...] = (
    lambda at: QueryMetrics(at.sources.metrics, at.periods) if at.sources.metrics is not None else None,
    lambda at: ReadLogs(at.sources.logs, at.periods) if at.sources.logs is not None else None,
    lambda at: ListChanges(at.sources.changes) if at.sources.changes is not None else None,
    lambda at: InspectTopology(at.sources.topology) if at.sources.topology.components else None,
    lambda at: RunDiagnostic(at.sources.commands) if at.sources.commands is not None else None,
    lambda at: ReadSignals(at.sources.signals) if at.sources.signals is not None else None,
    lambda at: ReadTraces(at.sources.traces, at.periods) if at.sources.traces is not None else None,
    lambda at: SearchRunbooks(at.library),
    lambda at: RecallIncidents(at.memory),
    lambda at: Calculate(),
    lambda at: SearchWeb(at.web.search, at.web.mask) if at.web is not None else None,
    lambda at: DeepResearch(at.web.research, at.web.mask) if at.web is not None else None,
    lambda at: ApplyRemediation(at.sources.remediations) if at.sources.remediations is not None else None,
)
"""Each gives its tool, or None when what it needs is not connected."""


def tools_for(
    sources: Sources,
    library: Library,
    memory: IncidentMemory,
    registry: Sequence[ToolFactory] = TOOLS,
    web: MaskedWeb | None = None,
    outside: Sequence[AnyTool] = (),
) -> dict[str, AnyTool]:
    """The tools of one investigation by name, those of others last; a tool whose source is absent is left out."""
    connected = Connected(sources, library, memory, web)
    ours = [tool for make in registry if (tool := make(connected)) is not None]
    return by_name([*ours, *outside])
