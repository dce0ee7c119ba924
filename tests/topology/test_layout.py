"""Where components stand on the map."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sre_core.topology.graph import Topology
from sre_core.topology.layout import layers, places
from tests.topology.given import SHOP, chain, topologies


@given(topologies())
def test_every_component_has_a_place_of_its_own(topology: Topology) -> None:
    found = places(topology)
    assert found.keys() == topology.components.keys()
    assert len(set(found.values())) == len(found)


@given(topologies(), st.randoms(use_true_random=False))
def test_the_order_in_which_it_was_written_down_changes_nothing(topology: Topology, dice: random.Random) -> None:
    nodes, edges = list(topology.components.values()), list(topology.dependencies)
    dice.shuffle(nodes)
    dice.shuffle(edges)
    assert places(Topology.of(nodes, edges)) == places(topology)


@given(topologies())
def test_who_depends_stands_above_unless_each_depends_on_the_other(topology: Topology) -> None:
    depth, found = layers(topology), places(topology)
    for one in topology.dependencies:
        if one.target in topology.upstream(one.source):
            assert depth[one.source] == depth[one.target]
        elif one.source != one.target:
            assert depth[one.source] < depth[one.target]
            assert found[one.source][1] < found[one.target][1]


def test_what_touches_nothing_stands_below_all_others() -> None:
    alone = Topology({**SHOP.components, **chain("aa-alone").components}, SHOP.dependencies)
    found = places(alone)
    assert found["aa-alone"][1] > max(y for name, (_, y) in found.items() if name != "aa-alone")


def test_nothing_has_no_places() -> None:
    assert places(Topology()) == {}
