"""'Test connection'."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sre_core.gateway.asking import Mode
from sre_core.gateway.capabilities import Capabilities
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.gateway.found import FoundCapabilities
from sre_core.gateway.probe import list_models, probe
from tests.gateway.asks import KEY, an_endpoint
from tests.scripted_model import Fault, Reply, Request, Rule, ScriptedModel

STONE = '{"which_one_is_a_stone": "granite", "letters_in_that_word": 7}'


def without(fault: Fault, form: str) -> Rule:
    return Rule(Reply(STONE, fault=fault), when=lambda request: request.form == form)


async def found_at(*rules: Rule, model: ScriptedModel | None = None, **given: Any) -> Capabilities:
    model = model or ScriptedModel(rules)
    async with model as url:
        return await probe(an_endpoint(url, **given))


async def test_an_endpoint_that_can_do_everything() -> None:
    found = await found_at(Rule(Reply(STONE)))
    assert found.modes == (Mode.JSON_SCHEMA, Mode.TOOLS)
    assert (found.streams, found.usage_in_streams, found.models) == (True, True, ("scripted-1",))
    assert found.sentences()[1:] == (
        "It answers by a JSON schema: the most reliable form. It can call tools, too.",
        "It streams, and counts tokens.",
        "It lists 1 model.",
    )


async def test_an_endpoint_without_schemas_is_asked_by_tools() -> None:
    found = await found_at(without(Fault.NO_SCHEMAS, "json-schema"), Rule(Reply(STONE)))
    assert found.modes == (Mode.TOOLS,)
    assert "no JSON schema" in found.sentences()[1]


async def test_an_endpoint_that_ignores_the_schema_does_not_have_one() -> None:
    ignored = Rule(Reply("Granite, seven letters.", raw=True), when=lambda request: request.form == "json-schema")
    found = await found_at(ignored, Rule(Reply(STONE)))
    assert found.modes == (Mode.TOOLS,)


async def test_an_endpoint_with_neither_is_read_from_its_text() -> None:
    rules = (without(Fault.NO_SCHEMAS, "json-schema"), without(Fault.NO_TOOLS, "tools"), Rule(Reply(STONE)))
    found = await found_at(*rules)
    assert found.modes == (Mode.MARKDOWN,)
    assert "neither a schema nor tools" in found.sentences()[1]


async def test_an_endpoint_that_cannot_stream() -> None:
    refused = Rule(Reply(fault=Fault.UNPROCESSABLE), when=lambda request: request.streamed)
    found = await found_at(refused, Rule(Reply(STONE)))
    assert found.usable
    assert not found.streams
    assert "only when they are complete" in " ".join(found.sentences())


async def test_an_endpoint_that_does_not_count() -> None:
    found = await found_at(Rule(Reply(STONE, fault=Fault.NO_STREAM_OPTIONS, tells_usage=False)))
    assert not found.usage_in_streams
    assert "guessed" in " ".join(found.sentences())


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.UNAUTHORIZED, "does not accept the key"),
        (Fault.NOT_FOUND, "does not know this address or model"),
        (Fault.HTML_200, "web page"),
        (Fault.QUOTA, "no credit"),
    ],
    ids=str,
)
async def test_what_keeps_it_from_answering_is_said_after_one_question(fault: Fault, words: str) -> None:
    model = ScriptedModel([Rule(Reply(STONE, fault=fault))])
    found = await found_at(model=model)
    assert not found.usable
    assert words in found.sentences()[0]
    assert len(model.asked) == 1
    assert KEY not in found.model_dump_json()


async def test_a_model_that_is_not_listed_is_said_to_be_missing() -> None:
    found = await found_at(model=ScriptedModel([Rule(Reply(STONE))], models=("a", "b")))
    assert "It lists 2 models, and scripted-1 is not among them." in found.sentences()


@pytest.mark.parametrize(
    "told",
    [{"max_model_len": 4096}, {"context_length": 4096}, {"meta": {"n_ctx_train": 4096}}],
    ids=lambda told: next(iter(told)),
)
async def test_the_context_is_read_where_it_is_told(told: dict[str, Any]) -> None:
    listed = {"id": "scripted-1", "object": "model", **told}
    found = await found_at(model=ScriptedModel([Rule(Reply(STONE))], models=(listed,)))
    assert found.context_tokens == 4096
    assert found.fitted(an_endpoint("http://x/v1")).context_tokens == 4096


async def test_an_endpoint_need_not_list_its_models() -> None:
    found = await found_at(model=ScriptedModel([Rule(Reply(STONE))], lists_models=False))
    assert found.usable
    assert "It does not list its models." in found.sentences()


async def test_the_list_of_models_can_be_read_by_itself() -> None:
    async with ScriptedModel(models=("b", "a")) as url:
        assert await list_models(an_endpoint(url)) == ("a", "b")
    async with ScriptedModel(lists_models=False) as url:
        with pytest.raises(ModelFault) as raised:
            await list_models(an_endpoint(url))
    assert raised.value.kind is FaultKind.NOT_FOUND


async def test_the_questions_do_not_give_the_form_away() -> None:
    model = ScriptedModel([Rule(Reply(STONE))])
    await found_at(model=model)

    def words(request: Request) -> str:
        return request.text

    assert all("which_one_is_a_stone" not in words(each.request) for each in model.asked)


async def test_what_was_found_is_remembered_by_address_and_model(tmp_path: Path) -> None:
    found = await found_at(Rule(Reply(STONE)))
    endpoint = an_endpoint(found.base_url)
    kept = FoundCapabilities(tmp_path / "state" / "endpoints.json")
    assert kept.of(endpoint) is None
    kept.remember(found)
    assert FoundCapabilities(tmp_path / "state" / "endpoints.json").of(endpoint) == found
    assert kept.of(an_endpoint(found.base_url, model="another")) is None
    assert KEY not in (tmp_path / "state" / "endpoints.json").read_text()


def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "endpoints.json").write_text('[{"broken')
    assert FoundCapabilities(tmp_path / "endpoints.json").of(an_endpoint("http://x/v1")) is None


async def test_an_endpoint_is_used_the_way_that_works() -> None:
    found = await found_at(without(Fault.NO_SCHEMAS, "json-schema"), Rule(Reply(STONE)))
    endpoint = an_endpoint(found.base_url, context_tokens=2000)
    assert found.fitted(endpoint).mode is Mode.TOOLS
    assert found.fitted(endpoint).context_tokens == 2000
