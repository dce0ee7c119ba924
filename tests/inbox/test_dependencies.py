"""What depends on what, where an alert is about."""

from __future__ import annotations

import json
from pathlib import Path

from sre_core.errors import RefusedInput
from sre_core.inbox.dependencies import Dependencies
from sre_core.knowledge.feeds.records import KnownFeed
from sre_core.knowledge.feeds.settings import FolderSettings, TopologySettings
from sre_core.sources.base import Sources
from sre_core.topology.graph import Component, Dependency, Topology
from tests.fakes import START


class Feeds:
    def __init__(self, *files: Path) -> None:
        settings = [*(TopologySettings(path=str(file)) for file in files), FolderSettings(path="/nowhere")]
        self._known = [
            KnownFeed(id=str(number), name=f"f{number}", settings=each, added_at=START, added_by="ada")
            for number, each in enumerate(settings)
        ]

    def list(self) -> list[KnownFeed]:
        return self._known


def sources(workspace: str | None) -> Sources:
    if workspace == "gone":
        raise RefusedInput("there is none")
    return Sources(topology=Topology.of([Component(id="a")], [Dependency(source="a", target="b")]))


def write(file: Path, *edges: tuple[str, str]) -> Path:
    told = {"nodes": [], "edges": [{"source": source, "target": target} for source, target in edges]}
    file.write_text(json.dumps(told))
    return file


def test_the_telemetry_that_an_alert_is_about_says_what_depends_there() -> None:
    assert dict(Dependencies(sources, Feeds()).of("sample:x")) == {"a": {"b"}}


def test_without_telemetry_all_connected_topologies_count_as_one(tmp_path: Path) -> None:
    feeds = Feeds(write(tmp_path / "one.json", ("web", "cart")), write(tmp_path / "two.json", ("web", "auth")))
    assert dict(Dependencies(sources, feeds).of(None)) == {"web": {"cart", "auth"}}


def test_a_file_that_was_written_since_is_read_again(tmp_path: Path) -> None:
    known = Dependencies(sources, Feeds(write(tmp_path / "one.json", ("web", "cart"))))
    assert dict(known.of(None)) == {"web": {"cart"}}
    write(tmp_path / "one.json", ("web", "cart"), ("cart", "db"))
    assert dict(known.of(None)) == {"web": {"cart"}, "cart": {"db"}}


def test_what_cannot_be_read_depends_on_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    feeds = Feeds(tmp_path / "broken.json", tmp_path / "missing.json")
    assert dict(Dependencies(sources, feeds).of(None)) == {}
    assert dict(Dependencies(sources, feeds).of("gone")) == {}
