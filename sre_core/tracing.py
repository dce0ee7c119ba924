"""Investigations as OpenTelemetry traces: the investigation, its steps, and their model calls and tool runs as spans.

An export of the timeline, event by event: the record of truth is the timeline. Ids are derived from the investigation's, so that
what a later process adds belongs to the same trace. Needs the extra ``otel``; nothing of it is imported unless it is wanted.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sre_core import events as ev
from sre_core.errors import ContentGone, RefusedInput
from sre_core.gateway import spans
from sre_core.gateway.asking import ModelCall
from sre_core.gateway.record import CallRecord

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, SpanKind

log = logging.getLogger(__name__)

SERVICE = "sre-workbench"
ROOT = "invoke_agent sre_workbench"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
WITH_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
TRUE = ("true", "1")

PATIENCE = 5.0
"""Seconds that what is left may take to be sent when the process ends."""

STEPS: Mapping[type, str] = {
    ev.MemoryRecalled: "recall",
    ev.PlanProposed: "plan",
    ev.ActionProposed: "choose",
    ev.ReflectionMade: "reflect",
    ev.ConclusionReached: "conclude",
    ev.QuestionAnswered: "answer",
    ev.SecondOpinionGiven: "second_opinion",
    ev.ReasonerReplaced: "give_way",
    ev.ModelBudgetReached: "give_way",
    ev.JudgementDropped: "let_go",
    ev.InvestigationFailed: "fail",
}
"""What is a step of its own; what policy and people say is none."""

ENDS = (ev.InvestigationClosed, ev.InvestigationStopped)

History = Callable[[str, Sequence[str]], Sequence[ev.Event]]
"""(investigation, types) -> its events of these types, such as ``Timeline.read_of``."""


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether the standard variables ask for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() in TRUE or environment.get("OTEL_TRACES_EXPORTER") == "none":
        return False
    return any(environment.get(name) for name in ENDPOINTS)


def with_content(environment: Mapping[str, str]) -> bool:
    """Whether they ask for what was asked and answered, too."""
    return environment.get(WITH_CONTENT, "").lower() in TRUE


def otlp_exporter() -> SpanExporter:
    """Over HTTP, set up by the standard variables. Raises ``RefusedInput`` when the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise RefusedInput(
            "Traces are asked for (OTEL_EXPORTER_OTLP_ENDPOINT), and the extra is missing: pip install 'sre-workbench[otel]'."
        ) from error
    return OTLPSpanExporter()


class Tracing:
    """Told of each event after it is written, in any thread; exports in the background."""

    def __init__(
        self,
        exporter: SpanExporter,
        history: History,
        read: Callable[[str], str] | None = None,
        *,
        at_once: bool = False,
    ) -> None:
        """``read``: a record by its digest, where content is to be exported; ``at_once``: each span by itself, for tests."""
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        from sre_core.tracing_ids import RootIds

        self._exporter = exporter
        self._ids = RootIds()
        resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
        self._provider: TracerProvider = TracerProvider(
            resource=resource, shutdown_on_exit=False, id_generator=self._ids
        )
        self._provider.add_span_processor(SimpleSpanProcessor(exporter) if at_once else BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("sre_workbench")
        self._history = history
        self._read = read
        self._last: dict[str, datetime] = {}
        """When the event before was written, for each investigation that is open."""
        self._lock = threading.Lock()

    def hear(self, event: ev.Event) -> None:
        """Export what this event brings to an end."""
        happening, id_ = event.happening, event.investigation_id
        with self._lock:
            began = self._last.get(id_, event.at)
            self._last[id_] = event.at
        match happening:
            case ev.ActionSucceeded(action_id=action_id, observation=seen):
                self._tool(event, action_id, seen.tool, seen.seconds)
            case ev.ActionFailed(action_id=action_id, seconds=seconds):
                failed = event.actor.removeprefix("tool:")
                self._tool(event, action_id, failed, seconds or (event.at - began).total_seconds(), "tool_error")
            case _ if isinstance(happening, ENDS):
                self._whole(event)
                self._last.pop(id_, None)
            case _ if name := STEPS.get(type(happening)):
                self._step(event, name, began)
            case _:
                pass

    def close(self, patience: float = PATIENCE) -> None:
        """Send what is left, and let go. ``patience``: seconds; a collector that is not there gets no more than that."""
        sending = threading.Thread(target=self._provider.shutdown, name="last-traces", daemon=True)
        sending.start()
        sending.join(patience)
        if sending.is_alive():
            log.warning("the last traces were not sent: the collector did not take them within %g s", patience)
            self._exporter.shutdown()

    def _step(self, event: ev.Event, name: str, began: datetime) -> None:
        began = min([began, *(call.began_at for call in event.calls)])
        happening = event.happening
        error = {ev.ReasonerReplaced: "model_fault", ev.InvestigationFailed: "bug"}.get(type(happening))
        kind = happening.kind if isinstance(happening, ev.ReasonerReplaced) else error
        attributes = {
            **self._about(event),
            spans.OPERATION: name,
            spans.AGENT_NAME: event.actor,
            spans.ERROR_TYPE: kind,
        }
        self._calls(event, self._export(event.investigation_id, name, began, event.at, attributes))

    def _tool(self, event: ev.Event, action_id: str, tool: str, seconds: float, error: str | None = None) -> None:
        attributes = {**self._about(event), **spans.execute_tool(tool, action_id, event.investigation_id, error)}
        began = event.at - timedelta(seconds=max(seconds, 0.0))
        self._calls(event, self._export(event.investigation_id, f"execute_tool {tool}", began, event.at, attributes))

    def _calls(self, event: ev.Event, step: Span) -> None:
        from opentelemetry.trace import SpanKind

        for call in event.calls:
            ended = call.began_at + timedelta(seconds=call.seconds)
            attributes = spans.chat(call, self._record_of(call))
            name = f"chat {call.model}"
            self._export(event.investigation_id, name, call.began_at, ended, attributes, step, SpanKind.CLIENT)

    def _whole(self, event: ev.Event) -> None:
        """The root, when it ends for the first time; what is done after it was opened again hangs below it all the same."""
        id_ = event.investigation_id
        told = self._history(id_, [kind.__name__ for kind in (ev.AlertReceived, ev.ConclusionReached, *ENDS)])
        if any(isinstance(other.happening, ENDS) and other.seq < event.seq for other in told):
            return
        ends = [other.happening.conclusion for other in told if isinstance(other.happening, ev.ConclusionReached)]
        attributes = {
            spans.OPERATION: "invoke_agent",
            spans.AGENT_NAME: "sre_workbench",
            spans.CONVERSATION: id_,
            spans.VERDICT: ends[-1].verdict.value if ends else None,
        }
        self._export(id_, ROOT, told[0].at if told else event.at, event.at, attributes, root=True)

    def _about(self, event: ev.Event) -> spans.Attributes:
        return {spans.CONVERSATION: event.investigation_id, spans.EVENT: event.seq}

    def _record_of(self, call: ModelCall) -> CallRecord | None:
        if self._read is None or call.record is None:
            return None
        try:
            return CallRecord.model_validate_json(self._read(call.record.digest))
        except ContentGone:
            return None

    def _export(
        self,
        investigation_id: str,
        name: str,
        began: datetime,
        ended: datetime,
        attributes: spans.Attributes,
        parent: Span | None = None,
        kind: SpanKind | None = None,
        root: bool = False,
    ) -> Span:
        """A span that has ended already. Without a ``parent`` it hangs below the root, whether that was exported or not."""
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        above = parent or self._root_of(investigation_id)
        with self._ids.being(*_ids_of(investigation_id)) if root else nullcontext():
            span = self._tracer.start_span(
                name,
                context=Context() if root else set_span_in_context(above, Context()),
                kind=kind or SpanKind.INTERNAL,
                attributes={key: value for key, value in attributes.items() if value is not None},
                start_time=_nanoseconds(began),
            )
        if attributes.get(spans.ERROR_TYPE) is not None:
            span.set_status(Status(StatusCode.ERROR))
        span.end(_nanoseconds(max(began, ended)))
        return span

    def _root_of(self, investigation_id: str) -> Span:
        from opentelemetry.sdk.trace.sampling import Decision
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

        trace_id, span_id = _ids_of(investigation_id)
        taken = self._provider.sampler.should_sample(None, trace_id, ROOT).decision is Decision.RECORD_AND_SAMPLE
        return NonRecordingSpan(SpanContext(trace_id, span_id, is_remote=False, trace_flags=TraceFlags(int(taken))))


def _ids_of(investigation_id: str) -> tuple[int, int]:
    """(trace id, id of its root): the same in every process."""
    digest = hashlib.sha256(f"sre-workbench:{investigation_id}".encode()).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000_000)
