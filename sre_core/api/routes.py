"""The routes that pages and programs talk to (docs/api.md): open, follow, decide, fork, fetch, erase. All need a token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
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
from sre_core.export.desk import ExportDesk
from sre_core.gateway.record import CallRecord
from sre_core.intake.understood import Understood
from sre_core.investigation import Investigation, fold
from sre_core.people import Person, Roster
from sre_core.shown.source import source_of

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

    def understand(self, payload: str, context: str = "") -> Understood:
        """Read an alert in any form."""

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

    @property
    def exports(self) -> ExportDesk:
        """Where exports are made."""

    def investigations(self) -> Sequence[Value]:
        """All of them, those that wait for a person first."""

    def audit_trail(self, investigation_id: str) -> Iterable[str]:
        """Its events as lines of JSON with a hash chain."""

    def state(self, investigation_id: str) -> Investigation:
        """The fold so far."""

    def read(self, investigation_id: str) -> Sequence[Event]:
        """Its events, in order."""

    def map_of(self, investigation_id: str) -> Value:
        """What of the topology it is about, drawn."""

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
            Route("/api/moment/{investigation_id}", guarded(self.moment)),
            Route("/api/decide/{investigation_id}", guarded(self.decide), methods=["POST"]),
            Route("/api/output/{investigation_id}/{action_id}", guarded(self.output)),
            Route("/api/source/{investigation_id}/{name}", guarded(self.source)),
            Route("/api/call/{investigation_id}/{call_id}", guarded(self.model_call)),
            Route("/api/erase/{investigation_id}", guarded(self.erase), methods=["POST"]),
            Route("/api/report/{investigation_id}", guarded(self.report)),
            Route("/api/briefing/{investigation_id}", guarded(self.briefing)),
            Route("/api/topology/{investigation_id}", guarded(self.topology)),
            Route("/api/export/{export_id}", guarded(self.export)),
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

    async def moment(self, request: Request, _: Pass) -> Response:
        """What stood beside the trace after event ``at``: the parts that the stream calls ``state``, as they were then."""
        body = await self.hub.moment(_asked_for(request), _whole_number(request.query_params.get("at")))
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

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
        bench = self.bench()
        alert = bench.understand(wanted.alert, wanted.context).alert
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

    async def source(self, request: Request, _: Pass) -> Response:
        """What a piece of evidence stands in, or an action brought back: numbered lines with what is cited of them."""
        id_, name = _asked_for(request), request.path_params["name"]
        shown = await asyncio.to_thread(
            lambda: source_of(self.bench().state(id_), name, self.bench().output_text).model_dump_json()
        )
        return Response(shown, media_type="application/json", headers={"Cache-Control": "no-store"})

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

    async def topology(self, request: Request, _: Pass) -> Response:
        """The map: components with their places, and dependencies; of a large topology, what this is about."""
        body = await asyncio.to_thread(lambda: self.bench().map_of(_asked_for(request)).model_dump_json())
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    async def briefing(self, request: Request, _: Pass) -> Response:
        """What the reasoner is told, in plain text; with ``at``, what it was told after that event."""
        at = _whole_number(request.query_params.get("at"))
        state = await asyncio.to_thread(self._state, _asked_for(request), at)
        return PlainTextResponse(self.words.briefing(state))

    def _state(self, investigation_id: str, at: int) -> Investigation:
        """The fold up to this event; 0: so far."""
        now = self.bench().state(investigation_id)
        return fold(investigation_id, self.bench().read(investigation_id)[:at]) if 0 < at < now.seq else now

    async def export(self, request: Request, page: Pass) -> Response:
        """An export that is ready, as a zip: streamed from the disk, whatever its size."""
        ready = await asyncio.to_thread(
            self.bench().exports.ready, request.path_params["export_id"], _person(request, page)
        )
        return FileResponse(ready.file, media_type="application/zip", filename=ready.name)

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
                page = self.tokens().check(token_of(request), _subject(request))
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


def _subject(request: Request) -> str | None:
    """What the pass must be for; None is nothing in particular, which takes a program's token."""
    if export_id := request.path_params.get("export_id"):
        return export_pass(export_id)
    found: str | None = request.path_params.get("investigation_id")
    return found


def export_pass(export_id: str) -> str:
    """What a token says that is good for fetching one export, and for nothing else."""
    return f"export:{export_id}"


def _asked_for(request: Request) -> str:
    return str(request.path_params["investigation_id"])


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < LONGEST_NUMBER else 0


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
