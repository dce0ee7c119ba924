"""Answers from a record instead of an endpoint: the same questions get the same answers, and anything else is a fault."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sre_core.errors import RefusedInput
from sre_core.gateway.asking import Answered, Ask, Listening
from sre_core.gateway.complaints import capped, complaints_of
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.record import CallRecord, messages_without_secrets, request_hash
from sre_core.gateway.sending import heard_by

T = TypeVar("T", bound=BaseModel)


def records_from(lines: Iterable[str]) -> list[CallRecord]:
    """The records of a JSONL file, in order. Raises ``RefusedInput`` that names the line that is none."""
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(CallRecord.model_validate_json(line))
        except ValidationError as error:
            raise RefusedInput(
                f"Line {number} is no record of a model call: export the records again, or leave the line out."
            ) from error
    return records


class ReplayGateway:
    """Each record answers once, in the order in which it was made; calls that were stopped have nothing to answer."""

    def __init__(self, records: Iterable[CallRecord]) -> None:
        self._records: dict[str, deque[CallRecord]] = defaultdict(deque)
        for record in records:
            if record.fault is not FaultKind.STOPPED:
                self._records[record.request].append(record)

    @property
    def unused(self) -> int:
        """How many records nobody has asked for yet."""
        return sum(map(len, self._records.values()))

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        """Raises ``ModelFault``: the recorded one, or ``NOT_RECORDED`` for a question that was not asked then."""
        record = self._record_of(ask)
        call = record.call
        if record.failed is not None and record.fault is not None:
            heard_by(listening.called, call)
            raise ModelFault(record.fault, record.failed, (call,))
        for text in _drafts(record):
            heard_by(listening.draft, call.id, ask.role, text)
        value = _value(ask, record)
        heard_by(listening.called, call)
        return Answered(value, call)

    def _record_of(self, ask: Ask[Any]) -> CallRecord:
        found = self._records[request_hash(ask, messages_without_secrets(ask, ask.messages))]
        if not found:
            what = f"The record holds no answer to this question ({ask.role}): it was not asked then, or less often."
            raise ModelFault(FaultKind.NOT_RECORDED, what)
        return found.popleft()


def _drafts(record: CallRecord) -> list[str]:
    """The last answer as it grew."""
    if not record.exchanges:
        return []
    last, drafts, text = record.exchanges[-1], [], ""
    for piece in last.pieces:
        text += piece.text
        drafts.append(text)
    return drafts[-20:] or [last.answer]


def _value(ask: Ask[T], record: CallRecord) -> T:
    try:
        value = ask.answer.model_validate_json(json.dumps(record.answer), strict=False)
        complaints = capped(ask.check(value) if ask.check else ())
    except ValidationError as error:
        complaints = complaints_of(error)
        value = None
    if value is None or complaints:
        what = f"The recorded answer to this question ({ask.role}) is not one any more: {complaints[0]}"
        raise ModelFault(FaultKind.NOT_RECORDED, what, (record.call,))
    return value
