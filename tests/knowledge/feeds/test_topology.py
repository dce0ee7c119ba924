"""A topology as a feed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sre_core.knowledge.feeds.records import Counts
from sre_core.knowledge.feeds.runner import FeedRunner
from sre_core.knowledge.feeds.settings import TopologySettings
from sre_core.knowledge.feeds.store import Feeds
from sre_core.knowledge.feeds.topology import TopologyFeed
from tests.knowledge.feeds.fakes import FakeShelf, redact, write

BY = "person:ada"
SHOP: dict[str, Any] = {
    "nodes": [
        {"id": "frontend"},
        {"id": "cart", "name": "Cart service", "labels": {"team": "basket", "replicas": 3}},
        {"id": "redis", "kind": "database"},
    ],
    "edges": [{"source": "frontend", "target": "cart", "relation": "calls"}, {"source": "cart", "target": "redis"}],
}


def runner_of(feeds: Feeds, shelf: FakeShelf, file: Path) -> FeedRunner:
    settings = TopologySettings(path=str(file))
    feeds.add("map", settings, by=BY)
    return FeedRunner(feeds, shelf, lambda known, cancelled: TopologyFeed(settings, redact))


def test_a_component_is_a_document_with_its_neighbours(feeds: Feeds, shelf: FakeShelf, tmp_path: Path) -> None:
    write(tmp_path, {"topology.json": json.dumps(SHOP)})
    runner_of(feeds, shelf, tmp_path / "topology.json").refresh("map", BY)
    assert sorted(shelf.held) == ["map/cart.md", "map/frontend.md", "map/redis.md"]
    cart = shelf.held["map/cart.md"][0]
    assert (cart.component, cart.title, cart.names) == ("cart", "Cart service", ("cart", "Cart service"))
    assert "## Depends on\n\n- redis (database): depends on" in cart.text
    assert "## Is depended on by\n\n- frontend (service): calls" in cart.text
    assert "- replicas: 3\n- team: basket" in cart.text
    assert "## Is felt further away by\n\nfrontend" in shelf.text("map/redis.md")


def test_only_components_whose_surroundings_changed_are_taken_in(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path
) -> None:
    file = tmp_path / "topology.json"
    write(tmp_path, {"topology.json": json.dumps(SHOP)})
    runner = runner_of(feeds, shelf, file)
    runner.refresh("map", BY)
    assert runner.refresh("map", BY).counts == Counts(unchanged=3)
    less = {"nodes": SHOP["nodes"][:2], "edges": SHOP["edges"][:1]}
    write(tmp_path, {"topology.json": json.dumps(less)})
    assert runner.refresh("map", BY).counts == Counts(updated=1, unchanged=1, removed=1)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"nodes": 1}', "[" * 10_000])
def test_what_is_no_topology_fails_the_run(feeds: Feeds, shelf: FakeShelf, tmp_path: Path, content: str) -> None:
    write(tmp_path, {"topology.json": content})
    assert runner_of(feeds, shelf, tmp_path / "topology.json").refresh("map", BY).status == "failed"


def test_a_node_that_is_none_is_an_error_and_the_others_are_taken_in(
    feeds: Feeds, shelf: FakeShelf, tmp_path: Path
) -> None:
    write(tmp_path, {"topology.json": json.dumps({"nodes": [{"id": "cart"}, {"name": "no id"}, 7]})})
    run = runner_of(feeds, shelf, tmp_path / "topology.json").refresh("map", BY)
    assert run.counts == Counts(added=1, refused=2)
    assert "nodes[1]" in run.errors[0]
