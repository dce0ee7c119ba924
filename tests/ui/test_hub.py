"""One watch per process: everybody sees everything once, in order, from wherever they were."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sre_core import events as ev
from sre_core.api import hub as hub_module
from sre_core.api.hub import Hub, Message
from sre_core.domain import Pace
from sre_core.events import Event, entry
from tests.fakes import OPENED, PERSON
from tests.ui.fakes import INV, MemoryBench


class CountingPicture:
    """Shows what happened last, and how often it was asked to take something in."""

    taken = 0

    def __init__(self, investigation_id: str) -> None:
        self.last = ""

    def take(self, event: Event) -> dict[str, Any]:
        CountingPicture.taken += 1
        self.last = event.happening.type
        return {"what": self.last}

    def sections(self) -> dict[str, Any]:
        return {"last": self.last, "never_changes": 1}


@pytest.fixture
def bench() -> MemoryBench:
    CountingPicture.taken = 0
    bench = MemoryBench()
    bench.say(OPENED)
    return bench


@pytest.fixture
async def hub(bench: MemoryBench) -> AsyncIterator[Hub]:
    hub = Hub(CountingPicture)
    hub.start(bench)
    yield hub
    hub.close()


def pace() -> ev.Entry:
    return entry(PERSON, ev.PaceSet(pace=Pace.FULL))


async def following(hub: Hub, since: int = 0) -> dict[str, Any]:
    """The next message of a viewer."""
    return await next_of(hub.follow(INV, since))


async def next_of(stream: AsyncIterator[Message | None]) -> dict[str, Any]:
    async with asyncio.timeout(5):
        message = await anext(stream)
    assert message is not None
    parsed: dict[str, Any] = json.loads(message.body)
    assert parsed["last"] == message.last
    return parsed


async def test_a_new_viewer_gets_everything_so_far(hub: Hub, bench: MemoryBench) -> None:
    bench.say(pace())
    message = await following(hub)
    assert [event["seq"] for event in message["events"]] == [1, 2]
    assert message["state"] == {"last": "PaceSet", "never_changes": 1}


async def test_a_viewer_who_comes_back_gets_what_is_missing(hub: Hub, bench: MemoryBench) -> None:
    bench.say(pace())
    message = await following(hub, since=1)
    assert [event["seq"] for event in message["events"]] == [2]
    assert message["state"]["never_changes"] == 1


async def test_what_happens_reaches_an_open_stream_with_only_what_changed(hub: Hub, bench: MemoryBench) -> None:
    stream = hub.follow(INV, 0)
    await next_of(stream)
    await asyncio.to_thread(bench.say, pace())
    message = await next_of(stream)
    assert [event["seq"] for event in message["events"]] == [2]
    assert message["state"] == {"last": "PaceSet"}


async def test_each_event_is_pictured_once_however_many_look_on(hub: Hub, bench: MemoryBench) -> None:
    streams = [hub.follow(INV, 0) for _ in range(20)]
    for stream in streams:
        await next_of(stream)
    await asyncio.to_thread(bench.say, pace())
    messages = [await next_of(stream) for stream in streams]
    assert all(message["last"] == 2 for message in messages)
    assert CountingPicture.taken == 2


async def test_nobody_looking_costs_nothing(hub: Hub, bench: MemoryBench) -> None:
    bench.say(pace())
    await asyncio.sleep(0)
    assert bench.reads == []


async def test_a_viewer_who_is_ahead_of_us_is_taken_back(hub: Hub) -> None:
    message = await following(hub, since=99)
    assert (message["last"], message["events"]) == (1, [])


async def test_long_histories_come_in_pieces_and_the_state_with_the_last(
    hub: Hub, bench: MemoryBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MOST_EVENTS_A_MESSAGE", 2)
    for _ in range(3):
        bench.say(pace())
    stream = hub.follow(INV, 0)
    first, second = await next_of(stream), await next_of(stream)
    assert ([e["seq"] for e in first["events"]], first["state"], first["more"]) == ([1, 2], {}, True)
    assert ([e["seq"] for e in second["events"]], second["state"]["last"]) == ([3, 4], "PaceSet")
    assert "more" not in second


async def test_a_quiet_stream_gives_a_sign_of_life(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "PING_SECONDS", 0.01)
    stream = hub.follow(INV, 0)
    await next_of(stream)
    assert await anext(stream) is None


async def test_closing_ends_every_stream(hub: Hub) -> None:
    stream = hub.follow(INV, 0)
    await next_of(stream)
    waiting = asyncio.ensure_future(anext(stream, None))
    await asyncio.sleep(0)
    hub.close()
    async with asyncio.timeout(1):
        assert await waiting is None


async def test_a_stream_that_is_left_is_forgotten(hub: Hub) -> None:
    stream = hub.follow(INV, 0)
    await next_of(stream)
    await stream.aclose()  # type: ignore[attr-defined]
    assert not hub._feeds[INV].viewers


async def test_steps_of_a_tool_and_words_of_a_model_do_not_hide_each_other(hub: Hub) -> None:
    stream = hub.follow(INV, 0)
    await next_of(stream)
    hub.write(INV, {"role": "research", "text": "an old draft"})
    hub.write(INV, {"action": "A1", "steps": ["searching: 7749"]})
    hub.write(INV, {"role": "research", "text": "a new draft"})
    drafts = [await anext(stream), await anext(stream)]
    said = [json.loads(draft.body) for draft in drafts if draft is not None]
    assert {"action": "A1", "steps": ["searching: 7749"]} in said
    assert {"role": "research", "text": "a new draft"} in said
