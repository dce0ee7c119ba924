"""Two investigations beside each other: what they share, what only one has, and one plain sentence about it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sre_core.comparison import Comparison, compare
from sre_core.comparison_document import markdown
from sre_core.domain import Alert, Autonomy, Pace
from sre_core.events import (
    ActionRejected,
    AlertReceived,
    Entry,
    Event,
    FactStated,
    GuidanceGiven,
    InvestigationForked,
    InvestigationStopped,
    PaceSet,
    QuestionAsked,
    entry,
)
from sre_core.investigation import fold
from sre_core.loop import investigate
from sre_core.people import Person, Role
from tests.fakes import PERSON, FakeReasoner, FakeToolbox, ListTimeline, approval, equipped, fail, run_until_turn_ends

GRACE = Person(name="grace", role=Role.RESPONDER)


class Fork(ListTimeline):
    """The events of another timeline up to one of them, then its own, under an id of its own."""

    def __init__(self, origin: Sequence[Event], at: int, id_: str = "fork") -> None:
        super().__init__(origin[:at], fold(id_, origin[:at]))
        self._id = id_
        self.write(entry(PERSON, InvestigationForked(origin=origin[0].investigation_id, at=at)))

    def write(self, entry: Entry) -> Event:
        event = super().write(entry)
        self.events[-1] = event.model_copy(update={"investigation_id": self._id})
        return self.events[-1]

    async def go_on(self, looks: int, tool: str = "look", guidance: str = "look into the chimney") -> Fork:
        self.say(entry(GRACE, GuidanceGiven(text=guidance)))
        self.say(entry(GRACE, PaceSet(pace=Pace.FULL)))
        tools = FakeToolbox(effects={**FakeToolbox().effects, "peer": FakeToolbox().effects["look"]})
        await investigate(self, equipped(FakeReasoner(looks=looks, tool=tool), tools))
        return self


async def original(looks: int = 2) -> list[Event]:
    return (await run_until_turn_ends(equipped(FakeReasoner(looks=looks)))).events


async def opened_with(opened: AlertReceived) -> list[Event]:
    return (await run_until_turn_ends(equipped(), entry(PERSON, opened))).events


async def forked(looks: int = 4, tool: str = "look") -> tuple[list[Event], list[Event]]:
    """A fork after the first reflection of an investigation that looked twice, and that investigation."""
    origin = await original()
    at = next(event.seq for event in origin if event.happening.type == "ReflectionMade")
    return (await Fork(origin, at).go_on(looks, tool)).events, origin


async def test_an_investigation_is_the_same_as_itself() -> None:
    events = await original()
    same = compare(events, events)
    assert same.shared == same.one.events == len(events)
    assert same.in_words == f"Both are the same, event by event, to event {len(events)}."
    assert same.one.model_copy(update={"called": "the second"}) == same.other
    assert same.one.actions_only_here == same.one.evidence_only_here == same.one.said == ()
    assert [pair.one for pair in same.actions_in_both] == [pair.other for pair in same.actions_in_both]
    assert all(beside.one == beside.other for beside in same.hypotheses)


async def test_a_fork_shares_what_stands_before_it() -> None:
    fork, origin = await forked()
    told = compare(fork, origin)
    parting = fork[told.shared].happening
    assert isinstance(parting, InvestigationForked)
    assert told.shared == parting.at
    assert (told.one.called, told.other.called) == ("the fork", "the original")
    assert (told.one.id, told.other.id) == ("fork", "inv")
    assert told.in_words.startswith(f"Same to event {told.shared}.")


async def test_whichever_comes_first_the_fork_is_called_so() -> None:
    fork, origin = await forked()
    one, other = compare(fork, origin), compare(origin, fork)
    assert (other.one.called, other.other.called) == ("the original", "the fork")
    assert (one.one, one.other) == (other.other, other.one)
    assert one.shared == other.shared


async def test_what_a_person_said_in_the_fork_is_there_in_words() -> None:
    fork, origin = await forked()
    told = compare(fork, origin)
    assert [(said.by, said.text) for said in told.one.said] == [
        ("grace", "look into the chimney"),
        ("grace", "pace set: pace=full"),
    ]
    assert told.other.said == ()
    assert "In the fork, grace said “look into the chimney”" in told.in_words


async def test_what_only_the_fork_ran_and_found_is_told() -> None:
    fork, origin = await forked(looks=4)
    told = compare(fork, origin)
    assert [pair.one.arguments["nth"] for pair in told.actions_in_both] == [0, 1]
    assert [done.arguments["nth"] for done in told.one.actions_only_here] == [2, 3]
    assert all(done.outcome == "cold" and done.ran for done in told.one.actions_only_here)
    assert told.other.actions_only_here == ()
    assert "the fork ran look (nth=2) and 1 more, which the original did not" in told.in_words
    assert (told.one.actions, told.other.actions) == (4, 2)


async def test_a_call_with_another_tool_is_another_call() -> None:
    fork, origin = await forked(looks=2, tool="peer")
    told = compare(fork, origin)
    assert [done.tool for done in told.one.actions_only_here] == ["peer"]
    assert "the original ran look (nth=1), which the fork did not" in told.in_words


async def test_evidence_is_the_same_when_it_says_the_same() -> None:
    fork, origin = await forked()
    said = ListTimeline(origin)
    said.say(entry(GRACE, FactStated(text="The chimney is cold", component="chimney", corrects=("E1",))))
    assert compare(fork, origin).one.evidence_only_here == ()
    told = compare(said.events, origin)
    assert [piece.quote for piece in told.one.evidence_only_here] == ["The chimney is cold"]


async def test_probabilities_stand_side_by_side() -> None:
    fork, origin = await forked(looks=4)
    told = compare(fork, origin)
    assert [(beside.component, beside.fault) for beside in told.hypotheses] == [
        ("kiln", "fuel_low"),
        ("door", "door_open"),
    ]
    kiln = told.hypotheses[0]
    assert kiln.one is not None
    assert kiln.other is not None
    assert kiln.one > kiln.other
    assert told.one.effective_candidates < told.other.effective_candidates


async def test_both_name_the_same_with_other_probabilities() -> None:
    fork, origin = await forked(looks=4)
    assert compare(fork, origin).in_words.endswith("Both name kiln: fuel low, the fork with 98 % against 87 %.")


async def test_a_hypothesis_that_only_one_has_is_absent_from_the_other() -> None:
    opened = await opened_with(AlertReceived(alert=Alert(title="cold"), pace=Pace.PLAN))
    told = compare(await original(), opened[:1])
    assert [beside.other for beside in told.hypotheses] == [None, None]
    assert told.other.chance is None
    assert "The first names kiln: fuel low, with 87 %; the second has not concluded." in told.in_words


async def test_unrelated_investigations_share_nothing() -> None:
    other = await opened_with(AlertReceived(alert=Alert(title="The oven is too hot"), autonomy=Autonomy.ASK_ALL))
    told = compare(await original(), other)
    assert told.shared == 0
    assert (told.one.called, told.other.called) == ("the first", "the second")
    assert told.in_words.startswith("They share no event.")
    assert told.other.said == ()


async def test_of_one_that_is_the_beginning_of_the_other_it_says_where_it_ends() -> None:
    events = await original()
    told = compare(events[:6], events)
    assert told.shared == 6
    assert told.in_words.startswith("Same to event 6, which is the first's last.")


async def test_an_action_in_both_keeps_both_outcomes() -> None:
    asked = await opened_with(AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.ASK_ALL))
    yes, no = ListTimeline(asked), ListTimeline(asked)
    yes.say(entry(PERSON, approval(yes.state.pending)))
    no.say(entry(GRACE, ActionRejected(action_id="A1", reason="peak hours")))
    await investigate(yes, equipped(tools=FakeToolbox(behaviour=fail)))
    told = compare(yes.events, no.events)
    pair = told.actions_in_both[0]
    assert (pair.one.status, pair.other.status) == ("failed", "rejected")
    assert (pair.one.ran, pair.other.ran) == (True, False)
    assert pair.other.outcome == "peak hours"
    assert told.one.said[0].text == "approved A1, look (nth=0)"
    assert told.other.said[0].text == "rejected A1, look (nth=0): peak hours"


async def test_two_that_have_not_concluded_say_so() -> None:
    asked = await opened_with(AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.ASK_ALL))
    stopped = ListTimeline(asked)
    stopped.say(entry(PERSON, QuestionAsked(text="how sure are you?")))
    stopped.say(entry(PERSON, InvestigationStopped(reason="enough")))
    told = compare(stopped.events, asked)
    assert told.in_words == f"Same to event {len(asked)}, which is the second's last. Neither has concluded."
    assert [said.text for said in told.one.said] == ["asked: how sure are you?", "investigation stopped: reason=enough"]


def test_nothing_beside_nothing() -> None:
    told = compare([], [])
    assert told.in_words == "Neither has begun."
    assert markdown(told).startswith("# Two investigations compared\n\nNeither has begun.")


async def test_the_document_has_the_sentence_the_probabilities_and_what_was_run() -> None:
    fork, origin = await forked(looks=4)
    told = compare(fork, origin)
    document = markdown(told)
    assert told.in_words in document
    assert "| kiln | fuel low | 98 % | 87 % |" in document
    assert "## The fork: only here was run\n\n- A3 look (nth=2), succeeded: cold" in document
    assert "The original: only here" not in document


async def test_a_cell_of_the_document_stays_a_cell() -> None:
    fork, origin = await forked()
    told = compare(fork, origin)
    sides = told.one.model_copy(update={"headline": "a | b\nc"})
    assert "| Conclusion | a \\| b c |" in markdown(told.model_copy(update={"one": sides}))


async def test_a_comparison_survives_json() -> None:
    fork, origin = await forked()
    told = compare(fork, origin)
    assert Comparison.model_validate_json(told.model_dump_json()) == told


@pytest.mark.parametrize("cut", [1, 3, 6, 8])
async def test_however_late_the_fork_the_shared_part_ends_before_it(cut: int) -> None:
    origin = await original()
    fork = await Fork(origin, cut).go_on(looks=3)
    assert compare(fork.events, origin).shared == cut
