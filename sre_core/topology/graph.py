"""The system as a graph: what depends on what. An edge points from the one that depends to the one depended on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx
from pydantic import Field

from sre_core.domain import Value


class Component(Value):
    """Something that can be broken: a service, a database, a node, a third party."""

    id: str
    kind: str = "service"
    name: str | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)


class Dependency(Value):
    """``source`` depends on ``target``."""

    source: str
    target: str
    relation: str = "depends_on"


@dataclass(frozen=True)
class Topology:
    """Components and dependencies, with the questions an investigation asks of them. Unknown ids have no neighbours."""

    components: Mapping[str, Component] = field(default_factory=dict)
    dependencies: tuple[Dependency, ...] = ()

    @classmethod
    def of(cls, components: Iterable[Component], dependencies: Iterable[Dependency]) -> Topology:
        """Build one; an end of a dependency that is not listed becomes a component of kind ``unknown``."""
        known = {component.id: component for component in components}
        edges = tuple(dependencies)
        for end in (end for edge in edges for end in (edge.source, edge.target)):
            known.setdefault(end, Component(id=end, kind="unknown"))
        return cls(known, edges)

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The same as a networkx graph, edges from depender to depended on."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.components)
        graph.add_edges_from((edge.source, edge.target) for edge in self.dependencies)
        return graph

    def __contains__(self, component: object) -> bool:
        return component in self.components

    def depends_on(self, component: str) -> tuple[str, ...]:
        """What it calls directly, in name order."""
        return tuple(sorted(self.graph.successors(component))) if component in self.graph else ()

    def used_by(self, component: str) -> tuple[str, ...]:
        """Who calls it directly, in name order."""
        return tuple(sorted(self.graph.predecessors(component))) if component in self.graph else ()

    def downstream(self, component: str) -> Mapping[str, int]:
        """Everything it depends on, directly or not -> hops (1 and up)."""
        return self._hops(self.graph, component)

    def upstream(self, component: str) -> Mapping[str, int]:
        """Everything that depends on it, directly or not -> hops: its blast radius."""
        return self._hops(self.graph.reverse(copy=False), component)

    def path(self, source: str, target: str) -> tuple[str, ...] | None:
        """A shortest chain of dependencies from one to the other; None when there is none."""
        if source not in self.graph or target not in self.graph or not nx.has_path(self.graph, source, target):
            return None
        return tuple(nx.shortest_path(self.graph, source, target))

    @staticmethod
    def _hops(graph: nx.DiGraph[str], component: str) -> Mapping[str, int]:
        if component not in graph:
            return {}
        hops = nx.single_source_shortest_path_length(graph, component)
        return {node: distance for node, distance in sorted(hops.items()) if distance > 0}
