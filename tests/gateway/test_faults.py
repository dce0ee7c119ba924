"""Every fault of an endpoint, streamed and not, in every mode: a valid object or a typed fault, within the bounds."""

from __future__ import annotations

import asyncio

import pytest

from sre_core.gateway.asking import Mode
from sre_core.gateway.conversation import MOST_REASKS
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.sending import MOST_RETRIES
from tests.gateway.asks import CALM, GOOD, KEY, MEANT, Ear, Hurry, Shelf, a_gateway, a_question, an_endpoint
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel

NEVER_LONGER = 25.0
"""Seconds after which a test of a fault says that it hangs."""

MOST_CALLS = 1 + MOST_REASKS + MOST_RETRIES + 1

FOREVER = {
    Fault.RATE_LIMITED: (FaultKind.RATE_LIMITED, 3),
    Fault.RATE_LIMITED_LONG: (FaultKind.RATE_LIMITED, 1),
    Fault.QUOTA: (FaultKind.QUOTA_SPENT, 1),
    Fault.SERVER_500: (FaultKind.SERVER_FAILED, 3),
    Fault.SERVER_502: (FaultKind.SERVER_FAILED, 3),
    Fault.SERVER_503: (FaultKind.SERVER_FAILED, 3),
    Fault.CONFLICT: (FaultKind.SERVER_FAILED, 3),
    Fault.HTML_502: (FaultKind.SERVER_FAILED, 3),
    Fault.HTML_200: (FaultKind.NOT_AN_API, 1),
    Fault.UNAUTHORIZED: (FaultKind.KEY_REFUSED, 1),
    Fault.FORBIDDEN: (FaultKind.FORBIDDEN, 1),
    Fault.NOT_FOUND: (FaultKind.NOT_FOUND, 1),
    Fault.UNPROCESSABLE: (FaultKind.REQUEST_REFUSED, 1),
    Fault.CONTEXT: (FaultKind.CONTEXT_FULL, 1),
    Fault.CONTENT_POLICY: (FaultKind.FILTERED, 1),
    Fault.RESET: (FaultKind.CONNECTION_LOST, 3),
    Fault.RESET_MIDWAY: (FaultKind.CONNECTION_LOST, 3),
    Fault.DISCONNECT: (FaultKind.CONNECTION_LOST, 3),
    Fault.ERROR_EVENT: (FaultKind.SERVER_FAILED, 3),
    Fault.NO_FINISH: (FaultKind.CONNECTION_LOST, 3),
    Fault.GARBAGE: (FaultKind.NOT_AN_API, 1),
    Fault.LENGTH: (FaultKind.CUT_SHORT, 2),
    Fault.REFUSAL: (FaultKind.REFUSED, 1),
    Fault.EMPTY: (FaultKind.EMPTY, 2),
    Fault.NULL: (FaultKind.EMPTY, 2),
    Fault.FILTERED: (FaultKind.FILTERED, 1),
}
"""What a fault that never goes away ends in, and after how many requests."""

SILENCES = {
    Fault.STALL: (FaultKind.NO_FIRST_TOKEN, {"first_token": 0.25}),
    Fault.DRIP: (FaultKind.NO_FIRST_TOKEN, {"first_token": 0.25}),
    Fault.STALL_MIDWAY: (FaultKind.STALLED, {"between_tokens": 0.25}),
}
"""What is given up, and the one limit that does it: the others are longer than the test."""

HEALED = (
    Fault.RATE_LIMITED,
    Fault.SERVER_500,
    Fault.SERVER_502,
    Fault.SERVER_503,
    Fault.CONFLICT,
    Fault.HTML_502,
    Fault.RESET,
    Fault.RESET_MIDWAY,
    Fault.DISCONNECT,
    Fault.ERROR_EVENT,
    Fault.NO_FINISH,
    Fault.LENGTH,
    Fault.EMPTY,
    Fault.NULL,
)
"""Those after which the same question is put again, and answered."""

pytestmark = pytest.mark.parametrize("streams", [True, False], ids=["streamed", "whole"])
every_mode = pytest.mark.parametrize(
    "mode",
    [Mode.JSON_SCHEMA, *(pytest.param(mode, marks=pytest.mark.slow) for mode in (Mode.TOOLS, Mode.MARKDOWN))],
    ids=str,
)


@every_mode
@pytest.mark.parametrize("fault", FOREVER, ids=str)
async def test_a_fault_that_stays_ends_in_a_typed_fault_within_the_bounds(
    fault: Fault, mode: Mode, streams: bool
) -> None:
    model, ear, shelf, hurry = ScriptedModel([Rule(Reply(GOOD, fault=fault))]), Ear(), Shelf(), Hurry()
    async with (
        model as url,
        asyncio.timeout(NEVER_LONGER),
        a_gateway(an_endpoint(url, mode=mode, streams=streams), keep=shelf.keep, pause=hurry) as gateway,
    ):
        with pytest.raises(ModelFault) as raised:
            await gateway.ask(a_question(), ear)
    kind, requests = FOREVER[fault]
    assert (raised.value.kind, len(model.asked)) == (kind, requests)
    assert len(model.asked) <= MOST_CALLS
    (call,) = raised.value.calls
    assert (call.fault, call.tries) == (kind, requests)
    assert [each.fault for each in ear.calls] == [kind]
    assert shelf.records[0].failed == raised.value.what_happened
    assert KEY not in str(raised.value) + shelf.texts[0]


@every_mode
@pytest.mark.parametrize("fault", HEALED, ids=str)
async def test_a_fault_that_passes_ends_in_the_answer(fault: Fault, mode: Mode, streams: bool) -> None:
    model = ScriptedModel([Rule(Reply(GOOD, fault=fault), times=1), Rule(Reply(GOOD))])
    async with (
        model as url,
        asyncio.timeout(NEVER_LONGER),
        a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway,
    ):
        answered = await gateway.ask(a_question(), Ear())
    assert answered.value == MEANT
    assert answered.call.tries == len(model.asked) == 2


@every_mode
@pytest.mark.parametrize("fault", SILENCES, ids=str)
async def test_silence_is_given_up(fault: Fault, mode: Mode, streams: bool) -> None:
    kind, limit = SILENCES[fault]
    patience = CALM.model_copy(update=limit if streams else {"total": 0.3})
    model = ScriptedModel([Rule(Reply(GOOD, fault=fault))])
    async with model as url, asyncio.timeout(NEVER_LONGER):
        async with a_gateway(an_endpoint(url, mode=mode, streams=streams, patience=patience)) as gateway:
            with pytest.raises(ModelFault) as raised:
                await gateway.ask(a_question(), Ear())
        await model.left.wait()
    assert raised.value.kind is (kind if streams else FaultKind.TOO_LONG)
    assert len(model.asked) == 1


@every_mode
async def test_an_answer_that_takes_too_long_altogether_is_given_up(mode: Mode, streams: bool) -> None:
    patience = CALM.model_copy(update={"total": 0.3})
    slow = Reply(GOOD, piece=1, seconds_between=0.02) if streams else Reply(GOOD, seconds_to_first=3600)
    model = ScriptedModel([Rule(slow)])
    async with model as url, asyncio.timeout(NEVER_LONGER):
        async with a_gateway(an_endpoint(url, mode=mode, streams=streams, patience=patience)) as gateway:
            with pytest.raises(ModelFault) as raised:
                await gateway.ask(a_question(), Ear())
        await model.left.wait()
    assert raised.value.kind is FaultKind.TOO_LONG


@every_mode
@pytest.mark.parametrize("fault", [Fault.FENCED, Fault.UNKNOWN_TOOL], ids=str)
async def test_fences_and_a_wrong_tool_name_do_no_harm(fault: Fault, mode: Mode, streams: bool) -> None:
    model = ScriptedModel([Rule(Reply(GOOD, fault=fault))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway:
        answered = await gateway.ask(a_question(), Ear())
    assert answered.value == MEANT
    assert len(model.asked) == 1


@every_mode
async def test_prose_around_the_json_is_asked_about(mode: Mode, streams: bool) -> None:
    model = ScriptedModel([Rule(Reply(GOOD, fault=Fault.PROSE, raw=True), times=1), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway:
        answered = await gateway.ask(a_question(), Ear())
    assert answered.value == MEANT
    assert "cannot be used" in str(model.asked[-1].body["messages"][-1]["content"])


@every_mode
async def test_nothing_answers_at_the_address(mode: Mode, streams: bool) -> None:
    async with ScriptedModel() as url:
        pass  # gone again: the port is free
    hurry = Hurry()
    async with a_gateway(an_endpoint(url, mode=mode, streams=streams), pause=hurry) as gateway:
        with pytest.raises(ModelFault, match="Nothing answers") as raised:
            await gateway.ask(a_question(), Ear())
    assert raised.value.kind is FaultKind.UNREACHABLE
    assert raised.value.calls[0].tries == 1 + MOST_RETRIES


@every_mode
async def test_an_endpoint_that_cannot_count_in_streams_is_not_asked_to_again(mode: Mode, streams: bool) -> None:
    model = ScriptedModel([Rule(Reply(GOOD, fault=Fault.NO_STREAM_OPTIONS, tells_usage=False))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway:
        first = await gateway.ask(a_question(), Ear())
        again = await gateway.ask(a_question(), Ear())
    assert (first.value, again.value) == (MEANT, MEANT)
    assert (first.call.tries, again.call.tries) == ((2 if streams else 1), 1)
    assert again.call.tokens_in is None
    assert again.call.money is None
    assert again.call.tokens_estimated > 0


@every_mode
async def test_what_is_found_too_long_is_asked_in_fewer_words_once(mode: Mode, streams: bool) -> None:
    asked_for: list[int] = []

    def smaller(characters: int) -> tuple:
        asked_for.append(characters)
        return a_question("Short?").messages

    long = a_question("long " * 10_000, smaller=smaller)
    model = ScriptedModel([Rule(Reply(GOOD, fault=Fault.CONTEXT), contains="long "), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway:
        answered = await gateway.ask(long, Ear())
    assert answered.value == MEANT
    assert len(asked_for) == 1
    assert 1000 <= asked_for[0] < 8192 * 4


@every_mode
async def test_what_is_still_too_long_is_a_fault(mode: Mode, streams: bool) -> None:
    long = a_question("long " * 10_000, smaller=lambda most: a_question("l" * most).messages)
    model = ScriptedModel([Rule(Reply(GOOD, fault=Fault.CONTEXT))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode, streams=streams)) as gateway:
        with pytest.raises(ModelFault) as raised:
            await gateway.ask(long, Ear())
    assert raised.value.kind is FaultKind.CONTEXT_FULL
    assert len(model.asked) == 2
