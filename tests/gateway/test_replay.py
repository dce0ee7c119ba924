"""Records, and answering from them."""

from __future__ import annotations

import asyncio
import json

import pytest

from sre_core.errors import RefusedInput
from sre_core.gateway.asking import said
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.record import json_without_secrets, value_without_secrets
from sre_core.gateway.replay import ReplayGateway, records_from
from tests.gateway.asks import GOOD, MEANT, Ear, Shelf, a_gateway, a_question, an_endpoint
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel

OTHER = GOOD.replace("metrics", "logs").replace(
    '"name": "disk_used", "minutes": 5', '"service": "orders", "level": "warn"'
)


async def recorded(*rules: Rule, asks: tuple = ("What next?",), **given: object) -> Shelf:
    shelf = Shelf()
    async with ScriptedModel(rules) as url, a_gateway(an_endpoint(url), keep=shelf.keep) as gateway:
        for text in asks:
            try:
                await gateway.ask(a_question(text, **given), Ear())
            except ModelFault:
                continue
    return shelf


async def test_a_record_tells_what_was_asked_and_answered_and_when() -> None:
    wrong = Reply('{"reasoning": 5}')
    shelf = await recorded(Rule(wrong, times=1), Rule(Reply(GOOD)))
    (record,) = shelf.records
    assert (record.system, record.messages) == ("Choose one action.", (said("What next?"),))
    assert record.answer_schema["title"] == "Choice"
    assert [each.answer for each in record.exchanges] == ['{"reasoning": 5}', GOOD]
    assert "".join(piece.text for piece in record.exchanges[1].pieces) == GOOD
    assert record.exchanges[0].complaints
    assert record.exchanges[1].added[-1].text.startswith("Your answer cannot be used")
    assert record.answer == json.loads(GOOD)


async def test_a_replay_answers_the_same_questions_the_same_way_in_their_order() -> None:
    shelf = await recorded(Rule(Reply(GOOD), times=1), Rule(Reply(OTHER)), asks=("What next?", "What next?"))
    replay, ear = ReplayGateway(records_from(shelf.texts)), Ear()
    first = await replay.ask(a_question(), ear)
    second = await replay.ask(a_question(), ear)
    assert first.value == MEANT
    assert second.value.action.tool == "logs"
    assert ear.calls == [each.call for each in shelf.records]
    assert ear.drafts[-1] == OTHER
    assert replay.unused == 0
    with pytest.raises(ModelFault, match="or less often") as raised:
        await replay.ask(a_question(), ear)
    assert raised.value.kind is FaultKind.NOT_RECORDED


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "What now?"},
        {"system": "Choose two actions."},
        {"role": "plan"},
        {"answer": type("Choice", (type(MEANT),), {"__annotations__": {"more": str}})},
    ],
    ids=["message", "system", "role", "schema"],
)
async def test_another_question_is_not_answered(changed: dict) -> None:
    shelf = await recorded(Rule(Reply(GOOD)))
    with pytest.raises(ModelFault, match="it was not asked then") as raised:
        await ReplayGateway(shelf.records).ask(a_question(**changed), Ear())
    assert raised.value.kind is FaultKind.NOT_RECORDED


async def test_neither_the_fence_nor_the_investigation_matters() -> None:
    shelf = await recorded(Rule(Reply(GOOD)), asks=("<<q7Zp1x>> log of inv-1 <<q7Zp1x>>",), fence="<<q7Zp1x>>")
    again = a_question("<<Aa93kd>> log of inv-2 <<Aa93kd>>", fence="<<Aa93kd>>", investigation_id="inv-2")
    assert (await ReplayGateway(shelf.records).ask(again, Ear())).value == MEANT


async def test_what_was_looked_up_does_not_matter_and_what_stands_beside_it_does() -> None:
    def put(found: str, question: str = "What next?") -> dict:
        return {"text": f"{found}\n\n{question}" if found else question, "looked_up": found}

    shelf = await recorded(Rule(Reply(GOOD)), asks=(put("A runbook of then")["text"],), looked_up="A runbook of then")
    for found in ("Another runbook", ""):
        assert (await ReplayGateway(shelf.records).ask(a_question(**put(found)), Ear())).value == MEANT
    with pytest.raises(ModelFault, match="it was not asked then"):
        await ReplayGateway(shelf.records).ask(a_question(**put("A runbook of then", "What now?")), Ear())


async def test_a_fence_reaches_the_model_however_much_it_looks_like_a_secret() -> None:
    fence = "password=9f86d081884c7d659a2feaa0c55ad015"
    model = ScriptedModel([Rule(Reply(GOOD))])
    async with model as url, a_gateway(an_endpoint(url)) as gateway:
        await gateway.ask(a_question(f"{fence}\ntext\n{fence}", fence=fence), Ear())
    assert model.asked[0].request.text.count(fence) == 2


async def test_a_recorded_fault_is_raised_again() -> None:
    shelf = await recorded(Rule(Reply(fault=Fault.UNAUTHORIZED)))
    ear = Ear()
    with pytest.raises(ModelFault, match="does not accept the key") as raised:
        await ReplayGateway(shelf.records).ask(a_question(), ear)
    assert raised.value.kind is FaultKind.KEY_REFUSED
    assert ear.calls


async def test_a_call_that_was_stopped_is_passed_over() -> None:
    shelf = Shelf()
    slow, model = Reply(GOOD, fault=Fault.STALL), ScriptedModel([])
    model.rules = [Rule(slow, times=1), Rule(Reply(GOOD))]
    async with model as url, a_gateway(an_endpoint(url), keep=shelf.keep) as gateway:
        task = asyncio.create_task(gateway.ask(a_question(), Ear()))
        while not model.asked:  # noqa: ASYNC110 - a request that arrives has no event
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await gateway.ask(a_question(), Ear())
    assert len(shelf.records) == 2
    assert (await ReplayGateway(shelf.records).ask(a_question(), Ear())).value == MEANT


async def test_an_answer_that_the_check_of_today_refuses_is_not_replayed() -> None:
    shelf = await recorded(Rule(Reply(GOOD)))
    with pytest.raises(ModelFault, match="is not one any more: name the disk") as raised:
        await ReplayGateway(shelf.records).ask(a_question(check=lambda _: ["name the disk"]), Ear())
    assert raised.value.kind is FaultKind.NOT_RECORDED


def test_a_line_that_is_no_record_is_named() -> None:
    with pytest.raises(RefusedInput, match="Line 2"):
        records_from(["", "{}"])


def test_json_keeps_its_shape_without_its_secrets() -> None:
    text = json.dumps({"password": "Sw0rdfish-93kd", "note": "token AKIAIOSFODNN7EXAMPLQ", "n": [1, None, True]})
    cleaned = json.loads(json_without_secrets(text))
    assert cleaned["n"] == [1, None, True]
    assert "Sw0rdfish" not in str(cleaned)
    assert "AKIA" not in str(cleaned)
    assert value_without_secrets({"a": "plain words"}) == {"a": "plain words"}
