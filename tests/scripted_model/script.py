"""What the scripted model answers: rules by content, replies, and every way to fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """How a reply goes wrong."""

    RATE_LIMITED = "429 with a short Retry-After"
    RATE_LIMITED_LONG = "429 with a long Retry-After"
    QUOTA = "429 insufficient_quota"
    SERVER_500 = "500"
    SERVER_502 = "502"
    SERVER_503 = "503"
    CONFLICT = "409"
    HTML_502 = "502 with a web page"
    HTML_200 = "200 with a web page"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    UNPROCESSABLE = "422"
    CONTEXT = "400 context_length_exceeded"
    CONTENT_POLICY = "400 content_filter"
    NO_SCHEMAS = "400 response_format is not supported"
    NO_TOOLS = "400 tools are not supported"
    NO_STREAM_OPTIONS = "400 stream_options is not supported"
    RESET = "connection reset"
    RESET_MIDWAY = "connection reset in the middle"
    STALL = "no answer at all"
    STALL_MIDWAY = "silence in the middle"
    DRIP = "a comment now and then, and never an answer"
    LENGTH = "finish_reason length"
    REFUSAL = "refusal"
    EMPTY = "empty answer"
    NULL = "null answer"
    FILTERED = "finish_reason content_filter"
    UNKNOWN_TOOL = "a tool that does not exist"
    FENCED = "fences around the JSON"
    PROSE = "prose before the JSON"
    ERROR_EVENT = "error event in the middle"
    DISCONNECT = "connection closed in the middle"
    NO_FINISH = "no finish_reason"
    GARBAGE = "no JSON where JSON must be"


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def text(self) -> str:
        """All messages, joined."""
        return "\n".join(str(message.get("content") or "") for message in self.body.get("messages", ()))

    @property
    def streamed(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def form(self) -> str:
        """'tools', 'json-schema' or 'markdown'."""
        if self.body.get("tools"):
            return "tools"
        return "json-schema" if self.body.get("response_format") else "markdown"

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON schema of the answer, where the request carries it as one."""
        if tools := self.body.get("tools"):
            return dict(tools[0]["function"]["parameters"])
        schema = (self.body.get("response_format") or {}).get("json_schema", {}).get("schema")
        return dict(schema) if schema else None


@dataclass(frozen=True)
class Reply:
    """What comes back."""

    text: str | Callable[[Request], str] = ""
    fault: Fault | None = None
    piece: int = 12
    """Characters a chunk."""
    cuts: Sequence[int] = ()
    """Sizes in bytes of the writes to the socket, the rest in one; empty: one write a chunk."""
    seconds_to_first: float = 0.0
    seconds_between: float = 0.0
    tells_usage: bool = True
    raw: bool = False
    """Whether the text goes out as it is, without the form that the request asked for."""
    retry_after: float = 0.05
    """Of a 429, in seconds; the long one asks for 120."""
    retry_date: str = ""
    """Instead of it, as a date; the server's own clock then says Sat, 01 Nov 2025 12:00:00 GMT."""
    error: Mapping[str, Any] | None = None
    """The body of a refusal, instead of the usual one."""
    wire: Sequence[Any] | None = None
    """Sent as they are: the chunks of a stream, or the first of them as the whole body."""

    def words(self, request: Request) -> str:
        return self.text(request) if callable(self.text) else self.text


@dataclass
class Rule:
    """Applies when all its words are in the messages (or ``when`` says so), at most ``times`` times."""

    reply: Reply
    contains: str = ""
    when: Callable[[Request], bool] | None = None
    times: int | None = None
    used: int = field(default=0, compare=False)

    def applies(self, request: Request) -> bool:
        """Whether this rule answers; the first that does is taken."""
        if self.times is not None and self.used >= self.times:
            return False
        if self.when is not None and not self.when(request):
            return False
        return self.contains in request.text


def rules_from(text: str) -> list[Rule]:
    """Rules as JSON: ``[{"contains": "...", "answer": {...}, "fault": "429 ...", "times": 1, "seconds_between": 0.02}, ...]``."""
    return [_rule(given) for given in json.loads(text)]


def _rule(given: Mapping[str, Any]) -> Rule:
    answer = given.get("answer", "")
    reply = Reply(
        text=answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False),
        fault=Fault(given["fault"]) if given.get("fault") else None,
        seconds_to_first=given.get("seconds_to_first", 0.0),
        seconds_between=given.get("seconds_between", 0.0),
        tells_usage=given.get("tells_usage", True),
        raw=given.get("raw", False),
    )
    return Rule(reply, contains=given.get("contains", ""), times=given.get("times"))


def sample_of(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """The smallest value that fits a schema: what the scripted model says when no rule applies."""
    root = root or schema
    if "$ref" in schema:
        return sample_of(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return sample_of(schema[choice][0], root)
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {name: sample_of(schema["properties"][name], root) for name in wanted}
        case "array":
            return [sample_of(schema["items"], root) for _ in range(schema.get("minItems", 0))]
        case "string":
            return "x" * max(1, schema.get("minLength", 1))
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case _:
            return None
