"""Parts of a topology that fit a screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sre_core.topology.graph import Component, Topology
from sre_core.topology.views import KIND, LAYER, around, groupings, groups, overview, part
from tests.topology.given import NAMES, SHOP, chain, topologies


def test_around_a_component_are_those_within_so_many_hops_either_way() -> None:
    line = chain("a", "b", "c", "d", "e")
    assert set(around(line, ["c"], 1).topology.components) == {"b", "c", "d"}
    assert set(around(line, ["c"], 2).topology.components) == {"a", "b", "c", "d", "e"}


def test_where_there_is_no_room_the_nearest_are_kept_and_the_others_counted() -> None:
    view = around(chain("a", "b", "c", "d", "e"), ["a"], 4, most=3)
    assert (set(view.topology.components), view.left_out) == ({"a", "b", "c"}, 2)


def test_an_unknown_component_has_nothing_around_it() -> None:
    assert around(SHOP, ["nobody"], 3).topology == Topology()


@given(topologies(), st.sets(NAMES))
def test_a_part_joins_its_own_components_and_no_others(topology: Topology, names: set[str]) -> None:
    kept = part(topology, names & topology.components.keys())
    assert all({one.source, one.target} <= kept.components.keys() for one in kept.dependencies)


@given(topologies(), st.sampled_from((KIND, LAYER)))
def test_every_component_is_in_exactly_one_group(topology: Topology, by: str) -> None:
    members = [name for names in groups(topology, by).values() for name in names]
    assert sorted(members) == sorted(topology.components)


def test_the_overview_says_how_many_each_group_has_and_how_they_are_joined() -> None:
    seen = overview(SHOP, KIND)
    assert {name: one.labels["components"] for name, one in seen.components.items()} == {
        "service": "3",
        "database": "1",
        "external": "1",
    }
    assert {(one.source, one.target): one.relation for one in seen.dependencies} == {
        ("service", "database"): "2",
        ("service", "external"): "1",
    }


def test_labels_that_make_a_few_groups_are_offered() -> None:
    assert groupings(SHOP) == [KIND, LAYER, "team"]
    same = Topology.of([Component(id=n, labels={"region": "north"}) for n in "ab"], [])
    assert groupings(same) == [KIND, LAYER], "one group is none"
