"""'Test connection': finds out by asking what an endpoint can do, and says it in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel

from sre_core.gateway import libraries
from sre_core.gateway.asking import Ask, Deaf, Mode, ModelCall, said
from sre_core.gateway.budget import Budget, Ledger
from sre_core.gateway.capabilities import Capabilities
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.gateway.endpoint_gateway import EndpointGateway
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.troubles import trouble_of

MOST_MODELS = 500
LONGEST_NAME = 200

_ANOTHER_MODE_MAY_DO = (
    FaultKind.REQUEST_REFUSED,
    FaultKind.SERVER_FAILED,
    FaultKind.INVALID,
    FaultKind.EMPTY,
    FaultKind.CUT_SHORT,
    FaultKind.REFUSED,
)
_CONTEXT_NAMES = (
    "max_model_len",
    "context_length",
    "loaded_context_length",
    "max_context_length",
    "n_ctx",
    "n_ctx_train",
)


class _Stone(BaseModel):
    """Its field names are in no message: only an endpoint that passes the schema on can have them answered."""

    which_one_is_a_stone: Literal["apple", "granite", "cloud"]
    letters_in_that_word: int


@dataclass(frozen=True)
class _Tried:
    mode: Mode
    call: ModelCall | None
    fault: ModelFault | None
    usage_in_streams: bool
    answer_limit: Any


_DOING = {
    Mode.JSON_SCHEMA: "asking for an answer by a JSON schema",
    Mode.TOOLS: "asking for an answer by a tool call",
    Mode.MARKDOWN: "asking for an answer in plain text",
}


async def probe(
    endpoint: ModelEndpoint,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    tell: Callable[[str], None] = lambda _: None,
) -> Capabilities:
    """Asks at most six short questions. What goes wrong is said in the answer, not raised.

    ``tell`` hears in a few words what is being asked.
    """
    tell("asking which models there are")
    models, context = await _models(endpoint)
    streams, tried = True, await _try_modes(endpoint.model_copy(update={"streams": True}), tell)
    if not any(each.call for each in tried) and all(_is_refused(each.fault) for each in tried):
        tell("asking once more, without streaming")
        streams, tried = False, await _try_modes(endpoint.model_copy(update={"streams": False}), tell)
    answered = [each for each in tried if each.call is not None]
    best = answered[0] if answered else None
    fault = next((each.fault for each in tried if each.fault is not None), None)
    return Capabilities(
        base_url=endpoint.base_url,
        model=endpoint.model,
        checked_at=now(),
        modes=tuple(each.mode for each in answered),
        streams=streams,
        usage_in_streams=bool(best and streams and best.usage_in_streams and best.call and best.call.tokens_in),
        answer_limit=best.answer_limit if best else endpoint.answer_limit,
        models=models,
        context_tokens=context,
        seconds=best.call.seconds if best and best.call else None,
        fault=str(fault) if fault and not best else None,
    )


def _is_refused(fault: ModelFault | None) -> bool:
    return fault is not None and fault.kind is FaultKind.REQUEST_REFUSED


async def _try_modes(endpoint: ModelEndpoint, tell: Callable[[str], None]) -> list[_Tried]:
    tried: list[_Tried] = []
    for mode in Mode:
        if mode is Mode.MARKDOWN and any(each.call for each in tried):
            break
        tell(_DOING[mode])
        tried.append(await _try(endpoint.model_copy(update={"mode": mode})))
        if (fault := tried[-1].fault) and fault.kind not in _ANOTHER_MODE_MAY_DO:
            break
    return tried


async def _try(endpoint: ModelEndpoint) -> _Tried:
    gateway = EndpointGateway(endpoint, Ledger(lambda _: Budget()))
    question = said(
        "One of these is a stone: an apple, granite, a cloud. Which one, and how many letters has its name?"
    )
    ask = Ask(
        role="test",
        system="Answer in the form you are given.",
        messages=(question,),
        answer=_Stone,
        investigation_id="",
    )
    call, fault = None, None
    try:
        call = (await gateway.ask(ask, Deaf())).call
    except ModelFault as error:
        fault = error
    finally:
        await gateway.close()
    return _Tried(endpoint.mode, call, fault, gateway.habits.usage_in_streams, gateway.habits.answer_limit)


async def list_models(endpoint: ModelEndpoint) -> tuple[str, ...]:
    """Names of the models that the endpoint offers, sorted. Raises ``ModelFault``."""
    listed = await _listed(endpoint)
    return _names(listed, endpoint)


async def _models(endpoint: ModelEndpoint) -> tuple[tuple[str, ...] | None, int | None]:
    """What it lists, and the context of the model if it is told there; not every endpoint has such a list."""
    try:
        listed = await _listed(endpoint)
    except ModelFault:
        return None, None
    mine = next((each for each in listed if each.id == endpoint.model), None)
    return _names(listed, endpoint), _context(mine.model_extra or {}) if mine else None


def _names(listed: list[Any], endpoint: ModelEndpoint) -> tuple[str, ...]:
    """The first few, in order; the one that is asked is among them when it is listed at all."""
    names = sorted({each.id for each in listed}, key=lambda name: (name != endpoint.model, name))
    return tuple(sorted(names[:MOST_MODELS]))


async def _listed(endpoint: ModelEndpoint) -> list[Any]:
    client = await libraries.ready(endpoint)
    try:
        async with asyncio.timeout(endpoint.patience.first_token):
            page = await client.models.list()
        listed = [each for each in page.data or [] if _may_be_named(each.id)]
    except TimeoutError as error:
        what = f"{endpoint.host} did not list its models within {endpoint.patience.first_token:g} s."
        raise ModelFault(FaultKind.NO_FIRST_TOKEN, what) from error
    except (AttributeError, TypeError) as error:
        raise ModelFault(FaultKind.NOT_AN_API, f"What {endpoint.host} sent is not a list of models.") from error
    except Exception as error:
        raise trouble_of(error, endpoint).fault() from error
    finally:
        await client.close()
    return listed


def _may_be_named(name: object) -> bool:
    """Whether a person could ask for it: a text, printable, and no longer than a name."""
    return isinstance(name, str) and name.isprintable() and 0 < len(name) <= LONGEST_NAME


def _context(told: dict[str, Any]) -> int | None:
    """By the names that vLLM, OpenRouter, LM Studio and llama.cpp give it."""
    meta = told.get("meta")
    for source in (told, meta if isinstance(meta, dict) else {}):
        for name in _CONTEXT_NAMES:
            if isinstance(size := source.get(name), int) and size > 0:
                return size
    return None
