"""What the trace and the panels show of each event."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from sre_core import events as ev
from sre_core.domain import (
    STRENGTHS,
    Alert,
    Answer,
    Autonomy,
    Leaning,
    Limits,
    Next,
    Pace,
    Quotation,
    Rating,
    Reflection,
    RuledOut,
)
from sre_core.events import Event, entry
from sre_core.investigation import Investigation, Phase
from sre_core.loop import investigate
from sre_core.next_checks import NextCheck, NextChecks
from sre_core.people import Role
from sre_core.policy_rules import Permission, Policy, Rule
from tests.fakes import (
    ADMIN,
    OPENED,
    PERSON,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    approval,
    equipped,
    fail,
    run_until_turn_ends,
)
from ui.at_hand import AtHand
from ui.picture import Picture, header_section


class Page:
    """What a browser would hold: cards by id in the order they came, and the newest sections."""

    def __init__(self, at_hand: AtHand | None = None) -> None:
        self.picture = Picture("inv", at_hand)
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

    async def go_on(self, timeline: ListTimeline) -> Page:
        """The loop has its turn, and the page sees what came of it."""
        seen = timeline.state.seq
        await investigate(timeline, equipped(FakeReasoner(looks=1)))
        return self.take(*timeline.events[seen:])

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
    assert (card["id"], card["seq"]) == ("aA1", page.one("reflection")["seq"] - 1), "a fork takes in its outcome"
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
    (ask,) = page.sections["dock"]["asks"]
    assert (ask["tool"], ask["effect"], ask["remedies"]) == ("refuel", "writes", True)
    assert (ask["affected"], ask["undo"], ask["rests_on"]) == (["kiln"], "Take the fuel out again.", ["E1"])
    assert (ask["scopes"], ask["no_scopes"]) == ([], "What changes something is approved one by one.")
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
    assert page.sections["dock"]["asks"] == []
    assert page.sections["conclusion"] is None


async def test_the_plan_ticks_itself_and_drops_dead_paths() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)), _opened(pace=Pace.PLAN))
    page = Page().take(*timeline.events)
    assert [step["status"] for step in page.one("plan")["steps"]] == ["open"]
    assert page.sections["header"]["now"] == "the plan is ready"
    page.take(timeline.say(entry(PERSON, ev.PaceSet(pace=Pace.STEP))))
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


async def test_who_decided_when_and_from_where_stands_on_the_card() -> None:
    timeline = await asked_about_a_look()
    page = Page().take(*timeline.events)
    edited = ev.ActionEdited(action_id="A1", request=seq_of(timeline, "A1"), arguments={"nth": 7})
    page.take(timeline.say(entry(PERSON, edited)))
    await page.go_on(timeline)
    (ask,) = page.sections["dock"]["asks"]
    assert (ask["edited"]["text"], json.loads(ask["arguments"])) == ("edited by ada", {"nth": 7})
    page.take(timeline.say(entry(PERSON, approval(timeline.state.actions["A1"]))))
    told = page.one("action")["decisions"]
    assert [one["text"] for one in told] == ["edited by ada", "approved by ada"]
    assert {(one["via"], one["role"]) for one in told} == {("a test", "responder")}


async def test_what_ran_under_a_standing_approval_says_whose_it_was() -> None:
    timeline = await asked_about_a_look()
    page = Page().take(*timeline.events)
    (ask,) = page.sections["dock"]["asks"]
    assert [scope["text"] for scope in ask["scopes"]] == ["look at kiln", "look anywhere", "any look at kiln"]
    page.take(timeline.say(entry(PERSON, ev.StandingApprovalGiven(tool="look"))))
    assert page.one("row")["text"] == "ada: look anywhere may run unasked"
    assert page.one("row")["signed"] == "ada · responder · a test"
    await page.go_on(timeline)
    assert page.one("action")["decisions"][0]["text"] == "ran under ada's standing approval"
    (standing,) = page.sections["steering"]["standing"]
    assert (standing["what"], standing["by"]) == ("look anywhere", "ada")
    page.take(timeline.say(entry(PERSON, ev.StandingApprovalRevoked(given=standing["seq"]))))
    assert page.sections["steering"]["standing"] == []


async def test_a_fact_is_evidence_with_its_author_and_corrects_what_it_says() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1, remedies=("refuel",))))
    page = Page().take(*timeline.events)
    leaning = Leaning(hypothesis_id="H2", log_odds=STRENGTHS["strong"])
    fact = ev.FactStated(text="The door stood open", component="door", leanings=(leaning,), corrects=("E1",))
    page.take(timeline.say(entry(PERSON, fact)))
    card = page.one("fact")
    assert card["corrects"] == ["E1"]
    assert card["evidence"][0]["quote"] == "The door stood open"
    assert card["signed"] == "ada · responder · a test"
    assert next(delta for delta in card["deltas"] if delta["id"] == "H2")["after"] > 0.8
    rows = {row["id"]: row for row in page.sections["hypotheses"]["rows"]}
    assert (rows["H1"]["for"], rows["H2"]["for"]) == ([], ["E2"])
    assert page.one("action")["status"] == "withdrawn"
    assert page.sections["conclusion"] is None


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (ev.HypothesisProposed(component="roof", statement="It leaks"), "Proposed an explanation"),
        (ev.HypothesisPicked(hypothesis_id="H2"), "To be examined first"),
        (ev.HypothesisDismissed(hypothesis_id="H1", reason="it was refuelled"), "Ruled out"),
        (ev.ConclusionRefuted(reason="it was refuelled"), "Keep looking"),
        (ev.ConclusionRefuted(), "Keep looking"),
    ],
)
async def test_whatever_makes_the_plan_anew_says_what_that_changed(said: ev.Decision, title: str) -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events)
    page.take(timeline.say(entry(PERSON, said)))
    assert (page.one("guidance")["title"], page.one("guidance")["status"]) == (title, "received")
    await page.go_on(timeline)
    card = page.one("guidance")
    assert (card["status"], card["revision"], card["changed"]) == ("applied", 2, ["The same steps."])
    assert page.one("plan")["changed"] == []


async def test_a_question_is_one_card_with_its_answer() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events, timeline.say(entry(PERSON, ev.QuestionAsked(text="why?"))))
    assert page.one("question")["answer"] is None
    quotation = Quotation(text="cold", seq=8, evidence_id="E1", action_id="A1")
    answered = ev.QuestionAnswered(question=timeline.state.seq, answer=Answer(text="So.", quotations=(quotation,)))
    page.take(timeline.say(entry("reasoner:fake", answered)))
    assert page.one("question")["answer"] == "So."
    assert page.one("question")["quotations"][0] == {
        "text": "cold",
        "seq": 8,
        "evidence": "E1",
        "action": "A1",
        "where": "E1",
    }


async def test_a_rating_belongs_to_the_conclusion_that_stood() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events)
    rating = ev.ConclusionRated(rating=Rating.WRONG, component="door", fault="config_error", note="It was ajar.")
    page.take(timeline.say(entry(PERSON, rating)))
    said = page.sections["rating"]
    assert (said["rating"], said["by"]) == ("wrong", "ada")
    assert said["text"] == "the conclusion is wrong; it was door: config error. It was ajar."
    page.take(timeline.say(entry(PERSON, ev.GuidanceGiven(text="look again"))))
    await page.go_on(timeline)
    assert page.sections["conclusion"] is not None
    assert page.sections["rating"] is None


async def test_who_is_asked_is_waited_for_whatever_goes_on_meanwhile() -> None:
    timeline = await asked_about_a_look()
    timeline.state.autonomy, timeline.state.pace = Autonomy.AUTO, Pace.FULL
    header = header_section(timeline.state, Phase.CHOOSE)
    assert (header["status"], header["now"]) == ("waiting", "may it look?")
    assert header["meanwhile"] == "choosing the next check"


async def test_the_header_says_that_the_rules_took_over_until_the_model_reasons_again() -> None:
    timeline = await asked_about_a_look()
    page = Page().take(*timeline.events)
    assert page.sections["header"]["took_over"] == ""
    page.take(timeline.say(entry("engine", ev.ReasonerReplaced(kind="stalled", because="It stalled."))))
    assert page.sections["header"]["took_over"] == "It stalled."
    page.take(timeline.say(entry(PERSON, ev.ReasonerSet(reasoner="model"))))
    assert page.sections["header"]["took_over"] == ""


async def test_the_header_says_what_was_suggested_and_is_left_to_be_done_by_hand() -> None:
    at_hand = equipped(FakeReasoner(looks=1, remedies=("refuel",)), policy=Policy(suggest_only=True))
    page = Page().take(*(await run_until_turn_ends(at_hand)).events)
    assert page.sections["header"]["now"] == "1 remedy to do by hand"


async def test_what_is_said_after_the_end_does_not_move_its_clock() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events)
    ended = page.sections["header"]["ended"]
    assert ended == timeline.events[-1].at.isoformat()
    page.take(timeline.say(entry(PERSON, ev.ConclusionRated(rating=Rating.RIGHT))))
    assert page.sections["header"]["ended"] == ended


async def test_a_fork_names_its_origin_and_asks_again() -> None:
    timeline = await asked_about_a_look()
    page = Page().take(*timeline.events)
    assert page.sections["header"]["origin"] is None
    page.take(timeline.say(entry("engine", ev.InvestigationForked(origin="first", at=6))))
    assert page.sections["header"]["origin"] == ["first", 6]
    assert page.one("action")["status"] == "proposed"


async def test_every_thing_that_can_happen_has_its_place_on_the_page() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1)))
    page = Page().take(*timeline.events)
    page.take(timeline.say(entry("policy", ev.LimitReached(limit="max_actions", detail="40 actions were run"))))
    page.take(timeline.say(entry("engine", ev.ReasonerReplaced(kind="stalled", because="It stalled."))))
    page.take(timeline.say(entry("engine", ev.ModelBudgetReached(detail="2 of 2 requests."))))
    for happening in (
        ev.ConclusionRated(rating=Rating.RIGHT),
        ev.ContentErased(digest="d", reason="it held a password"),
        ev.GuidanceGiven(text="go on"),
        ev.PaceSet(pace=Pace.STEP),
        ev.AutonomySet(autonomy=Autonomy.AUTO),
        ev.LimitsSet(limits=Limits(max_actions=9)),
        ev.ReasonerSet(reasoner="model"),
        ev.BreakpointSet(tool="look"),
        ev.BreakpointCleared(tool="look"),
        ev.StandingApprovalGiven(component="kiln"),
        ev.CheckDropped(tool="look", arguments={"nth": 7}, reason="it is night"),
        ev.CheckPicked(tool="look", arguments={"nth": 8}),
        ev.QuestionAsked(text="why?"),
        ev.InvestigationStopped(reason="enough"),
    ):
        page.take(timeline.say(entry(ADMIN, happening)))
    shown = {card.get("icon") for card in page.cards.values() if card["kind"] == "row"}
    wanted = {
        "limit",
        "erased",
        "pace",
        "autonomy",
        "breakpoint",
        "standing",
        "rated",
        "stop",
        "closed",
        "check",
        "cross",
    }
    assert wanted <= shown
    assert page.sections["header"]["status"] == "stopped"
    assert len(get_args(get_args(ev.Happening)[0])) == 48, "a new event needs its card: ui/cards.py"


async def test_foreign_words_stay_words() -> None:
    page = Page().take(ListTimeline().say(_opened(alert=Alert(title="<img src=x onerror=alert(1)>"))))
    assert page.one("alert")["text"] == "<img src=x onerror=alert(1)>"


async def asked_about_a_look() -> ListTimeline:
    """An investigation in which every look is asked about."""
    opened = ev.AlertReceived(alert=Alert(title="The kiln is too cold"), autonomy=Autonomy.ASK_ALL)
    return await run_until_turn_ends(equipped(FakeReasoner(looks=1)), entry(PERSON, opened))


def seq_of(timeline: ListTimeline, action_id: str) -> int:
    """Where it was asked about."""
    seq = timeline.state.actions[action_id].asked_seq
    assert seq is not None
    return seq


def _opened(alert: Alert | None = None, pace: Pace = Pace.FULL) -> ev.Entry:
    opened = ev.AlertReceived(alert=alert or Alert(title="The kiln is too cold"), pace=pace, limits=Limits())
    return entry(PERSON, opened)


async def test_what_is_only_suggested_is_shown_with_how_to_do_it_and_how_to_undo_it() -> None:
    at_hand = equipped(FakeReasoner(looks=1, remedies=("refuel",)), policy=Policy(suggest_only=True))
    page = Page().take(*(await run_until_turn_ends(at_hand)).events)
    card = page.one("action")
    assert card["status"] == "suggested, never run"
    assert "whoever approves it" in card["outcome"]
    assert card["by_hand"] == {"command": "shovel coal", "undo": "Take the fuel out again.", "affected": "kiln"}


async def test_an_operators_rule_is_seen_where_it_asks_where_it_denies_and_where_it_lets_run() -> None:
    look = {"tool": ("look",), "role": (Role.RESPONDER,)}
    for says, line in ((Permission.DENY, "only admins look"), (Permission.ASK, "ask"), (Permission.ALLOW, "trusted")):
        policy = Policy(rules=(Rule(says=says, name=line, **look),))  # type: ignore[arg-type]
        timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=1), policy=policy))
        page = Page().take(*timeline.events)
        if says is Permission.ALLOW:
            told = [decision["text"] for decision in page.one("action")["decisions"]]
            assert told == ["let run by the policy: trusted"]
            continue
        ask, *_ = page.sections["dock"]["asks"]
        assert line in ask["reason"]
        assert ask["takes"] == ("the approval of an admin" if says is Permission.DENY else "")
        assert "each time" in ask["no_scopes"]
    denied = Policy(rules=(Rule(says=Permission.DENY, name="no looks", tool=("look",)),))
    page = Page().take(*(await run_until_turn_ends(equipped(FakeReasoner(looks=1), policy=denied))).events)
    assert page.one("action")["outcome"] == "The policy denies it: no looks."


async def test_a_write_that_ran_shows_its_idempotency_key() -> None:
    at_hand = equipped(FakeReasoner(looks=1, remedies=("refuel",)))
    timeline = await run_until_turn_ends(at_hand)
    timeline.say(entry(PERSON, approval(timeline.state.pending)))
    await investigate(timeline, at_hand)
    page = Page().take(*timeline.events)
    assert page.one("action")["key"] == timeline.state.actions["A2"].key
    assert page.one("action")["key"]


class Ranked:
    """What a workbench would say is left: one check, asked for anew only when it may have changed."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _: Investigation) -> NextChecks:
        self.asked += 1
        left = NextCheck(
            tool="look",
            arguments={"nth": 9},
            why="How cold?",
            separates=("H1",),
            bits=1.5,
            fewer=0.4,
            cost=1,
            at_most=30,
        )
        return NextChecks(checks=(left,), more=2, open_steps=("Why?",))


async def test_the_checks_that_are_left_say_what_they_bring_cost_and_risk() -> None:
    ranked, timeline = Ranked(), await run_until_turn_ends(equipped(FakeReasoner(looks=2)))
    page = Page(AtHand(next_checks=ranked)).take(*timeline.events)
    shown = page.sections["checks"]
    (row,) = shown["rows"]
    assert (row["call"], row["bits"], row["price"], row["time"]) == ("Look", 1.5, "cheap", "at most 30 s")
    assert (row["risk"]["text"], row["separates"], row["asks"]) == ("reads only", "kiln: fuel low", "")
    assert (shown["more"], shown["open"]) == (2, ["Why?"])
    assert shown["note"].startswith("What would still be worth a look")
    page.take(timeline.say(entry(PERSON, ev.QuestionAsked(text="why?"))))
    assert page.sections["checks"] == shown
    assert ranked.asked == 1, "it is ranked again only when something changed that it depends on"


async def test_what_was_picked_dropped_or_proposed_is_no_longer_left() -> None:
    timeline = await run_until_turn_ends(equipped(FakeReasoner(looks=2)))
    page = Page(AtHand(next_checks=Ranked())).take(*timeline.events)
    page.take(timeline.say(entry(PERSON, ev.CheckDropped(tool="look", arguments={"nth": 9}, reason="too hot"))))
    (dropped,) = page.sections["checks"]["dropped"]
    assert (page.sections["checks"]["rows"], dropped["by"], dropped["reason"]) == ([], "ada", "too hot")
    page.take(timeline.say(entry(PERSON, ev.CheckPicked(tool="look", arguments={"nth": 9}))))
    assert (page.sections["checks"]["rows"], len(page.sections["checks"]["picked"])) == ([], 1)
    await page.go_on(timeline)
    assert (page.sections["checks"]["rows"], page.sections["checks"]["picked"]) == ([], [])
    card = next(card for card in page.cards.values() if card["kind"] == "action" and '"nth": 9' in card["arguments"])
    assert card["decisions"][0]["text"] == "picked by ada"


async def test_the_links_of_the_alert_are_at_hand_and_its_runbook_opens_here() -> None:
    timeline = ListTimeline()
    alert = Alert(
        title="x", raw='{"runbook_url": "https://r.example/kiln", "panelURL": "https://g.example/d/1?viewPanel=2"}'
    )
    opened = timeline.say(entry(PERSON, ev.AlertReceived(alert=alert)))
    page = Page(AtHand(runbooks=lambda links: tuple(f"kb/{link.rsplit('/', 1)[1]}.md" for link in links))).take(opened)
    assert [(link["word"], link["host"], link["documents"]) for link in page.sections["links"]] == [
        ("Runbook", "r.example", ["kb/kiln.md"]),
        ("Panel", "g.example", []),
    ]
