"""Parts of a topology that fit a screen: what is around some components, and all of it by groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sre_core.topology.graph import Component, Dependency, Topology
from sre_core.topology.layout import layers

MOST_SHOWN = 300
"""Components on one map before it shows a part instead of everything."""
MOST_GROUPS = 60

KIND, LAYER = "kind", "layer"
"""What every topology can be grouped by; its labels come on top."""


@dataclass(frozen=True)
class View:
    """A part of a topology, and what it leaves out."""

    topology: Topology
    left_out: int = 0
    """Components that belong here and found no room."""


def around(topology: Topology, centres: Iterable[str], hops: int, most: int = MOST_SHOWN) -> View:
    """The components within so many hops of any of these, in either direction, the nearest first, and what joins them."""
    graph = topology.graph.to_undirected(as_view=True)
    found = dict.fromkeys((one for one in centres if one in topology), 0)
    edge = list(found)
    for hop in range(1, hops + 1):
        edge = sorted({other for one in edge for other in graph.neighbors(one)} - found.keys())
        found |= dict.fromkeys(edge, hop)
    kept = list(found)[:most]
    return View(part(topology, kept), len(found) - len(kept))


def part(topology: Topology, names: Iterable[str]) -> Topology:
    """These components and what joins them."""
    kept = {name: topology.components[name] for name in names}
    return Topology(kept, tuple(one for one in topology.dependencies if one.source in kept and one.target in kept))


def groupings(topology: Topology) -> list[str]:
    """What its components can be grouped by: kind, layer, and every label that puts them into a few groups."""
    named = Counter(label for one in topology.components.values() for label in one.labels)
    common = [label for label, times in named.items() if times >= len(topology.components) / 2]
    few = [label for label in sorted(common) if 1 < len(groups(topology, label)) <= MOST_GROUPS]
    return [KIND, LAYER, *few]


def groups(topology: Topology, by: str) -> dict[str, list[str]]:
    """Name of the group -> its components, in name order."""
    called = _namer(topology, by)
    found: dict[str, list[str]] = {}
    for name in sorted(topology.components):
        found.setdefault(called(name), []).append(name)
    return dict(sorted(found.items()))


def overview(topology: Topology, by: str) -> Topology:
    """A component a group, its kind ``group`` and its size among the labels; relations say how many they stand for."""
    members = groups(topology, by)
    of = {name: group for group, names in members.items() for name in names}
    between = Counter((of[one.source], of[one.target]) for one in topology.dependencies)
    nodes = [Component(id=group, kind="group", labels={"components": str(len(m))}) for group, m in members.items()]
    edges = [Dependency(source=a, target=b, relation=str(n)) for (a, b), n in sorted(between.items()) if a != b]
    return Topology.of(nodes, edges)


def _namer(topology: Topology, by: str) -> Callable[[str], str]:
    if by == KIND:
        return lambda name: topology.components[name].kind
    if by == LAYER:
        depth: Mapping[str, int] = layers(topology)
        return lambda name: f"layer {depth[name] + 1}"
    return lambda name: topology.components[name].labels.get(by, f"no {by}")
