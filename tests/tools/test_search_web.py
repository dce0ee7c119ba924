"""What leaves the machine is what a person was shown; a tool that is not configured says what to configure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from sre_core.domain import Action, ContentRef
from sre_core.errors import ToolError
from sre_core.policy import RISKY_COST
from sre_core.sources.base import Sources
from sre_core.tools.base import ToolContext
from sre_core.tools.deep_research import DeepResearch
from sre_core.tools.registry import tools_for
from sre_core.tools.search_web import SearchWeb, WebQuery
from sre_core.tools.toolbox import ToolCollection
from sre_core.topology.graph import Component, Topology
from sre_core.web.access import WebAccess, web_access
from sre_core.web.masking import Mask
from tests.tools.test_small_tools import OneMemory, OneRunbook
from tests.web.fakes import FakePages, FakeResearcher, FakeSearch

SOURCES = Sources(topology=Topology.of([Component(id="orders-db", kind="database")], []))


class NoContents:
    """Nothing here is bulky."""

    async def keep(self, text: str) -> ContentRef:
        raise AssertionError

    async def read(self, digest: str) -> str:
        raise AssertionError


class Nothing:
    """An investigation that has seen nothing."""

    actions: Mapping[str, object] = {}

    def observation(self, action_id: str) -> None: ...


def toolbox(search: FakeSearch) -> ToolCollection:
    web = WebAccess(search, FakePages({"a": "x"}), ("acme.example",)).around(SOURCES, researcher=FakeResearcher)
    tools = tools_for(SOURCES, OneRunbook(), OneMemory(), web=web)
    return ToolCollection(tools, NoContents(), lambda: 0.0)


@pytest.mark.parametrize(("tool", "argument"), [("search_web", "text"), ("deep_research", "question")])
async def test_the_arguments_that_a_person_sees_are_masked(tool: str, argument: str) -> None:
    search = FakeSearch()
    asked = Action(id="A1", tool=tool, arguments={argument: "ECONNREFUSED from orders-db of api.acme.example"})
    prepared = await toolbox(search).prepare(asked, Nothing())
    assert prepared.arguments == {argument: "ECONNREFUSED from [database] of [private]"}
    assert prepared.cost >= RISKY_COST  # asked about under ask-risky
    again = await toolbox(search).prepare(prepared, Nothing())
    assert again.digest == prepared.digest
    await toolbox(search).run(prepared)
    assert search.sent
    assert all("orders-db" not in query and "acme" not in query for query in search.sent)


async def test_exactly_the_query_that_was_shown_is_sent() -> None:
    search = FakeSearch()
    prepared = await toolbox(search).prepare(
        Action(id="A1", tool="search_web", arguments={"text": "redis  OOM"}), Nothing()
    )
    observation = await toolbox(search).run(prepared)
    assert search.sent == [prepared.arguments["text"]] == ["redis OOM"]
    assert observation.source == "web"
    assert "6 pages for 'redis OOM'" in observation.summary


async def test_an_unmasked_query_is_masked_once_more_when_it_runs() -> None:
    search = FakeSearch()
    tool = SearchWeb(search, Mask.of([Component(id="orders-db")]))
    await tool.run(WebQuery(text="orders-db ECONNREFUSED"), ToolContext())
    assert search.sent == ["[service] ECONNREFUSED"]


@pytest.mark.parametrize("name", ["search_web", "deep_research"])
async def test_a_question_of_private_names_alone_does_not_leave(name: str) -> None:
    search = FakeSearch()
    argument = "text" if name == "search_web" else "question"
    with pytest.raises(ToolError, match="public words"):
        await toolbox(search).run(Action(id="A1", tool=name, arguments={argument: "orders-db"}))
    assert search.sent == []


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"text": "x", "language": "en; rm"}, {"text": "x", "categories": ["a,b"]}]
)
def test_odd_arguments_are_refused(wrong: Mapping[str, object]) -> None:
    with pytest.raises(ToolError):
        SearchWeb.parse(wrong)


async def test_a_tool_that_is_not_configured_is_not_there_and_says_what_to_set(tmp_path: Path) -> None:
    assert web_access("", (), (), tmp_path) is None
    tools = tools_for(SOURCES, OneRunbook(), OneMemory())
    assert {"search_web", "deep_research"}.isdisjoint(tools)
    with pytest.raises(ToolError, match="set SRE_SEARXNG_URL"):
        await ToolCollection(tools, NoContents(), lambda: 0.0).run(Action(id="A1", tool="search_web", arguments={}))


async def test_research_tells_its_steps_and_what_it_came_to() -> None:
    web = WebAccess(FakeSearch(), FakePages({"a": "x", "b": "y"}), ()).around(SOURCES, researcher=FakeResearcher)
    told: list[str] = []
    tool = DeepResearch(web.research, web.mask)
    query = tool.parse({"question": "redis OOM", "pages": 2})
    dossier = await tool.run(query, ToolContext(progress=told.append))  # type: ignore[arg-type]
    assert told[0].startswith("decided: ")
    assert told[-1] == "writing: from 2 pages"
    assert tool.summarise(dossier) == "2 pages were read; none of them answers this"


async def test_an_address_that_is_given_is_read_first_and_shown_to_policy() -> None:
    pages = FakePages({"a": "x", "given": "y"})
    web = WebAccess(FakeSearch(), pages, ()).around(SOURCES, researcher=FakeResearcher)
    tools = {"deep_research": DeepResearch(web.research, web.mask)}
    box = ToolCollection(tools, NoContents(), lambda: 0.0)
    given = {"question": "redis OOM", "pages": 2, "addresses": ["https://given.example/"]}
    action = await box.prepare(Action(id="A1", tool="deep_research", arguments=given), Nothing())
    assert box.reach(action).addresses == ("https://given.example/",)
    await box.run(action)
    assert pages.fetched[0] == "https://given.example/"
