"""Topologies to test with."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from sre_core.topology.graph import Component, Dependency, Topology

NAMES = st.integers(0, 40).map("c{}".format)
"""Few, so that they meet; cycles and what depends on itself come by themselves."""


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    kinds = st.sampled_from(("service", "database", "queue", "external"))
    nodes = [Component(id=name, kind=draw(kinds)) for name in draw(st.sets(NAMES, max_size=40))]
    edges = [Dependency(source=a, target=b) for a, b in draw(st.lists(st.tuples(NAMES, NAMES), max_size=60))]
    return Topology.of(nodes, edges)


def chain(*names: str) -> Topology:
    """The first depends on the second, that one on the third, and so on."""
    pairs = pairwise(names)
    return Topology.of([Component(id=name) for name in names], [Dependency(source=a, target=b) for a, b in pairs])


SHOP = Topology.of(
    [
        Component(id="web", labels={"team": "front"}),
        Component(id="cart", labels={"team": "shop"}),
        Component(id="orders", name="Orders & returns", labels={"team": "shop"}),
        Component(id="cart-db", kind="database", labels={"team": "data"}),
        Component(id="bank", kind="external"),
    ],
    [
        Dependency(source="web", target="cart", relation="calls"),
        Dependency(source="web", target="orders", relation="calls"),
        Dependency(source="cart", target="cart-db", relation="reads"),
        Dependency(source="cart", target="cart-db", relation="writes"),
        Dependency(source="orders", target="bank", relation="calls"),
    ],
)
