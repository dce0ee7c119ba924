"""Puts one question to a model until the answer is whole, fits its schema and passes its check, or the bounds are reached."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from sre_core.gateway import libraries
from sre_core.gateway.account import Account
from sre_core.gateway.asking import Message
from sre_core.gateway.complaints import asked_again, capped, complaints_of, quoted
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.reading import json_in
from sre_core.gateway.record import messages_without_secrets, schema_of, value_without_secrets, without_secrets
from sre_core.gateway.sending import Sender
from sre_core.gateway.tee import Heard
from sre_core.gateway.troubles import Trouble

T = TypeVar("T", bound=BaseModel)

MOST_REASKS = 2
"""How often a question is put again because the answer could not be used."""

LEAST_CHARACTERS = 1000
"""No question is asked to become shorter than that."""

_WORDS = {
    FaultKind.CUT_SHORT: "did not finish its answer within the allowed length",
    FaultKind.EMPTY: "answered with nothing",
    FaultKind.INVALID: "gave no answer in the form that was asked for",
    FaultKind.UNSOUND: "gave answers that contradict what is known",
}


class _Unusable(Exception):
    """An answer that may be better the next time."""

    def __init__(self, kind: FaultKind, complaints: tuple[str, ...], answer: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.complaints = complaints
        self.answer = answer


class Conversation(Generic[T]):
    """One ask and its re-asks."""

    def __init__(self, account: Account, sender: Sender) -> None:
        self._account = account
        self._ask = account.ask
        self._sender = sender
        self._heard = Heard()
        self._json = ""
        self._added: tuple[Message, ...] = ()
        self._most_tokens = self._ask.most_tokens or account.endpoint.answer_tokens
        self._shortened = False
        self.first_messages = messages_without_secrets(self._ask, self._ask.messages)
        """As they were asked, without secrets: what a replay is found by."""
        self.messages = self.first_messages
        """As they are sent: shorter, when the endpoint could not read them all."""

    async def answer(self) -> T:
        """The whole, valid answer. Raises ``ModelFault``."""
        self._fit()
        while True:
            self._account.attempts += 1
            try:
                return await self._once()
            except Trouble as trouble:
                if trouble.kind is not FaultKind.CONTEXT_FULL or not self._shorten(trouble.context_tokens):
                    raise trouble.fault() from trouble
                self._account.attempts -= 1  # it was never read
            except _Unusable as unusable:
                self._account.complain(unusable.complaints)
                if not self._may_ask_again(unusable.kind):
                    what = f"{self._account.model} {_WORDS[unusable.kind]}, {_times(self._account.attempts)}."
                    raise ModelFault(unusable.kind, what) from None
                self._ask_again(unusable)

    async def _once(self) -> T:
        messages = [{"role": "system", "content": self._ask.system}]
        messages += [{"role": each.role, "content": each.text} for each in (*self.messages, *self._added)]
        try:
            await libraries.structured(
                self._send, self._account.endpoint.mode, self._ask.answer, messages, model=self._account.model
            )
            value: T = self._ask.answer.model_validate_json(self._json, strict=False)
        except ValidationError as error:
            raise _Unusable(FaultKind.INVALID, complaints_of(error), self._heard.text) from error
        if complaints := capped(self._ask.check(value) if self._ask.check else ()):
            raise _Unusable(FaultKind.UNSOUND, complaints, self._heard.text)
        return value

    async def _send(self, **prepared: Any) -> Any:
        """What instructor calls in place of the openai client."""
        self._heard = heard = await self._sender.send(prepared, self._added, self._most_tokens)
        self._account.learn()
        self._refuse_unfinished(heard)
        try:
            value = value_without_secrets(json_in(heard.text, self._account.endpoint.mode))
        except ValueError as error:
            raise _Unusable(FaultKind.INVALID, (f"It is {_plain(error)}.",), heard.text) from error
        self._json = json.dumps(value, ensure_ascii=False)
        return libraries.completion(self._json, self._account.endpoint.mode, _tool_name(prepared))

    def _refuse_unfinished(self, heard: Heard) -> None:
        """Nothing that is in the text counts when the endpoint says that it is not the answer."""
        model = self._account.model
        if heard.finish == "content_filter":
            raise Trouble(FaultKind.FILTERED, f"A content filter cut off the answer of {model}.")
        if heard.refusal:
            shown = " ".join(without_secrets(heard.refusal[:400]).split())[:200]
            raise Trouble(FaultKind.REFUSED, f"{model} refused to answer: “{shown}”")
        if heard.finish == "length":
            raise _Unusable(
                FaultKind.CUT_SHORT, ("It was cut off before its end: give a much shorter one.",), heard.text
            )
        if not heard.text.strip():
            raise _Unusable(FaultKind.EMPTY, ("It was empty.",))

    def _may_ask_again(self, kind: FaultKind) -> bool:
        """A question that was answered with nothing, or too much, is put again once: more is seldom different."""
        most = 1 if kind in (FaultKind.CUT_SHORT, FaultKind.EMPTY) else MOST_REASKS
        return self._account.attempts <= most

    def _ask_again(self, unusable: _Unusable) -> None:
        if unusable.kind is FaultKind.CUT_SHORT and self._most_tokens is not None:
            self._most_tokens *= 2
        bad = (
            (Message(role="assistant", text=without_secrets(quoted(unusable.answer))),)
            if unusable.answer.strip()
            else ()
        )
        self._added = (*bad, Message(text=without_secrets(asked_again(unusable.complaints))))

    def _fit(self) -> None:
        """Shorten the question before it is sent when it is not likely to be read whole."""
        if self._account.endpoint.context_tokens is not None:
            room = self._room(self._account.endpoint.context_tokens)
            if len(self._ask.system) + sum(len(each.text) for each in self.messages) > room:
                self._shorten(self._account.endpoint.context_tokens)

    def _shorten(self, context_tokens: int | None) -> bool:
        """Have the question made to fit, once; False when that was done already, or cannot be."""
        if self._shortened or self._ask.smaller is None:
            return False
        self._shortened = True
        asked = sum(len(each.text) for each in self.messages)
        context_tokens = context_tokens or self._account.endpoint.context_tokens
        room = self._room(context_tokens) - len(self._ask.system) if context_tokens else asked // 2
        shorter = messages_without_secrets(
            self._ask, self._ask.smaller(max(LEAST_CHARACTERS, min(room, asked * 3 // 4)))
        )
        if sum(len(each.text) for each in shorter) >= asked:
            return False
        self.messages = shorter
        return True

    def _room(self, context_tokens: int) -> int:
        """Characters of system and messages that fit beside the schema and the answer."""
        schema = len(json.dumps(schema_of(self._ask.answer)))
        answer = self._most_tokens or min(1000, context_tokens // 4)
        return self._account.estimates.characters(max(0, context_tokens - answer), self._account.model) - schema


def _tool_name(prepared: Mapping[str, Any]) -> str:
    tools = prepared.get("tools") or ()
    return str(tools[0]["function"]["name"]) if tools else "answer"


def _plain(error: ValueError) -> str:
    return " ".join(str(error).split())[:120]


def _times(attempts: int) -> str:
    return "asked once" if attempts == 1 else f"asked {attempts} times"
