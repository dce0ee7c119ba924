"""What a workbench keeps has no secrets, and what its model is told has, where that is wanted, no names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sre_core.bootstrap import Workbench
from sre_core.cleaned import cleaned, cleaned_output
from sre_core.domain import Alert, Autonomy
from sre_core.events import ConclusionReached, Event, InvestigationFailed
from sre_core.settings import Settings
from sre_core.sources.base import LogRecord
from sre_core.workspaces import sample_incidents
from tests.fakes import PERSON
from tests.scripted_model import ScriptedModel, investigating

SECRET = "x9Kq27LmPz"
RAW = json.dumps({"labels": {"env": "prod"}, "annotations": {"password": SECRET, "note": f"dsn=a\npassword: {SECRET}"}})


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def a_bench(home: Path, url: str) -> AsyncIterator[Workbench]:
    """A workbench that asks a model at this address, and tells it no names."""
    bench = Workbench(
        Settings(home=home, model_url=url, model="scripted-1", mask_names=True, private_names=("fernhollow",))
    )
    bench.start()
    try:
        yield bench
    finally:
        await asyncio.to_thread(bench.close)


def test_an_alert_is_kept_without_its_secrets(tmp_path: Path) -> None:
    bench = Workbench(Settings(home=tmp_path))
    try:
        alert = Alert(title=f"login failed password={SECRET}", labels={"token": f"{SECRET}abcdef"}, raw=RAW)
        id_ = bench.open(alert, by=PERSON)
        kept = bench.read(id_)[0].model_dump_json()
    finally:
        bench.close()
    assert SECRET not in kept
    assert json.loads(bench_raw(kept))["labels"] == {"env": "prod"}


def bench_raw(event: str) -> str:
    return str(json.loads(event)["happening"]["alert"]["raw"])


def test_what_holds_no_secret_is_the_very_same() -> None:
    alert = Alert(title="checkout answers 503", raw='{"a":  1}')
    assert cleaned(alert) is alert


async def test_what_a_tool_brings_back_loses_its_secrets_and_keeps_its_form() -> None:
    record = LogRecord(
        line=7,
        time=NOON,
        component="till",
        message=f"login failed password={SECRET}",
        attributes={"token": f"{SECRET}99", "n": 1},
    )
    kept = await cleaned_output(record)
    assert kept == record.model_copy(
        update={
            "message": "login failed password=[redacted: password]",
            "attributes": {"token": "[redacted: token]", "n": 1},
        }
    )


@pytest.mark.slow
async def test_with_masked_names_a_model_is_told_none(tmp_path: Path) -> None:
    sample = sample_incidents()[0]
    alert = sample.alert().model_copy(update={"labels": {"namespace": "juniper", "node": "kiln-03.prod.internal"}})
    model = ScriptedModel(investigating.rules())
    async with model as url, a_bench(tmp_path, url) as bench:
        closed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hear(event: Event) -> None:
            if isinstance(event.happening, ConclusionReached | InvestigationFailed):
                loop.call_soon_threadsafe(closed.set)

        bench.subscribe(hear)
        opened = {"workspace": sample.workspace, "autonomy": Autonomy.AUTO, "attended": False}
        id_ = bench.open(alert, by=PERSON, **opened)  # type: ignore[arg-type]
        async with asyncio.timeout(120):
            await closed.wait()
        state, events = bench.state(id_), bench.read(id_)
        replayed = await bench.replay(events)
    sent = " ".join(json.dumps(seen.body) for seen in model.asked).casefold()
    assert state.reasoner == "model"
    assert state.conclusion is not None
    assert "namespace=namespace-" in sent
    assert not [name for name in ("juniper", "kiln-03", "fernhollow") if name in sent]
    assert replayed.parting is None
