"""The gateway: what it sends, what is heard while it lasts, and what it does about answers that cannot be used."""

from __future__ import annotations

import asyncio
import json
import logging
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, Field, SecretStr

from sre_core.gateway.asking import Mode, said
from sre_core.gateway.budget import Budget, Ledger
from sre_core.gateway.complaints import LONGEST_QUOTE
from sre_core.gateway.endpoint import ModelPrice
from sre_core.gateway.faults import FaultKind, ModelFault
from tests.gateway.asks import (
    CALM,
    GOOD,
    KEY,
    MEANT,
    QUICK,
    Choice,
    Ear,
    Hurry,
    Shelf,
    a_gateway,
    a_question,
    an_endpoint,
)
from tests.scripted_model import Fault, Reply, Request, Rule, ScriptedModel

every_mode = pytest.mark.parametrize("mode", list(Mode), ids=str)


def messages_of(request: Request) -> str:
    return json.dumps(request.body["messages"], ensure_ascii=False)


@every_mode
async def test_an_answer_grows_before_it_is_whole(mode: Mode) -> None:
    slow = Reply(GOOD, seconds_to_first=0.01, seconds_between=0.03)
    ear = Ear()
    async with ScriptedModel([Rule(slow)]) as url, a_gateway(an_endpoint(url, mode=mode)) as gateway:
        answered = await gateway.ask(a_question(), ear)
    assert answered.value == MEANT
    assert len(ear.drafts) >= 3
    assert all(later.startswith(earlier) for earlier, later in zip(ear.drafts, ear.drafts[1:], strict=False))
    assert GOOD in ear.drafts[-1]


async def test_drafts_are_told_about_ten_times_a_second() -> None:
    ticking = iter(range(10**6))
    ear = Ear()
    model = ScriptedModel([Rule(Reply(GOOD, piece=1))])
    async with model as url, a_gateway(an_endpoint(url), clock=lambda: next(ticking) / 100) as gateway:
        await gateway.ask(a_question(), ear)
    assert len(GOOD) / 10 - 2 <= len(ear.drafts) <= len(GOOD) / 10 + 2


@every_mode
async def test_a_wrong_answer_is_asked_again_with_what_is_wrong_with_it(mode: Mode) -> None:
    wrong = json.dumps({"reasoning": "x", "action": {"tool": "metrics", "name": "disk", "minutes": 0}})
    model = ScriptedModel([Rule(Reply(wrong), times=1), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode)) as gateway:
        answered = await gateway.ask(a_question(), Ear())
    assert answered.value == MEANT
    assert answered.call.attempts == 2
    assert answered.call.complaints == ("action.minutes: Input should be greater than or equal to 1.",)
    assert answered.call.complaints[0] in messages_of(model.asked[1].request)


@every_mode
async def test_it_is_asked_again_twice_and_not_more(mode: Mode) -> None:
    model = ScriptedModel([Rule(Reply('{"reasoning": 1}'))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode)) as gateway:
        with pytest.raises(ModelFault, match="asked 3 times") as raised:
            await gateway.ask(a_question(), Ear())
    assert raised.value.kind is FaultKind.INVALID
    assert len(model.asked) == 3


async def test_what_a_check_complains_of_is_asked_again() -> None:
    def check(choice: Choice) -> list[str]:
        return [] if choice.reasoning.startswith("the disk") else ["reasoning: name the disk"]

    other = GOOD.replace("the disk is full", "who knows")
    model = ScriptedModel([Rule(Reply(other), times=1), Rule(Reply(GOOD), contains="name the disk")])
    async with model as url, a_gateway(an_endpoint(url)) as gateway:
        answered = await gateway.ask(a_question(check=check), Ear())
    assert answered.value == MEANT
    assert answered.call.complaints == ("reasoning: name the disk",)


async def test_a_check_that_is_never_satisfied_is_a_fault_of_its_own() -> None:
    async with ScriptedModel([Rule(Reply(GOOD))]) as url, a_gateway(an_endpoint(url)) as gateway:
        with pytest.raises(ModelFault) as raised:
            await gateway.ask(a_question(check=lambda _: ["no"]), Ear())
    assert raised.value.kind is FaultKind.UNSOUND


async def test_a_check_with_a_bug_rises_and_what_was_sent_is_paid_for() -> None:
    ledger = Ledger(lambda _: Budget())
    async with ScriptedModel([Rule(Reply(GOOD))]) as url, a_gateway(an_endpoint(url), purse=ledger) as gateway:
        with pytest.raises(ZeroDivisionError):
            await gateway.ask(a_question(check=lambda _: [str(1 // 0)]), Ear())
    assert ledger.spent("inv-1").calls == 1


async def test_a_huge_wrong_answer_goes_back_in_a_few_words() -> None:
    huge = json.dumps({"reasoning": "x" * 100_000, "action": {"tool": "format_disk"}})
    model = ScriptedModel([Rule(Reply(huge, piece=10_000), times=1), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url)) as gateway:
        await gateway.ask(a_question(), Ear())
    assert len(messages_of(model.asked[1].request)) < LONGEST_QUOTE + 2000


async def test_an_answer_without_end_is_cut_off() -> None:
    endless = Reply('{"reasoning": "' + "x" * 300_000, piece=20_000)
    model = ScriptedModel([Rule(endless)])
    async with model as url, a_gateway(an_endpoint(url)) as gateway:
        with pytest.raises(ModelFault) as raised:
            await gateway.ask(a_question(), Ear())
    assert raised.value.kind is FaultKind.CUT_SHORT


async def test_more_room_is_given_to_an_answer_that_was_cut_short() -> None:
    model = ScriptedModel([Rule(Reply(GOOD, fault=Fault.LENGTH), times=1), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, answer_tokens=500)) as gateway:
        await gateway.ask(a_question(), Ear())
    assert [each.body["max_tokens"] for each in model.asked] == [500, 1000]


@every_mode
async def test_text_with_templates_arrives_as_it_is(mode: Mode) -> None:
    text = "{{ 7*7 }} {% for x in y %} {{ $labels.instance }}"
    model = ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode)) as gateway:
        await gateway.ask(a_question(text), Ear())
    assert text in messages_of(model.asked[0].request)


async def test_the_prefix_of_two_asks_is_the_same() -> None:
    model = ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url)) as gateway:
        for text in ("one", "two"):
            await gateway.ask(a_question(text), Ear())
    one, two = (each.body for each in model.asked)
    assert one["messages"][0] == two["messages"][0]
    assert one["response_format"] == two["response_format"]


async def test_secrets_are_taken_out_before_anything_is_sent_or_kept() -> None:
    secret = "postgres://app:Sw0rdfish-93kd@db/orders"
    shelf, model = Shelf(), ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url), keep=shelf.keep) as gateway:
        await gateway.ask(a_question(f"cannot connect to {secret}"), Ear())
    assert "Sw0rdfish-93kd" not in messages_of(model.asked[0].request)
    assert "Sw0rdfish-93kd" not in shelf.texts[0]
    assert "cannot connect" in shelf.records[0].messages[0].text


async def test_a_secret_that_a_model_makes_up_is_not_kept() -> None:
    made_up = GOOD.replace("the disk is full", "AKIAIOSFODNN7EXAMPLQ is the key")
    shelf, model = Shelf(), ScriptedModel([Rule(Reply(made_up))])
    async with model as url, a_gateway(an_endpoint(url), keep=shelf.keep) as gateway:
        await gateway.ask(a_question(), Ear())
    assert "AKIAIOSFODNN7EXAMPLQ" not in shelf.texts[0]


async def test_each_role_may_have_a_model_of_its_own() -> None:
    model = ScriptedModel([Rule(Reply(GOOD))])
    endpoint_models = {"choose": "small", "conclude": "large"}
    async with model as url, a_gateway(an_endpoint(url, models=endpoint_models)) as gateway:
        for role in ("choose", "conclude", "plan"):
            await gateway.ask(a_question(role=role), Ear())
    assert [each.body["model"] for each in model.asked] == ["small", "large", "scripted-1"]


async def test_the_account_of_a_call() -> None:
    price = ModelPrice(tokens_in=Decimal(1), tokens_out=Decimal(10), tokens_cached=Decimal("0.1"))
    ear, model = Ear(), ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, prices={"scripted-1": price})) as gateway:
        call = (await gateway.ask(a_question("What next? " * 100), ear)).call
    assert ear.calls == [call]
    told = [call.tokens_in, call.tokens_out, call.tokens_cached]
    asked = len(model.asked[0].request.text) // 4
    assert told == [asked, len(GOOD) // 4, asked // 2]
    fresh = asked - asked // 2
    assert call.money == (fresh * 1 + Decimal("0.1") * (asked // 2) + 10 * (len(GOOD) // 4)) / Decimal(1_000_000)
    assert (call.attempts, call.tries, call.finish, call.fault) == (1, 1, "stop", None)
    assert call.first_token_seconds is not None
    assert call.first_token_seconds <= call.seconds


async def test_a_wait_counts_down_second_by_second_as_long_as_the_endpoint_asks() -> None:
    limited = Reply(GOOD, fault=Fault.RATE_LIMITED, retry_after=2.5)
    ear, hurry = Ear(), Hurry()
    model = ScriptedModel([Rule(limited, times=1), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url), pause=hurry) as gateway:
        await gateway.ask(a_question(), ear)
    assert hurry.waited == [1.0, 1.0, 0.5]
    assert [seconds for seconds, _ in ear.waits] == [2.5, 1.5, 0.5, 0.0]
    assert "asked too much" in ear.waits[0][1]


async def test_a_wait_may_be_asked_for_as_a_date() -> None:
    limited = Reply(GOOD, fault=Fault.RATE_LIMITED, retry_date="Sat, 01 Nov 2025 12:00:03 GMT")
    hurry, model = Hurry(), ScriptedModel([Rule(limited, times=1), Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url), pause=hurry) as gateway:
        await gateway.ask(a_question(), Ear())
    assert sum(hurry.waited) == 3


async def test_a_reason_that_repeats_the_key_is_shown_without_it() -> None:
    key = "plain-words-as-a-key"
    refused = {"error": {"message": f"model not allowed for {key}", "code": "x"}}
    model = ScriptedModel([Rule(Reply(fault=Fault.NOT_FOUND, error=refused))])
    async with model as url, a_gateway(an_endpoint(url, key=SecretStr(key))) as gateway:
        with pytest.raises(ModelFault, match=r"not allowed for \[key\]"):
            await gateway.ask(a_question(), Ear())


async def test_a_longer_wait_than_allowed_is_left_to_a_person() -> None:
    async with ScriptedModel([Rule(Reply(GOOD, fault=Fault.RATE_LIMITED_LONG))]) as url:
        hurry = Hurry()
        async with a_gateway(an_endpoint(url), pause=hurry) as gateway:
            with pytest.raises(ModelFault, match="asks to wait 120 s") as raised:
                await gateway.ask(a_question(), Ear())
    assert raised.value.person_may_retry
    assert hurry.waited == []


async def test_a_budget_is_looked_at_before_each_request() -> None:
    ledger = Ledger(lambda _: Budget(calls=2))
    model = ScriptedModel([Rule(Reply("{}"))])
    async with model as url, a_gateway(an_endpoint(url), purse=ledger) as gateway:
        with pytest.raises(ModelFault, match="2 of 2 requests") as raised:
            await gateway.ask(a_question(), Ear())
        with pytest.raises(ModelFault) as again:
            await gateway.ask(a_question(), Ear())
    assert raised.value.kind is again.value.kind is FaultKind.BUDGET_REACHED
    assert again.value.calls == ()
    assert len(model.asked) == 2
    assert ledger.spent("inv-1").calls == 2


async def test_a_listener_that_fails_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Ear):
        def draft(self, *_: Any) -> None:
            raise RuntimeError("broken")

        called = waiting = draft

    async with ScriptedModel([Rule(Reply(GOOD))]) as url, a_gateway(an_endpoint(url)) as gateway:
        answered = await gateway.ask(a_question(), Broken())
    assert answered.value == MEANT
    assert "a listener of model calls failed" in caplog.text


async def test_many_asks_at_once_do_not_mix() -> None:
    def echo(request: Request) -> str:
        return json.dumps({"word": request.body["messages"][-1]["content"]})

    class Word(BaseModel):
        word: str

    model = ScriptedModel([Rule(Reply(echo, seconds_between=0.001, piece=3))])
    async with model as url, a_gateway(an_endpoint(url)) as gateway:
        words = [f"word-{number}" for number in range(20)]
        asks = [a_question(answer=Word, messages=(said(word),)) for word in words]
        answered = await asyncio.gather(*(gateway.ask(ask, Ear()) for ask in asks))
    assert [each.value.word for each in answered] == words


async def test_a_context_that_is_known_is_kept_to_without_trying() -> None:
    seen: list[int] = []

    def smaller(characters: int) -> tuple:
        seen.append(characters)
        return (said("s" * characters),)

    model = ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url, context_tokens=4000)) as gateway:
        await gateway.ask(a_question("long " * 10_000, smaller=smaller), Ear())
    assert len(seen) == 1
    assert len(model.asked[0].request.text) < 4000 * 3.2


class Loose(BaseModel):
    """Everything may be left out: a stream that breaks off looks complete."""

    note: str = ""
    parts: list[int] = Field(default_factory=list)


@every_mode
@pytest.mark.parametrize("fault", [Fault.LENGTH, Fault.DISCONNECT, Fault.NO_FINISH], ids=str)
async def test_half_an_answer_is_never_taken_for_a_whole_one(fault: Fault, mode: Mode) -> None:
    model = ScriptedModel([Rule(Reply('{"note": "half"} {"parts": [1, 2, 3]}', fault=fault))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode)) as gateway:
        with pytest.raises(ModelFault):
            await gateway.ask(a_question(answer=Loose), Ear())


@pytest.mark.parametrize("fault", [None, *Fault], ids=str)
@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "whole"])
async def test_the_key_is_in_no_log_no_record_and_no_message(
    fault: Fault | None, streams: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shelf, ear = Shelf(), Ear()
    model = ScriptedModel([Rule(Reply(GOOD, fault=fault))])
    silent = fault in (Fault.STALL, Fault.DRIP, Fault.STALL_MIDWAY)
    patience = QUICK.model_copy(update={"total": 0.4}) if silent else CALM
    text = ""
    async with model as url:
        described = an_endpoint(url, streams=streams, patience=patience)
        async with a_gateway(described, keep=shelf.keep) as gateway:
            try:
                await gateway.ask(a_question(), ear)
            except ModelFault as error:
                text = f"{error} {error!r} {error.calls} {error.__cause__}"
    assert model.asked[0].request.headers["authorization"] == f"Bearer {KEY}"
    shown = caplog.text + text + "".join(shelf.texts) + repr(described) + str(described) + described.model_dump_json()
    assert KEY not in shown + repr(ear.calls)
    assert repr(SecretStr(KEY)) not in described.model_dump_json()
