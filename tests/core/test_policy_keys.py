"""A write and its idempotency key, whenever the process is killed: once for each approval, and never again without asking."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sre_core.domain import Action
from sre_core.errors import ToolError
from sre_core.events import ActionApproved, ActionStarted, Entry, Event, entry
from sre_core.investigation import Turn
from sre_core.loop import investigate
from sre_core.sources.base import RemediationAnswer
from sre_core.sources.recorded import RecordedRemediations
from sre_core.tools.apply_remediation import ApplyRemediation, RemediationRequest
from sre_core.tools.base import ToolContext
from tests.fakes import OPENED, PERSON, FakeReasoner, FakeToolbox, ListTimeline, approval, equipped


class KilledError(BaseException):
    """The process is gone; nobody catches this."""


@dataclass
class Blows:
    """When the process is killed: before the n-th moment from now."""

    left: list[int]
    moments: int = 0

    def moment(self) -> None:
        self.moments += 1
        if self.left and self.moments > self.left[0]:
            self.left.pop(0)
            self.moments = 0
            raise KilledError


@dataclass
class Platform(FakeToolbox):
    """Outlives the process: what was carried out, by key. It may be killed before and after."""

    blows: Blows = field(default_factory=lambda: Blows([]))
    carried_out: list[str | None] = field(default_factory=list)

    async def run(self, action: Action, key: str | None = None):  # type: ignore[no-untyped-def]
        self.blows.moment()
        if action.tool == "refuel" and key not in self.carried_out:
            self.carried_out.append(key)
        self.blows.moment()
        return await super().run(action, key)


class Disk(ListTimeline):
    """What is written stays; the process may be killed before and after each event."""

    def __init__(self, events: list[Event], blows: Blows) -> None:
        super().__init__(events)
        self._blows = blows

    async def append(self, entry: Entry) -> None:
        self._blows.moment()
        self.say(entry)
        self._blows.moment()


async def lived(blows: Blows) -> tuple[list[Event], Platform]:
    """Life after life until there is nothing left to do; a person says yes to whatever is asked."""
    platform = Platform(blows=blows)
    events = [ListTimeline().say(OPENED)]
    for life in range(100):
        disk = Disk(events, blows)
        at_hand = equipped(FakeReasoner(looks=1, remedies=("refuel",)), platform, run_id=f"run-{life}", now=disk.now)
        try:
            await investigate(disk, at_hand)
        except KilledError:
            events = disk.events
            continue
        events = disk.events
        if disk.state.turn is Turn.NOBODY:
            return events, platform
        disk.say(entry(PERSON, approval(disk.state.pending)))
    raise AssertionError("it never ends")


@given(blows=st.lists(st.integers(0, 25), max_size=5))
async def test_killed_whenever_it_may_a_write_is_carried_out_once_for_each_yes(blows: list[int]) -> None:
    events, platform = await lived(Blows(list(blows)))
    yes = [e.happening for e in events if isinstance(e.happening, ActionApproved)]
    keys = [e.happening.key for e in events if isinstance(e.happening, ActionStarted) and e.happening.key]
    assert len(set(keys)) == len(keys) <= len(yes), "each start has a yes and a key of its own"
    assert len(set(platform.carried_out)) == len(platform.carried_out)
    assert set(platform.carried_out) <= set(keys), "and was written down before anything was done"


async def test_unharmed_it_is_carried_out_once() -> None:
    events, platform = await lived(Blows([]))
    assert len(platform.carried_out) == 1
    assert sum(isinstance(e.happening, ActionApproved) for e in events) == 1


# -- who carries it out -------------------------------------------------------------------------------------------------

RESTART = RemediationAnswer(outcome="2/2 ready", recovered=True)


@pytest.fixture
def target() -> RecordedRemediations:
    return RecordedRemediations({("restart", "cart", None): RESTART, ("restart", "till", None): RESTART})


async def test_the_same_key_is_carried_out_once_and_answered_each_time(target: RecordedRemediations) -> None:
    tool = ApplyRemediation(target)
    request = RemediationRequest(kind="restart", component="cart")
    first = await tool.run(request, ToolContext(key="k1"))
    assert await tool.run(request, ToolContext(key="k1")) == first
    assert target.applied == (("restart", "cart", None),)
    await tool.run(request, ToolContext(key="k2"))
    assert len(target.applied) == 2


async def test_a_key_of_another_request_is_refused(target: RecordedRemediations) -> None:
    tool = ApplyRemediation(target)
    await tool.run(RemediationRequest(kind="restart", component="cart"), ToolContext(key="k1"))
    with pytest.raises(ToolError, match="idempotency key"):
        await tool.run(RemediationRequest(kind="restart", component="till"), ToolContext(key="k1"))
    assert len(target.applied) == 1
