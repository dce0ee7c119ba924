"""What pyvis makes of a topology."""

from __future__ import annotations

from sre_core.topology.drawing import Drawings, digest_of
from sre_core.topology.graph import Component, Dependency, Topology
from sre_core.topology.layout import places
from tests.topology.given import SHOP


def test_the_map_has_every_component_at_its_place_and_every_pair_once() -> None:
    drawn = Drawings().of(SHOP)
    assert {node["id"]: (node["x"], node["y"]) for node in drawn.nodes} == places(SHOP)
    assert {(edge["from"], edge["to"]): edge["relation"] for edge in drawn.edges} == {
        ("web", "cart"): "calls",
        ("web", "orders"): "calls",
        ("cart", "cart-db"): "reads, writes",
        ("orders", "bank"): "calls",
    }


def test_kinds_have_outlines_and_colours_are_left_to_the_theme() -> None:
    nodes = {node["id"]: node for node in Drawings().of(SHOP).nodes}
    assert {name: node["shape"] for name, node in nodes.items()} == {
        "web": "box",
        "cart": "box",
        "orders": "box",
        "cart-db": "database",
        "bank": "ellipse",
    }
    assert set(nodes["web"]) == {"id", "label", "x", "y", "kind", "shape"}


def test_a_name_that_would_hide_something_shows_it() -> None:
    drawn = Drawings().of(Topology.of([Component(id="pay\u202eroll " + "x" * 90)], []))
    assert "\u202e" not in drawn.nodes[0]["label"]
    assert len(drawn.nodes[0]["label"]) <= 40
    assert drawn.nodes[0]["id"].startswith("pay\u202eroll"), "what it is known by stays"


def test_the_same_topology_is_drawn_once_however_it_was_written_down() -> None:
    drawings = Drawings()
    other = Topology.of(reversed(list(SHOP.components.values())), reversed(SHOP.dependencies))
    assert digest_of(other) == digest_of(SHOP)
    assert drawings.of(other) is drawings.of(SHOP)
    more = Topology.of(SHOP.components.values(), [*SHOP.dependencies, Dependency(source="bank", target="web")])
    assert digest_of(more) != digest_of(SHOP)


def test_only_the_latest_drawings_are_kept() -> None:
    drawings = Drawings(most=1)
    first = drawings.of(SHOP)
    drawings.of(Topology())
    assert drawings.of(SHOP) is not first
