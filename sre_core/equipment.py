"""What one run of the loop has at hand: reasoner, tools and memory over the sources of its workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from sre_core.domain import Action, Alert, Effect
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator
from sre_core.knowledge.library import KnowledgeBase
from sre_core.memory.alert_memory import SAMPLES, AlertMemory, Own, Place, WorkspaceIncidents, capsule_of
from sre_core.memory.incidents import IncidentStore
from sre_core.memory.picture import Picture
from sre_core.memory.postmortems import incident_from_postmortem
from sre_core.memory.standing import OUTDATED_AFTER
from sre_core.policy_rules import Policy
from sre_core.reasoning.briefing import BUDGET
from sre_core.reasoning.case import Case
from sre_core.reasoning.model.desk import ModelDesk
from sre_core.reasoning.rules import RuleReasoner
from sre_core.reasoning.rules_opinion import RulesOpinion
from sre_core.sources.base import Sources
from sre_core.timeline import Contents, new_id
from sre_core.tools.base import AnyTool
from sre_core.tools.live_steps import LiveSteps
from sre_core.tools.registry import tools_for
from sre_core.tools.toolbox import ToolCollection
from sre_core.topology.graph import Topology
from sre_core.web.access import MakeResearcher, WebAccess
from sre_core.web.extracting import ExtractiveResearcher


class Equipment:
    """Puts together investigators on one knowledge base, one memory and one store of outputs."""

    def __init__(
        self,
        library: KnowledgeBase,
        incidents: IncidentStore,
        contents: Contents,
        answer_within: timedelta,
        outdated_after: timedelta = OUTDATED_AFTER,
        web: WebAccess | None = None,
        models: ModelDesk | None = None,
        shown: int = BUDGET,
        policy: Policy | None = None,
        outside: Callable[[], Sequence[AnyTool]] = tuple,
    ) -> None:
        """``shown``: characters of a case that a model is shown at once; ``outside``: the tools of others that are there now."""
        self._library = library
        self._incidents = incidents
        self._contents = contents
        self._answer_within = answer_within
        self._outdated_after = outdated_after
        self._web = web
        self._models = models or ModelDesk()
        self._shown = shown
        self._policy = policy or Policy()
        self._outside = outside

    def investigator(self, sources: Sources, state: Investigation | None = None) -> Investigator:
        """Everything that one run of the loop on these sources needs. ``state`` says what the tools must not recall."""
        place = self._place(sources)
        seen = state or Investigation("")
        run = self._models.run(seen)
        tools = self._tools(sources, place, state, partial(self._models.researcher, run, seen))
        rules = RuleReasoner(sources, tools, heard_of=self._heard_of(sources))
        library = self._library.with_documents(sources.documents)
        steps = LiveSteps(lambda told: self._models.write(seen.id, told))
        collection = ToolCollection(tools, self._contents, time.monotonic, steps=steps)
        opinion = self._models.opinion(run, rules, self._shown)
        return Investigator(
            reasoner=rules,
            model=self._models.reasoner(run, rules, library, self._shown),
            calls=run.calls,
            blind={"rules": RulesOpinion(rules, collection.output), "model": opinion},
            tools=collection,
            memory=AlertMemory(self._incidents, place, outdated_after=self._outdated_after),
            affected=lambda action: affected(action, sources.topology),
            run_id=new_id(),
            answer_within=self._answer_within,
            policy=self._policy,
        )

    def case(self, sources: Sources) -> Case:
        """These sources as the rules see them."""
        return Case(sources, self.tools(sources), heard_of=self._heard_of(sources))

    def tools(self, sources: Sources) -> Mapping[str, AnyTool]:
        """The tools that these sources have something for, by name."""
        return self._tools(sources, self._place(sources), None)

    def _tools(
        self,
        sources: Sources,
        place: Place,
        state: Investigation | None,
        researcher: MakeResearcher = ExtractiveResearcher,
    ) -> Mapping[str, AnyTool]:
        own = (lambda picture: Own.of(state, place, picture)) if state else None
        memory = WorkspaceIncidents(self._incidents, place, own)
        web = self._web.around(sources, state.alert if state else None, researcher) if self._web else None
        library = self._library.with_documents(sources.documents)
        return tools_for(sources, library, memory, web=web, outside=self._outside())

    def _place(self, sources: Sources) -> Place:
        case, topology = Case(sources, {}, heard_of=self._heard_of(sources)), sources.topology
        written = (incident_from_postmortem(path, text) for path, text in sources.documents.items())

        def picture(alert: Alert) -> Picture:
            alerting = case.alerting(alert) or ((alert.component,) if alert.component else ())
            calls = {component: topology.depends_on(component) for component in topology.components}
            return Picture.around(alerting, case.components, calls)

        return Place(picture, [incident for incident in written if incident], sources.window, capsule_of(sources))

    def _heard_of(self, sources: Sources) -> frozenset[str]:
        """Where the workspace knows no component: those that documents and past incidents tell of, the samples' left out."""
        if sources.components():
            return frozenset()
        past = (i for i in self._incidents.incidents() if not (i.workspace or "").startswith(SAMPLES))
        return self._library.components() | {incident.component for incident in past if incident.component}


def affected(action: Action, topology: Topology) -> tuple[str, ...]:
    """Who may feel this action: nobody when it only reads, else its components and whoever depends on them."""
    if action.effect is Effect.READS:
        return ()
    touched = list(action.components)
    feels = [component for touched_one in touched for component in topology.upstream(touched_one)]
    return tuple(dict.fromkeys([*touched, *feels]))
