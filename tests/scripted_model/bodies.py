"""What the scripted model puts on the wire, as OpenAI words it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.scripted_model.script import Fault, Reply, Request

PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
CONTEXT_TOKENS = 8192

_STATUS: Mapping[Fault, tuple[int, str, str]] = {
    Fault.RATE_LIMITED: (429, "Rate limit reached", "rate_limit_exceeded"),
    Fault.RATE_LIMITED_LONG: (429, "Rate limit reached", "rate_limit_exceeded"),
    Fault.QUOTA: (429, "You exceeded your current quota", "insufficient_quota"),
    Fault.SERVER_500: (500, "internal error", "server_error"),
    Fault.SERVER_502: (502, "bad gateway", "server_error"),
    Fault.SERVER_503: (503, "overloaded", "server_error"),
    Fault.CONFLICT: (409, "conflict", "conflict"),
    Fault.UNAUTHORIZED: (401, "Incorrect API key provided: sk-scripted-0123456789abcdef", "invalid_api_key"),
    Fault.FORBIDDEN: (403, "this key may not use this model", "forbidden"),
    Fault.NOT_FOUND: (404, "the model `scripted-9` does not exist", "model_not_found"),
    Fault.UNPROCESSABLE: (422, "unprocessable", "invalid"),
    Fault.CONTEXT: (
        400,
        f"This model's maximum context length is {CONTEXT_TOKENS} tokens. However, you requested 9000 tokens.",
        "context_length_exceeded",
    ),
    Fault.CONTENT_POLICY: (400, "The response was filtered", "content_filter"),
    Fault.NO_SCHEMAS: (400, "response_format of type json_schema is not supported", "unsupported"),
    Fault.NO_TOOLS: (400, "tools are not supported by this model", "unsupported"),
    Fault.NO_STREAM_OPTIONS: (400, "Unrecognized request argument supplied: stream_options", "unknown_parameter"),
}


def error(message: str, code: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()


def model_list(models: Sequence[Any]) -> bytes:
    listed = [each if isinstance(each, dict) else {"id": each, "object": "model"} for each in models]
    return json.dumps({"object": "list", "data": listed}).encode()


def instead(request: Request, reply: Reply) -> tuple[int, Sequence[str], bytes] | None:
    """Status, headers and body of a reply that is no answer; None when it is one."""
    fault = reply.fault
    if fault in (Fault.HTML_502, Fault.HTML_200):
        return (502 if fault is Fault.HTML_502 else 200), (), PAGE
    if fault is Fault.NO_SCHEMAS and request.form != "json-schema":
        return None
    if fault is Fault.NO_TOOLS and request.form != "tools":
        return None
    if fault is Fault.NO_STREAM_OPTIONS and "stream_options" not in request.body:
        return None
    if fault not in _STATUS:
        return None
    status, message, code = _STATUS[fault]
    headers = []
    if fault is Fault.RATE_LIMITED:
        headers = [f"Retry-After: {reply.retry_after:g}"]
        if reply.retry_date:
            headers = [f"Retry-After: {reply.retry_date}", "Date: Sat, 01 Nov 2025 12:00:00 GMT"]
    elif fault is Fault.RATE_LIMITED_LONG:
        headers = ["Retry-After: 120"]
    return status, headers, json.dumps(reply.error).encode() if reply.error else error(message, code)


def _worded(request: Request, reply: Reply) -> str:
    """The text in the form that was asked for, or in the wrong one."""
    text = reply.words(request)
    match reply.fault:
        case Fault.EMPTY | Fault.NULL | Fault.REFUSAL:
            return ""
        case Fault.FENCED:
            return f"```json\n{text}\n```"
        case Fault.PROSE:
            return f"Let me think about {{this}} for a moment.\n\nHere you are:\n{text}\nI hope that helps."
        case Fault.LENGTH | Fault.FILTERED:
            return text[: max(1, len(text) // 2)]
    return f"Here it is:\n```json\n{text}\n```" if request.form == "markdown" and not reply.raw else text


def _as_tool(request: Request, reply: Reply) -> bool:
    return request.form == "tools" and not reply.raw and reply.fault not in (Fault.EMPTY, Fault.NULL, Fault.REFUSAL)


def _tool_name(request: Request, reply: Reply) -> str:
    return "delete_everything" if reply.fault is Fault.UNKNOWN_TOOL else request.body["tools"][0]["function"]["name"]


def _finish(request: Request, reply: Reply) -> str | None:
    match reply.fault:
        case Fault.LENGTH:
            return "length"
        case Fault.FILTERED:
            return "content_filter"
        case Fault.NO_FINISH:
            return None
    return "tool_calls" if _as_tool(request, reply) else "stop"


def usage(request: Request, reply: Reply) -> dict[str, Any]:
    """Four characters a token, half of them cached."""
    asked = max(1, len(request.text) // 4)
    answered = max(1, len(reply.words(request)) // 4)
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "prompt_tokens_details": {"cached_tokens": asked // 2},
    }


def whole(request: Request, reply: Reply) -> Any:
    """An answer that is not streamed."""
    if reply.wire is not None:
        return reply.wire[0] if reply.wire else {}
    text: str | None = _worded(request, reply)
    message: dict[str, Any] = {"role": "assistant", "content": None if reply.fault is Fault.NULL else text}
    if _as_tool(request, reply):
        call = {"name": _tool_name(request, reply), "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": call}]}
    if reply.fault is Fault.REFUSAL:
        message |= {"content": None, "refusal": "I cannot help with that."}
    choice = {"index": 0, "message": message, "finish_reason": _finish(request, reply)}
    told = {"usage": usage(request, reply)} if reply.tells_usage else {}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "scripted-1", "choices": [choice], **told}


def chunks(request: Request, reply: Reply) -> Iterator[Any]:
    """The same as a stream; a text among them goes out as it is."""
    if reply.wire is not None:
        yield from reply.wire
        return
    yield _chunk({"role": "assistant", "content": ""})
    if reply.fault is Fault.GARBAGE:
        yield '{"choices": [{"del'
        return
    if reply.fault is Fault.REFUSAL:
        yield _chunk({"refusal": "I cannot "})
        yield _chunk({"refusal": "help with that."})
    text, as_tool = _worded(request, reply), _as_tool(request, reply)
    if as_tool:
        call = {"name": _tool_name(request, reply), "arguments": ""}
        yield _chunk({"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": call}]})
    for at in range(0, len(text), reply.piece):
        part = text[at : at + reply.piece]
        tool = {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}
        yield _chunk(tool if as_tool else {"content": part})
    if (finish := _finish(request, reply)) is not None:
        yield _chunk({}, finish)
    if reply.tells_usage and (request.body.get("stream_options") or {}).get("include_usage"):
        yield {**_chunk({}), "choices": [], "usage": usage(request, reply)}


def _chunk(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted-1", "choices": [choice]}
