"""Traces: the investigation, its steps, their model calls and tool runs, by the words of the GenAI conventions."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from sre_core import tracing
from sre_core.domain import ContentRef
from sre_core.events import Event, GuidanceGiven, PlanProposed, ReasonerReplaced, entry
from sre_core.gateway.asking import said
from sre_core.gateway.faults import FaultKind
from sre_core.gateway.record import CallRecord
from sre_core.loop import investigate
from sre_core.tracing import ROOT, Tracing, wanted, with_content
from tests.core.test_accounts import call
from tests.fakes import PERSON, FakeToolbox, ListTimeline, equipped, fail, run_until_turn_ends

CALL = call(1).model_copy(update={"seconds": 0.5, "finish": "stop"})


def with_calls(events: Sequence[Event], of: type, **changed: object) -> list[Event]:
    told = CALL.model_copy(update=changed)
    return [
        event.model_copy(update={"calls": (told,)}) if isinstance(event.happening, of) else event for event in events
    ]


def exported(events: Sequence[Event], read: object = None) -> list[ReadableSpan]:
    exporter = InMemorySpanExporter()
    traces = Tracing(exporter, lambda id_, types: [e for e in events if e.happening.type in types], read, at_once=True)
    for event in events:
        traces.hear(event)
    traces.close()
    return list(exporter.get_finished_spans())


def named(spans: Sequence[ReadableSpan], name: str) -> ReadableSpan:
    return next(span for span in spans if span.name == name)


async def investigated() -> list[Event]:
    return with_calls((await run_until_turn_ends(equipped())).events, PlanProposed)


async def test_an_investigation_is_one_trace_of_steps_calls_and_tool_runs() -> None:
    spans = exported(await investigated())
    root, plan = named(spans, ROOT), named(spans, "plan")
    assert len({span.context.trace_id for span in spans}) == 1
    assert root.parent is None
    assert plan.parent.span_id == root.context.span_id
    assert named(spans, "chat fake").parent.span_id == plan.context.span_id
    tools = [span for span in spans if span.name == "execute_tool look"]
    assert [span.attributes["gen_ai.tool.call.id"] for span in tools] == ["A1", "A2", "A3"]
    assert {span.name for span in spans} == {
        ROOT,
        "recall",
        "plan",
        "choose",
        "reflect",
        "conclude",
        "execute_tool look",
        "chat fake",
    }
    assert (root.attributes["gen_ai.operation.name"], root.attributes["sre_workbench.verdict"]) == (
        "invoke_agent",
        "likely",
    )


async def test_a_call_has_the_attributes_of_the_conventions_and_no_text() -> None:
    chat = named(exported(await investigated()), "chat fake")
    told = dict(chat.attributes)
    assert {name: told[name] for name in told if name.startswith("gen_ai.")} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.conversation.id": "inv",
        "gen_ai.request.model": "fake",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
    }
    assert chat.end_time - chat.start_time == 500_000_000


async def test_content_is_exported_only_where_it_is_wanted() -> None:
    record = CallRecord(
        request="r", system="Plan.", messages=(said("The kiln is cold"),), answer_schema={}, exchanges=(), call=CALL
    )
    kept = ContentRef(digest="d", characters=1)
    events = with_calls((await run_until_turn_ends(equipped())).events, PlanProposed, record=kept)
    chat = named(exported(events, lambda digest: record.model_dump_json()), "chat fake")
    assert "The kiln is cold" in chat.attributes["gen_ai.input.messages"]
    assert not any("kiln is cold" in str(span.attributes) for span in exported(events))


async def test_faults_and_failed_tools_are_errors_with_their_kind() -> None:
    timeline = await run_until_turn_ends(equipped(tools=FakeToolbox(behaviour=fail)))
    replaced = ReasonerReplaced(kind="stalled", because="It stopped.")
    timeline.write(
        entry("engine", replaced).model_copy(update={"calls": (CALL.model_copy(update={"fault": FaultKind.STALLED}),)})
    )
    spans = exported(timeline.events)
    for name, kind in (("execute_tool look", "tool_error"), ("give_way", "stalled"), ("chat fake", "stalled")):
        span = named(spans, name)
        assert (span.status.status_code, span.attributes["error.type"]) == (StatusCode.ERROR, kind)


async def test_what_a_later_process_adds_belongs_to_the_same_trace_and_the_root_is_told_once() -> None:
    timeline = ListTimeline(await investigated())
    first = exported(timeline.events)
    closed = len(timeline.events)
    timeline.say(entry(PERSON, GuidanceGiven(text="the door")))
    await investigate(timeline, replace(equipped(), run_id="run-2"))
    exporter = InMemorySpanExporter()
    later = Tracing(
        exporter, lambda id_, types: [e for e in timeline.events if e.happening.type in types], at_once=True
    )
    for event in timeline.events[closed:]:
        later.hear(event)
    spans = list(exporter.get_finished_spans())
    root = named(first, ROOT)
    assert {span.context.trace_id for span in spans} == {root.context.trace_id}
    assert {span.parent.span_id for span in spans} == {root.context.span_id}
    assert ROOT not in {span.name for span in spans}


@pytest.mark.parametrize(
    ("environment", "traced"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_standard_variables_say_whether(environment: dict[str, str], traced: bool) -> None:
    assert wanted(environment) is traced
    assert not with_content(environment)
    assert with_content({"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"})


async def test_spans_go_out_over_http_as_the_standard_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "night-shift")
    events = await investigated()
    traces = Tracing(tracing.otlp_exporter(), lambda id_, types: [e for e in events if e.happening.type in types])
    for event in events:
        traces.hear(event)
    traces.close()
    server.shutdown()
    server.server_close()
    assert {path for path, _ in received} == {"/v1/traces"}
    body = b"".join(body for _, body in received)
    assert b"night-shift" in body
    assert b"execute_tool look" in body


class NobodyThere(InMemorySpanExporter):
    """Takes nothing until it is shut down, as an exporter that tries again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.let_go.wait()
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        self.let_go.set()


async def test_a_collector_that_is_not_there_does_not_keep_the_process(caplog: pytest.LogCaptureFixture) -> None:
    exporter = NobodyThere()
    traces = Tracing(exporter, lambda *_: [])
    for event in await investigated():
        traces.hear(event)
    traces.close(patience=0.01)
    assert exporter.let_go.is_set()
    assert "were not sent" in caplog.text


def test_nothing_of_it_is_imported_unless_it_is_wanted() -> None:
    code = "import sys, sre_core.bootstrap, sre_core.tracing; sys.exit(any(m.startswith('opentelemetry') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
