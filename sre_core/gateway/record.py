"""What was asked and answered, without its secrets: for people to read, and for a replay to answer from.

A record is one JSON value (a line of a JSONL file, or a text in ``Contents``). Replays find it by a hash of what was asked
that leaves out what differs from run to run: the investigation's id, the fence around text from outside, and what was looked up.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, Field

from sre_core.domain import ContentRef, Value, digest_of
from sre_core.gateway.asking import Ask, Message, ModelCall
from sre_core.gateway.faults import FaultKind
from sre_core.redaction import redact

Keep = Callable[[str], Awaitable[ContentRef]]
"""Stores a record, such as ``Contents.keep``."""


class Piece(Value):
    """A part of an answer as it came in."""

    seconds: float = Field(ge=0, description="From the sending of its request.")
    text: str


class Exchange(Value):
    """One HTTP request and what came back."""

    added: tuple[Message, ...] = Field(
        default=(), description="Messages of this request after those of the ask: a re-ask."
    )
    answer: str = Field(default="", description="All text that came, whole or not.")
    pieces: tuple[Piece, ...] = Field(
        default=(), description="The same as it came in; empty when redaction changed it."
    )
    finish: str | None = None
    trouble: str | None = Field(default=None, description="What happened instead of an answer.")
    complaints: tuple[str, ...] = Field(default=(), description="Why the answer was not taken.")


class CallRecord(Value):
    """One ask from beginning to end."""

    request: str = Field(description="``request_hash`` of what was asked.")
    system: str
    messages: tuple[Message, ...]
    answer_schema: Mapping[str, Any]
    exchanges: tuple[Exchange, ...]
    answer: Any = Field(default=None, description="The value that was taken, as JSON; None when there was none.")
    failed: str | None = Field(
        default=None, description="What happened, in the words of the fault; None: it was answered."
    )
    call: ModelCall = Field(description="The account; its ``record`` is not filled in here.")

    def readable(self) -> str:
        """All of it for a person: what was said, in which form an answer was wanted, and what came back."""
        parts = [("System", self.system), *((message.role.title(), message.text) for message in self.messages)]
        parts.append(("Form of the answer (JSON schema)", _indented(self.answer_schema)))
        for number, each in enumerate(self.exchanges, start=1):
            parts += [(f"Request {number}: {message.role}", message.text) for message in each.added]
            parts.append((f"Request {number}: what came back", each.answer or each.trouble or "nothing"))
            parts += [(f"Request {number}: why it was not taken", "\n".join(each.complaints))] * bool(each.complaints)
        parts.append(("What was taken", _indented(self.answer) if self.failed is None else self.failed))
        parts.append(("Account", _indented(self.call.model_dump(mode="json", exclude_none=True))))
        return "\n\n".join(f"── {title} ──\n{text}" for title, text in parts)

    @property
    def fault(self) -> FaultKind | None:
        """How it failed."""
        return self.call.fault


def _indented(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """The text as it may be sent and kept."""
    return redact(text).text


def json_without_secrets(text: str) -> str:
    """The same for JSON, which stays JSON with the same structure; text that is none is taken as it is.

    Read first: escapes hide what stands at the beginning of a line.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return without_secrets(text)
    cleaned = value_without_secrets(value)
    return text if cleaned == value else json.dumps(cleaned, ensure_ascii=False)


def value_without_secrets(value: Any) -> Any:
    """A JSON value whose texts hold no secrets, whether they give themselves away or stand under a name that does."""
    if not redact("\n".join(_spelt(value))).found:
        return value
    return _cleaned(value)


def _spelt(value: Any, name: str = "") -> Iterator[str]:
    """Each text by itself, and beside its name: one look at all of them together tells whether there is anything to take out."""
    match value:
        case str():
            yield value
            yield f"{name}: {value}"
        case dict():
            for key, inner in value.items():
                yield str(key)
                yield from _spelt(inner, str(key))
        case list() | tuple():
            for each in value:
                yield from _spelt(each, name)


def _cleaned(value: Any, name: str = "") -> Any:
    match value:
        case str():
            return _named(name, redact(value).text)
        case dict():
            return {redact(str(key)).text: _cleaned(inner, str(key)) for key, inner in value.items()}
        case list() | tuple():
            return [_cleaned(each, name) for each in value]
        case _:
            return value


def _named(name: str, text: str) -> str:
    """``{"password": "..."}``: what the name says about the text."""
    beside = redact(f"{name}: {text}").text
    return beside.removeprefix(f"{name}: ") if beside.startswith(f"{name}: ") else "[redacted]"


def messages_without_secrets(ask: Ask[Any], messages: Sequence[Message]) -> tuple[Message, ...]:
    """As they may be sent. The fence stays as it is, however random it looks."""

    def cleaned(text: str) -> str:
        return ask.fence.join(map(without_secrets, text.split(ask.fence))) if ask.fence else without_secrets(text)

    return tuple(Message(role=each.role, text=cleaned(each.text)) for each in messages)


def request_hash(ask: Ask[Any], messages: Sequence[Message]) -> str:
    """SHA-256 of what is asked, the same in every run that asks it. ``messages``: as they are sent, redacted."""

    looked_up = messages_without_secrets(ask, [Message(text=ask.looked_up)])[0].text if ask.looked_up else ""

    def normal(text: str) -> str:
        text = text.replace(f"{looked_up}\n\n", "") if looked_up else text
        for changing, name in ((ask.fence, "[fence]"), (ask.investigation_id, "[investigation]")):
            text = text.replace(changing, name) if changing else text
        return text

    asked = [(message.role, normal(message.text)) for message in messages]
    return digest_of(
        {"role": ask.role, "system": normal(ask.system), "messages": asked, "schema": schema_of(ask.answer)}
    )


def schema_of(answer: type[BaseModel]) -> Mapping[str, Any]:
    """The JSON schema of an answer; made once, so not to be changed."""
    return _schema(answer)


@cache
def _schema(answer: type[BaseModel]) -> Mapping[str, Any]:
    return answer.model_json_schema()
