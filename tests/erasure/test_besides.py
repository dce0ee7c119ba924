"""What was learned from an investigation goes with it, or stays, as it is wished; with everything, all else goes too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sre_core import events as ev
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Conclusion, Plan, RootCause, Verdict
from sre_core.erasure.plan import older_than, what_goes
from sre_core.erasure.wanted import Outcome, Wanted
from sre_core.events import entry
from sre_core.knowledge.documents import SourceDocument
from sre_core.memory.profiles import Profile
from sre_core.settings import Settings
from tests.fakes import ADMIN, PERSON

CAUSE = RootCause(component="cart", fault="memory_leak", statement="cart leaks")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """It is not started: nothing investigates."""
    bench = Workbench(Settings(home=tmp_path / "home"))
    yield bench
    bench.close()


def investigated(bench: Workbench, id_: str) -> None:
    told = (
        (PERSON, ev.AlertReceived(alert=Alert(title="cart is down", component="cart"))),
        ("memory", ev.MemoryRecalled()),
        ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
        (PERSON, ev.FactStated(text="cart restarts each night", component="cart")),
        ("reasoner:x", ev.PlanProposed(plan=Plan(revision=2, steps=()), applied_guidance=())),
        (
            "reasoner:x",
            ev.ConclusionReached(conclusion=Conclusion(verdict=Verdict.CONFIRMED, headline="A leak", root_cause=CAUSE)),
        ),
        ("engine", ev.InvestigationClosed()),
    )
    for seq, (by, happening) in enumerate(told, start=1):
        bench.timeline.append(id_, seq, entry(by, happening))


def with_postmortem(bench: Workbench, id_: str) -> str:
    said = "# cart was down\n\n## Summary\n\nThe cart leaked.\n\n## Resolution\n\nRolled back.\n"
    return bench.memory_desk.save_postmortem(id_, said, ADMIN).path


def erase(bench: Workbench, *ids: str, **wanted: bool) -> Outcome:
    return asyncio.run(bench.erasures.erase(Wanted(investigations=ids, **wanted), ADMIN, lambda _: None))


def test_memory_facts_and_postmortem_go_with_it(bench: Workbench) -> None:
    investigated(bench, "one")
    path = with_postmortem(bench, "one")
    assert len(bench.incidents.incidents()) == 1
    outcome = erase(bench, "one", stop_open=True)
    assert (outcome.facts, outcome.postmortems) == (1, 1)
    assert outcome.memories >= 1
    assert bench.incidents.incidents() == []
    assert bench.memory.facts.all() == []
    assert bench.library.text(path) is None


def test_they_stay_where_that_is_wished(bench: Workbench) -> None:
    investigated(bench, "one")
    path = with_postmortem(bench, "one")
    erase(bench, "one", stop_open=True, memory=False, postmortems=False)
    assert [one.title for one in bench.incidents.incidents()] == ["cart was down"]
    assert len(bench.memory.facts.all()) == 1
    assert bench.library.text(path)


def test_another_occurrence_of_the_same_stays_remembered(bench: Workbench) -> None:
    investigated(bench, "one")
    investigated(bench, "two")
    assert [one.merged for one in bench.incidents.incidents()] == [("investigation:two",)]
    erase(bench, "one", stop_open=True)
    assert [one.id for one in bench.incidents.incidents()] == ["investigation:two"]


def test_an_erased_one_is_not_listed_any_more(bench: Workbench) -> None:
    gone: list[str] = []
    bench.on_erased(gone.append)
    investigated(bench, "one")
    investigated(bench, "two")
    assert len(bench.investigations()) == 2
    erase(bench, "one", stop_open=True)
    assert [one.id for one in bench.investigations()] == ["two"]
    assert gone == ["one"]


def test_everything_leaves_nothing_but_the_record(bench: Workbench, tmp_path: Path) -> None:
    investigated(bench, "one")
    with_postmortem(bench, "one")
    bench.library.take_in(
        SourceDocument(path="runbooks/cart.md", text="# Cart\n\nRestart it.\n", kind="runbook"), by=ADMIN.actor
    )
    bench.memory_desk.save_profile(Profile(name=PERSON.name, team="shop"), PERSON)
    bench.inbox.give("cart is down again", PERSON)
    assert bench.inbox.facets().waiting == 1
    bench.folder.capsules.mkdir(parents=True)
    (bench.folder.capsules / "a.zip").write_bytes(b"x")
    export = bench.exports.begin(["one"], ADMIN)
    bench.exports.wait(export, 30)
    outcome = erase(bench, everything=True, stop_open=True)
    assert outcome.investigations == 1
    assert outcome.others >= 4
    assert (bench.library.documents(), bench.library.tombstones()) == ([], [])
    assert (bench.memory.profiles.all(), bench.incidents.incidents()) == ([], [])
    assert bench.inbox.facets().waiting == 0
    assert not list(bench.folder.capsules.iterdir())
    assert not list((bench.folder.path / "exports").iterdir())
    assert len(bench.erasures.records()) == 1
    assert bench.folder.known_secret() is not None


def test_what_would_go_is_said_before(bench: Workbench) -> None:
    investigated(bench, "one")
    path = with_postmortem(bench, "one")
    fork = bench.fork("one", 3, by=ADMIN)
    bench.timeline.append("open", 1, entry(PERSON, ev.AlertReceived(alert=Alert(title="orders is slow"))))
    every = bench.investigations()
    goes = what_goes(["one", "open"], every, {"investigation:one"}, {path})
    assert (goes.investigations, goes.memories, goes.postmortems, goes.forks_left) == (2, 1, 1, (fork,))
    assert goes.still_open >= 1
    assert what_goes(["one", fork], every, (), ()).forks_left == ()


def test_older_ones_are_those_in_which_nothing_has_happened_since(bench: Workbench) -> None:
    investigated(bench, "one")
    every = bench.investigations()
    now = every[0].last_at
    assert older_than(30, every, now) == []
    assert older_than(0, every, now.replace(year=now.year + 1)) == ["one"]
