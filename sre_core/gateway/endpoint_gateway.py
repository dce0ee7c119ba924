"""The gateway to an OpenAI-compatible endpoint: puts a question until the answer is whole and valid, within fixed bounds.

``ask`` opens an account; ``_answer`` puts the question at most three times; ``structured`` (instructor) makes the request and
validates; ``Sender`` sends it, again when that may help; ``Tee`` hears the stream. Each ask ends in a valid value, a
``ModelFault`` or cancellation, is paid for, recorded without its secrets, and told to who listens.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from sre_core.domain import ContentRef
from sre_core.gateway import libraries
from sre_core.gateway.account import Account
from sre_core.gateway.asking import Answered, Ask, Listening, ModelCall
from sre_core.gateway.budget import Purse
from sre_core.gateway.conversation import Conversation
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.estimates import Estimates
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.record import CallRecord, Keep, request_hash, schema_of
from sre_core.gateway.sending import Habits, Pause, Sender, heard_by
from sre_core.gateway.tee import Tee
from sre_core.gateway.wire import refuse_unfit
from sre_core.timeline import new_id

log = logging.getLogger(__name__)

T = TypeVar("T", bound=BaseModel)


class EndpointGateway:
    """Asks one endpoint. Used by one event loop; any number of asks at a time."""

    def __init__(
        self,
        endpoint: ModelEndpoint,
        purse: Purse,
        keep: Keep | None = None,
        estimates: Estimates | None = None,
        pause: Pause = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        make_id: Callable[[], str] = new_id,
    ) -> None:
        """``keep`` stores the record of each call, such as ``Contents.keep``; without it, calls leave none."""
        self._endpoint = endpoint
        self._purse = purse
        self._keep = keep
        self._estimates = estimates or Estimates()
        self.habits = Habits.of(endpoint)
        """What the endpoint turned out not to take."""
        self._pause = pause
        self._clock = clock
        self._now = now
        self._make_id = make_id
        self._client: Any = None
        self._opening = asyncio.Lock()
        self._records: set[asyncio.Future[ContentRef]] = set()

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        """Raises ``ModelFault``; ``TypeError`` when the form of the answer cannot go over the wire."""
        refuse_unfit(ask.answer)
        account = Account(
            self._make_id(), ask, self._endpoint, self._estimates, self._clock, self._now(), self._clock()
        )
        conversation: Conversation[T] | None = None
        try:
            tee = await self._ready()
            sender = Sender(tee, account, self.habits, self._purse, listening, self._pause)
            conversation = Conversation(account, sender)
            value = await conversation.answer()
        except asyncio.CancelledError:
            stopped = ModelFault(FaultKind.STOPPED, "It was stopped.")
            call, _ = self._settle(account, conversation, fault=stopped)  # nobody waits for its record
            if call.tries:
                heard_by(listening.called, call)
            raise
        except ModelFault as fault:
            call = await self._ended(account, conversation, listening, fault=fault)
            raise fault.after(*([call] if call.tries else [])) from fault.__cause__
        except Exception:  # a bug, of a check perhaps: it rises, and what was sent is paid for
            self._purse.pay(account.call(FaultKind.UNSOUND))
            raise
        return Answered(value, await self._ended(account, conversation, listening, value=value))

    async def _ready(self) -> Tee:
        async with self._opening:
            if self._client is None:
                self._client = await libraries.ready(self._endpoint)
        return Tee(self._client, self._endpoint, self._clock)

    async def close(self) -> None:
        """Let go of connections, and see records through."""
        if self._records:
            await asyncio.gather(*self._records, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _ended(
        self,
        account: Account,
        conversation: Conversation[T] | None,
        listening: Listening,
        value: T | None = None,
        fault: ModelFault | None = None,
    ) -> ModelCall:
        """The account of an ask that has ended; its record is kept even when somebody stops just now."""
        call, kept = self._settle(account, conversation, value, fault)
        try:
            if kept is not None:
                await asyncio.shield(kept)
        finally:
            if call.tries:
                heard_by(listening.called, call)
        return call

    def _settle(
        self,
        account: Account,
        conversation: Conversation[T] | None,
        value: T | None = None,
        fault: ModelFault | None = None,
    ) -> tuple[ModelCall, asyncio.Future[ContentRef] | None]:
        """Pay, and begin to keep the record."""
        call = account.call(fault.kind if fault else None)
        if not call.tries:
            return call, None
        self._purse.pay(call)
        if self._keep is None or conversation is None:
            return call, None
        text = _record(account, conversation, call, value, fault)
        kept = asyncio.ensure_future(self._keep(text))
        self._records.add(kept)
        kept.add_done_callback(self._kept)
        record = ContentRef(digest=hashlib.sha256(text.encode()).hexdigest(), characters=len(text))
        return call.model_copy(update={"record": record}), kept

    def _kept(self, task: asyncio.Future[ContentRef]) -> None:
        self._records.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("the record of a model call was not kept: %s", type(error).__name__)


def _record(
    account: Account,
    conversation: Conversation[Any],
    call: ModelCall,
    value: BaseModel | None,
    fault: ModelFault | None,
) -> str:
    messages = conversation.messages
    record = CallRecord(
        request=request_hash(account.ask, conversation.first_messages),
        system=account.ask.system,
        messages=messages,
        answer_schema=schema_of(account.ask.answer),
        exchanges=account.exchanges(),
        answer=_said(value) if value is not None else None,
        failed=fault.what_happened if fault else None,
        call=call,
    )
    return record.model_dump_json()


def _said(value: BaseModel) -> Any:
    """As JSON, without what was left to its default: what an asker makes of an answer may depend on that. It has no secrets."""
    return json.loads(value.model_dump_json(exclude_unset=True))
