"""What tests of the gateway ask, and who listens."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from sre_core.domain import ContentRef
from sre_core.gateway.asking import Ask, AskRole, ModelCall, said
from sre_core.gateway.budget import Budget, Ledger
from sre_core.gateway.endpoint import ModelEndpoint, Patience
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.record import CallRecord

KEY = "sk-scripted-Zq8vX2mN4pR7tY1wB5"
CALM = Patience(connect=10, first_token=30, between_tokens=30, total=60)
QUICK = Patience(connect=10, first_token=0.25, between_tokens=0.25, total=30)
"""For tests of silence alone: on a busy machine, anything may take that long."""
GOOD = '{"reasoning": "the disk is full", "action": {"tool": "metrics", "name": "disk_used", "minutes": 5}}'


class ReadLogs(BaseModel):
    """Read a service's log."""

    tool: Literal["logs"]
    service: str
    level: Literal["warn", "error"]


class ReadMetrics(BaseModel):
    """Read a metric."""

    tool: Literal["metrics"]
    name: str
    minutes: int = Field(ge=1)


class Choice(BaseModel):
    """What to do next."""

    reasoning: str
    action: ReadLogs | ReadMetrics


MEANT = Choice(reasoning="the disk is full", action=ReadMetrics(tool="metrics", name="disk_used", minutes=5))


def a_question(text: str = "What next?", **given: Any) -> Ask[Choice]:
    asked = {"role": "choose", "system": "Choose one action.", "messages": (said(text),), "answer": Choice}
    return Ask(**{**asked, "investigation_id": "inv-1", **given})


@dataclass
class Ear:
    """Remembers what it heard."""

    drafts: list[str] = field(default_factory=list)
    waits: list[tuple[float, str]] = field(default_factory=list)
    calls: list[ModelCall] = field(default_factory=list)

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        self.drafts.append(text)

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        self.waits.append((seconds, why))

    def called(self, call: ModelCall) -> None:
        self.calls.append(call)


@dataclass
class Shelf:
    """Keeps records in memory."""

    texts: list[str] = field(default_factory=list)

    async def keep(self, text: str) -> ContentRef:
        self.texts.append(text)
        return ContentRef(digest=hashlib.sha256(text.encode()).hexdigest(), characters=len(text))

    @property
    def records(self) -> list[CallRecord]:
        return [CallRecord.model_validate_json(text) for text in self.texts]


@dataclass
class Hurry:
    """Waits without waiting, and remembers for how long."""

    waited: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def unlimited() -> Ledger:
    return Ledger(lambda _: Budget())


def an_endpoint(url: str, **given: Any) -> ModelEndpoint:
    described = {"name": "scripted", "base_url": url, "model": "scripted-1", "key": SecretStr(KEY), "patience": CALM}
    return ModelEndpoint(**{**described, **given})


@asynccontextmanager
async def a_gateway(endpoint: ModelEndpoint, **given: Any) -> AsyncIterator[EndpointGateway]:
    gateway = EndpointGateway(endpoint, **{"purse": unlimited(), "pause": Hurry(), **given})
    try:
        yield gateway
    finally:
        await gateway.close()
