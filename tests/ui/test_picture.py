"""What the trace and the panels show of each event."""

from __future__ import annotations

import json
from typing import Any, get_args

from sre_core import events as ev
from sre_core.domain import Alert, Limits, Next, Pace, Reflection, RuledOut
from sre_core.events import Event, entry
from tests.fakes import (
    OPENED,
    PERSON,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    equipped,
    fail,
    run_until_turn_ends,
)
from ui.picture import Picture


class Page:
    """What a browser would hold: cards by id in the order they came, and the newest sections."""

    def __init__(self) -> None:
        self.picture = Picture("inv")
        self.cards: dict[str, dict[str, Any]] = {}

    def take(self, *events: Event) -> Page:
        for event in events:
            taken = self.picture.take(event)
            json.dumps(taken, allow_nan=False)
            self.cards.update({card["id"]: card for card in taken["cards"]})
        return self

    @property
    def sections(self) -> dict[str, Any]:
        return self.picture.sections()

    def kinds(self) -> list[str]:
        return [card["kind"] for card in self.cards.values()]

    def one(self, kind: str) -> dict[str, Any]:
        return next(card for card in reversed(self.cards.values()) if card["kind"] == kind)


async def test_one_action_is_one_card_from_proposal_to_outcome() -> None:
    page = Page().take(*(await run_until_turn_ends(equipped(FakeReasoner(looks=1)))).events)
    assert page.kinds() == ["alert", "memory", "plan", "action", "reflection", "conclusion", "row"]
    card = page.one("action")
    assert (card["status"], card["outcome"], card["has_output"]) == ("done", "cold", True)
    assert card["seconds"] == 1.0
    assert json.loads(card["arguments"]) == {"nth": 0}


async def test_a_failure_of_a_tool_is_said_in_its_words() -> None:
    page = Page().take(*(await run_until_turn_ends(equipped(tools=FakeToolbox(behaviour=fail)))).events)
    card = page.one("action")
    assert (card["status"], card["tone"]) == ("failed", "red")
    assert "buy a new one" in card["outcome"]


async def test_a_reflection_says_what_moved_and_shows_its_evidence() -> None:
    page = Page().take(*(await run_until_turn_ends(equipped(FakeReasoner(looks=1)))).events)
    card = page.one("reflection")
    up = next(delta for delta in card["deltas"] if delta["id"] == "H1")
    assert up["after"] > up["before"]
    assert up["name"] == "kiln: fuel low"
    assert [piece["id"] for piece in card["evidence"]] == ["E1"]


async def test_what_waits_for_a_person_is_shown_with_its_exact_arguments() -> None:
    page = Page().take(*(await run_until_turn_ends(equipped(FakeReasoner(looks=1, remedies=("refuel",))))).events)
    pending = page.sections["dock"]["pending"]
    assert (pending["tool"], pending["effect"], pending["remedies"]) == ("refuel", "writes", True)
    assert pending["affected"] == ["kiln"]
    assert page.sections["header"]["status"] == "waiting"


async def test_guidance_is_received_and_then_applied_with_what_it_changed() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events)
    page.take(timeline.say(entry(PERSON, ev.GuidanceGiven(text="look at the door"))))
    assert page.one("guidance")["status"] == "received"
    proposal = await FakeReasoner().plan(timeline.state)
    seq = timeline.state.guidance[0].seq
    page.take(timeline.say(entry("reasoner:fake", ev.PlanProposed(**dict(proposal), applied_guidance=(seq,)))))
    card = page.one("guidance")
    assert (card["status"], card["revision"]) == ("applied", 2)
    assert card["changed"] == ["The same steps."]


async def test_guidance_lets_go_of_what_was_undecided_and_the_card_says_so() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1, remedies=("refuel",))))
    page = Page().take(*timeline.events)
    page.take(timeline.say(entry(PERSON, ev.GuidanceGiven(text="no, the door"))))
    assert page.one("action")["status"] == "withdrawn"
    assert page.sections["dock"]["pending"] is None
    assert page.sections["conclusion"] is None


async def test_the_plan_ticks_itself_and_drops_dead_paths() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)), _opened(pace=Pace.PLAN))
    page = Page().take(*timeline.events)
    assert [step["status"] for step in page.one("plan")["steps"]] == ["open"]
    assert page.sections["header"]["now"] == "the plan is ready"
    action = await FakeReasoner().choose(timeline.state)
    assert action is not None
    page.take(
        timeline.say(entry("reasoner:fake", ev.ActionProposed(action=action.model_copy(update={"step_id": "S1"}))))
    )
    assert [step["status"] for step in page.one("plan")["steps"]] == ["doing"]
    for happening in (
        ev.ActionStarted(action_id="A1", run_id="r"),
        ev.ActionFailed(action_id="A1", run_id="r", error="no"),
        ev.ReflectionMade(
            reflection=Reflection(
                action_id="A1",
                thought="enough",
                steps_answered=("S1",),
                ruled_out=(RuledOut(hypothesis_id="H2", statement="The door", reason="it is shut"),),
                next=Next.CONCLUDE,
            )
        ),
    ):
        page.take(timeline.say(entry("engine", happening)))
    assert [step["status"] for step in page.one("plan")["steps"]] == ["answered"]
    rows = page.sections["hypotheses"]["rows"]
    assert next(row for row in rows if row["id"] == "H2")["out"] == "it is shut"


async def test_a_failure_on_our_side_can_be_tried_again() -> None:
    timeline = ListTimeline()
    page = Page().take(timeline.say(OPENED))
    page.take(timeline.say(entry("engine", ev.InvestigationFailed(error_id="abc", error="boom", doing="plan"))))
    assert (page.one("failure")["resolved"], page.sections["header"]["status"]) == (False, "failed")
    page.take(timeline.say(entry(PERSON, ev.RetryRequested())))
    assert page.one("failure")["resolved"]


async def test_every_thing_that_can_happen_has_its_place_on_the_page() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events)
    for happening in (
        ev.LimitReached(limit="max_actions", detail="40 actions were run"),
        ev.ContentErased(digest="d", reason="it held a password"),
        ev.GuidanceGiven(text="go on"),
        ev.PaceSet(pace=Pace.STEP),
        ev.InvestigationStopped(reason="enough"),
    ):
        page.take(timeline.say(entry(PERSON, happening)))
    shown = {card.get("icon") for card in page.cards.values() if card["kind"] == "row"}
    assert {"limit", "erased", "pace", "stop", "closed"} <= shown
    assert page.sections["header"]["status"] == "stopped"
    assert len(get_args(get_args(ev.Happening)[0])) == 21, "a new event needs its card: ui/cards.py"


async def test_foreign_words_stay_words() -> None:
    page = Page().take(ListTimeline().say(_opened(alert=Alert(title="<img src=x onerror=alert(1)>"))))
    assert page.one("alert")["text"] == "<img src=x onerror=alert(1)>"


def _opened(alert: Alert | None = None, pace: Pace = Pace.FULL) -> ev.Entry:
    opened = ev.AlertReceived(alert=alert or Alert(title="The kiln is too cold"), pace=pace, limits=Limits())
    return entry(PERSON, opened)
