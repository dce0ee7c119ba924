"""The terminal: what comes from outside is shown there, and steers nothing."""

from __future__ import annotations

from sre_core import console
from sre_core.domain import Action, Alert
from sre_core.events import ActionSuggested, AlertReceived, entry
from sre_core.investigation import ActionRecord
from sre_core.policy_rules import Policy
from tests.fakes import PERSON, FakeReasoner, ListTimeline, equipped, run_until_turn_ends

ESCAPES = "\x1b[2J\x1b]0;title\x07 all is well \u202e\x9b31m"


def test_an_alert_cannot_clear_the_screen_or_turn_the_writing_round() -> None:
    timeline = ListTimeline()
    event = timeline.say(entry(PERSON, AlertReceived(alert=Alert(title=ESCAPES))))
    assert console.line(event, timeline.state) == (
        r"alert     \u001b[2J\u001b]0;title\u0007 all is well \u202e\u009b31m"
    )


def test_what_a_person_is_asked_about_shows_its_arguments_as_they_are() -> None:
    asked: list[str] = []

    def read(question: str) -> str:
        asked.append(question)
        return "no"

    action = Action(id="A1", tool="restart", arguments={"component": f"kiln{ESCAPES}"}, why=ESCAPES)
    console.ask(ActionRecord(action, remedies=True), PERSON, read)
    assert not any(character in asked[0] for character in "\x1b\x07\x9b\u202e")
    assert "kiln" in asked[0]


async def test_what_is_only_suggested_says_how_to_do_and_undo_it() -> None:
    at_hand = equipped(FakeReasoner(looks=1, remedies=("refuel",)), policy=Policy(suggest_only=True))
    timeline = await run_until_turn_ends(at_hand)
    event = next(event for event in timeline.events if isinstance(event.happening, ActionSuggested))
    said = console.line(event, timeline.state) or ""
    assert said.startswith("suggested A2: Suggest-only: ")
    assert said.splitlines()[1:] == ["          by hand: shovel coal", "          to undo: Take the fuel out again."]
