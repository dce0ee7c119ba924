"""Who may call the browser routes."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sre_core.api.guard import NotInAFrame, OnlyKnownHosts, Pass, Refused, Tokens, check_origin, host_name

HOSTS = ("127.0.0.1", "localhost", "[::1]")


def request(**headers: str) -> HTTPConnection:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": named})


def test_a_token_says_which_investigation_and_in_whose_name() -> None:
    tokens = Tokens(b"secret")
    assert tokens.check(tokens.issue("inv-1", "Ada"), "inv-1") == Pass("inv-1", "Ada")


def test_a_token_is_good_for_one_investigation_only() -> None:
    tokens = Tokens(b"secret")
    with pytest.raises(Refused, match="another investigation") as refused:
        tokens.check(tokens.issue("inv-1", "Ada"), "inv-2")
    assert refused.value.status == 403


def test_a_token_expires() -> None:
    clock = [1000.0]
    tokens = Tokens(b"secret", now=lambda: clock[0], lifetime=60)
    token = tokens.issue("inv-1", "Ada")
    clock[0] += 61
    with pytest.raises(Refused, match="expired") as refused:
        tokens.check(token, "inv-1")
    assert refused.value.status == 401


@pytest.mark.parametrize("forged", ["", ".", "abc", "abc.def", "e30.", "é.ü"])
def test_what_we_did_not_sign_is_refused(forged: str) -> None:
    with pytest.raises(Refused) as refused:
        Tokens(b"secret").check(forged, "inv-1")
    assert refused.value.status == 401


def test_a_token_of_another_state_folder_is_refused() -> None:
    with pytest.raises(Refused):
        Tokens(b"secret").check(Tokens(b"other").issue("inv-1", "Ada"), "inv-1")


def test_our_own_page_may_ask() -> None:
    check_origin(request(host="localhost:8501", origin="http://localhost:8501", sec_fetch_site="same-origin"), HOSTS)
    check_origin(request(host="[::1]:8501"), HOSTS)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:8501"},
        {"host": "localhost:8501", "origin": "http://evil.example"},
        {"host": "localhost:8501", "origin": "http://localhost:9999"},
        {"host": "localhost:8501", "origin": "null"},
        {"host": "localhost:8501", "sec_fetch_site": "cross-site"},
        {},
    ],
)
def test_another_site_or_a_rebound_name_may_not(headers: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        check_origin(request(**headers), HOSTS)
    assert refused.value.status == 403


def test_a_star_answers_to_every_host() -> None:
    check_origin(request(host="workbench.example"), ["*"])


def test_host_names_come_without_their_port() -> None:
    assert [host_name(h) for h in ("LOCALHOST:1", "[::1]:80", "[::1]", "a.b")] == ["localhost", "[::1]", "[::1]", "a.b"]


async def answered(path: str, **headers: str) -> httpx.Response:
    async def hello(_: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Starlette(
        routes=[Route("/", hello), Route("/api/health", hello)],
        middleware=[Middleware(NotInAFrame), Middleware(OnlyKnownHosts, allowed_hosts=HOSTS)],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:
        return await client.get(path, headers=headers)


async def test_pages_answer_to_known_hosts_only() -> None:
    assert (await answered("/", Host="localhost:8501")).text == "hello"
    assert (await answered("/", Host="evil.example")).status_code == 403


async def test_probes_may_come_by_any_name() -> None:
    assert (await answered("/api/health", Host="10.1.2.3")).text == "hello"


async def test_no_other_site_may_frame_a_page() -> None:
    assert (await answered("/")).headers["x-frame-options"] == "SAMEORIGIN"
