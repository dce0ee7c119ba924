"""What the page shows of a second opinion."""

from __future__ import annotations

from sre_core.domain import Claim, Conclusion, Opinion, RootCause, Verdict
from sre_core.events import SecondOpinionAsked, SecondOpinionGiven, entry
from sre_core.investigation import fold
from tests.fakes import PERSON, ListTimeline, equipped, run_until_turn_ends
from ui.opinions import IN_COMMON, opinion_section
from ui.picture import Picture

DOOR = Conclusion(
    verdict=Verdict.LIKELY,
    headline="The door is open",
    root_cause=RootCause(component="door", fault="door_open", statement="It is open"),
    claims=(Claim(text="A draught was felt", evidence=("E9",)), Claim(text="It fell", evidence=("E1", "E2", "E3"))),
)


def shown(timeline: ListTimeline) -> tuple[dict, list[str]]:
    """The section, and the texts of the lines in the trace."""
    picture, rows = Picture("inv"), []
    for event in timeline.events:
        rows += [card["text"] for card in picture.take(event)["cards"] if card["kind"] == "row"]
    return picture.sections()["opinion"], rows


async def asked() -> tuple[ListTimeline, int]:
    timeline = await run_until_turn_ends(equipped())
    return timeline, timeline.say(entry(PERSON, SecondOpinionAsked())).seq


async def test_it_can_be_asked_for_once_there_is_evidence_and_is_being_made_until_it_is_there() -> None:
    timeline, seq = await asked()
    nothing_yet, _ = shown(ListTimeline(timeline.events[:2]))
    offered, _ = shown(ListTimeline(timeline.events[: seq - 1]))
    making, rows = shown(timeline)
    assert nothing_yet is None
    assert (offered["making"], offered["given"], offered["stands"]) == (False, None, True)
    assert making["making"]
    assert rows[-1] == "ada asked for a second opinion."


async def test_without_a_model_it_is_not_offered() -> None:
    timeline, seq = await asked()
    before = fold("inv", timeline.events[: seq - 1])
    assert [(opinion_section(before, has_model) or {})["possible"] for has_model in (True, False)] == [True, False]


async def test_both_stand_beside_each_other_with_who_says_what() -> None:
    timeline, seq = await asked()
    mine = Opinion(by="rules", conclusion=timeline.state.conclusion)
    given = SecondOpinionGiven(asked=seq, upto=9, opinions=(mine, Opinion(by="model", model="m-1", conclusion=DOOR)))
    timeline.say(entry("engine", given))
    section, rows = shown(timeline)
    told = section["given"]
    assert [one["name"] for one in told["opinions"]] == ["The rules", "The model (m-1)"]
    assert (told["tone"], told["by"]) == ("red", "ada")
    assert told["said"].startswith("They differ: The rules name kiln")
    assert [(group["title"], len(group["claims"])) for group in told["groups"]] == [
        (IN_COMMON, 1),
        ("The model (m-1) alone", 1),
    ]
    assert [claim["by"] for claim in told["groups"][0]["claims"][0]] == ["The rules", "The model (m-1)"]
    assert rows[-1].startswith("Second opinion: They differ")


async def test_what_is_missing_is_said_beside_the_one_there_is() -> None:
    timeline, seq = await asked()
    mine = Opinion(by="rules", conclusion=timeline.state.conclusion)
    timeline.say(
        entry("engine", SecondOpinionGiven(asked=seq, upto=9, opinions=(mine,), trouble="No model is set up."))
    )
    section, rows = shown(timeline)
    assert (section["given"]["trouble"], section["given"]["said"]) == ("No model is set up.", "")
    assert rows[-1] == "Second opinion: No model is set up."
