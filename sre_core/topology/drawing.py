"""A topology as pyvis makes it for vis-network: nodes with their places, and edges; what was drawn once is kept."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sre_core.domain import Value
from sre_core.foreign_text import harmless
from sre_core.topology.graph import Topology
from sre_core.topology.layout import places

LONGEST_NAME = 40
"""Characters of a component's name that stand on the map; the table has all of them."""

SHAPES: Mapping[str, str] = {
    "database": "database",
    "cache": "database",
    "datastore": "database",
    "store": "database",
    "bucket": "database",
    "storage": "database",
    "disk": "database",
    "volume": "database",
    "external": "ellipse",
    "third_party": "ellipse",
    "saas": "ellipse",
    "broker": "circle",
    "queue": "circle",
    "topic": "circle",
    "stream": "circle",
}
"""Kind of component -> its outline; every other kind is a box. ``circle`` is drawn as a box with round ends."""


class Drawing(Value):
    """What the browser draws."""

    digest: str
    """Of nodes and edges: the same digest, the same picture."""
    nodes: tuple[Mapping[str, Any], ...]
    edges: tuple[Mapping[str, Any], ...]


class Drawings:
    """Draws, and keeps the latest drawings. Thread-safe."""

    def __init__(self, most: int = 24) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Drawing] = OrderedDict()

    def of(self, topology: Topology) -> Drawing:
        """The drawing of this topology."""
        digest = digest_of(topology)
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        drawing = draw(topology, digest)
        with self._lock:
            self._kept[digest] = drawing
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawing


def digest_of(topology: Topology) -> str:
    """What a drawing is known by: the same components and dependencies, in whatever order, are the same."""
    nodes = sorted(
        (one.id, one.kind, one.name or "", *sorted(one.labels.items())) for one in topology.components.values()
    )
    edges = sorted((one.source, one.target, one.relation) for one in topology.dependencies)
    return hashlib.sha256(json.dumps([nodes, edges], ensure_ascii=False).encode()).hexdigest()[:24]


def draw(topology: Topology, digest: str) -> Drawing:
    """Have pyvis build it. Takes 3 ms at 50 components and 0.3 s at 5 000."""
    from pyvis.network import Network

    network = Network(directed=True)
    network.node_ids = _Ids()
    network.toggle_physics(False)
    for name, (x, y) in places(topology).items():
        kind = topology.components[name].kind
        network.add_node(name, label=_label(name), x=x, y=y, kind=kind, shape=shape(kind))
    for (source, target), relations in _relations(topology).items():
        network.add_edge(source, target, relation=", ".join(relations))
    nodes, edges, *_ = network.get_network_data()
    return Drawing(digest=digest, nodes=tuple(map(_node, nodes)), edges=tuple(map(_edge, edges)))


class _Ids(list[str]):
    """What pyvis looks into for every node and edge: found at once, and not by going through all."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[str] = set()

    def append(self, id_: str) -> None:
        self._known.add(id_)
        super().append(id_)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._known


def shape(kind: str) -> str:
    """The outline of a kind: 'box', 'database', 'ellipse', 'circle'."""
    return SHAPES.get(kind.lower().replace("-", "_").replace(" ", "_"), "box")


def _relations(topology: Topology) -> dict[tuple[str, str], list[str]]:
    """What joins each two, all relations of a pair together; a component's word about itself is left out."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in topology.dependencies:
        if one.source != one.target:
            said = found.setdefault((one.source, one.target), [])
            if one.relation not in said:
                said.append(one.relation)
    return found


def _label(name: str) -> str:
    name = harmless(" ".join(name.split()))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the browser decides: colours are the theme's."""
    return {name: node[name] for name in ("id", "label", "x", "y", "kind", "shape")}


def _edge(edge: Mapping[str, Any]) -> dict[str, Any]:
    return {name: edge[name] for name in ("from", "to", "relation")}
