"""Timelines of every schema version load for ever, and still mean what they meant when they were written.

A file is ``tests/frozen/vN/NAME.jsonl``, an event a line, with ``NAME.means.json`` beside it: what the fold made of it then.
Files are added, with ``python -m tests.core.test_frozen`` for the present version, and never changed.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from sre_core.domain import (
    Alert,
    Answer,
    Autonomy,
    ComponentFact,
    ContentRef,
    DeadEnd,
    Effect,
    Incident,
    Leaning,
    Limits,
    Opinion,
    Pace,
    Proof,
    Quotation,
    Rating,
    Recollection,
)
from sre_core.events import (
    EVENT,
    SCHEMA_VERSION,
    ActionEdited,
    ActionRejected,
    ActionStarted,
    AlertReceived,
    ApprovalExpired,
    AutonomySet,
    BreakpointCleared,
    BreakpointSet,
    CheckDropped,
    CheckPicked,
    ConclusionRated,
    ConclusionRefuted,
    ContentErased,
    DecisionAwaited,
    Entry,
    Event,
    FactStated,
    GuidanceGiven,
    Happening,
    HypothesisDismissed,
    HypothesisPicked,
    HypothesisProposed,
    InvestigationFailed,
    InvestigationForked,
    InvestigationStopped,
    JudgementDropped,
    LimitsSet,
    MemoryRecalled,
    ModelBudgetReached,
    PaceSet,
    QuestionAnswered,
    QuestionAsked,
    ReasonerReplaced,
    ReasonerSet,
    RetryRequested,
    SecondOpinionAsked,
    SecondOpinionGiven,
    StandingApprovalGiven,
    StandingApprovalRevoked,
    entry,
)
from sre_core.gateway.asking import Mode, ModelCall
from sre_core.investigation import Investigation, fold
from sre_core.loop import investigate
from sre_core.people import Role
from sre_core.policy_rules import Pattern, Permission, Policy, Rule
from tests.fakes import (
    ADMIN,
    PERSON,
    START,
    FakeReasoner,
    FakeToolbox,
    ListTimeline,
    approval,
    equipped,
    fail,
)

FROZEN = Path(__file__).parent.parent / "frozen"
FILES = sorted(FROZEN.glob("v*/*.jsonl"))


def meaning(state: Investigation) -> dict[str, Any]:
    """What must stay the same: whose turn it is, what was believed, decided and concluded."""
    return {
        "phase": state.phase.value,
        "turn": state.turn.value,
        "chances": {id_: round(chance, 9) for id_, chance in state.chances.items()},
        "actions": {id_: record.status.value for id_, record in state.actions.items()},
        "guidance": [[said.text, said.applied_at] for said in state.guidance],
        "conclusion": state.conclusion.headline if state.conclusion else None,
        "effective_candidates": round(state.effective_candidates, 9),
        "ruled_out": sorted(state.ruled_out),
        "superseded": sorted(state.superseded),
        "standing": sorted(state.control.standing),
        "breakpoints": sorted(state.control.breakpoints),
        "dropped": [[check.tool, dict(check.arguments)] for check in state.control.dropped],
        "picked": {id_: record.picked.seq for id_, record in state.actions.items() if record.picked},
        "answered": {str(q.seq): q.answer.text for q in state.control.questions.values() if q.answer},
        "rating": state.control.rating.rated.rating.value if state.control.rating else None,
        "origin": list(state.origin) if state.origin else None,
        "reasoner": state.reasoner,
        "model_calls": [call.id for call in state.calls],
        "second_opinions": {
            str(one.seq): [len(one.given.opinions), one.given.trouble] if one.given else None
            for one in state.control.opinions.values()
        },
    }


def loaded(path: Path) -> list[Event]:
    return [EVENT.validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_frozen_timeline_loads_and_means_what_it_meant(path: Path) -> None:
    kept = json.loads(path.with_suffix(".means.json").read_text(encoding="utf-8"))
    means = meaning(fold("inv", loaded(path)))
    assert {name: means[name] for name in kept} == kept


def test_every_kind_of_event_is_frozen_in_the_present_version() -> None:
    union, *_ = get_args(Happening)
    known = {kind.__name__ for kind in get_args(union)}
    present = [path for path in FILES if path.parent.name == f"v{SCHEMA_VERSION}"]
    assert {event.happening.type for path in present for event in loaded(path)} == known


# -- making them -------------------------------------------------------------------------------------------------------


LAST_WINTER = Recollection(
    incident=Incident(
        id="investigation:winter",
        title="The kiln went out",
        component="kiln",
        fault="fuel_low",
        fingerprint="f" * 64,
        evidence=(Proof(text="tank empty", source="look", component="kiln", evidence_id="E1", seq=5),),
        fix_held=True,
        occurred=(START,),
    ),
    similarity=0.9,
    matched=("the same component, kiln",),
    claimed=True,
    prior=0.5,
)


class WinterMemory:
    """Remembers one thing of each kind."""

    async def recall(self, investigation: Investigation) -> MemoryRecalled:
        fact = ComponentFact(id="f1", component="kiln", text="It is refuelled on Mondays", by="ada", at=START)
        nothing = DeadEnd(id="d1", kind="kiln cold", tool="look", target="door", runs=3, last_at=START)
        return MemoryRecalled(
            recollections=(LAST_WINTER,),
            facts=(fact,),
            dead_ends=(nothing,),
            own_left_out=1,
            compared=9,
            memory_counts=0.9,
        )


async def _decided() -> ListTimeline:
    at_hand = equipped(FakeReasoner(looks=3, remedies=("refuel", "open_door")), FakeToolbox())
    at_hand = replace(at_hand, memory=WinterMemory())
    timeline = ListTimeline()
    alert = Alert(title="The kiln is too cold")
    opened = AlertReceived(alert=alert, autonomy=Autonomy.ASK_ALL, pace=Pace.PLAN, recall_own=True)
    said: list[Entry] = [entry(PERSON, PaceSet(pace=Pace.STEP)), entry(PERSON, PaceSet(pace=Pace.FULL))]
    timeline.say(entry(PERSON, opened))
    await investigate(timeline, at_hand)
    for words in said:
        timeline.say(words)
        await investigate(timeline, at_hand)
    timeline.say(entry(PERSON, GuidanceGiven(text="look at the door")))
    await investigate(timeline, at_hand)
    for number in range(20):
        if (pending := timeline.state.pending) is None:
            break
        action = pending.action
        no = ActionRejected(action_id=action.id, reason="not now")
        yes = approval(pending)
        timeline.say(entry(PERSON, no if number == 1 else yes))
        await investigate(timeline, at_hand)
    timeline.say(entry(ADMIN, ContentErased(digest="0" * 64, reason="it held a password")))
    return timeline


async def _troubled() -> ListTimeline:
    at_hand = equipped(FakeReasoner(looks=9), FakeToolbox(behaviour=fail))
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="cold"), limits=Limits(max_failures_in_a_row=2))))
    timeline.say(
        entry("engine", InvestigationFailed(error_id="1a2b3c4d", error="ZeroDivisionError: oops", doing="recall"))
    )
    timeline.say(entry(PERSON, RetryRequested()))
    await investigate(timeline, at_hand)
    return timeline


async def _modelled() -> ListTimeline:
    """A model reasons, fails, is asked again, and uses up its budget."""
    timeline = ListTimeline()
    opened = AlertReceived(alert=Alert(title="cold"), reasoner="model", limits=Limits(max_model_calls=2))
    timeline.say(entry(PERSON, opened))
    call = ModelCall(
        id="c1",
        began_at=START,
        investigation_id="inv",
        role="plan",
        endpoint="model",
        model="m-1",
        mode=Mode.JSON_SCHEMA,
        attempts=1,
        tries=2,
        tokens_in=900,
        tokens_out=80,
        seconds=2.5,
        money=Decimal("0.002"),
        record=ContentRef(digest="0" * 64, characters=1200),
    )
    replaced = ReasonerReplaced(kind="stalled", because="It stopped in the middle. Try again.", doing="plan")
    timeline.say(entry("engine", replaced).model_copy(update={"calls": (call,)}))
    timeline.say(entry(PERSON, ReasonerSet(reasoner="model")))
    timeline.say(entry("engine", ModelBudgetReached(detail="2 of 2 requests to a model.")))
    return timeline


async def _stopped() -> ListTimeline:
    timeline = ListTimeline()
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="cold"), autonomy=Autonomy.ASK_ALL)))
    await investigate(timeline, equipped())
    pending = timeline.state.pending
    assert pending is not None
    timeline.say(entry(PERSON, approval(pending)))
    timeline.say(entry("policy", ActionStarted(action_id="A1", run_id="run-1")))
    timeline.say(entry(PERSON, InvestigationStopped(reason="enough")))
    return timeline


async def _steered() -> ListTimeline:
    """Everything that a person can say, once at least."""
    timeline = ListTimeline()
    at_hand = equipped(FakeReasoner(looks=3, remedies=("refuel",)), FakeToolbox(), now=timeline.now)
    alert = Alert(title="The kiln is too cold")
    timeline.say(entry(PERSON, AlertReceived(alert=alert, autonomy=Autonomy.ASK_ALL)))
    await investigate(timeline, at_hand)
    for said in (
        HypothesisProposed(component="chimney", fault="blocked", statement="Birds nest in it"),
        HypothesisDismissed(hypothesis_id="H2", reason="it is shut"),
        HypothesisPicked(hypothesis_id="H2"),
        FactStated(
            text="It was swept in May", component="chimney", leanings=(Leaning(hypothesis_id="H3", log_odds=-1.5),)
        ),
        LimitsSet(limits=Limits(max_actions=12)),
        BreakpointSet(tool="look"),
        BreakpointCleared(tool="look"),
        QuestionAsked(text="Who swept it?"),
    ):
        timeline.say(entry(PERSON, said))
        await investigate(timeline, at_hand)
    answer = Answer(text="ada said so.", quotations=(Quotation(text="It was swept in May", seq=18, evidence_id="E1"),))
    asked = next(iter(timeline.state.control.questions))
    timeline.say(entry("reasoner:fake", QuestionAnswered(question=asked, answer=answer)))
    pending = timeline.state.pending
    assert pending is not None
    assert pending.asked_seq is not None
    timeline.say(
        entry(PERSON, ActionEdited(action_id=pending.action.id, request=pending.asked_seq, arguments={"nth": 9}))
    )
    await investigate(timeline, at_hand)
    timeline.say(entry("policy", ApprovalExpired(action_id=pending.action.id)))
    await investigate(timeline, at_hand)
    given = timeline.say(entry(PERSON, StandingApprovalGiven(tool="look")))
    await investigate(timeline, at_hand)
    timeline.say(entry(PERSON, StandingApprovalRevoked(given=given.seq)))
    timeline.say(
        entry(PERSON, ConclusionRated(rating=Rating.PARTLY, component="door", note="it was the door", fix_held=False))
    )
    told = ConclusionRated(
        rating=Rating.WRONG, component="chimney", cause="a nest", fix="swept it", fix_held=True, note="again in May"
    )
    timeline.say(entry(PERSON, told))
    timeline.say(entry(PERSON, ConclusionRefuted(reason="look at the chimney")))
    timeline.say(entry(PERSON, FactStated(text="Another kiln", corrects=("E2",))))
    timeline.say(entry(PERSON, AutonomySet(autonomy=Autonomy.ASK_RISKY)))
    timeline.write(entry(PERSON, InvestigationForked(origin="inv", at=timeline.state.seq)))
    timeline.say(entry("reasoner:fake", DecisionAwaited(actions=())))
    return timeline


async def _ruled() -> ListTimeline:
    """An operator's rules ask, allow and deny; then nothing is run any more that changes anything."""
    look, door = ("look",), ("door",)
    policy = Policy(
        source="policy.yaml",
        rules=(
            Rule(says=Permission.ASK, name="look twice", line=2, tool=look, arguments={"nth": (Pattern(glob="1"),)}),
            Rule(says=Permission.ALLOW, name="looks", line=5, tool=look, because="They cost nothing"),
            Rule(says=Permission.DENY, name="admins refuel", line=8, tool=("refuel",), role=(Role.RESPONDER,)),
            Rule(says=Permission.DENY, name="hands off the door", line=11, tool=door),
        ),
    )
    effects = {"look": Effect.READS, "door": Effect.WRITES, "refuel": Effect.WRITES, "stoke": Effect.WRITES}
    timeline, reasoner = ListTimeline(), FakeReasoner(looks=2, remedies=("door", "refuel", "stoke"))
    at_hand = equipped(reasoner, FakeToolbox(effects), now=timeline.now, policy=policy)
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold"))))
    await investigate(timeline, at_hand)
    timeline.say(entry(ADMIN, approval(timeline.state.pending)))
    await investigate(timeline, at_hand)
    timeline.say(entry(PERSON, approval(timeline.state.pending)))
    await investigate(timeline, replace(at_hand, policy=policy.model_copy(update={"suggest_only": True})))
    return timeline


async def _seconded() -> ListTimeline:
    """News comes while a model is asked; then two conclude from the same evidence, and a second time one cannot."""
    timeline, modelled = ListTimeline(), await _modelled()
    calls = modelled.state.calls[:1]
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="cold"))))
    timeline.say(entry("engine", JudgementDropped()).model_copy(update={"calls": tuple(calls)}))
    await investigate(timeline, equipped())
    concluded = timeline.state.conclusion
    assert concluded is not None
    rules, model = Opinion(by="rules", conclusion=concluded), Opinion(by="model", model="m-1", conclusion=concluded)
    asked = timeline.say(entry(PERSON, SecondOpinionAsked()))
    timeline.say(entry("engine", SecondOpinionGiven(asked=asked.seq, upto=15, opinions=(rules, model))))
    asked = timeline.say(entry(PERSON, SecondOpinionAsked(of="model")))
    missing = SecondOpinionGiven(asked=asked.seq, upto=15, opinions=(rules,), trouble="No model is set up.")
    timeline.say(entry("engine", missing))
    return timeline


async def _picked() -> ListTimeline:
    """A person picks a check, drops another, takes that back, and picks one after the conclusion."""
    timeline, at_hand = ListTimeline(), equipped(FakeReasoner(looks=2))
    timeline.say(entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold"), pace=Pace.PLAN)))
    await investigate(timeline, at_hand)
    for said in (
        CheckDropped(tool="look", arguments={"nth": 1}, reason="the door is hot"),
        CheckPicked(tool="look", arguments={"nth": 1}),
        CheckDropped(tool="look", arguments={"nth": 0}, reason="nobody is there"),
        PaceSet(pace=Pace.FULL),
        CheckPicked(tool="look", arguments={"nth": 9}),
    ):
        timeline.say(entry(PERSON, said))
        await investigate(timeline, at_hand)
    return timeline


def freeze() -> None:
    """Write the present version's timelines, those that are not there yet."""
    folder = FROZEN / f"v{SCHEMA_VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in (
        ("decided", _decided),
        ("troubled", _troubled),
        ("stopped", _stopped),
        ("steered", _steered),
        ("modelled", _modelled),
        ("ruled", _ruled),
        ("seconded", _seconded),
        ("picked", _picked),
    ):
        path = folder / f"{name}.jsonl"
        if path.exists():
            continue
        timeline = asyncio.run(make())
        path.write_text("".join(event.model_dump_json() + "\n" for event in timeline.events), encoding="utf-8")
        means = json.dumps(meaning(timeline.state), indent=2)
        path.with_suffix(".means.json").write_text(means + "\n", encoding="utf-8")


if __name__ == "__main__":
    freeze()
