"""The rules ask the web late and once, about an error that nothing at hand explains; what it says is a lead and no evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from sre_core.domain import Alert, Conclusion
from sre_core.events import AlertReceived, entry
from sre_core.investigation import ActionRecord, Investigation
from sre_core.reasoning.rules_web import unexplained
from sre_core.sources.base import Sources
from sre_core.tools.search_runbooks import Library
from sre_core.web.access import WebAccess
from tests.fakes import PERSON, ListTimeline
from tests.fakes_rules import bakery, run
from tests.reasoning.test_rules_leads import Shelf, passage
from tests.web.fakes import FakePages, FakeSearch

PLUGIN = Alert(title="ExtPluginReplicationError: Code 7749", context="A third-party plugin was installed yesterday.")
BAKERY = bakery(
    PLUGIN.title, bad={("oven", "error_ratio"): 0.2}, lines=[("oven", "ERROR ExtPluginReplicationError: Code 7749")]
)
PAGES = {
    "a": "Code 7749 of the plugin is raised because two installations share one slot. To fix it, rename one of the slots.",
    "b": "We saw code 7749 too. It is caused by an old installation that is still registered.",
}


async def investigated(
    sources: Sources, pages: Mapping[str, str] = PAGES, library: Library | None = None
) -> tuple[Investigation, FakeSearch]:
    search = FakeSearch(names=tuple(pages))
    web = WebAccess(search, FakePages(pages), ()).around(sources, PLUGIN)
    return (await run(sources, PLUGIN, library, web)).state, search


def researches(state: Investigation) -> list[ActionRecord]:
    return [record for record in state.actions.values() if record.action.tool == "deep_research"]


def concluded(state: Investigation) -> Conclusion:
    assert state.conclusion is not None
    return state.conclusion


def places(state: Investigation) -> Sequence[str]:
    return [lead.where for lead in concluded(state).leads]


async def test_an_error_that_nothing_explains_is_researched_last_and_once() -> None:
    state, search = await investigated(BAKERY)
    (record,) = researches(state)
    looks = [one for one in state.actions.values() if not one.remedies]
    assert looks[-1] is record
    assert record.action.step_id == "web"
    assert search.sent[0].startswith("ExtPluginReplicationError 7749")


async def test_what_it_says_is_a_lead_with_page_and_evidence_and_weighs_nothing() -> None:
    state, _ = await investigated(BAKERY)
    external = [piece for piece in state.evidence.values() if piece.source == "web"]
    assert external
    assert places(state)[: len(external)] == [piece.locator.split(" ")[0] for piece in external][:4]
    assert {weight.evidence_id for weight in state.weights}.isdisjoint(piece.id for piece in external)
    assert all(set(lead.evidence) <= state.evidence.keys() for lead in concluded(state).leads)


async def test_with_nothing_connected_the_web_gives_leads_and_is_no_look_at_the_system() -> None:
    state, _ = await investigated(Sources(name="nothing"))
    assert "no telemetry is connected" in concluded(state).headline
    assert "quotes from the web match: to follow, not a cause" in concluded(state).headline
    assert any("https://a.example/" in where for where in places(state))


async def test_a_runbook_that_names_the_code_leaves_the_web_alone() -> None:
    state, search = await investigated(BAKERY, library=Shelf(passage(text="Code 7749: drop the old slot.")))
    assert researches(state) == []
    assert search.sent == []


async def test_pages_that_do_not_answer_are_said_to() -> None:
    state, _ = await investigated(BAKERY, pages={"a": "The weather."})
    assert places(state) == []
    settle = " ".join(concluded(state).would_settle)
    assert "none of them answers this" in settle or "Look up" not in settle


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ExtPluginReplicationError: Code 7749", "ExtPluginReplicationError"),
        ("orders fail with ORA-00060", "ORA-00060"),
        ("postgres 15.3 replication leaks memory", "postgres 15.3"),
        ("checkout answers 503 for 5 % of requests", ""),
        ("NullPointerException in checkout", ""),
        ("FIRING: CHECKOUT DEGRADED", ""),
        ("latency is high since 14:05", ""),
    ],
)
def test_only_what_strangers_may_know_is_worth_asking_them(text: str, named: str) -> None:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title=text))))
    assert unexplained(timeline.state) == named
