"""Sends one request until it is answered: the only place where anything is sent twice, and every wait can be seen and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sre_core.gateway.account import Account, Sent
from sre_core.gateway.asking import Listening, Message
from sre_core.gateway.budget import Purse
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.faults import FaultKind
from sre_core.gateway.tee import Heard, Tee
from sre_core.gateway.troubles import Trouble

log = logging.getLogger(__name__)

MOST_RETRIES = 2
"""How often requests of one ask are repeated because the connection or the endpoint failed."""

FIRST_WAIT = 0.5
"""Seconds before the first retry when the endpoint names no time; each later one is twice as long."""

Pause = Callable[[float], Awaitable[None]]


@dataclass
class Habits:
    """What an endpoint turned out not to take; learned once, kept as long as the process."""

    usage_in_streams: bool
    answer_limit: str

    @classmethod
    def of(cls, endpoint: ModelEndpoint) -> Habits:
        """What its description says."""
        return cls(endpoint.usage_in_streams, endpoint.answer_limit)

    def learn(self, trouble: Trouble) -> bool:
        """Whether the endpoint complains of something that can be left out from now on."""
        if trouble.kind is not FaultKind.REQUEST_REFUSED:
            return False
        if self.usage_in_streams and "stream_options" in trouble.said:
            self.usage_in_streams = False
            return True
        if self.answer_limit == "max_tokens" and "max_completion_tokens" in trouble.said:
            self.answer_limit = "max_completion_tokens"
            return True
        return False


class Sender:
    """Sends the requests of one ask."""

    def __init__(
        self,
        tee: Tee,
        account: Account,
        habits: Habits,
        purse: Purse,
        listening: Listening,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._tee = tee
        self._account = account
        self._habits = habits
        self._purse = purse
        self._listening = listening
        self._pause = pause
        self._retries = 0

    async def send(self, prepared: Mapping[str, Any], added: tuple[Message, ...], most_tokens: int | None) -> Heard:
        """What came back, whole. Raises ``Trouble`` when sending again is no help, ``ModelFault`` when the budget is spent."""
        while True:
            self._purse.refuse_if_empty(self._account.call())
            sent = Sent(added=added, characters=_characters(prepared))
            self._account.sent.append(sent)
            try:
                await self._tee.send(self._request(prepared, most_tokens), sent.heard, self._draft)
                return self._whole(sent.heard)
            except Trouble as trouble:
                sent.trouble = trouble.what_happened
                if not self._habits.learn(trouble):
                    await self._wait(trouble)
            except asyncio.CancelledError:
                sent.trouble = "It was stopped."
                raise

    def _request(self, prepared: Mapping[str, Any], most_tokens: int | None) -> dict[str, Any]:
        endpoint, request = self._account.endpoint, dict(prepared)
        if most_tokens is not None:
            request[self._habits.answer_limit] = most_tokens
        if endpoint.temperature is not None:
            request["temperature"] = endpoint.temperature
        if endpoint.streams and self._habits.usage_in_streams:
            request["stream_options"] = {"include_usage": True}
        return request

    def _whole(self, heard: Heard) -> Heard:
        """A stream that ends without a finish reason broke off, however well its text reads."""
        if heard.finish is None:
            what = f"{self._account.endpoint.host} ended its answer in the middle."
            raise Trouble(FaultKind.CONNECTION_LOST, what, again=True)
        if heard.finish in ("error", "abort"):
            raise Trouble(FaultKind.SERVER_FAILED, f"{self._account.endpoint.host} gave its answer up.", again=True)
        return heard

    async def _wait(self, trouble: Trouble) -> None:
        """Returns when the request may be sent again. Raises the trouble when it may not."""
        if not trouble.again or self._retries >= MOST_RETRIES:
            raise trouble
        longest = self._account.endpoint.patience.longest_retry_after
        seconds = trouble.retry_after if trouble.retry_after is not None else FIRST_WAIT * 2**self._retries
        if seconds > longest:
            what = f"{trouble.what_happened.rstrip('.')} and asks to wait {seconds:g} s."
            raise Trouble(trouble.kind, what, said=trouble.said) from trouble
        self._retries += 1
        began = self._account.clock()
        try:
            await self._count_down(seconds, trouble.what_happened)
        finally:
            self._account.waited += max(0.0, self._account.clock() - began)

    async def _count_down(self, seconds: float, why: str) -> None:
        left = seconds
        while left > 0:
            heard_by(self._listening.waiting, self._account.id, left, why)
            await self._pause(min(1.0, left))
            left = round(left - 1.0, 3)
        heard_by(self._listening.waiting, self._account.id, 0.0, why)

    def _draft(self, text: str) -> None:
        heard_by(self._listening.draft, self._account.id, self._account.ask.role, text)


def heard_by(listener: Callable[..., None], *told: Any) -> None:
    """Tell a listener; its trouble is its own."""
    try:
        listener(*told)
    except Exception:
        log.exception("a listener of model calls failed")


def _characters(prepared: Mapping[str, Any]) -> int:
    """About how much the endpoint reads."""
    messages = sum(len(str(message.get("content") or "")) for message in prepared.get("messages", ()))
    return messages + len(str(prepared.get("tools") or prepared.get("response_format") or ""))
