"""A gateway in front of a gateway: what goes to the endpoint carries pseudonyms, and what comes back carries the names again.

Secrets go first, names second, so that no name can hide a secret. The answer has its names back before it is checked and before
anybody sees it; complaints about it go out masked like everything else. The record of a call keeps what was sent.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sre_core.gateway.asking import Answered, Ask, AskRole, Check, Gateway, Listening, Message, ModelCall
from sre_core.gateway.complaints import complaints_of
from sre_core.gateway.faults import ModelFault
from sre_core.gateway.pseudonyms import Pseudonyms
from sre_core.gateway.record import messages_without_secrets
from sre_core.web.masking import Mask

T = TypeVar("T", bound=BaseModel)

NamesOf = Callable[[str], Mask]
"""What is masked in an investigation."""

MOST_INVESTIGATIONS = 64
"""Whose pseudonyms are kept at hand; those of any other one are made again, the same."""


class MaskedGateway:
    """Implements ``Gateway``."""

    def __init__(self, gateway: Gateway, names_of: NamesOf) -> None:
        self._gateway = gateway
        self._names_of = names_of
        self._of: OrderedDict[str, Pseudonyms] = OrderedDict()

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        """Raises ``ModelFault``."""
        ours = self._pseudonyms(ask.investigation_id)
        ear = _Ear(listening, ours)
        try:
            answered = await self._gateway.ask(_masked(ask, ours, ear), ear)
        except ModelFault as fault:
            raise ModelFault(fault.kind, ours.restored(fault.what_happened), fault.calls) from fault
        return Answered(_restored(answered.value, ask.answer, ours), answered.call)

    def _pseudonyms(self, investigation_id: str) -> Pseudonyms:
        if investigation_id not in self._of:
            self._of[investigation_id] = Pseudonyms(investigation_id, self._names_of(investigation_id))
        self._of.move_to_end(investigation_id)
        if len(self._of) > MOST_INVESTIGATIONS:
            self._of.popitem(last=False)
        return self._of[investigation_id]


@dataclass
class _Ear:
    """Hears with the names back, and tells of pseudonyms that a model made up. Implements ``Listening``."""

    listening: Listening
    ours: Pseudonyms
    invented: list[str] = field(default_factory=list)

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        self.listening.draft(call_id, role, self.ours.restored_draft(text))

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        self.listening.waiting(call_id, seconds, why)

    def called(self, call: ModelCall) -> None:
        made_up = (f"It named {one}, which stands for nothing that it was told." for one in self.invented)
        self.listening.called(call.model_copy(update={"complaints": (*call.complaints, *made_up)}))


def _masked(ask: Ask[T], ours: Pseudonyms, ear: _Ear) -> Ask[T]:
    def hide(text: str) -> str:
        return ask.fence.join(map(ours.masked, text.split(ask.fence))) if ask.fence else ours.masked(text)

    def messages(given: Sequence[Message]) -> tuple[Message, ...]:
        clean = messages_without_secrets(ask, given)
        return tuple(Message(role=each.role, text=hide(each.text)) for each in clean)

    smaller = ask.smaller
    return replace(
        ask,
        messages=messages(ask.messages),
        check=partial(_complaints, form=ask.answer, check=ask.check, ours=ours, ear=ear),
        smaller=(lambda room: messages(smaller(room))) if smaller else None,
    )


def _complaints(masked: T, form: type[T], check: Check[T] | None, ours: Pseudonyms, ear: _Ear) -> Sequence[str]:
    """What is wrong with the answer once it has its names back, in words that may go out."""
    ear.invented[:] = ours.unknown(masked.model_dump_json(exclude_unset=True))
    try:
        value = _restored(masked, form, ours)
    except ValidationError as error:  # a name may be longer than its pseudonym
        return tuple(map(ours.masked, complaints_of(error)))
    return tuple(map(ours.masked, check(value))) if check else ()


def _restored(value: T, form: type[T], ours: Pseudonyms) -> T:
    """The answer with its names; fields that were not set stay so."""
    said = _each_text(value.model_dump(mode="json", exclude_unset=True), ours.restored)
    return form.model_validate(said, strict=False)


def _each_text(value: Any, back: Callable[[str], str]) -> Any:
    match value:
        case str():
            return back(value)
        case dict():
            return {back(key): _each_text(inner, back) for key, inner in value.items()}
        case list():
            return [_each_text(inner, back) for inner in value]
        case _:
            return value
