"""What people ruled out, corrected, edited, stated or wrote at length, and what the rules make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sre_core.diagnosis.context import Names
from sre_core.domain import Autonomy, Evidence, Hypothesis, Leaning, Pace, Verdict
from sre_core.events import (
    ActionEdited,
    ActionRejected,
    FactStated,
    GuidanceGiven,
    HypothesisDismissed,
    HypothesisProposed,
    LimitReached,
    PaceSet,
    entry,
)
from sre_core.investigation import Investigation, Status
from sre_core.loop import investigate
from sre_core.reasoning.case import Case
from sre_core.reasoning.look import Look
from sre_core.reasoning.rules_asked import wishes
from sre_core.reasoning.rules_choose import independent_looks, supporting_actions
from sre_core.reasoning.rules_conclude import conclude
from sre_core.reasoning.rules_dismiss import MOST_READ, left_alone, set_aside
from sre_core.reasoning.rules_documents import runbooks
from sre_core.reasoning.rules_reflect import named
from sre_core.sources.base import Sources
from tests.fakes import PERSON, ListTimeline, approval
from tests.fakes_rules import bakery, investigator, run
from tests.reasoning.test_rules_with_a_person import FULL, KILLED, TROUBLED, investigator_of


def dismiss(timeline: ListTimeline, hypothesis: Hypothesis, reason: str = "I stood beside it") -> None:
    timeline.say(entry(PERSON, HypothesisDismissed(hypothesis_id=hypothesis.id, reason=reason)))


def dismiss_all(timeline: ListTimeline) -> None:
    for hypothesis in list(timeline.state.hypotheses.values()):
        if hypothesis.id not in timeline.state.dismissed_ids:
            dismiss(timeline, hypothesis)


# -- what is ruled out stays out ---------------------------------------------------------------------------------------


async def test_a_dismissed_explanation_leads_no_reflection_and_rules_no_other_out() -> None:
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED)
    timeline = await run(sources, pace=Pace.PLAN)
    oven = timeline.state.hypothesis_of("oven", "unknown_fault")
    assert oven is not None
    dismiss(timeline, oven)
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, investigator(sources))
    state = timeline.state
    reflections = [r.reflection for r in state.actions.values() if r.reflection]
    assert any(h.component == "oven" for r in reflections for h in r.new_hypotheses), "it was put up again"
    for reflection in reflections:
        said = reflection.thought
        assert "at oven goes from" not in said
        assert "at oven stays in front" not in said
        assert "oven stays in front" not in said
        assert all(state.hypotheses[out.hypothesis_id].component != "oven" for out in reflection.ruled_out)
        for out in reflection.ruled_out:
            assert state.chances[out.hypothesis_id] < 0.1, "it was ruled out by what is out of the race itself"


async def test_with_everything_dismissed_the_end_says_who_ruled_it_out_and_names_nothing_as_closest() -> None:
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED)
    timeline = await run(sources)
    dismiss_all(timeline)
    ended = conclude(Case(sources, {}), timeline.state)
    assert ended.verdict is Verdict.INCONCLUSIVE
    assert ended.headline == "Not settled. Every explanation that was put up was ruled out by ada."
    assert "holds 0 %" not in ended.why
    assert "ruled out by ada" in ended.why
    assert ended.claims == ()
    assert "another explanation" in ended.would_settle[0]


async def test_a_look_after_everything_was_dismissed_puts_none_of_them_in_front() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, pace=Pace.PLAN)
    dismiss_all(timeline)
    timeline.say(entry(PERSON, PaceSet(pace=Pace.STEP)))
    await investigate(timeline, investigator(sources))
    first = next(iter(timeline.state.actions.values())).reflection
    assert first is not None
    assert "in front" not in first.thought
    assert first.thought.endswith("No explanation is left in the race.")


async def test_the_closest_is_one_that_nobody_ruled_out() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, pace=Pace.PLAN)
    best = timeline.state.ranked[0][0]
    dismiss(timeline, best)
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    await investigate(timeline, investigator(sources))
    assert timeline.state.conclusion is not None
    assert "0 %" not in timeline.state.conclusion.headline.replace("10 %", "")
    assert not timeline.state.conclusion.headline.startswith(f"Not settled. Closest: {best.component} ")


def passage(id_: str, component: str | None, words: str) -> Evidence:
    return Evidence(
        id=id_,
        action_id="A1",
        source="documents",
        component=component,
        finding="runbook",
        quote=words,
        locator=f"{id_}.md:1-9 {words}",
    )


async def test_after_a_dismissal_the_runbook_of_the_dismissed_cause_is_not_the_remedy() -> None:
    timeline = await run(bakery("Customers cannot pay", bad=FULL, lines=KILLED), pace=Pace.PLAN)
    state = timeline.state
    killed = Hypothesis(id="H90", component="oven", fault="memory_exhaustion", statement="full")
    locked = Hypothesis(id="H91", component="oven", fault="lock_contention", statement="locked")
    state._add_hypotheses([killed, locked])
    state.evidence = {
        "E1": passage("E1", "oven", "memory exhaustion of the oven"),
        "E2": passage("E2", None, "lock contention anywhere"),
        "E3": passage("E3", "till", "the till is out of paper"),
    }
    assert [piece.id for piece in runbooks(state, killed)] == ["E1"]
    dismiss(timeline, killed)
    assert [piece.id for piece in runbooks(state, locked)] == ["E2"]


# -- what a person says is no look -------------------------------------------------------------------------------------


async def test_twelve_statements_of_a_person_never_make_a_confirmed() -> None:
    sources = bakery("The till is slow")
    timeline = await run(sources, pace=Pace.PLAN)
    said = HypothesisProposed(component="oven", fault="memory_exhaustion", statement="the oven is full")
    timeline.say(entry(PERSON, said))
    full = timeline.state.hypothesis_of("oven", "memory_exhaustion")
    assert full is not None
    for number in range(12):
        leaning = Leaning(hypothesis_id=full.id, log_odds=2.5)
        timeline.say(entry(PERSON, FactStated(text=f"the oven was full {number} times", leanings=(leaning,))))
    state = timeline.state
    assert (supporting_actions(state, full.id), independent_looks(state, full.id)) == (set(), 0)
    ended = conclude(Case(sources, {}), state)
    assert state.chances[full.id] > 0.99
    assert ended.verdict is not Verdict.CONFIRMED
    assert "0 looks that speak for it and 12 stated by people" in ended.why


# -- an end without evidence -------------------------------------------------------------------------------------------


async def test_when_every_look_was_rejected_the_end_says_so_and_asks_for_no_capsule() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, autonomy=Autonomy.ASK_ALL)
    while (pending := timeline.state.pending) is not None:
        timeline.say(entry(PERSON, ActionRejected(action_id=pending.action.id, reason="hands off")))
        await investigate(timeline, investigator(sources))
    ended = timeline.state.conclusion
    assert ended is not None
    rejected = len(timeline.state.rejections)
    assert ended.headline.startswith(f"Nothing was looked at: {rejected} looks were rejected")
    assert not any("capsule" in wish for wish in ended.would_settle)
    assert "refused" in ended.would_settle[0]


async def test_when_the_limit_was_reached_before_anything_was_seen_the_end_says_so() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.write(entry("loop", LimitReached(limit="max_seconds", detail="900 s of work; 900 s are allowed.")))
    ended = conclude(Case(sources, {}), timeline.state)
    assert ended.headline == "Nothing was looked at: the limit was reached (900 s of work; 900 s are allowed)."
    assert not any("capsule" in wish for wish in ended.would_settle)


# -- edited, corrected, nameless ---------------------------------------------------------------------------------------


async def test_a_look_that_a_person_edited_into_another_is_not_proposed_again() -> None:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, autonomy=Autonomy.ASK_ALL)
    first = timeline.state.pending
    assert first is not None
    before = first.action
    edited = {"components": ["till"]}
    timeline.say(entry(PERSON, ActionEdited(action_id=before.id, request=first.asked_seq or 0, arguments=edited)))
    await investigate(timeline, investigator_of(timeline, sources))
    asked = []
    while (pending := timeline.state.pending) is not None:
        asked.append((pending.action.tool, dict(pending.action.arguments)))
        timeline.say(entry(PERSON, approval(pending)))
        await investigate(timeline, investigator_of(timeline, sources))
    assert timeline.state.actions[before.id].status is Status.SUCCEEDED
    assert (before.tool, dict(before.arguments)) not in asked


async def test_evidence_that_a_person_corrected_does_not_come_back_under_another_id() -> None:
    sources = bakery("Customers cannot pay", bad=FULL, lines=KILLED)
    timeline = await run(sources, pace=Pace.PLAN)
    timeline.say(entry(PERSON, PaceSet(pace=Pace.FULL)))
    hands = investigator_of(timeline, sources)
    await investigate(timeline, hands)
    piece = next(e for e in timeline.state.evidence.values() if e.component == "oven" and e.source == "metrics")
    again = timeline.state.actions[piece.action_id]
    timeline.say(entry(PERSON, FactStated(text="that gauge is broken", corrects=(piece.id,))))
    output = await hands.tools.output(again.observation)
    reflection = await hands.reasoner.reflect(timeline.state, again, output)
    told = {(e.component, e.source, e.finding, e.quote) for e in reflection.evidence}
    assert told, "the rest is taken in"
    assert (piece.component, piece.source, piece.finding, piece.quote) not in told
    known = {e.id for e in reflection.evidence} | timeline.state.evidence.keys()
    assert all(weight.evidence_id in known for weight in reflection.weights)


def test_a_fault_without_a_name_has_a_heading() -> None:
    assert named(Hypothesis(id="H1", component="oven", fault="", statement="?")) == "A fault without a name at oven"


# -- long guidance -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CountingNames(Names):
    """Notes how long every text was that was read for names."""

    read: list[int] = field(default_factory=list)

    def in_text(self, text: str) -> tuple[str, ...]:
        self.read.append(len(text))
        return super().in_text(text)


class CountingCase(Case):
    """A case whose names count."""

    @cached_property
    def names(self) -> CountingNames:
        names = super().names
        return CountingNames(names.known, names.aliases)


async def guided(*texts: str) -> tuple[Sources, Investigation]:
    sources = bakery("The till is slow", bad=TROUBLED)
    timeline = await run(sources, pace=Pace.PLAN)
    for text in texts:
        timeline.say(entry(PERSON, GuidanceGiven(text=text)))
    return sources, timeline.state


async def test_a_guidance_is_read_as_often_for_a_thousand_looks_as_for_one() -> None:
    sources, state = await guided("Look at the logs of oven. " + "Nobody knows why, so please look again. " * 500)
    looks = [Look("read_logs", {"component": f"c{n}"}, "logs", "?", 0.4, frozenset({f"c{n}"})) for n in range(1000)]
    one, many = CountingCase(sources, {}), CountingCase(sources, {})
    wishes(one, state, looks[:1])
    wishes(many, state, looks)
    assert one.names.read == many.names.read
    assert sum(many.names.read) < 3 * MOST_READ


async def test_only_the_beginning_of_a_long_guidance_is_matched() -> None:
    beginning, filler = "Look at the logs of oven. ", "Nobody knows why. " * 300
    sources, state = await guided(f"{beginning}{filler} Check flour-store. Ignore till.")
    case = Case(sources, {})
    (wish,) = wishes(case, state, ())
    assert wish.places == {"oven"}
    assert left_alone(case, state) == frozenset()


def test_a_name_that_the_cut_would_shorten_is_not_taken_for_another() -> None:
    case = Case(bakery("x"), {})
    words = "ignore " + "x" * (MOST_READ - 12) + " till-house"
    assert set_aside(case, words)[0] == frozenset()
