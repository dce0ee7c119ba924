"""Endpoints that answer in ways of their own, and some that mean harm: bytes on a socket, as they are sent."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import tracemalloc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from sre_core.bounded_answers import bounded
from sre_core.gateway import libraries
from sre_core.gateway.asking import Mode
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.probe import MOST_MODELS, list_models, probe
from tests.gateway.asks import GOOD, KEY, MEANT, Ear, a_gateway, a_question, an_endpoint

PACKED = gzip.compress(b'{"choices": [{"message": {"content": "' + b"x" * 50_000_000 + b'"}}]}')


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def stream(*chunks: Mapping[str, Any], begins: str = "data: ", ends: str = "\n") -> bytes:
    return "".join(f"{begins}{json.dumps(each)}{ends}{ends}" for each in chunks).encode()


def called(*parts: tuple[int | None, str, Any]) -> bytes:
    """Tool calls: number, id, arguments."""
    deltas = [{"index": number, "id": id_, "function": {"arguments": text}} for number, id_, text in parts]
    return stream(*[chunk(tool_calls=[each]) for each in deltas], chunk("tool_calls"))


def whole(message: Mapping[str, Any]) -> bytes:
    return json.dumps({"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}).encode()


@asynccontextmanager
async def answering(
    body: bytes, kind: str = "text/event-stream", status: int = 200, **headers: str
) -> AsyncIterator[tuple[str, list[bytes]]]:
    """The base URL of a server that gives everybody this answer, and the heads of the requests it got."""
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if length := re.search(rb"(?i)content-length: (\d+)", head):
                await reader.readexactly(int(length[1]))
            heads.append(head)
            told = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **headers}
            lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
            writer.write(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # it had enough
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", heads


async def asked_at(url: str, mode: Mode = Mode.JSON_SCHEMA, streams: bool = True) -> Any:
    async with asyncio.timeout(25), a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway:
        return (await gateway.ask(a_question(), Ear())).value


ENDING = (chunk(content=GOOD), chunk("stop"))
UNDERSTOOD = {
    "lines that end in CR LF": (stream(*ENDING, ends="\r\n"), Mode.JSON_SCHEMA),
    "no space after data:": (stream(*ENDING, begins="data:"), Mode.JSON_SCHEMA),
    "comments in between": (b": PROCESSING\n\n" * 20 + stream(*ENDING), Mode.JSON_SCHEMA),
    "thoughts in a field of their own": (stream(chunk(reasoning_content="{hm"), *ENDING), Mode.JSON_SCHEMA),
    "thoughts whose beginning is left out": (
        stream(chunk(content="Let {me} see\n</think>\n" + GOOD), chunk("stop")),
        Mode.JSON_SCHEMA,
    ),
    "content in parts": (
        stream(chunk(content=[{"type": "thinking"}, {"type": "text", "text": GOOD}]), chunk("stop")),
        Mode.JSON_SCHEMA,
    ),
    "a tool call that is counted from one": (called((1, "a", GOOD)), Mode.TOOLS),
    "a tool call without a number": (called((None, "a", GOOD)), Mode.TOOLS),
    "the second tool call first": (called((1, "b", "{}"), (0, "a", GOOD)), Mode.TOOLS),
    "two tool calls of one number": (called((0, "a", GOOD), (0, "b", GOOD)), Mode.TOOLS),
    "arguments that are an object": (called((0, "a", json.loads(GOOD))), Mode.TOOLS),
}


@pytest.mark.parametrize(("body", "mode"), UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
async def test_an_answer_is_understood_however_it_is_sent(body: bytes, mode: Mode) -> None:
    async with answering(body) as (url, heads):
        assert await asked_at(url, mode) == MEANT
    assert len(heads) == 1


async def test_an_endpoint_that_never_streams_is_heard_all_the_same() -> None:
    async with answering(whole({"content": GOOD}), kind="application/json") as (url, heads):
        assert await asked_at(url) == MEANT
    assert len(heads) == 1


async def test_a_quoted_end_of_thinking_is_a_part_of_the_answer() -> None:
    said = GOOD.replace("the disk", "</think> the disk")
    async with answering(stream(chunk(content=said), chunk("stop"))) as (url, _):
        assert (await asked_at(url)).reasoning == "</think> the disk is full"


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("status", [200, 500])
async def test_a_packed_answer_is_not_unpacked(status: int, streams: bool) -> None:
    await asyncio.to_thread(libraries.prepare)
    kind = "text/event-stream" if streams else "application/json"
    async with answering(PACKED, kind, status, Content_Encoding="gzip") as (url, heads):
        tracemalloc.start()
        try:
            with pytest.raises(ModelFault) as raised:
                await asked_at(url, streams=streams)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert raised.value.kind is FaultKind.NOT_AN_API
    assert len(heads) == 1
    assert b"accept-encoding: identity" in heads[0].lower()
    assert most < 20_000_000


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
async def test_an_answer_without_end_is_given_up(kind: str) -> None:
    import httpx2

    hook = bounded(100_000, streams=True)
    client = httpx2.AsyncClient(event_hooks={"response": [hook]})
    async with answering(b"data: " + b"x" * 5_000_000, kind) as (url, _), client:
        with pytest.raises(httpx2.DecodingError, match="longer than 100000 bytes"):
            await client.get(url)


def test_every_answer_of_an_endpoint_has_its_bound() -> None:
    client = libraries.client_for(an_endpoint("http://127.0.0.1:1/v1"))
    assert len(client._client.event_hooks["response"]) == 1


async def test_what_is_nested_without_end_is_no_answer() -> None:
    async with answering(b"data: " + b"[" * 100_000 + b"\n\n") as (url, _):
        with pytest.raises(ModelFault) as raised:
            await asked_at(url)
    assert raised.value.kind is FaultKind.NOT_AN_API


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_nothing_follows_an_endpoint_that_points_elsewhere(status: int) -> None:
    async with answering(stream(*ENDING)) as (elsewhere, followed):
        there = f"{elsewhere}/chat/completions"
        async with answering(b"", "text/plain", status, Location=there) as (url, _):
            with pytest.raises(ModelFault, match="elsewhere") as raised:
                await asked_at(url)
    assert raised.value.kind is FaultKind.NOT_AN_API
    assert followed == []


@pytest.mark.parametrize("key", ["sk-one\nsk-two", "sk-ä", "sk-\x00", "sk one", "sk-\u202e"])
def test_a_key_that_fits_in_no_header_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ValidationError, match="its key holds signs") as raised:
        an_endpoint("http://127.0.0.1:1/v1", key=SecretStr(key))
    assert key not in str(raised.value)


def test_white_space_around_a_key_is_none_of_it() -> None:
    endpoint = an_endpoint("http://127.0.0.1:1/v1", key=SecretStr(f" {KEY}\n"))
    assert endpoint.key is not None
    assert endpoint.key.get_secret_value() == KEY


async def test_what_the_environment_holds_for_another_endpoint_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering(b"") as (proxy, proxied), answering(stream(*ENDING)) as (url, heads):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.removesuffix("/v1"))
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer of-another\nX-Team: ours")
        monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
        assert await asked_at(url) == MEANT
    assert proxied == []
    assert f"Bearer {KEY}".encode() in heads[0]
    assert b"x-team" not in heads[0].lower()
    assert b"org-ours" not in heads[0]


async def test_of_a_long_list_of_models_the_one_that_is_asked_is_kept() -> None:
    listed = [{"id": f"m{number}"} for number in range(MOST_MODELS + 100)]
    body = json.dumps({"data": [*listed, {"id": "scripted-1", "context_length": 4096}]}).encode()
    async with answering(body, kind="application/json") as (url, _):
        found = await probe(an_endpoint(url))
    assert found.models is not None
    assert len(found.models) == MOST_MODELS
    assert "scripted-1" in found.models
    assert found.context_tokens == 4096


async def test_a_model_that_nobody_could_name_is_not_listed() -> None:
    names = ["plain", "a\x1b[31mb", "\u202eb", "\ud800", "x" * 10_000, "", 7, ["a"], None]
    body = json.dumps({"data": [{"id": name} for name in names]}).encode()
    async with answering(body, kind="application/json") as (url, _):
        assert await list_models(an_endpoint(url)) == ("plain",)
