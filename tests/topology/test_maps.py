"""Which topologies there are, and what of one an investigation is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sre_core.domain import Examined
from sre_core.errors import RefusedInput
from sre_core.sources.base import Sources
from sre_core.topology.graph import Topology
from sre_core.topology.maps import Maps, same_system
from sre_core.workspaces import sample_incidents
from tests.topology.given import SHOP, chain
from tests.topology.test_conditions import begun, conclude, look


@dataclass
class Kept:
    """A source of the knowledge base."""

    name: str
    path: Path
    kind: str = "topology"
    settings: Any = field(init=False)

    def __post_init__(self) -> None:
        self.settings = SimpleNamespace(path=str(self.path))


def maps(topology: Topology = SHOP, *feeds: Kept) -> Maps:
    return Maps(lambda _: Sources(topology=topology), lambda: feeds)


def test_what_is_your_own_stands_before_the_samples(tmp_path: Path) -> None:
    feeds = Kept("ours", tmp_path), Kept("wiki", tmp_path, kind="folder")
    used = ["upload:ab12-friday.zip", None, sample_incidents()[0].workspace, "upload:ab12-friday.zip"]
    known = maps(SHOP, *feeds).known(used)
    assert [(one.source, one.title) for one in known[:2]] == [
        ("feed:ours", "Source: ours"),
        ("upload:ab12-friday.zip", "Upload: friday.zip"),
    ]
    assert [one.source for one in known[2:]] == [one.workspace for one in sample_incidents()]


def test_the_sample_that_was_used_last_stands_before_the_others() -> None:
    first, second, third, *others = (one.workspace for one in sample_incidents())
    known = maps().known([third, None, first, third])
    assert [one.source for one in known] == [third, first, second, *others]


def test_a_file_that_was_replaced_is_read_again_and_what_is_wrong_with_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "topology.json"
    file.write_text(json.dumps({"nodes": [{"id": "web"}], "edges": []}))
    ours = maps(Topology(), Kept("ours", file))
    assert set(ours.topology("feed:ours").components) == {"web"}
    file.write_text(json.dumps({"nodes": [{"id": "web"}, {"id": "cart"}, {"kind": "service"}], "edges": []}))
    assert set(ours.topology("feed:ours").components) == {"web", "cart"}
    assert "nodes[2]" in ours.problems("feed:ours")[0]


def test_a_source_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(RefusedInput, match="may have been removed"):
        maps().topology("feed:ours")
    with pytest.raises(RefusedInput, match="cannot be read"):
        maps(SHOP, Kept("ours", tmp_path / "gone.json")).topology("feed:ours")


def test_a_small_topology_is_shown_whole_with_what_was_named_beyond_it() -> None:
    timeline = begun()
    found = maps().of(timeline.state)
    assert (found.total, found.left_out) == (5, 0)
    assert {"web", "cart-db", "c0"} <= {node["id"] for node in found.drawing.nodes}
    assert "c0" in found.outside


def test_of_a_large_one_what_is_near_the_trouble_is_shown() -> None:
    names = [f"c{n}" for n in range(400)]
    timeline = begun(alerting=("c10",))
    look(timeline, ("c11", "metrics", Examined.BAD))
    conclude(timeline, "c11")
    found = maps(chain(*names)).of(timeline.state)
    shown = {node["id"] for node in found.drawing.nodes}
    assert {"c8", "c10", "c11", "c13"} <= shown
    assert "c300" not in shown
    assert found.left_out == 400 - len(shown)


@pytest.mark.parametrize(
    ("source", "workspace", "same"),
    [
        ("sample:orders-503", "sample:false-alarm", True),
        ("sample:orders-503", "upload:x.zip", False),
        ("upload:x.zip", "upload:x.zip", True),
        ("upload:x.zip", "upload:y.zip", False),
        ("feed:ours", "upload:x.zip", True),
        ("feed:ours", None, True),
        ("feed:ours", "sample:orders-503", False),
    ],
)
def test_whose_components_an_investigation_speaks_of(source: str, workspace: str | None, same: bool) -> None:
    assert same_system(source, workspace) is same
