"""Everything that is known of one component: whom it touches, what was changed, what investigations found, what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sre_core.domain import ComponentFact, Evidence, Incident, Moment
from sre_core.errors import WorkbenchError
from sre_core.investigation import Investigation
from sre_core.memory.profiles import Profile
from sre_core.summaries import InvestigationSummary
from sre_core.topology.conditions import ComponentCondition, conditions
from sre_core.topology.graph import Component, Topology
from sre_core.topology.maps import FEED, same_system

if TYPE_CHECKING:  # pandas comes with it
    from sre_core.sources.base import Change, Sources

MOST_INVESTIGATIONS = 60
"""How many of the latest investigations are read for what they found."""
MOST_PIECES = 4
MOST_CHANGES = 12


@dataclass(frozen=True)
class Found:
    """What one investigation knows of the component."""

    investigation_id: str
    title: str
    at: Moment
    condition: ComponentCondition
    verdict: str | None
    evidence: tuple[Evidence, ...]
    """The latest first."""


@dataclass(frozen=True)
class Dossier:
    """What is known of one component."""

    component: Component
    depends_on: tuple[str, ...]
    used_by: tuple[str, ...]
    relations: Mapping[tuple[str, str], str]
    downstream: Mapping[str, int]
    upstream: Mapping[str, int]
    """Its blast radius -> hops."""
    changes: Sequence[Change]
    """The latest first."""
    found: tuple[Found, ...]
    """The latest first."""
    incidents: tuple[Incident, ...]
    facts: tuple[ComponentFact, ...]
    owners: tuple[Profile, ...]


class Bench(Protocol):
    """The part of the workbench that is asked."""

    def sources(self, workspace: str | None) -> Sources: ...
    def state(self, investigation_id: str) -> Investigation: ...
    def investigations(self) -> Sequence[InvestigationSummary]: ...


class Facts(Protocol):
    """What people said about components."""

    def all(self, component: str | None = None) -> list[ComponentFact]: ...


class Owners(Protocol):
    """Who owns what."""

    def owners_of(self, component: str) -> list[Profile]: ...


class Dossiers:
    """Puts dossiers together. Thread-safe; what an investigation knew is kept until it goes on."""

    def __init__(self, bench: Bench, facts: Facts, owners: Owners) -> None:
        self._bench = bench
        self._facts = facts
        self._owners = owners
        self._known: dict[str, tuple[int, Mapping[str, ComponentCondition]]] = {}

    def of(self, source: str, topology: Topology, component: str, incidents: Iterable[Incident]) -> Dossier:
        """Of a component of this topology. ``incidents``: all that are remembered."""
        return Dossier(
            component=topology.components[component],
            depends_on=topology.depends_on(component),
            used_by=topology.used_by(component),
            relations={(one.source, one.target): one.relation for one in topology.dependencies},
            downstream=topology.downstream(component),
            upstream=topology.upstream(component),
            changes=self._changes(source, component),
            found=tuple(self._found(source, component)),
            incidents=tuple(one for one in incidents if component in (one.component, *one.alerting, *one.affected)),
            facts=tuple(self._facts.all(component)),
            owners=tuple(self._owners.owners_of(component)),
        )

    def _changes(self, source: str, component: str) -> Sequence[Change]:
        if source.startswith(f"{FEED}:"):
            return ()
        log = self._bench.sources(source).changes
        every = asyncio.run(_read(log)) if log else ()
        return [one for one in reversed(every) if one.component == component][:MOST_CHANGES]

    def _found(self, source: str, component: str) -> Iterable[Found]:
        every = self._bench.investigations()
        for gone in self._known.keys() - {one.id for one in every}:
            self._known.pop(gone, None)
        spoken = [one for one in every if same_system(source, one.workspace)]
        spoken.sort(key=lambda one: one.last_at, reverse=True)
        for summary in spoken[:MOST_INVESTIGATIONS]:
            condition = self._conditions(summary).get(component)
            if condition and (condition.looks or condition.evidence or condition.chance):
                yield self._told(summary, condition)

    def _told(self, summary: InvestigationSummary, condition: ComponentCondition) -> Found:
        pieces = self._bench.state(summary.id).evidence
        cited = [pieces[id_] for id_ in reversed(condition.evidence) if id_ in pieces]
        return Found(summary.id, summary.title, summary.last_at, condition, summary.verdict, tuple(cited[:MOST_PIECES]))

    def _conditions(self, summary: InvestigationSummary) -> Mapping[str, ComponentCondition]:
        kept = self._known.get(summary.id)
        if kept and kept[0] == summary.events:
            return kept[1]
        try:
            found = conditions(self._bench.state(summary.id))
        except WorkbenchError:  # it cannot be read; the list of incidents says so
            found = {}
        self._known[summary.id] = (summary.events, found)
        return found


class _ChangeLog(Protocol):
    async def read(self) -> Sequence[Change]: ...


async def _read(log: _ChangeLog) -> Sequence[Change]:
    return await log.read()
