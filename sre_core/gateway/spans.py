"""Model calls and tool runs as OpenTelemetry spans, by the GenAI conventions; needs the extra ``otel``.

The timeline and the records stay the truth; this is an export of them, made when a call has ended. The conventions are still
in development, so every name that is used stands here and nowhere else. What was asked and answered is left out unless wanted.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sre_core.gateway.asking import ModelCall
from sre_core.gateway.record import CallRecord

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer
    from opentelemetry.util.types import AttributeValue

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
CONVERSATION = "gen_ai.conversation.id"
REQUEST_MODEL = "gen_ai.request.model"
FINISH_REASONS = "gen_ai.response.finish_reasons"
TOKENS_IN = "gen_ai.usage.input_tokens"
TOKENS_OUT = "gen_ai.usage.output_tokens"
TOKENS_CACHED = "gen_ai.usage.cache_read.input_tokens"
TOOL_NAME = "gen_ai.tool.name"
AGENT_NAME = "gen_ai.agent.name"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
ERROR_TYPE = "error.type"
ATTEMPTS = "sre_workbench.attempts"
TRIES = "sre_workbench.tries"

ANY_COMPATIBLE = "openai"
"""The provider's name says which dialect is spoken."""


class Spans:
    """Exports what has ended. Used beside a ``Listening``."""

    def __init__(self, tracer: Tracer | None = None, with_content: bool = False) -> None:
        """``tracer``: None is that of the process. ``with_content``: whether redacted texts are exported, too."""
        from opentelemetry import trace

        self._tracer = tracer or trace.get_tracer("sre_workbench")
        self._with_content = with_content

    def called(self, call: ModelCall, record: CallRecord | None = None) -> None:
        """``chat``: a call of a model."""
        attributes: dict[str, AttributeValue | None] = {
            OPERATION: "chat",
            PROVIDER: ANY_COMPATIBLE,
            CONVERSATION: call.investigation_id,
            REQUEST_MODEL: call.model,
            FINISH_REASONS: [call.finish] if call.finish else None,
            TOKENS_IN: call.tokens_in,
            TOKENS_OUT: call.tokens_out,
            TOKENS_CACHED: call.tokens_cached,
            AGENT_NAME: call.role,
            ATTEMPTS: call.attempts,
            TRIES: call.tries,
            ERROR_TYPE: call.fault,
        }
        if self._with_content and record is not None:
            attributes |= _content(record)
        self._export(f"chat {call.model}", call.began_at, call.seconds, attributes)

    def tool_ran(
        self, tool: str, investigation_id: str, began_at: datetime, seconds: float, error: str | None = None
    ) -> None:
        """``execute_tool``: an action. ``error``: what kind, when it failed."""
        attributes: dict[str, AttributeValue | None] = {
            OPERATION: "execute_tool",
            TOOL_NAME: tool,
            CONVERSATION: investigation_id,
            ERROR_TYPE: error,
        }
        self._export(f"execute_tool {tool}", began_at, seconds, attributes)

    def _export(
        self, name: str, began_at: datetime, seconds: float, attributes: dict[str, AttributeValue | None]
    ) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode

        known = {key: value for key, value in attributes.items() if value is not None}
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=known, start_time=_nanoseconds(began_at))
        if ERROR_TYPE in known:
            span.set_status(Status(StatusCode.ERROR))
        span.end(_nanoseconds(began_at + timedelta(seconds=seconds)))


def _content(record: CallRecord) -> dict[str, AttributeValue | None]:
    asked = [{"role": "system", "content": record.system}]
    asked += [{"role": message.role, "content": message.text} for message in record.messages]
    answered = json.dumps(record.answer, ensure_ascii=False) if record.answer is not None else None
    return {INPUT_MESSAGES: json.dumps(asked, ensure_ascii=False), OUTPUT_MESSAGES: answered}


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000_000)
