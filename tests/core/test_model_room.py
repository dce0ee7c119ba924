"""The model of a process: it is warmed up where there is one, tried for a page, and may be an address alone."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sre_core.bootstrap import Workbench
from sre_core.errors import RefusedInput
from sre_core.gateway.endpoint import ModelEndpoint
from sre_core.model_room import ModelRoom
from sre_core.settings import Settings, address_of, endpoint_of
from sre_core.timeline import Contents
from tests.fakes import PERSON
from tests.gateway.asks import an_endpoint
from tests.scripted_model import Fault, Reply, Rule, ScriptedModel

PATIENCE = 30.0


class Library:
    """Stands for what takes seconds to import."""

    def __init__(self) -> None:
        self.imported = threading.Event()

    def __call__(self) -> None:
        self.imported.set()


def a_room(contents: Contents, folder: Path, endpoint: ModelEndpoint | None, **given: object) -> ModelRoom:
    return ModelRoom(endpoint, contents, folder / "endpoints.json", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("set_up", [True, False])
def test_what_a_first_question_needs_is_imported_in_the_warm_up_where_there_is_a_model(
    tmp_path: Path, set_up: bool
) -> None:
    bench = Workbench(Settings(home=tmp_path), warm_up_after=0.0)
    library = Library()
    endpoint = an_endpoint("http://127.0.0.1:9/v1") if set_up else None
    bench.models = a_room(bench.contents, tmp_path, endpoint, prepare=library)
    warmed = threading.Thread(target=bench._warm_up)
    try:
        warmed.start()
        warmed.join(PATIENCE)
    finally:
        bench.close()
    assert library.imported.is_set() is set_up


def test_a_workbench_that_ends_before_it_was_warm_imports_nothing(tmp_path: Path) -> None:
    bench = Workbench(Settings(home=tmp_path), warm_up_after=PATIENCE)
    library = Library()
    bench.models = a_room(bench.contents, tmp_path, an_endpoint("http://127.0.0.1:9/v1"), prepare=library)
    warming = threading.Thread(target=bench._warm_up)
    warming.start()
    bench.close()
    warming.join(PATIENCE)
    assert not library.imported.is_set()


async def test_a_connection_is_tried_and_what_was_found_is_used_from_now_on(contents: Contents, tmp_path: Path) -> None:
    async with ScriptedModel() as url:
        room = a_room(contents, tmp_path, an_endpoint(url))
        room.trial.begin(PERSON)
        standing = await asyncio.to_thread(room.trial.wait, PATIENCE)
    assert standing is not None
    assert standing.outcome == room.capabilities
    assert standing.doing == "asking for an answer by a tool call"
    assert room.capabilities is not None
    assert room.capabilities.usable


async def test_a_connection_that_hangs_is_let_go(contents: Contents, tmp_path: Path) -> None:
    arrived = asyncio.Event()
    silent = Rule(Reply(fault=Fault.STALL), when=lambda _: not arrived.set())
    async with (model := ScriptedModel([silent])) as url:
        room = a_room(contents, tmp_path, an_endpoint(url))
        room.trial.begin(PERSON)
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
        room.trial.stop(PERSON)
        async with asyncio.timeout(PATIENCE):
            await model.left.wait()
    standing = room.trial.standing
    assert standing is not None
    assert standing.stopped
    assert room.capabilities is None


async def test_an_address_alone_says_which_models_it_has(contents: Contents, tmp_path: Path) -> None:
    async with ScriptedModel(models=("tiny", "large")) as url:
        settings = Settings(home=tmp_path, model_url=url, model="")
        room = a_room(contents, tmp_path, endpoint_of(settings), address=address_of(settings))
        room.listing.begin(PERSON)
        standing = await asyncio.to_thread(room.listing.wait, PATIENCE)
    assert room.endpoint is None
    assert standing is not None
    assert standing.outcome == ("large", "tiny")


def test_a_model_without_an_address_is_refused() -> None:
    with pytest.raises(RefusedInput, match="set SRE_MODEL_URL too"):
        endpoint_of(Settings(model_url="", model="gpt"))


def test_an_address_that_is_none_is_refused_also_without_a_model() -> None:
    with pytest.raises(RefusedInput, match="SRE_MODEL_URL cannot be used"):
        address_of(Settings(model_url="https://me:secret@host/v1", model=""))
