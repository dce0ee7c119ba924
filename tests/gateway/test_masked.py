"""What a model is told carries pseudonyms; what people, checks and tools see carries names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest

from sre_core.gateway.asking import Answered, Ask, Listening, Mode, T, said
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.masked import MaskedGateway
from sre_core.web.masking import Mask
from tests.gateway.asks import Choice, Ear, Shelf, a_gateway, a_question, an_endpoint
from tests.gateway.test_pseudonyms import MASK, NAMES, SHAPES
from tests.scripted_model import Fault, Reply, Request, Rule, ScriptedModel

TEXT = f"kiln-03 in FERNHOLLOW lost web7.acme.internal; {', '.join((*NAMES, *SHAPES))}"
SEEN = re.compile(r"host-[a-z0-9]{5}")


def masks(_: str) -> Mask:
    return MASK


def echo(request: Request) -> str:
    """A model that asks for the logs of the first host that it was told of."""
    return json.dumps(
        {"reasoning": f"{SEEN.findall(request.text)[0]} is slow", "action": logs_of(SEEN.findall(request.text)[0])}
    )


def logs_of(service: str) -> dict[str, str]:
    return {"tool": "logs", "service": service, "level": "warn"}


@pytest.mark.parametrize("mode", list(Mode), ids=str)
async def test_no_name_leaves_and_the_answer_has_its_names_before_it_is_checked(mode: Mode) -> None:
    checked: list[Choice] = []

    def check(value: Choice) -> Sequence[str]:
        checked.append(value)
        return ()

    ear, shelf = Ear(), Shelf()
    model = ScriptedModel([Rule(Reply(echo, piece=3, seconds_between=0.03))])
    async with model as url, a_gateway(an_endpoint(url, mode=mode), keep=shelf.keep) as inner:
        gateway = MaskedGateway(inner, masks)
        answered = await gateway.ask(a_question(f"DATA-1\n{TEXT}\nDATA-1", fence="DATA-1", check=check), ear)
    sent = json.dumps(model.asked[0].body).casefold()
    assert not [name for name in (*NAMES, *SHAPES) if name in sent]
    assert sent.count("data-1") == 2
    assert (
        answered.value
        == checked[-1]
        == Choice.model_validate({"reasoning": "kiln-03 is slow", "action": logs_of("kiln-03")})
    )
    assert "kiln-03 is slow" in ear.drafts[-1]
    assert not any(SEEN.search(draft) for draft in ear.drafts)
    assert not [name for name in (*NAMES, *SHAPES) if name in shelf.texts[0].casefold()]


async def test_a_complaint_goes_out_masked_and_what_is_shortened_too() -> None:
    complaints = [["kiln-03 was looked at already."], []]
    model = ScriptedModel([Rule(Reply(fault=Fault.CONTEXT), times=1), Rule(Reply(echo))])
    async with model as url, a_gateway(an_endpoint(url)) as inner:
        asking = a_question(TEXT * 9, check=lambda _: complaints.pop(0), smaller=lambda _: (said("look at kiln-03"),))
        await MaskedGateway(inner, masks).ask(asking, Ear())
    assert len(model.asked) == 3
    assert not any("kiln-03" in json.dumps(each.body) for each in model.asked)
    assert "was looked at already" in json.dumps(model.asked[2].body)


async def test_a_pseudonym_that_stands_for_nothing_is_left_and_told_in_the_account() -> None:
    ear = Ear()
    invented = {"reasoning": "host-z9z9z did it", "action": logs_of("checkout")}
    async with ScriptedModel([Rule(Reply(json.dumps(invented)))]) as url, a_gateway(an_endpoint(url)) as inner:
        answered = await MaskedGateway(inner, masks).ask(a_question(TEXT), ear)
    assert answered.value.reasoning == "host-z9z9z did it"
    assert ear.calls[0].complaints == ("It named host-z9z9z, which stands for nothing that it was told.",)


async def test_a_secret_beside_a_name_is_taken_out_and_never_comes_back() -> None:
    model = ScriptedModel([Rule(Reply(lambda request: answer_with(request, r"app:\S+")))])
    async with model as url, a_gateway(an_endpoint(url)) as inner:
        question = a_question("dsn postgres://app:x9Kq27LmPz@kiln-03/orders")
        answered = await MaskedGateway(inner, masks).ask(question, Ear())
    assert "x9Kq27LmPz" not in json.dumps(model.asked[0].body) + answered.value.model_dump_json()


def answer_with(request: Request, pattern: str) -> str:
    found = re.search(pattern, request.text)
    return json.dumps({"reasoning": found.group() if found else "-", "action": logs_of("checkout")})


async def test_what_a_fault_says_has_its_names_back() -> None:
    class Refusing:
        """Implements ``Gateway``."""

        async def ask(self, ask: Ask[T], listening: Listening) -> Answered[T]:
            name = SEEN.findall(ask.messages[0].text)[0]
            raise ModelFault(FaultKind.REFUSED, f"m refused to answer: “I know {name}”")

    with pytest.raises(ModelFault, match="I know kiln-03"):
        await MaskedGateway(Refusing(), masks).ask(a_question(TEXT), Ear())


async def test_investigations_share_no_pseudonym_and_a_later_process_makes_the_same_ones() -> None:
    model = ScriptedModel([Rule(Reply(echo))])
    async with model as url, a_gateway(an_endpoint(url)) as inner:
        for gateway, of in ((MaskedGateway(inner, masks), "a"), (MaskedGateway(inner, masks), "a"), (None, "b")):
            await (gateway or MaskedGateway(inner, masks)).ask(a_question(TEXT, investigation_id=of), Ear())
    first, again, other = (SEEN.findall(each.request.text) for each in model.asked)
    assert first == again
    assert not set(first) & set(other)
