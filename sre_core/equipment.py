"""What one run of the loop has at hand: reasoner, tools and memory over the sources of its workspace."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from sre_core.domain import Action, Effect
from sre_core.investigator import Investigator
from sre_core.knowledge.library import SqliteLibrary
from sre_core.memory.incidents import AlertMemory, IncidentStore
from sre_core.memory.postmortems import incident_from_postmortem
from sre_core.memory.supplemented import SupplementedIncidents
from sre_core.reasoning.rules import RuleReasoner
from sre_core.sources.base import Sources
from sre_core.timeline import Contents, new_id
from sre_core.tools.base import AnyTool
from sre_core.tools.registry import tools_for
from sre_core.tools.toolbox import ToolCollection
from sre_core.topology.graph import Topology


class Equipment:
    """Puts together investigators on one knowledge base, one memory and one store of outputs."""

    def __init__(
        self, library: SqliteLibrary, incidents: IncidentStore, contents: Contents, answer_within: timedelta
    ) -> None:
        self._library = library
        self._incidents = incidents
        self._contents = contents
        self._answer_within = answer_within

    def investigator(self, sources: Sources) -> Investigator:
        """Everything that one run of the loop on these sources needs."""
        tools = self.tools(sources)
        return Investigator(
            reasoner=RuleReasoner(sources, tools),
            tools=ToolCollection(tools, self._contents, time.monotonic),
            memory=AlertMemory(self._memory(sources)),
            affected=lambda action: affected(action, sources.topology),
            run_id=new_id(),
            answer_within=self._answer_within,
        )

    def tools(self, sources: Sources) -> Mapping[str, AnyTool]:
        """The tools that these sources have something for, by name."""
        return tools_for(sources, self._library.with_documents(sources.documents), self._memory(sources))

    def _memory(self, sources: Sources) -> SupplementedIncidents:
        postmortems = (incident_from_postmortem(path, text) for path, text in sources.documents.items())
        return SupplementedIncidents(self._incidents, [incident for incident in postmortems if incident])


def affected(action: Action, topology: Topology) -> tuple[str, ...]:
    """Who may feel this action: nobody when it only reads, else its components and whoever depends on them."""
    if action.effect is Effect.READS:
        return ()
    touched = list(action.components)
    feels = [component for touched_one in touched for component in topology.upstream(touched_one)]
    return tuple(dict.fromkeys([*touched, *feels]))
