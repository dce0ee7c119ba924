"""Stop: at any moment, at once, and the endpoint sees it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from sre_core.gateway.asking import Mode
from sre_core.gateway.faults import FaultKind
from tests.gateway.asks import GOOD, Ear, Shelf, a_gateway, a_question, an_endpoint, unlimited
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel

AT_ONCE = 5.0
"""Seconds; ``benchmarks.gateway`` measures the goal of 0.5, which a busy machine may miss now and then."""

SLOW = Reply(GOOD, piece=1, seconds_between=0.02)

MOMENTS = {
    "before a token": Reply(GOOD, fault=Fault.STALL),
    "in the middle": SLOW,
    "in a silence": Reply(GOOD, fault=Fault.STALL_MIDWAY),
    "in a drip": Reply(GOOD, fault=Fault.DRIP),
}
SILENT = [each for each in MOMENTS if each != "in the middle"]
"""An answer that is not streamed has no middle."""


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0)


async def seconds_to_stop(task: asyncio.Task[object], seen: Awaitable[object]) -> float:
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await seen
    return time.monotonic() - began


@pytest.mark.parametrize("mode", list(Mode), ids=str)
@pytest.mark.parametrize(
    ("moment", "streams"), [*((each, True) for each in MOMENTS), *((each, False) for each in SILENT)]
)
async def test_the_endpoint_sees_at_once_that_it_was_stopped(moment: str, streams: bool, mode: Mode) -> None:
    model, ear, shelf = ScriptedModel([Rule(MOMENTS[moment])]), Ear(), Shelf()
    endpoint = partial(an_endpoint, mode=mode, streams=streams)
    async with model as url, asyncio.timeout(20), a_gateway(endpoint(url), keep=shelf.keep) as gateway:
        task = asyncio.create_task(gateway.ask(a_question(), ear))
        if moment == "in the middle":
            await until(lambda: len(ear.drafts) > 1)
        await until(lambda: bool(model.asked))
        assert await seconds_to_stop(task, model.left.wait()) <= AT_ONCE
    assert [call.fault for call in ear.calls] == [FaultKind.STOPPED]
    assert shelf.records[0].call.fault is FaultKind.STOPPED


async def test_a_wait_can_be_stopped() -> None:
    async def forever(_: float) -> None:
        await asyncio.Event().wait()

    model, ear = ScriptedModel([Rule(Reply(GOOD, fault=Fault.RATE_LIMITED, retry_after=20))]), Ear()
    async with model as url, asyncio.timeout(20), a_gateway(an_endpoint(url), pause=forever) as gateway:
        task = asyncio.create_task(gateway.ask(a_question(), ear))
        await until(lambda: bool(ear.waits))
        assert await seconds_to_stop(task, asyncio.sleep(0)) <= AT_ONCE
    assert len(model.asked) == 1


async def test_who_stops_does_not_wait_for_the_record() -> None:
    released = asyncio.Event()
    shelf = Shelf()

    async def keep(text: str) -> object:
        await released.wait()
        return await shelf.keep(text)

    model, ear = ScriptedModel([Rule(SLOW)]), Ear()
    async with model as url, asyncio.timeout(20), a_gateway(an_endpoint(url), keep=keep) as gateway:
        task = asyncio.create_task(gateway.ask(a_question(), ear))
        await until(lambda: bool(ear.drafts))
        assert await seconds_to_stop(task, model.left.wait()) <= AT_ONCE
        released.set()
    assert len(shelf.texts) == 1
    assert ear.calls[0].record == await Shelf().keep(shelf.texts[0])


async def test_a_stop_while_the_record_is_kept_loses_neither_the_record_nor_the_bill() -> None:
    keeping, released, shelf = asyncio.Event(), asyncio.Event(), Shelf()

    async def keep(text: str) -> object:
        keeping.set()
        await released.wait()
        return await shelf.keep(text)

    ear, ledger = Ear(), unlimited()
    model = ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, asyncio.timeout(20), a_gateway(an_endpoint(url), keep=keep, purse=ledger) as gateway:
        task = asyncio.create_task(gateway.ask(a_question(), ear))
        await keeping.wait()
        await seconds_to_stop(task, asyncio.sleep(0))
        released.set()
    assert [call.fault for call in ear.calls] == [None]
    assert ledger.spent("inv-1").calls == len(shelf.texts) == 1


async def test_after_a_stop_the_gateway_answers_as_before() -> None:
    model = ScriptedModel([Rule(SLOW, times=1), Rule(Reply(GOOD))])
    async with model as url, asyncio.timeout(20), a_gateway(an_endpoint(url)) as gateway:
        ear = Ear()
        task = asyncio.create_task(gateway.ask(a_question(), ear))
        await until(lambda: bool(ear.drafts))
        await seconds_to_stop(task, model.left.wait())
        assert (await gateway.ask(a_question(), Ear())).call.fault is None
