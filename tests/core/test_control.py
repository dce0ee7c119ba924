"""A person in charge: what each of their words does, and what it never does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import ValidationError

from sre_core.domain import (
    STRENGTHS,
    UNKNOWN_FAULT,
    Action,
    Autonomy,
    Conclusion,
    Effect,
    Leaning,
    Limits,
    Pace,
    Rating,
    Verdict,
)
from sre_core.errors import ApprovalTooLate, NotAllowed, RefusedInput, StaleDecision
from sre_core.events import (
    ActionApproved,
    ActionEdited,
    ActionRejected,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ApprovalExpired,
    AutonomySet,
    BreakpointCleared,
    BreakpointSet,
    ConclusionRated,
    ConclusionReached,
    ConclusionRefuted,
    ContentErased,
    DecisionAwaited,
    FactStated,
    GuidanceGiven,
    Happening,
    HypothesisDismissed,
    HypothesisPicked,
    HypothesisProposed,
    InvestigationForked,
    InvestigationStopped,
    LimitsSet,
    PaceSet,
    PlanProposed,
    StandingApprovalGiven,
    StandingApprovalRevoked,
    entry,
)
from sre_core.investigation import Investigation, Phase, Status, Turn
from sre_core.investigator import Investigator
from sre_core.loop import investigate
from sre_core.progress import ActionRecord
from tests.fakes import (
    ADMIN,
    PERSON,
    START,
    VIEWER,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    approval,
    equipped,
)

DEAR = 9.0


@dataclass
class Curious(FakeReasoner):
    """Begins with a dear look, and has cheap ones to go on with: ``most`` in all."""

    most: int = 99

    async def choose(self, investigation: Investigation) -> Action | None:
        if len(investigation.actions) >= self.most:
            return None
        action = await super().choose(investigation)
        first = not investigation.actions
        return action.model_copy(update={"cost": DEAR, "arguments": {"deep": True}}) if action and first else action


class Hand:
    """One investigation with everything that it takes to lead it by hand."""

    def __init__(self, reasoner: FakeReasoner | None = None, **opened: object) -> None:
        self.tools = FakeToolbox()
        self.timeline = ListTimeline()
        self.at_hand: Investigator = equipped(reasoner, self.tools, now=self.timeline.now)
        alert = {"title": "The kiln is too cold"}
        self.timeline.say(entry(PERSON, AlertReceived.model_validate({"alert": alert, **opened})))

    @property
    def state(self) -> Investigation:
        return self.timeline.state

    @property
    def pending(self) -> ActionRecord:
        assert self.state.pending is not None
        return self.state.pending

    async def run(self, *said: Happening) -> Hand:
        for happening in said:
            self.timeline.say(entry(PERSON, happening))
        await investigate(self.timeline, self.at_hand)
        return self

    def happened(self, kind: type[Happening]) -> int:
        return sum(isinstance(event.happening, kind) for event in self.timeline.events)

    def pass_time(self, by: timedelta) -> None:
        """The clock goes on (or back) without anything happening."""
        now = self.timeline.now
        self.timeline.now = lambda: now() + by  # type: ignore[method-assign]
        self.at_hand = equipped(self.at_hand.reasoner, self.tools, now=self.timeline.now)  # type: ignore[arg-type]


async def asked_about_everything(**opened: object) -> Hand:
    return await Hand(autonomy=Autonomy.ASK_ALL, **opened).run()


async def concluded(remedies: Sequence[str] = ()) -> Hand:
    return await Hand(FakeReasoner(remedies=tuple(remedies))).run()


# -- approvals ---------------------------------------------------------------------------------------------------------


async def test_a_request_says_who_may_feel_it_how_to_undo_it_what_it_rests_on_and_until_when_it_counts() -> None:
    hand = await concluded(remedies=["refuel"])
    request = hand.pending.request
    assert request is not None
    assert (request.affected, request.undo) == (("kiln",), "Take the fuel out again.")
    assert request.rests_on == ("E1", "E2", "E3")
    assert request.expires_at is not None


async def test_a_decision_keeps_who_when_and_from_where() -> None:
    hand = await asked_about_everything()
    await hand.run(approval(hand.pending))
    decided = hand.state.actions["A1"].decided
    assert decided is not None
    assert (decided.by, decided.role, decided.via) == (PERSON.actor, PERSON.role, "a test")
    assert decided.at > START


async def test_a_viewer_decides_nothing() -> None:
    hand = await asked_about_everything()
    for happening in (approval(hand.pending), GuidanceGiven(text="look"), InvestigationStopped()):
        with pytest.raises(NotAllowed, match="vera is viewer"):
            hand.timeline.say(entry(VIEWER, happening))
    assert hand.tools.calls == []


async def test_only_an_admin_has_what_was_stored_erased() -> None:
    hand = await concluded()
    erased = ContentErased(digest="d", reason="a password")
    with pytest.raises(NotAllowed, match="takes an admin"):
        hand.timeline.say(entry(PERSON, erased))
    hand.timeline.say(entry(ADMIN, erased))


async def test_nobody_speaks_for_the_tools() -> None:
    hand = await asked_about_everything()
    with pytest.raises(RefusedInput, match="not for a person to say"):
        hand.timeline.say(entry(PERSON, ApprovalExpired(action_id="A1")))


async def test_an_approval_that_comes_too_late_is_refused() -> None:
    hand = await asked_about_everything()
    hand.pass_time(timedelta(hours=2))
    with pytest.raises(ApprovalTooLate):
        hand.timeline.say(entry(PERSON, approval(hand.pending)))


async def test_an_approval_that_was_not_used_in_time_is_void_and_asked_for_anew() -> None:
    hand = await asked_about_everything()
    hand.timeline.say(entry(PERSON, approval(hand.pending)))
    hand.pass_time(timedelta(hours=2))
    await hand.run()
    assert hand.tools.calls == []
    assert hand.happened(ApprovalExpired) == 1
    assert hand.pending.action.id == "A1"


async def test_a_clock_that_was_set_back_does_not_make_a_request_live_longer() -> None:
    hand = await asked_about_everything()
    hand.pass_time(timedelta(days=-1))
    with pytest.raises(ApprovalTooLate):
        hand.timeline.say(entry(PERSON, approval(hand.pending)))


async def test_an_approval_of_an_earlier_request_does_not_count() -> None:
    hand = await asked_about_everything()
    early = approval(hand.pending)
    await hand.run(AutonomySet(autonomy=Autonomy.ASK_ALL))
    assert hand.pending.action.id == "A1"
    with pytest.raises(StaleDecision, match="asked about again"):
        hand.timeline.say(entry(PERSON, early))


async def test_edited_arguments_are_checked_ruled_on_and_asked_about_again() -> None:
    hand = await asked_about_everything()
    before = approval(hand.pending)
    await hand.run(ActionEdited(action_id="A1", request=before.request or 0, arguments={"nth": 7}))
    assert hand.pending.edited is not None
    assert hand.pending.edited.by == PERSON.actor
    with pytest.raises(StaleDecision, match="arguments of action A1 have changed"):
        hand.timeline.say(entry(PERSON, before))
    await hand.run(approval(hand.pending))
    assert [call.arguments for call in hand.tools.calls[:1]] == [{"nth": 7}]


async def test_an_edit_into_what_was_rejected_is_not_run() -> None:
    hand = await asked_about_everything()
    await hand.run(ActionRejected(action_id="A1", reason="the thermometer is hot"))
    request = hand.pending.asked_seq
    assert request is not None
    await hand.run(ActionEdited(action_id="A2", request=request, arguments={"nth": 0}))
    assert hand.state.actions["A2"].status is Status.DENIED


async def test_evidence_that_is_superseded_voids_the_approval_that_rested_on_it() -> None:
    hand = await concluded(remedies=["refuel"])
    hand.timeline.say(entry(PERSON, approval(hand.pending)))
    hand.timeline.say(entry(PERSON, FactStated(text="That was another kiln", corrects=("E1",))))
    assert hand.state.actions["A4"].status is Status.WITHDRAWN
    await hand.run()
    assert "refuel" not in [call.tool for call in hand.tools.calls]


async def test_a_look_that_rested_on_superseded_evidence_is_asked_about_anew() -> None:
    class Testing(FakeReasoner):
        async def choose(self, investigation: Investigation) -> Action | None:
            action = await super().choose(investigation)
            return action.model_copy(update={"tests": ("H1",)}) if action else None

    hand = await Hand(Testing(), autonomy=Autonomy.ASK_ALL).run()
    await hand.run(approval(hand.pending))
    early = approval(hand.pending)
    await hand.run(FactStated(text="That was another kiln", corrects=("E1",)))
    assert hand.pending.action.id == early.action_id
    with pytest.raises(StaleDecision, match="asked about again"):
        hand.timeline.say(entry(PERSON, early))


# -- all like this -----------------------------------------------------------------------------------------------------


async def test_all_like_this_run_until_it_is_revoked() -> None:
    hand = await asked_about_everything()
    await hand.run(PaceSet(pace=Pace.STEP), StandingApprovalGiven(tool="look", component="kiln"))
    assert [call.tool for call in hand.tools.calls] == ["look"]
    given = hand.state.actions["A1"].standing
    assert given is not None
    await hand.run(StandingApprovalRevoked(given=given), PaceSet(pace=Pace.FULL))
    assert hand.pending.action.id == "A2"


async def test_a_standing_approval_covers_its_tool_and_component_only() -> None:
    for scope in (StandingApprovalGiven(tool="listen"), StandingApprovalGiven(tool="look", component="door")):
        hand = await asked_about_everything()
        await hand.run(scope)
        assert hand.tools.calls == []


async def test_a_standing_approval_never_covers_what_changes_something() -> None:
    hand = await concluded(remedies=["refuel"])
    with pytest.raises(NotAllowed, match="one by one"):
        hand.timeline.say(entry(PERSON, StandingApprovalGiven(tool="refuel", effect=Effect.WRITES)))
    await hand.run(StandingApprovalGiven(component="kiln"))
    assert hand.pending.action.tool == "refuel"


async def test_a_standing_approval_says_what_it_covers() -> None:
    with pytest.raises(RefusedInput, match="which tool"):
        (await asked_about_everything()).timeline.say(entry(PERSON, StandingApprovalGiven()))


# -- looking further while a person is waited for ------------------------------------------------------------------------


async def test_cheap_looks_go_on_while_a_dear_one_waits() -> None:
    hand = await Hand(Curious(looks=9, most=4)).run()
    assert hand.pending.action.arguments == {"deep": True}
    assert [call.id for call in hand.tools.calls] == ["A2", "A3", "A4"]
    assert hand.state.turn is Turn.PERSON


async def test_nothing_is_concluded_while_what_is_left_waits() -> None:
    hand = await Hand(Curious(looks=9, most=3)).run()
    assert (hand.happened(DecisionAwaited), hand.happened(ConclusionReached)) == (1, 0)
    assert hand.state.phase is Phase.APPROVAL
    await hand.run(approval(hand.pending))
    assert hand.state.actions["A1"].status is Status.SUCCEEDED
    assert hand.happened(ConclusionReached) == 1


async def test_when_it_is_settled_without_it_the_dear_look_is_withdrawn() -> None:
    hand = await Hand(Curious(looks=2)).run()
    assert hand.happened(ConclusionReached) == 1
    assert hand.state.actions["A1"].status is Status.WITHDRAWN
    assert "without" in hand.state.actions["A1"].reason


async def test_under_ask_all_nothing_goes_on_meanwhile() -> None:
    hand = await asked_about_everything()
    assert [record.action.id for record in hand.state.waiting] == ["A1"]


# -- facts and hypotheses --------------------------------------------------------------------------------------------------


async def test_a_fact_is_evidence_with_its_author() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    strong = Leaning(hypothesis_id="H2", log_odds=STRENGTHS["strong"])
    await hand.run(FactStated(text="The door stood open all night", component="door", leanings=(strong,)))
    piece = hand.state.evidence["E1"]
    assert (piece.quote, piece.component, piece.source) == ("The door stood open all night", "door", "a person")
    assert piece.locator.startswith("ada, ")
    assert hand.state.ranked[0][0].id == "H2"


async def test_a_fact_after_the_end_opens_the_case_again() -> None:
    hand = await concluded()
    assert hand.state.phase is Phase.CLOSED
    against = Leaning(hypothesis_id="H1", log_odds=-3)
    await hand.run(FactStated(text="The tank is full", leanings=(against,)))
    assert hand.happened(ConclusionReached) == 2


async def test_corrected_evidence_no_longer_counts() -> None:
    hand = await concluded()
    before = hand.state.chances["H1"]
    await hand.run(FactStated(text="That was another kiln", corrects=("E1", "E2")))
    assert hand.state.chances["H1"] < before
    assert set(hand.state.superseded) == {"E1", "E2"}
    assert "E1" not in hand.state.evidence
    with pytest.raises(StaleDecision, match="no evidence E1"):
        hand.timeline.say(entry(PERSON, FactStated(text="again", corrects=("E1",))))


async def test_a_dismissed_hypothesis_stays_out_whatever_the_evidence() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    await hand.run(HypothesisDismissed(hypothesis_id="H1", reason="it was refuelled an hour ago"))
    await hand.run(PaceSet(pace=Pace.FULL))
    assert hand.state.chances["H1"] == 0
    assert hand.state.ruled_out["H1"].reason == "ada ruled it out: it was refuelled an hour ago"


async def test_whoever_rules_a_whole_component_out_rules_out_each_of_its_faults() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    for fault in (UNKNOWN_FAULT, "draught", "cracked"):
        await hand.run(HypothesisProposed(component="chimney", fault=fault, statement=f"chimney {fault}"))
    whole = hand.state.hypothesis_of("chimney", UNKNOWN_FAULT)
    assert whole is not None
    await hand.run(HypothesisDismissed(hypothesis_id=whole.id, reason="there is no chimney"))
    of_chimney = [h for h in hand.state.hypotheses.values() if h.component == "chimney"]
    assert [hand.state.chances[h.id] for h in of_chimney] == [0, 0, 0]
    assert hand.state.why_dismissed(of_chimney[0]) == "ada ruled it out: there is no chimney"


async def test_a_picked_hypothesis_comes_back_and_the_plan_is_made_again() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    await hand.run(HypothesisDismissed(hypothesis_id="H1", reason="no"), HypothesisPicked(hypothesis_id="H1"))
    assert hand.state.chances["H1"] > 0
    assert hand.state.plan is not None
    assert "Check kiln first" in hand.state.plan.why


async def test_a_persons_own_hypothesis_enters_the_race() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    await hand.run(HypothesisProposed(component="chimney", fault="blocked", statement="Birds nest in the chimney"))
    own = hand.state.hypothesis_of("chimney", "blocked")
    assert own is not None
    assert hand.state.chances[own.id] > 0
    assert hand.happened(PlanProposed) == 2


async def test_keep_looking_rules_the_conclusion_out_and_goes_on() -> None:
    hand = await concluded()
    await hand.run(ConclusionRefuted(reason="there is fuel enough"))
    assert hand.state.chances["H1"] == 0
    assert hand.happened(PlanProposed) == 2
    assert "there is fuel enough" in [said.text for said in hand.state.guidance]


async def test_a_rating_is_of_one_conclusion_and_not_of_the_next() -> None:
    hand = await concluded()
    await hand.run(ConclusionRated(rating=Rating.WRONG))
    assert hand.state.control.rating is not None
    await hand.run(ConclusionRefuted())
    assert hand.happened(ConclusionReached) == 2
    assert hand.state.control.rating is None


async def test_whoever_refutes_that_nothing_is_wrong_rules_out_what_said_so() -> None:
    class Calm(FakeReasoner):
        async def conclude(self, investigation: Investigation) -> Conclusion:
            return Conclusion(verdict=Verdict.NO_INCIDENT, headline="It is a false alarm")

    hand = await Hand(Calm()).run()
    best = hand.state.ranked[0][0].id
    await hand.run(ConclusionRefuted(reason="customers do see errors"))
    assert hand.state.why_dismissed(hand.state.hypotheses[best]) == "ada ruled it out: customers do see errors"


async def test_what_is_brought_back_brings_its_component_back_but_for_what_was_ruled_out_by_name() -> None:
    hand = await Hand(pace=Pace.PLAN).run()
    for fault in (UNKNOWN_FAULT, "draught", "cracked"):
        await hand.run(HypothesisProposed(component="chimney", fault=fault, statement=f"chimney {fault}"))
    whole, draught, cracked = (hand.state.hypothesis_of("chimney", f) for f in (UNKNOWN_FAULT, "draught", "cracked"))
    assert whole and draught and cracked  # noqa: PT018
    await hand.run(HypothesisDismissed(hypothesis_id=draught.id, reason="no wind"))
    await hand.run(HypothesisDismissed(hypothesis_id=whole.id, reason="no chimney"))
    await hand.run(HypothesisPicked(hypothesis_id=cracked.id))
    assert hand.state.dismissed_ids == {draught.id}


async def test_to_say_no_takes_a_reason() -> None:
    hand = await asked_about_everything()
    with pytest.raises(RefusedInput, match="Say why not"):
        hand.timeline.say(entry(PERSON, ActionRejected(action_id="A1", reason=" ")))


def test_names_are_never_empty() -> None:
    with pytest.raises(ValidationError):
        HypothesisProposed(component="chimney", fault="", statement="birds")


async def test_there_is_nothing_to_refute_before_the_end() -> None:
    with pytest.raises(StaleDecision, match="no conclusion"):
        (await asked_about_everything()).timeline.say(entry(PERSON, ConclusionRefuted()))


# -- how far it goes -------------------------------------------------------------------------------------------------------


async def test_pause_holds_what_was_proposed_but_not_begun() -> None:
    hand = Hand()
    await hand.run(PaceSet(pace=Pace.PLAN))
    assert (hand.state.phase, hand.tools.calls) == (Phase.HELD, [])
    await hand.run(PaceSet(pace=Pace.STEP))
    assert len(hand.tools.calls) == 1
    await hand.run(PaceSet(pace=Pace.FULL))
    assert hand.state.phase is Phase.CLOSED


async def test_a_yes_since_the_pause_lets_it_go_whatever_else_is_held() -> None:
    hand = await Hand(Curious(looks=9, most=2)).run()
    hand.timeline.say(entry(PERSON, PaceSet(pace=Pace.PLAN)))
    hand.timeline.say(entry(PERSON, BreakpointSet(tool="look")))
    await hand.run(approval(hand.pending))
    assert hand.state.actions["A1"].status is Status.SUCCEEDED


async def test_one_step_stays_one_step_while_it_waits() -> None:
    hand = await Hand(Curious(looks=9), pace=Pace.STEP).run()
    assert hand.pending.action.id == "A1"
    assert hand.tools.calls == []


async def test_a_breakpoint_asks_before_the_tool_whatever_the_autonomy() -> None:
    hand = Hand(autonomy=Autonomy.AUTO)
    await hand.run(BreakpointSet(tool="look"))
    assert hand.pending.request is not None
    assert "before look" in hand.pending.request.reason
    await hand.run(BreakpointCleared(tool="look"), approval(hand.pending))
    assert hand.state.phase is Phase.CLOSED


async def test_a_new_autonomy_holds_for_what_waits_already() -> None:
    hand = await asked_about_everything()
    await hand.run(AutonomySet(autonomy=Autonomy.AUTO))
    assert hand.state.phase is Phase.CLOSED
    assert hand.happened(ActionApproved) == 0


async def test_raised_limits_let_it_go_on_and_lowered_ones_end_it() -> None:
    hand = Hand(FakeReasoner(looks=4), pace=Pace.STEP)
    await hand.run(LimitsSet(limits=Limits(max_actions=1)), PaceSet(pace=Pace.FULL))
    assert len(hand.tools.calls) == 1
    assert hand.state.phase is Phase.CLOSED


# -- forks -----------------------------------------------------------------------------------------------------------------


def forked(timeline: ListTimeline, at: int, pace: Pace = Pace.FULL) -> ListTimeline:
    """A new timeline with the same events up to ``at``."""
    fork = ListTimeline(timeline.events[:at])
    fork.write(entry(PERSON, InvestigationForked(origin="inv", at=at, pace=pace)))
    return fork


async def test_no_approval_of_the_original_counts_in_a_fork() -> None:
    hand = await asked_about_everything()
    hand.timeline.say(entry(PERSON, approval(hand.pending)))
    fork = forked(hand.timeline, len(hand.timeline.events))
    tools = FakeToolbox()
    await investigate(fork, equipped(tools=tools))
    assert tools.calls == []
    assert fork.state.pending is not None


async def test_no_standing_approval_of_the_original_counts_in_a_fork() -> None:
    hand = await asked_about_everything()
    await hand.run(PaceSet(pace=Pace.STEP), StandingApprovalGiven(tool="look"))
    fork = forked(hand.timeline, len(hand.timeline.events))
    await investigate(fork, equipped())
    assert fork.state.control.standing == {}
    assert fork.state.pending is not None


async def test_a_fork_of_what_is_over_can_go_on() -> None:
    hand = await concluded()
    at = next(e.seq for e in hand.timeline.events if isinstance(e.happening, ActionSucceeded))
    fork = forked(hand.timeline, at, pace=Pace.PLAN)
    assert fork.state.origin == ("inv", at)
    await investigate(fork, equipped())
    assert fork.state.phase is Phase.HELD


async def test_a_paused_fork_runs_nothing_that_was_running_in_the_original() -> None:
    hand = await Hand().run()
    at = next(e.seq for e in hand.timeline.events if isinstance(e.happening, ActionStarted))
    fork, tools = forked(hand.timeline, at, pace=Pace.PLAN), FakeToolbox()
    await investigate(fork, equipped(tools=tools, run_id="run-2"))
    assert (fork.state.phase, tools.calls) == (Phase.HELD, [])


async def test_the_time_between_a_step_and_its_fork_is_no_work() -> None:
    hand = await Hand().run()
    at = next(e.seq for e in hand.timeline.events if isinstance(e.happening, ActionStarted))
    fork = ListTimeline(hand.timeline.events[:at])
    before, fork.now = fork.state.worked, lambda: START + timedelta(days=1)  # type: ignore[method-assign]
    fork.write(entry(PERSON, InvestigationForked(origin="inv", at=at)))
    assert fork.state.worked == before
