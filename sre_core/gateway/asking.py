"""The contract with a language model: what is asked, what comes back, what can go wrong, and who may listen.

Whoever needs a model builds an ``Ask`` (a stable system text, messages, and the pydantic model that the answer must fit) and
awaits ``Gateway.ask(ask, listening)``. It ends in one of three ways: an ``Answered`` whose value is whole and valid, a
``ModelFault`` that says what happened and what to do, or cancellation, which closes the connection at once. While it lasts,
``Listening`` hears what is being written, each second of a wait, and, at the end, the account of the call (``ModelCall``).
What is heard of an answer that is still being written is for eyes only: nothing may be decided by it.

    class Choice(BaseModel):
        reasoning: str
        action: ReadLogs | ReadMetrics   # plain unions, each member with ``tool: Literal["..."]`` and no default

    ask = Ask(role="choose", system=RULES, messages=(said(brief),), answer=Choice, investigation_id=state.id)
    answered = await gateway.ask(ask, listening)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, Field

from sre_core.domain import ContentRef, Moment, Value
from sre_core.gateway.faults import FaultKind

T = TypeVar("T", bound=BaseModel)

AskRole = Literal["plan", "choose", "reflect", "conclude", "second", "answer", "research", "extract", "compact", "test"]
"""What a question is for. An endpoint may have another model for each."""

Check = Callable[[T], Sequence[str]]
"""What is wrong with an answer that fits its schema, in sentences that the model can act on; empty when nothing is. Pure."""


class Mode(StrEnum):
    """How an endpoint is made to answer in a form. The order is the one in which they are tried."""

    JSON_SCHEMA = "json-schema"
    TOOLS = "tools"
    MARKDOWN = "markdown"


class Message(Value):
    """One turn of the conversation."""

    role: Literal["user", "assistant"] = "user"
    text: str


def said(text: str) -> Message:
    """A message that puts something to the model."""
    return Message(text=text)


@dataclass(frozen=True)
class Ask(Generic[T]):
    """One question to a model."""

    role: AskRole
    system: str
    """The same for every ask of a role (endpoints cache a stable prefix), and never any text from outside."""
    messages: tuple[Message, ...]
    """What changes most comes last. Text from outside belongs here, fenced."""
    answer: type[T]
    """The form of the answer. Fields should be str, numbers, bool, Literal, and lists, objects and plain unions of these."""
    investigation_id: str
    """Whose budget it is."""
    check: Check[T] | None = None
    """Its complaints are put to the model like a fault of form, within the same bound."""
    smaller: Callable[[int], tuple[Message, ...]] | None = None
    """Given how many characters fit, the same question in messages no longer than that. Called at most once for an ask."""
    fence: str = ""
    """The delimiter of this run around text from outside, if there is one: replays are found without regard to it."""
    looked_up: str = ""
    """The part of the messages that was looked up for this ask, and may be found otherwise another time: as the fence."""
    most_tokens: int | None = None
    """Tokens of the answer, reasoning included; None: what the endpoint says."""


class ModelCall(Value):
    """The account of one ask: however often it was put, sent and waited for."""

    id: str
    investigation_id: str
    role: AskRole
    endpoint: str = Field(description="The name that people gave it; never its key.")
    model: str
    mode: Mode
    attempts: int = Field(ge=0, description="How often the question was put: 1, and one more for each re-ask.")
    tries: int = Field(ge=0, description="HTTP requests sent; more than the attempts when some had to be repeated.")
    tokens_in: int | None = Field(default=None, ge=0, description="Over all attempts; None: the endpoint did not tell.")
    tokens_out: int | None = Field(
        default=None, ge=0, description="Over all attempts; None: the endpoint did not tell."
    )
    tokens_cached: int | None = Field(default=None, ge=0, description="Those of ``tokens_in`` that were cached.")
    tokens_estimated: int = Field(default=0, ge=0, description="In and out, guessed, of attempts that were not told.")
    first_token_seconds: float | None = Field(
        default=None, ge=0, description="From the first request; None: none came."
    )
    began_at: Moment
    seconds: float = Field(ge=0, description="From beginning to end, waits included.")
    waited_seconds: float = Field(default=0.0, ge=0, description="Of these, between tries.")
    money: Decimal | None = Field(default=None, ge=0, description="US dollars; None: not known, which is not zero.")
    finish: str | None = Field(
        default=None, description="The finish reason of the last attempt, as the endpoint said it."
    )
    fault: FaultKind | None = Field(
        default=None, description="How it failed ('stopped' when cancelled); None: it was answered."
    )
    complaints: tuple[str, ...] = Field(
        default=(), description="What was wrong with the answers that were asked for again."
    )
    record: ContentRef | None = Field(
        default=None, description="Prompt, schema and answer, redacted (``record.CallRecord``)."
    )


@dataclass(frozen=True)
class Answered(Generic[T]):
    """A whole answer that fits its schema and passed its check."""

    value: T
    call: ModelCall


class Listening(Protocol):
    """Hears how a call goes, in the thread of the event loop; must return at once. What it raises is logged and dropped."""

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        """All that was written so far, at most about ten times a second; a re-ask begins anew. Not checked, not redacted."""

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        """Once a second while a wait lasts: how much of it is left; 0 when it is over."""

    def called(self, call: ModelCall) -> None:
        """Once for each ask that reached an endpoint, when it has ended: answered, failed or cancelled."""


class Gateway(Protocol):
    """Whatever answers an ask: an endpoint, or a record of what one answered."""

    async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
        """Raises ``ModelFault``."""


class Deaf:
    """Nobody listens."""

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        pass

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        pass

    def called(self, call: ModelCall) -> None:
        pass
