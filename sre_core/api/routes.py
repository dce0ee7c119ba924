"""The routes that a page talks to: follow, decide, fetch what is too big to stream. All need the page's token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sre_core.api.guard import Pass, Refused, Tokens, check_origin, refusal
from sre_core.api.hub import Hub
from sre_core.errors import ContentGone, StaleDecision, UnknownInvestigation, WorkbenchError
from sre_core.events import (
    ActionApproved,
    ActionRejected,
    Entry,
    Event,
    GuidanceGiven,
    InvestigationStopped,
    PaceSet,
    RetryRequested,
)
from sre_core.investigation import Investigation

LONGEST_DECISION = 20_000
LONGEST_OUTPUT = 200_000
LONGEST_NUMBER = 18

Decision = Annotated[
    ActionApproved | ActionRejected | GuidanceGiven | PaceSet | InvestigationStopped | RetryRequested,
    Field(discriminator="type"),
]
"""What a person may say through the page; nothing else that can happen is taken from a browser."""

DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


class Bench(Protocol):
    """The part of the workbench that these routes need."""

    def record(self, investigation_id: str, entry: Entry) -> Event:
        """Append what a person said."""

    def state(self, investigation_id: str) -> Investigation:
        """The fold so far."""

    def output_text(self, digest: str) -> str:
        """A stored bulky output."""

    def report(self, investigation_id: str) -> dict[str, Any]:
        """The report as JSON."""


@dataclass(frozen=True)
class Words:
    """How a report and a state become text."""

    markdown: Callable[[Mapping[str, Any]], str]
    chat: Callable[[Mapping[str, Any]], str]
    briefing: Callable[[Investigation], str]


@dataclass(frozen=True)
class Api:
    """Everything that the routes are handed. ``bench`` and ``tokens`` are asked for per request: they come with startup."""

    hub: Hub
    bench: Callable[[], Bench]
    tokens: Callable[[], Tokens]
    allowed_hosts: Collection[str]
    words: Words

    def routes(self) -> list[Route]:
        """To be mounted beside the pages."""
        guarded = self._guarded
        return [
            Route("/api/health", self.health),
            Route("/api/stream/{investigation_id}", guarded(self.stream)),
            Route("/api/decide/{investigation_id}", guarded(self.decide), methods=["POST"]),
            Route("/api/output/{investigation_id}/{action_id}", guarded(self.output)),
            Route("/api/report/{investigation_id}", guarded(self.report)),
            Route("/api/briefing/{investigation_id}", guarded(self.briefing)),
        ]

    async def health(self, _: Request) -> Response:
        """The process is up and its workbench has started."""
        try:
            self.bench()
        except (WorkbenchError, RuntimeError):
            return JSONResponse({"status": "starting"}, status_code=503)
        return JSONResponse({"status": "ok"})

    async def stream(self, request: Request, page: Pass) -> Response:
        """Server-sent events: what the page lacks, then what happens, as it happens."""
        await asyncio.to_thread(self.bench().state, page.investigation_id)
        since = _whole_number(request.headers.get("last-event-id") or request.query_params.get("since"))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._messages(page, since), media_type="text/event-stream", headers=headers)

    async def _messages(self, page: Pass, since: int) -> AsyncIterator[str]:
        tokens, loop = self.tokens(), asyncio.get_running_loop()
        renewed = loop.time()
        yield "retry: 500\n\n"
        async for message in self.hub.follow(page.investigation_id, since):
            if message is None:
                yield ": still here\n\n"
            else:
                yield f"id: {message.last}\ndata: {message.body}\n\n"
            if loop.time() - renewed > tokens.lifetime / 3:
                renewed = loop.time()
                yield f"event: token\ndata: {tokens.issue(page.investigation_id, page.by)}\n\n"

    async def decide(self, request: Request, page: Pass) -> Response:
        """Record what a person decided, in their name. 409 when it no longer fits what is going on."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > LONGEST_DECISION:
                return _error(413, "That is too long; keep it under 20 000 characters.")
        try:
            happening = DECISION.validate_json(body)
        except ValidationError:
            return _error(422, "The page sent something that is not a decision. Reload the page.")
        entry = Entry(actor=f"person:{page.by}", happening=happening)
        event = await asyncio.to_thread(self.bench().record, page.investigation_id, entry)
        return JSONResponse({"seq": event.seq})

    async def output(self, request: Request, page: Pass) -> Response:
        """What a tool brought back, whole."""
        text = await asyncio.to_thread(self._output, page.investigation_id, request.path_params["action_id"])
        return PlainTextResponse(text[:LONGEST_OUTPUT])

    def _output(self, investigation_id: str, action_id: str) -> str:
        observation = self.bench().state(investigation_id).observation(action_id)
        if observation is None:
            raise ContentGone("This action brought nothing back.")
        if observation.content:
            return self.bench().output_text(observation.content.digest)
        return json.dumps(observation.data, indent=2, ensure_ascii=False, default=str)

    async def report(self, request: Request, page: Pass) -> Response:
        """The report: ``format`` json (default), md or chat."""
        report = await asyncio.to_thread(self.bench().report, page.investigation_id)
        name = f'attachment; filename="investigation-{page.investigation_id}'
        match request.query_params.get("format"):
            case "md":
                headers = {"Content-Disposition": f'{name}.md"'}
                return PlainTextResponse(self.words.markdown(report), media_type="text/markdown", headers=headers)
            case "chat":
                return PlainTextResponse(self.words.chat(report))
            case _:
                text = json.dumps(report, indent=2, ensure_ascii=False, default=str)
                headers = {"Content-Disposition": f'{name}.json"'}
                return Response(text, media_type="application/json", headers=headers)

    async def briefing(self, _: Request, page: Pass) -> Response:
        """What the reasoner is told, in plain text."""
        state = await asyncio.to_thread(self.bench().state, page.investigation_id)
        return PlainTextResponse(self.words.briefing(state))

    def _guarded(
        self, route: Callable[[Request, Pass], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The route, answered only to our own page; expected errors become sentences."""

        async def answer(request: Request) -> Response:
            try:
                check_origin(request, self.allowed_hosts)
                page = self.tokens().check(_token_of(request), request.path_params["investigation_id"])
                return await route(request, page)
            except Refused as refused:
                return refusal(refused)
            except StaleDecision as stale:
                return _error(409, str(stale))
            except (UnknownInvestigation, ContentGone) as missing:
                return _error(404, str(missing))
            except WorkbenchError as error:
                return _error(400, str(error))

        return answer


def _token_of(request: Request) -> str:
    """From the header; from the address where a browser cannot send one (event streams, downloads)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.query_params.get("token", "")


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < LONGEST_NUMBER else 0


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
