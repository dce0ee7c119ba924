"""Keeps the account of one ask while it lasts, and sums it up as a ``ModelCall``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sre_core.domain import ContentRef
from sre_core.gateway.asking import Ask, Message, ModelCall
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.estimates import Estimates
from sre_core.gateway.faults import FaultKind
from sre_core.gateway.prices import money_for
from sre_core.gateway.record import Exchange, Piece, json_without_secrets, without_secrets
from sre_core.gateway.tee import Heard


@dataclass
class Sent:
    """One request, and what was heard of it."""

    added: tuple[Message, ...]
    characters: int
    heard: Heard = field(default_factory=Heard)
    trouble: str | None = None
    complaints: tuple[str, ...] = ()


@dataclass
class Account:
    """Everything about one ask so far."""

    id: str
    ask: Ask[Any]
    endpoint: ModelEndpoint
    estimates: Estimates
    clock: Callable[[], float]
    began_at: datetime
    began: float
    attempts: int = 0
    waited: float = 0.0
    sent: list[Sent] = field(default_factory=list)

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self.endpoint.model_for(self.ask.role)

    def complain(self, complaints: tuple[str, ...]) -> None:
        """The last answer was not taken."""
        if self.sent:
            self.sent[-1].complaints = tuple(map(without_secrets, complaints))

    def learn(self) -> None:
        """Correct the guesses of tokens by what the endpoint counted of the last request."""
        if self.sent:
            self.estimates.learn(self.model, self.sent[-1].characters, self.sent[-1].heard.tokens_in)

    def call(self, fault: FaultKind | None = None, record: ContentRef | None = None) -> ModelCall:
        """The account as it stands."""
        told = [each.heard for each in self.sent if each.heard.tokens_in is not None]
        untold = [each for each in self.sent if each.heard.tokens_in is None and each.heard.pieces]
        tokens_in = sum(each.tokens_in or 0 for each in told) if told else None
        tokens_out = _sum([each.tokens_out for each in told])
        cached = _sum([each.tokens_cached for each in told if each.tokens_cached is not None])
        guessed = sum(each.characters + each.heard.characters for each in untold)
        complete = len(told) == len(self.sent) or not untold
        return ModelCall(
            id=self.id,
            investigation_id=self.ask.investigation_id,
            role=self.ask.role,
            endpoint=self.endpoint.name,
            model=self.model,
            mode=self.endpoint.mode,
            attempts=self.attempts,
            tries=len(self.sent),
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            tokens_cached=cached,
            tokens_estimated=self.estimates.tokens(guessed, self.model) if guessed else 0,
            first_token_seconds=next((s.heard.first_token for s in self.sent if s.heard.first_token is not None), None),
            began_at=self.began_at,
            seconds=max(0.0, self.clock() - self.began),
            waited_seconds=self.waited,
            money=money_for(self.endpoint, self.model, tokens_in, tokens_out, cached) if complete else None,
            finish=self.sent[-1].heard.finish if self.sent else None,
            fault=fault,
            complaints=tuple(complaint for each in self.sent for complaint in each.complaints),
            record=record,
        )

    def exchanges(self) -> tuple[Exchange, ...]:
        """All requests, redacted."""
        return tuple(_exchange(each) for each in self.sent)


def _sum(counts: list[int | None]) -> int | None:
    return sum(count or 0 for count in counts) if counts else None


def _exchange(sent: Sent) -> Exchange:
    text = sent.heard.text or sent.heard.refusal
    answer = json_without_secrets(text)
    pieces = tuple(Piece(seconds=round(at, 3), text=piece) for at, piece in sent.heard.pieces) if answer == text else ()
    return Exchange(
        added=sent.added,
        answer=answer,
        pieces=pieces,
        finish=sent.heard.finish,
        trouble=sent.trouble,
        complaints=sent.complaints,
    )
