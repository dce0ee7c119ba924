"""Where an address came from, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from sre_core.domain import Action, Alert, Effect, Observation, Value
from sre_core.events import (
    ActionEdited,
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ApprovalRequested,
    FactStated,
    GuidanceGiven,
    entry,
)
from sre_core.outside_tools.foreign import Offer, OutsideReading, OutsideTool, made
from sre_core.outside_tools.schemas import Shape
from sre_core.provenance import addresses_in, named_in, not_vouched_for, same, where_seen
from sre_core.tools.base import ToolContext
from sre_core.tools.toolbox import reach_of
from tests.fakes import PERSON, ListTimeline

HERE = "https://a.example/page?id=1"


def seen(tool: str, data: Any) -> ListTimeline:
    """An investigation in which a tool brought this back."""
    timeline = ListTimeline()
    timeline.write(entry(PERSON, AlertReceived(alert=Alert(title="cold", raw="see https://alert.example/x"))))
    timeline.write(entry("reasoner:fake", ActionProposed(action=Action(id="A1", tool=tool))))
    timeline.write(entry("policy", ActionStarted(action_id="A1", run_id="r")))
    back = Observation(action_id="A1", tool=tool, source="web", summary="", output_type="X", data=data)
    timeline.write(entry("tool", ActionSucceeded(action_id="A1", run_id="r", observation=back)))
    return timeline


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"Look at {HERE}.", HERE),
        (f"[here]({HERE})", HERE),
        (f'"{HERE}"', HERE),
        ("https://a.example/(x)", "https://a.example/(x)"),
    ],
)
def test_an_address_is_found_in_a_sentence(text: str, named: str) -> None:
    assert named in set(addresses_in(text))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("https://A.example", "https://a.example/", True),
        (f"{HERE}#part", HERE, True),
        ("http://a.example/page?id=1", HERE, False),
        ("https://a.example/page?id=2", HERE, False),
        ("https://a.example.evil.example/page?id=1", HERE, False),
        ("https://a.example@evil.example/page?id=1", HERE, False),
        ("https://[bad", "https://[bad", True),
    ],
)
def test_two_spellings_lead_to_the_same_page_or_not(one: str, other: str, alike: bool) -> None:
    assert (same(one) == same(other)) is alike


def test_what_our_own_search_named_is_vouched_for_and_what_stands_in_a_page_is_not() -> None:
    hits = {"hits": [{"address": HERE, "title": "see https://evil.example/"}]}
    state = seen("search_web", hits).state
    assert not_vouched_for((HERE, "https://evil.example/", f"{HERE}&leak=orders-db"), state) == (
        "https://evil.example/",
        f"{HERE}&leak=orders-db",
    )
    assert where_seen("https://evil.example/", state) == "in what A1 (search_web) brought back"


def test_what_another_tool_calls_an_address_is_not() -> None:
    state = seen("read_logs", {"address": HERE}).state
    assert not_vouched_for((HERE,), state) == (HERE,)
    assert where_seen(HERE, state) == "in what A1 (read_logs) brought back"
    assert where_seen("https://alert.example/x", state) == "in the alert"


def test_a_fact_is_pasted_and_guidance_is_said() -> None:
    timeline = seen("read_logs", {})
    timeline.say(entry(PERSON, FactStated(text=f"the log says {HERE}")))
    assert not_vouched_for((HERE,), timeline.state) == (HERE,)
    timeline.say(entry(PERSON, GuidanceGiven(text=f"read {HERE}")))
    assert not_vouched_for((HERE,), timeline.state) == ()


def test_of_edited_arguments_only_what_the_person_added_is_theirs() -> None:
    timeline, proposed = seen("read_logs", {}), {"addresses": ["https://evil.example/"]}
    action = Action(id="A2", tool="deep_research", arguments=proposed)
    timeline.write(entry("reasoner:fake", ActionProposed(action=action)))
    asked = timeline.write(entry("policy", ApprovalRequested(action_id="A2", digest=action.digest, reason="?")))
    both = {"addresses": ["https://evil.example/", HERE]}
    timeline.say(entry(PERSON, ActionEdited(action_id="A2", request=asked.seq, arguments=both)))
    assert not_vouched_for(tuple(both["addresses"]), timeline.state) == ("https://evil.example/",)


def test_every_address_in_a_value_is_named_once() -> None:
    assert named_in({"a": [f"see {HERE}.", HERE], "b": 3}) == (HERE,)


class Fetch(OutsideTool):
    """A tool of others."""

    async def run(self, query: Any, context: ToolContext) -> OutsideReading:
        raise AssertionError


def test_whatever_a_tool_of_others_is_told_to_fetch_is_known() -> None:
    shape = Shape({"type": "object", "properties": {"url": {"type": "string"}}})
    offer = Offer(
        name="web.fetch",
        origin="web",
        told="Fetch",
        effect=Effect.READS,
        because="declared",
        timeout=5,
        most_characters=100,
    )
    tool: Any = made(Fetch, offer, shape)
    reach = reach_of(tool, Action(id="A1", tool="web.fetch", arguments={"url": HERE}))
    assert (reach.addresses, reach.components) == ((HERE,), None)
    assert isinstance(tool.parse({"url": HERE}), Value)
