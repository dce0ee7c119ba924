"""Sends one request through the openai client and hears everything that comes back: text, finish reason, refusal, usage, times.

Whatever ends it, an answer, a fault, a watchdog or cancellation, the connection of an unfinished stream is closed.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.faults import FaultKind
from sre_core.gateway.troubles import Trouble, is_full, trouble_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk
    from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

DRAFT_EVERY = 0.1
"""Seconds between two drafts."""

MOST_CHARACTERS = 200_000
"""An answer that is longer is cut off: nobody asks for one, and everything it is checked with takes time."""

CLOSING = 0.3
"""Seconds that closing a connection may take."""

Clock = Callable[[], float]
OnDraft = Callable[[str], None]


@dataclass
class Heard:
    """What one request brought back, as far as it came."""

    content: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    finish: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_cached: int | None = None
    first_token: float | None = None
    """Seconds from sending; None when nothing came, or all at once."""
    called: tuple[int | None, str | None] | None = None
    """Number and id of the tool call that is the answer: the first; None until there is one."""
    pieces: list[tuple[float, str]] = field(default_factory=list)
    """What came when, in seconds from sending."""
    characters: int = 0

    def add(self, content: str, arguments: str) -> None:
        """Take in more of the answer, as long as there is room; what is too long counts as cut off."""
        self.content.append(content)
        self.arguments.append(arguments)
        self.characters += len(content) + len(arguments)
        if self.is_too_long:
            self.finish = "length"

    @property
    def is_too_long(self) -> bool:
        """Whether the rest need not be heard."""
        return self.characters > MOST_CHARACTERS

    @property
    def text(self) -> str:
        """The answer: what a tool was called with, or else what was said."""
        return "".join(self.arguments) or "".join(self.content)

    @property
    def refusal(self) -> str:
        """What the model said instead of answering; empty when it did not refuse."""
        return "".join(self.refusals)


class Tee:
    """One endpoint's wire."""

    def __init__(self, client: AsyncOpenAI, endpoint: ModelEndpoint, clock: Clock = time.monotonic) -> None:
        self._client = client
        self._endpoint = endpoint
        self._clock = clock

    async def send(self, request: dict[str, Any], heard: Heard, on_draft: OnDraft) -> None:
        """Fill ``heard``. Raises ``Trouble``; then ``heard`` holds what came before it."""
        try:
            if self._endpoint.streams:
                await self._stream(request, heard, on_draft)
            else:
                await self._whole(request, heard, on_draft)
        except (AttributeError, TypeError, LookupError, ValueError, RecursionError) as error:  # what nobody promised
            raise self._nonsense() from error
        except Exception as error:
            raise trouble_of(error, self._endpoint) from error

    async def _whole(self, request: dict[str, Any], heard: Heard, on_draft: OnDraft) -> None:
        began = self._clock()
        try:
            async with asyncio.timeout(self._endpoint.patience.total):
                completion = await self._client.chat.completions.create(**request)
        except TimeoutError as error:
            raise self._too_long() from error
        self._hear_all(completion, heard)
        if heard.text:
            heard.pieces.append((self._clock() - began, heard.text))
            on_draft(heard.text)

    def _hear_all(self, completion: ChatCompletion, heard: Heard) -> None:
        from openai.types.chat import ChatCompletion

        if not isinstance(completion, ChatCompletion):
            raise self._no_endpoint()
        _hear_usage(completion.usage, heard)
        if not completion.choices:
            raise self._told_instead((completion.model_extra or {}).get("error"))
        choice = completion.choices[0]
        heard.finish = _word(choice.finish_reason)
        if choice.message is None:
            return
        heard.refusals.append(_text(choice.message.refusal))
        calls = [getattr(call, "function", None) for call in choice.message.tool_calls or ()]
        heard.add(_text(choice.message.content), _text(getattr(calls[0], "arguments", None)) if calls else "")

    async def _stream(self, request: dict[str, Any], heard: Heard, on_draft: OnDraft) -> None:
        patience, loop = self._endpoint.patience, asyncio.get_running_loop()
        end = loop.time() + patience.total
        stream = None
        try:
            async with asyncio.timeout_at(min(end, loop.time() + patience.first_token)) as watch:
                began = self._clock()
                stream = await self._client.chat.completions.create(**request, stream=True)
                if await self._came_whole(stream, heard):
                    return
                drafted = began - DRAFT_EVERY
                async for chunk in stream:
                    now = self._clock()
                    if piece := _hear(chunk, heard):
                        heard.pieces.append((now - began, piece))
                    if heard.first_token is not None or _is_token(chunk):
                        heard.first_token = heard.first_token if heard.first_token is not None else now - began
                        watch.reschedule(min(end, loop.time() + patience.between_tokens))
                    if piece and now - drafted >= DRAFT_EVERY:
                        on_draft(heard.text)
                        drafted = now
                    if heard.is_too_long:
                        break
        except TimeoutError as error:
            raise self._expired(heard, loop.time() >= end) from error
        finally:
            if stream is not None:
                await _close(stream)
        if heard.text:
            on_draft(heard.text)

    async def _came_whole(self, stream: AsyncStream[ChatCompletionChunk], heard: Heard) -> bool:
        """Whether it is no stream but all at once: some endpoints send that, or what went wrong, whatever was asked for."""
        from openai.types.chat import ChatCompletion

        kind = stream.response.headers.get("content-type", "")
        if "html" in kind:
            raise self._no_endpoint()
        if not kind.startswith("application/json"):
            return False
        told = json.loads(await stream.response.aread())
        self._hear_all(ChatCompletion.construct(**told), heard)
        heard.pieces.append((0.0, heard.text))
        return True

    def _expired(self, heard: Heard, whole: bool) -> Trouble:
        patience, host = self._endpoint.patience, self._endpoint.host
        if whole:
            return self._too_long()
        if heard.first_token is None:
            what = f"{host} accepted the question, but no answer began within {patience.first_token:g} s."
            return Trouble(FaultKind.NO_FIRST_TOKEN, what)
        return Trouble(
            FaultKind.STALLED, f"{host} stopped in the middle of its answer for {patience.between_tokens:g} s."
        )

    def _too_long(self) -> Trouble:
        what = f"{self._endpoint.host} had not finished its answer after {self._endpoint.patience.total:g} s."
        return Trouble(FaultKind.TOO_LONG, what)

    def _no_endpoint(self) -> Trouble:
        what = f"{self._endpoint.host} answered with a web page, not as a model endpoint."
        return Trouble(FaultKind.NOT_AN_API, what)

    def _told_instead(self, error: Any) -> Trouble:
        said = str(error or "")
        if is_full(said):
            what = f"The question was longer than the model at {self._endpoint.host} can read."
            return Trouble(FaultKind.CONTEXT_FULL, what, said=said)
        if error:
            return Trouble(FaultKind.SERVER_FAILED, f"{self._endpoint.host} failed while it was answering.", again=True)
        return self._nonsense()

    def _nonsense(self) -> Trouble:
        what = f"What {self._endpoint.host} sent is not an answer of an OpenAI-compatible endpoint."
        return Trouble(FaultKind.NOT_AN_API, what)


async def _close(stream: AsyncStream[ChatCompletionChunk]) -> None:
    with suppress(Exception):
        async with asyncio.timeout(CLOSING):
            await stream.close()


def _hear(chunk: ChatCompletionChunk, heard: Heard) -> str:
    """Take in one chunk; returns what it adds to the answer's text."""
    _hear_usage(chunk.usage, heard)
    if not chunk.choices:
        return ""
    choice = chunk.choices[0]
    heard.finish = _word(choice.finish_reason) or heard.finish
    if (delta := choice.delta) is None:
        return ""
    heard.refusals.append(_text(delta.refusal))
    said = _text(delta.content)
    called = "".join(_called(call, heard) for call in delta.tool_calls or ())
    heard.add(said, called)
    return called or said


def _called(call: ChoiceDeltaToolCall, heard: Heard) -> str:
    """What this adds to the first call. The others have a higher number, or, at some endpoints, only another id."""
    first = heard.called
    if first is None or (call.index or 0) < (first[0] or 0):
        heard.called = first = (call.index, call.id)
        heard.arguments.clear()
    number, name = first
    is_part = call.index == number and call.id in (None, "", name)
    return _text(call.function.arguments) if is_part and call.function else ""


def _text(told: Any) -> str:
    """Text, however it was wrapped: as it is, in parts of which some are thoughts, or as an object that should be JSON."""
    if isinstance(told, list):
        parts = (part for part in told if isinstance(part, dict) and part.get("type") == "text")
        return "".join(str(part.get("text") or "") for part in parts)
    if isinstance(told, dict):
        return json.dumps(told)
    return str(told) if told else ""


def _hear_usage(usage: CompletionUsage | None, heard: Heard) -> None:
    """The last one counts: some endpoints send a running total with each chunk."""
    if usage is None:
        return
    heard.tokens_in = _count(usage.prompt_tokens)
    heard.tokens_out = _count(usage.completion_tokens)
    heard.tokens_cached = _count(getattr(usage.prompt_tokens_details, "cached_tokens", None))


def _word(told: Any) -> str | None:
    return str(told)[:40] if told else None


def _count(told: Any) -> int | None:
    return told if isinstance(told, int) and told >= 0 else None


def _is_token(chunk: ChatCompletionChunk) -> bool:
    """Whether the model has begun to write: thinking aloud counts, an empty first chunk does not."""
    if not chunk.choices or (delta := chunk.choices[0].delta) is None:
        return False
    extra = delta.model_extra or {}
    thought = extra.get("reasoning_content") or extra.get("reasoning")
    return bool(delta.content or delta.refusal or delta.tool_calls or thought)
