"""Search results as SearXNG gives them, and what to change when it gives none."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from sre_core.errors import ToolError
from sre_core.web.searxng import SearxngSearch
from tests.web.servers import Answer, answering, searxng


async def test_a_search_is_asked_for_as_the_documentation_says() -> None:
    queries: list[Mapping[str, str]] = []
    row = {"url": "https://a.example/", "title": "A <b>", "content": "says\n  something", "publishedDate": "2026-01-02"}
    with searxng([row], queries) as server:
        found = await SearxngSearch(f"{server.url}/").search(
            "code 7749", categories=("general", "it"), language="en", time_range="year"
        )
    asked = {"q": "code 7749", "format": "json", "categories": "general,it", "language": "en", "time_range": "year"}
    assert queries == [asked]
    assert server.requests == ["/search"]  # the query stands in no address, so in no log between
    (hit,) = found.hits
    assert (hit.address, hit.title, hit.excerpt, hit.engines) == (
        "https://a.example/",
        "A <b>",
        "says something",
        ("ours",),
    )


async def test_what_is_not_asked_for_is_left_to_the_instance() -> None:
    queries: list[Mapping[str, str]] = []
    with searxng([], queries) as server:
        await SearxngSearch(server.url).search("x")
    assert queries == [{"q": "x", "format": "json"}]


async def test_only_pages_of_the_web_are_results() -> None:
    rows = [
        {"url": url, "title": "t"}
        for url in ("javascript:alert(1)", "magnet:?x", "file:///etc/passwd", "", "http://[x")
    ]
    with searxng([*rows, {"title": "none"}, {"url": "http://fine.example/", "title": None, "content": None}]) as server:
        found = await SearxngSearch(server.url).search("x")
    assert [(hit.address, hit.title) for hit in found.hits] == [("http://fine.example/", "http://fine.example/")]


async def test_engines_that_were_silent_are_named() -> None:
    body = json.dumps({"results": [], "unresponsive_engines": [["google", "CAPTCHA"], ["bing", "timeout"], "odd"]})
    with answering(Answer(body, media_type="application/json")) as server:
        found = await SearxngSearch(server.url).search("x")
    assert found.silent == ("google: CAPTCHA", "bing: timeout", "odd")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer("<h1>Forbidden</h1>", status=403), r"Add json to search\.formats"),
        (Answer("Too Many Requests", status=429), r"pass_ip in limiter\.toml"),
        (Answer(status=404), "without /search"),
        (Answer(status=301, headers={"Location": "https://x.example/"}), "where it redirects to"),
        (Answer('{"error": "Invalid value \\"xx\\" for parameter language"}', status=400), "parameter language"),
        (Answer("oops", status=500), "Look at its log"),
        (Answer("<html>a page</html>"), r"Add json to search\.formats"),
        (Answer("[]"), r"Add json to search\.formats"),
        (Answer('{"results": null}'), r"Add json to search\.formats"),
    ],
    ids=["403", "429", "404", "redirect", "400", "500", "html", "list", "null"],
)
async def test_each_failure_says_what_to_change(answer: Answer, says: str) -> None:
    with answering(answer) as server, pytest.raises(ToolError, match=says):
        await SearxngSearch(server.url).search("x")


async def test_an_instance_that_is_not_there_says_so() -> None:
    with answering(Answer()) as server:
        gone = server.url
    with pytest.raises(ToolError, match="SRE_SEARXNG_URL"):
        await SearxngSearch(gone).search("x")


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with answering(Answer(b"x" * 6_000_000)) as server, pytest.raises(ToolError, match="more than a search answers"):
        await SearxngSearch(server.url).search("x")
