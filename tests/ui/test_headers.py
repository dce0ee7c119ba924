"""What a browser is told with every answer."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from sre_core.api.headers import NOTHING, BrowserHeaders, page_policy
from ui.inline import inline_scripts

PAGE = page_policy(["sha256-abc"])


async def headers_of(path: str, kind: str, status: int = 200, **given: str) -> dict[str, str]:
    """What comes with an answer of this kind; ``given``: headers that it has of its own."""
    said: list[Message] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        own = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind.encode()), *own]}
        await send(start)

    async def hear(message: Message) -> None:
        said.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    await BrowserHeaders(answer, PAGE)({"type": "http", "path": path, "headers": []}, nothing, hear)
    return {name.decode(): value.decode() for name, value in said[0]["headers"]}


@pytest.mark.parametrize(
    ("path", "kind", "policy"),
    [
        ("/", "text/html; charset=utf-8", PAGE),
        ("/incidents", "text/html", PAGE),
        ("/media/0123.html", "text/html", NOTHING),
        ("/media/0123.svg", "image/svg+xml", NOTHING),
        ("/api/report/inv", "application/json", NOTHING),
        ("/api/stream/inv", "text/event-stream", NOTHING),
        ("/static/js/index.js", "text/javascript", NOTHING),
    ],
)
async def test_a_page_gets_what_it_needs_and_everything_else_nothing(path: str, kind: str, policy: str) -> None:
    assert (await headers_of(path, kind))["content-security-policy"] == policy


async def test_a_policy_that_was_there_is_replaced_and_no_site_may_frame_a_page() -> None:
    headers = await headers_of("/", "text/html", content_security_policy="default-src *")
    assert headers["content-security-policy"] == PAGE
    assert headers["x-frame-options"] == "DENY"


async def test_a_page_that_has_not_changed_keeps_the_policy_that_it_came_with() -> None:
    assert "content-security-policy" not in await headers_of("/", "", status=304)


def test_no_rule_of_a_page_names_a_host_or_lets_text_run() -> None:
    rules = dict(rule.split(" ", 1) for rule in page_policy(inline_scripts()).split("; "))
    said = {word for where in rules.values() for word in where.split()}
    assert {word for word in said if not word.startswith("'")} == {"blob:", "data:"}
    assert "'unsafe-inline'" not in rules["script-src"] + rules["default-src"]
    assert "'unsafe-eval'" not in said


def test_the_scripts_in_the_page_of_this_streamlit_are_known_by_their_digests() -> None:
    assert inline_scripts()
    assert all(one.startswith("sha256-") for one in inline_scripts())
