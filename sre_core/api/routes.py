"""The routes that pages and programs talk to (docs/api.md): open, follow, decide, fork, fetch, erase. All need a token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sre_core.api.bodies import DECISION, LONGEST_ALERT, Erasing, Forking, Opening, in_words, sent
from sre_core.api.guard import Pass, Refused, Tokens, check_origin, refusal, token_of
from sre_core.api.hub import Draft, Hub, Message
from sre_core.domain import Alert, Autonomy, Limits, Pace, Value
from sre_core.errors import (
    ContentGone,
    NotAllowed,
    SeqTaken,
    StaleDecision,
    StoreUnavailable,
    UnknownInvestigation,
    UnreadableTimeline,
    WorkbenchError,
)
from sre_core.events import Entry, Event, entry
from sre_core.gateway.record import CallRecord
from sre_core.intake.alerts import understand
from sre_core.investigation import Investigation
from sre_core.investigator import utc_now
from sre_core.people import Person, Roster

LONGEST_OUTPUT = 200_000
LONGEST_NUMBER = 18

STATUS: Sequence[tuple[type[WorkbenchError], int]] = (
    (NotAllowed, 403),
    (UnknownInvestigation, 404),
    (ContentGone, 404),
    (StaleDecision, 409),
    (UnreadableTimeline, 500),
    (StoreUnavailable, 503),
    (SeqTaken, 503),
)
"""How an expected error is answered; any other is a 400."""


class Bench(Protocol):
    """The part of the workbench that these routes need."""

    @property
    def roster(self) -> Roster:
        """Who may do what."""

    def open(
        self, alert: Alert, *, by: Person, workspace: str | None, autonomy: Autonomy, pace: Pace, limits: Limits | None
    ) -> str:
        """Open an investigation; returns its id."""

    def sources(self, workspace: str | None) -> object:
        """What an investigation of this workspace looks at."""

    def record(self, investigation_id: str, said: Entry) -> Event:
        """Append what a person said."""

    def erase(self, investigation_id: str, digest: str, *, because: str, by: Person) -> None:
        """Forget a stored output for good."""

    def fork(self, origin: str, at: int, *, by: Person, pace: Pace, guidance: str) -> str:
        """Begin a new one with the same events; returns its id."""

    def compare(self, one: str, other: str) -> Value:
        """How two differ."""

    def investigations(self) -> Sequence[Value]:
        """All of them, those that wait for a person first."""

    def audit_trail(self, investigation_id: str) -> Iterable[str]:
        """Its events as lines of JSON with a hash chain."""

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
            Route("/api/investigations", guarded(self.investigations)),
            Route("/api/investigations", guarded(self.open), methods=["POST"]),
            Route("/api/fork/{investigation_id}", guarded(self.fork), methods=["POST"]),
            Route("/api/compare/{investigation_id}/{other}", guarded(self.compare)),
            Route("/api/audit/{investigation_id}", guarded(self.audit)),
            Route("/api/stream/{investigation_id}", guarded(self.stream)),
            Route("/api/decide/{investigation_id}", guarded(self.decide), methods=["POST"]),
            Route("/api/output/{investigation_id}/{action_id}", guarded(self.output)),
            Route("/api/call/{investigation_id}/{call_id}", guarded(self.model_call)),
            Route("/api/erase/{investigation_id}", guarded(self.erase), methods=["POST"]),
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
        investigation_id = _asked_for(request)
        await asyncio.to_thread(self.bench().state, investigation_id)
        since = _whole_number(request.headers.get("last-event-id") or request.query_params.get("since"))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        messages = self._messages(investigation_id, page, token_of(request), since)
        return StreamingResponse(messages, media_type="text/event-stream", headers=headers)

    async def _messages(self, investigation_id: str, page: Pass, token: str, since: int) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        yield "retry: 500\n\n"
        async for message in self.hub.follow(investigation_id, since):
            match message:
                case None:
                    yield ": still here\n\n"
                case Draft(body=body):
                    yield f"event: draft\ndata: {body}\n\n"
                case Message(last=last, body=body):
                    yield f"id: {last}\ndata: {body}\n\n"
            if loop.time() - renewed > self.tokens().lifetime / 3:
                renewed = loop.time()
                try:
                    token = self._renewed(page, token)
                except Refused:
                    return
                if not page.of_a_program:
                    yield f"event: token\ndata: {token}\n\n"

    def _renewed(self, page: Pass, token: str) -> str:
        """A page gets a fresh token; a program's own must still be good. Raises ``Refused``."""
        tokens = self.tokens()
        tokens.check(token, page.investigation_id)
        return token if page.of_a_program else tokens.issue(page.investigation_id, page.name, page.role)

    async def investigations(self, _: Request, __: Pass) -> Response:
        """All investigations, those that wait for a person first."""
        every = await asyncio.to_thread(self.bench().investigations)
        return JSONResponse([each.model_dump(mode="json") for each in every])

    async def open(self, request: Request, page: Pass) -> Response:
        """Open an investigation: 201 with its id."""
        wanted = Opening.model_validate(await sent(request, LONGEST_ALERT))
        id_ = await asyncio.to_thread(self._open, wanted, _person(request, page))
        return JSONResponse({"investigation_id": id_}, status_code=201)

    def _open(self, wanted: Opening, by: Person) -> str:
        bench, alert = self.bench(), understand(wanted.alert, wanted.context, utc_now()).alert
        bench.sources(wanted.workspace)  # said at once, and not by an investigation that fails
        how = wanted.model_dump(include={"workspace", "autonomy", "pace"})
        return bench.open(alert, by=by, limits=wanted.limits, **how)

    async def decide(self, request: Request, page: Pass) -> Response:
        """Record what a person decided, in their name. 409 when it no longer fits what is going on."""
        happening = DECISION.validate_python(await sent(request))
        said = entry(_person(request, page), happening)
        event = await asyncio.to_thread(self.bench().record, _asked_for(request), said)
        return JSONResponse({"seq": event.seq})

    async def fork(self, request: Request, page: Pass) -> Response:
        """Begin a new investigation with the same events up to one of them: 201 with its id."""
        wanted = Forking.model_validate(await sent(request))
        by, origin = _person(request, page), _asked_for(request)
        id_ = await asyncio.to_thread(lambda: self.bench().fork(origin, by=by, **dict(wanted)))
        return JSONResponse({"investigation_id": id_}, status_code=201)

    async def compare(self, request: Request, _: Pass) -> Response:
        """How two investigations differ."""
        other = request.path_params["other"]
        return JSONResponse(
            (await asyncio.to_thread(self.bench().compare, _asked_for(request), other)).model_dump(mode="json")
        )

    async def audit(self, request: Request, _: Pass) -> Response:
        """The audit trail: lines of JSON with a hash chain (docs/audit.md)."""
        id_ = _asked_for(request)
        lines = await asyncio.to_thread(lambda: list(self.bench().audit_trail(id_)))
        headers = {"Content-Disposition": f'attachment; filename="audit-{id_}.jsonl"'}
        return PlainTextResponse("\n".join(lines) + "\n", media_type="application/jsonl", headers=headers)

    async def output(self, request: Request, _: Pass) -> Response:
        """What a tool brought back, whole."""
        text = await asyncio.to_thread(self._output, _asked_for(request), request.path_params["action_id"])
        return PlainTextResponse(text[:LONGEST_OUTPUT])

    def _output(self, investigation_id: str, action_id: str) -> str:
        observation = self.bench().state(investigation_id).observation(action_id)
        if observation is None:
            raise ContentGone("This action brought nothing back.")
        if observation.content:
            return self.bench().output_text(observation.content.digest)
        return json.dumps(observation.data, indent=2, ensure_ascii=False, default=str)

    async def model_call(self, request: Request, _: Pass) -> Response:
        """What was asked of a model and what it answered: prompt, schema, each exchange; without secrets."""
        text = await asyncio.to_thread(self._model_call, _asked_for(request), request.path_params["call_id"])
        return PlainTextResponse(text[:LONGEST_OUTPUT])

    def _model_call(self, investigation_id: str, call_id: str) -> str:
        calls = (call for call in self.bench().state(investigation_id).calls if call.id == call_id)
        call = next(calls, None)
        if call is None or call.record is None:
            raise ContentGone("There is no record of this call.")
        return CallRecord.model_validate_json(self.bench().output_text(call.record.digest)).readable()

    async def erase(self, request: Request, page: Pass) -> Response:
        """Forget for good what a tool brought back; the timeline keeps a tombstone."""
        wanted, by = Erasing.model_validate(await sent(request)), _person(request, page)
        await asyncio.to_thread(self._erase, _asked_for(request), wanted, by)
        return JSONResponse({"erased": wanted.action_id})

    def _erase(self, investigation_id: str, wanted: Erasing, by: Person) -> None:
        observation = self.bench().state(investigation_id).observation(wanted.action_id)
        if observation is None or observation.content is None:
            raise ContentGone("This action brought nothing back that is stored apart from the timeline.")
        self.bench().erase(investigation_id, observation.content.digest, because=wanted.reason, by=by)

    async def report(self, request: Request, _: Pass) -> Response:
        """The report: ``format`` json (default), md or chat."""
        investigation_id = _asked_for(request)
        report = await asyncio.to_thread(self.bench().report, investigation_id)
        name = f'attachment; filename="investigation-{investigation_id}'
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

    async def briefing(self, request: Request, _: Pass) -> Response:
        """What the reasoner is told, in plain text."""
        state = await asyncio.to_thread(self.bench().state, _asked_for(request))
        return PlainTextResponse(self.words.briefing(state))

    def _as_of_now(self, page: Pass) -> Pass:
        """A page's pass is renewed as long as it is open; its person may have lost a role meanwhile. A program keeps its own."""
        return page if page.of_a_program else replace(page, role=self.bench().roster.role_of(page.name))

    def _guarded(
        self, route: Callable[[Request, Pass], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The route, answered only to who has a token; expected errors become sentences."""

        async def answer(request: Request) -> Response:
            try:
                check_origin(request, self.allowed_hosts)
                page = self.tokens().check(token_of(request), request.path_params.get("investigation_id"))
                return await route(request, self._as_of_now(page))
            except Refused as refused:
                return refusal(refused)
            except ValidationError as wrong:
                return _error(422, in_words(wrong))
            except WorkbenchError as error:
                return _error(next((code for kind, code in STATUS if isinstance(error, kind)), 400), str(error))

        return answer


def _person(request: Request, page: Pass) -> Person:
    """Whoever the token was made for, speaking from wherever the request comes."""
    address = request.client.host if request.client else "an unknown address"
    return Person(name=page.name, role=page.role, via=f"{'api' if page.of_a_program else 'browser'} at {address}")


def _asked_for(request: Request) -> str:
    return str(request.path_params["investigation_id"])


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < LONGEST_NUMBER else 0


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
