"""Who may call the browser routes."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from sre_core.api.guard import (
    EVERY,
    OnlyKnownHosts,
    OnlyTheProxy,
    Pass,
    Refused,
    Tokens,
    check_origin,
    host_name,
)
from sre_core.people import Role

HOSTS = ("127.0.0.1", "localhost", "[::1]")


def request(**headers: str) -> HTTPConnection:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": named})


def test_a_token_says_which_investigation_and_in_whose_name() -> None:
    tokens = Tokens(b"secret")
    assert tokens.check(tokens.issue("inv-1", "Ada", Role.VIEWER), "inv-1") == Pass("inv-1", "Ada", Role.VIEWER)


def test_a_token_is_good_for_one_investigation_only() -> None:
    tokens = Tokens(b"secret")
    with pytest.raises(Refused, match="another investigation") as refused:
        tokens.check(tokens.issue("inv-1", "Ada", Role.VIEWER), "inv-2")
    assert refused.value.status == 403


def test_a_token_expires() -> None:
    clock = [1000.0]
    tokens = Tokens(b"secret", now=lambda: clock[0], lifetime=60)
    token = tokens.issue("inv-1", "Ada", Role.VIEWER)
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
        Tokens(b"secret").check(Tokens(b"other").issue("inv-1", "Ada", Role.VIEWER), "inv-1")


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
        middleware=[Middleware(OnlyKnownHosts, allowed_hosts=HOSTS)],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:
        return await client.get(path, headers=headers)


async def test_pages_answer_to_known_hosts_only() -> None:
    assert (await answered("/", Host="localhost:8501")).text == "hello"
    assert (await answered("/", Host="evil.example")).status_code == 403


async def test_probes_may_come_by_any_name() -> None:
    assert (await answered("/api/health", Host="10.1.2.3")).text == "hello"


TOKENS = Tokens(b"key")


async def through_the_door(path: str, *headers: tuple[str, str], kind: str = "http") -> int:
    """The status that somebody with these headers gets; 200 when they are let in."""
    let_in: list[str] = []
    said: list[Message] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        let_in.append(scope["path"])

    async def hear(message: Message) -> None:
        said.append(message)

    async def nothing() -> Message:
        return {"type": "http.request"}

    door = OnlyTheProxy(inside, "s3cret", "X-Forwarded-User", lambda: TOKENS)
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    await door({"type": kind, "path": path, "headers": raw, "query_string": b""}, nothing, hear)
    return 200 if let_in else int(said[0]["status"])


PROXY = ("X-Workbench-Proxy", "s3cret")
ADA = ("X-Forwarded-User", "ada")


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_the_proxy_comes_in_when_it_names_somebody(kind: str) -> None:
    assert await through_the_door("/_stcore/stream", PROXY, ADA, kind=kind) == 200
    assert await through_the_door("/api/stream/inv", PROXY, ADA, kind=kind) == 200


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "headers",
    [
        (),
        (ADA,),
        (PROXY,),
        (PROXY, ("X-Forwarded-User", " ")),
        (PROXY, ADA, ("X-Forwarded-User", "grace")),
        (("X-Workbench-Proxy", "guessed"), ADA),
        (("X-Workbench-Proxy", ""), ADA),
        (("X-Workbench-Proxy", "guessed"), PROXY, ADA),
    ],
)
async def test_nobody_else_does_and_nobody_without_a_name(headers: tuple[tuple[str, str], ...], kind: str) -> None:
    for path in ("/", "/incidents", "/_stcore/stream", "/api/report/inv", "/auth/login"):
        assert await through_the_door(path, *headers, kind=kind) == 403


async def test_probes_need_no_proxy() -> None:
    assert await through_the_door("/api/health") == await through_the_door("/_stcore/health") == 200


async def test_a_program_comes_to_the_routes_with_its_own_token_and_nowhere_else() -> None:
    mine = ("Authorization", f"Bearer {TOKENS.issue(EVERY, 'pager', Role.VIEWER)}")
    assert await through_the_door("/api/report/inv", mine) == 200
    assert await through_the_door("/", mine) == 403
    pages = ("Authorization", f"Bearer {TOKENS.issue('inv', 'ada', Role.ADMIN)}")
    assert await through_the_door("/api/report/inv", pages) == 403
    others = ("Authorization", f"Bearer {Tokens(b'other').issue(EVERY, 'pager', Role.ADMIN)}")
    assert await through_the_door("/api/report/inv", others) == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://localhost:8501", 200),
        ("https://localhost:8501", 200),
        ("http://localhost:3000", 403),
        ("http://127.0.0.1:8501", 403),
        ("http://evil.example", 403),
        ("null", 403),
    ],
)
async def test_a_websocket_is_opened_by_our_own_page_alone(origin: str | None, status: int) -> None:
    told: list[int] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(200)

    async def hear(message: Message) -> None:
        if "status" in message:
            told.append(message["status"])

    async def nothing() -> Message:
        return {"type": "websocket.connect"}

    headers = [(b"host", b"localhost:8501"), *([(b"origin", origin.encode())] if origin else [])]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers, "query_string": b""}
    await OnlyKnownHosts(inside, HOSTS)(scope, nothing, hear)
    assert told == [status]
