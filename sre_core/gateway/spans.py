"""Model calls and tool runs in the words of OpenTelemetry's GenAI conventions, which are not settled yet: each name stands here
and nowhere else. What was asked and answered is left out unless wanted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sre_core.gateway.asking import ModelCall
from sre_core.gateway.record import CallRecord

if TYPE_CHECKING:
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
TOOL_CALL_ID = "gen_ai.tool.call.id"
AGENT_NAME = "gen_ai.agent.name"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions"
ERROR_TYPE = "error.type"
ROLE = "sre_workbench.role"
ATTEMPTS = "sre_workbench.attempts"
TRIES = "sre_workbench.tries"
COST = "sre_workbench.cost_usd"
EVENT = "sre_workbench.event"
VERDICT = "sre_workbench.verdict"

ANY_COMPATIBLE = "openai"
"""The provider's name says which dialect is spoken."""

Attributes = Mapping[str, "AttributeValue | None"]
"""None: not known, and left out."""


def chat(call: ModelCall, record: CallRecord | None = None) -> Attributes:
    """``chat``: a call of a model. ``record``: its redacted texts, where they are wanted."""
    return {
        OPERATION: "chat",
        PROVIDER: ANY_COMPATIBLE,
        CONVERSATION: call.investigation_id,
        REQUEST_MODEL: call.model,
        FINISH_REASONS: [call.finish] if call.finish else None,
        TOKENS_IN: call.tokens_in,
        TOKENS_OUT: call.tokens_out,
        TOKENS_CACHED: call.tokens_cached,
        ROLE: call.role,
        ATTEMPTS: call.attempts,
        TRIES: call.tries,
        COST: float(call.money) if call.money is not None else None,
        ERROR_TYPE: call.fault,
        **(_content(record) if record else {}),
    }


def execute_tool(tool: str, action_id: str, investigation_id: str, error: str | None = None) -> Attributes:
    """``execute_tool``: an action. ``error``: what kind, when it failed."""
    return {
        OPERATION: "execute_tool",
        TOOL_NAME: tool,
        TOOL_CALL_ID: action_id,
        CONVERSATION: investigation_id,
        ERROR_TYPE: error,
    }


def _content(record: CallRecord) -> dict[str, AttributeValue | None]:
    asked = [_said(message.role, message.text) for message in record.messages]
    answered = json.dumps(record.answer, ensure_ascii=False) if record.answer is not None else None
    return {
        SYSTEM_INSTRUCTIONS: json.dumps([{"type": "text", "content": record.system}], ensure_ascii=False),
        INPUT_MESSAGES: json.dumps(asked, ensure_ascii=False),
        OUTPUT_MESSAGES: json.dumps([_said("assistant", answered)], ensure_ascii=False) if answered else None,
    }


def _said(role: str, text: str) -> Mapping[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}
