"""What the Topology page's map says of each component beside the selected one."""

from __future__ import annotations

from sre_core.topology.dossier import Dossier, Dossiers
from sre_core.topology.graph import Dependency, Topology
from tests.topology.given import chain
from tests.topology.test_dossier import Bench, Facts, Owners
from ui.topology.marks import marks, marks_as_json, trail

SHORTCUT = Topology.of(
    [], [Dependency(source=a, target=b) for a, b in (("web", "cart"), ("cart", "db"), ("web", "db"))]
)
ROUND = Topology.of([], [Dependency(source=a, target=b) for a, b in (("a", "b"), ("b", "c"), ("c", "a"))])


def dossier(topology: Topology, component: str) -> Dossier:
    return Dossiers(Bench({}), Facts(), Owners()).of("feed:ours", topology, component, ())


def test_the_way_it_is_felt_takes_no_detour() -> None:
    assert set(trail(dossier(SHORTCUT, "db"), SHORTCUT)) == {"cart\ndb", "web\ndb"}


def test_who_feels_it_and_is_needed_as_well_is_said_to_feel_it() -> None:
    assert {name: mark.words for name, mark in marks(dossier(ROUND, "a")).items()} == {
        "a": "selected",
        "b": "feels it, 2 hops",
        "c": "feels it, 1 hop",
    }


def test_what_has_nothing_to_do_with_it_steps_back() -> None:
    line = chain("a", "b")
    both = Topology({**line.components, **chain("z").components}, line.dependencies)
    told = marks_as_json(marks(dossier(both, "b")), both)
    assert told["z"] == {"dim": True}
    assert told["a"]["word"] == "↑ feels it, 1 hop"
    assert marks_as_json({}, both) == {}
