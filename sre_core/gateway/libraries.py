"""instructor and openai, imported in the warm-up or when first needed: it takes CPU seconds, so never in the event loop."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel

from sre_core.bounded_answers import AS_IT_IS, bounded
from sre_core.gateway.asking import Mode
from sre_core.gateway.endpoint import NO_KEY, ModelEndpoint
from sre_core.gateway.prices import list_price

Create = Callable[..., Awaitable[Any]]

MOST_BYTES = 64_000_000
"""Of one answer: a long stream has some hundred bytes around each token."""

OF_INSTRUCTOR = {Mode.JSON_SCHEMA: "JSON_SCHEMA", Mode.TOOLS: "TOOLS", Mode.MARKDOWN: "MD_JSON"}


async def ready(endpoint: ModelEndpoint) -> Any:
    """A client for the endpoint (``client_for``), with everything imported that a first call needs, in a thread."""
    return await asyncio.to_thread(_ready, endpoint)


def _ready(endpoint: ModelEndpoint) -> Any:
    prepare()
    return client_for(endpoint)


_REHEARSING = threading.Lock()


def prepare() -> None:
    """Import all that a first call needs, once a process; who comes while that goes on waits. Not in an event loop's thread."""
    with _REHEARSING:
        _rehearsed()


class _Line(BaseModel):
    """The answer of the rehearsal."""

    word: str


@cache
def _rehearsed() -> None:
    """Much is imported and compiled at the first call only, so one is made that goes nowhere."""
    logging.getLogger("instructor").setLevel(logging.CRITICAL)  # it would log what models and endpoints wrote
    asyncio.run(_rehearse())
    list_price("https://api.openai.com/v1", "gpt-4o", 1, 1, 0)


async def _rehearse() -> None:
    import httpcore2
    import httpx2
    import openai

    _ = httpcore2.AsyncConnectionPool
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "x"}
    choice = {"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}
    line = json.dumps({**chunk, "choices": [choice]})

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, headers={"content-type": "text/event-stream"}, text=f"data: {line}\n\ndata: [DONE]\n\n"
        )

    async def create(**prepared: Any) -> Any:
        async for _ in await client.chat.completions.create(**prepared, stream=True):
            pass
        return completion('{"word": "x"}', Mode.JSON_SCHEMA, "x")

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as nowhere:
        client = openai.AsyncOpenAI(base_url="http://nowhere.invalid/v1", api_key=NO_KEY, http_client=nowhere)
        await structured(create, Mode.JSON_SCHEMA, _Line, [{"role": "user", "content": "x"}], model="x")


def client_for(endpoint: ModelEndpoint) -> Any:
    """An ``AsyncOpenAI`` that never sends anything twice by itself, and asks the environment for nothing but a proxy."""
    import httpx2
    import openai

    patience = endpoint.patience
    limit = httpx2.Timeout(patience.total, connect=patience.connect)
    client = openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.key.get_secret_value() if endpoint.key else NO_KEY,
        max_retries=0,
        timeout=limit,
        http_client=httpx2.AsyncClient(
            headers=AS_IT_IS,
            timeout=limit,
            follow_redirects=False,
            trust_env=not endpoint.on_this_machine,
            event_hooks={"response": [bounded(MOST_BYTES, streams=True)]},
        ),
    )
    # of the environment; they belong to another endpoint, perhaps
    client.organization = client.project = client.admin_api_key = None
    client._custom_headers = {}
    return client


async def structured(create: Create, mode: Mode, answer: type[BaseModel], messages: list[Any], **request: Any) -> None:
    """Put the question through instructor: it makes the request for the mode, ``create`` sends it, instructor validates.

    What it validated is of a class of its own, so ``create`` keeps the text. Raises what ``create`` raised, or
    ``ValidationError``. ``context=`` is never passed on: it would render every message, logs and alerts included, as a template.
    """
    import instructor
    from instructor.core import InstructorRetryException

    asked = instructor.patch(create=create, mode=instructor.Mode[OF_INSTRUCTOR[mode]])
    try:
        await asked(response_model=_dressed(answer), messages=messages, max_retries=0, strict=False, **request)
    except InstructorRetryException as error:
        raise (error.__cause__ or error) from None


@lru_cache(maxsize=128)  # the forms of a choice are made anew for every investigation
def _dressed(answer: type[BaseModel]) -> Any:
    """The subclass that instructor works with; it would make one for each call, and its schema too."""
    from instructor.v2.core.function_calls import response_schema

    dressed: Any = response_schema(answer)
    schema = dressed.model_json_schema()
    dressed.model_json_schema = lambda **_: deepcopy(schema)
    return dressed


def completion(text: str, mode: Mode, name: str) -> Any:
    """A whole answer as instructor expects it."""
    from openai.types.chat import ChatCompletion

    message: dict[str, Any] = {"role": "assistant", "content": text}
    if mode is Mode.TOOLS:
        call = {"id": "call", "type": "function", "function": {"name": name, "arguments": text}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    elif mode is Mode.MARKDOWN:
        message["content"] = f"```json\n{text}\n```"
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return ChatCompletion.model_validate(
        {"id": "answer", "object": "chat.completion", "created": 0, "model": name, "choices": [choice]}
    )
