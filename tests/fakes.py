"""Small real stand-ins for what a loop has at hand."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sre_core import door
from sre_core.domain import (
    Action,
    Alert,
    Answer,
    Claim,
    Conclusion,
    Effect,
    Evidence,
    Hypothesis,
    Next,
    Observation,
    Plan,
    Recollection,
    Reflection,
    RootCause,
    Step,
    Value,
    Verdict,
    Weight,
)
from sre_core.errors import ToolError
from sre_core.events import ActionApproved, AlertReceived, Entry, Event, MemoryRecalled, entry
from sre_core.investigation import ActionRecord, Investigation, fold
from sre_core.investigator import Investigator, Proposal, utc_now
from sre_core.loop import investigate
from sre_core.people import Person, Role
from sre_core.policy_rules import Policy, Reach
from sre_core.reasoning.answers import answer
from sre_core.reasoning.briefing import brief

START = datetime(2025, 11, 1, 12, 0, tzinfo=UTC)
PERSON = Person(name="ada", role=Role.RESPONDER, via="a test")
ADMIN = Person(name="grace", role=Role.ADMIN, via="a test")
VIEWER = Person(name="vera", role=Role.VIEWER, via="a test")
OPENED = entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold")))


def approval(record: ActionRecord | None) -> ActionApproved:
    """A yes to what was asked about this action."""
    assert record is not None
    assert record.request is not None
    return ActionApproved(action_id=record.action.id, digest=record.request.digest, request=record.asked_seq)


class Reading(Value):
    """What the fake tools bring back."""

    celsius: float


@dataclass
class FakeReasoner:
    """Looks ``looks`` times, each time a little surer that H1 is right, then concludes. Remembers what it was told."""

    looks: int = 3
    tool: str = "look"
    remedies: tuple[str, ...] = ()
    name: str = "fake"
    briefings: list[str] = field(default_factory=list)

    async def plan(self, investigation: Investigation) -> Proposal:
        self.briefings.append(brief(investigation))
        revision = (investigation.plan.revision if investigation.plan else 0) + 1
        why = "; ".join(said.text for said in investigation.unapplied_guidance)
        hypotheses = (
            Hypothesis(id="H1", component="kiln", fault="fuel_low", statement="The kiln has no fuel"),
            Hypothesis(id="H2", component="door", fault="door_open", statement="The door is open"),
        )
        steps = (Step(id=f"S{revision}", question="How warm is it?", tools=(self.tool,)),)
        new = () if investigation.hypotheses else hypotheses
        return Proposal(plan=Plan(revision=revision, steps=steps, why=why), hypotheses=new, components_known=2)

    async def choose(self, investigation: Investigation) -> Action | None:
        self.briefings.append(brief(investigation))
        if len(investigation.evidence) >= self.looks or len(investigation.actions) >= 4 * self.looks:
            return None
        id_ = investigation.next_id("A")
        return Action(id=id_, tool=self.tool, arguments={"nth": len(investigation.actions)}, components=("kiln",))

    async def reflect(self, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
        self.briefings.append(brief(investigation))
        if output is None:
            return Reflection(action_id=record.action.id, thought=record.error or "nothing came back")
        id_ = investigation.next_id("E")
        piece = Evidence(id=id_, action_id=record.action.id, source="look", finding="cold", quote=f"{output!r}")
        weights = (
            Weight(evidence_id=id_, hypothesis_id="H1", log_odds=1.0),
            Weight(evidence_id=id_, hypothesis_id="H2", log_odds=-1.0),
        )
        done = len(investigation.evidence) + 1 >= self.looks
        return Reflection(
            action_id=record.action.id,
            thought="colder",
            evidence=(piece,),
            weights=weights,
            next=Next.CONCLUDE if done else Next.CONTINUE,
        )

    async def conclude(self, investigation: Investigation) -> Conclusion:
        self.briefings.append(brief(investigation))
        cited = tuple(investigation.evidence)
        return Conclusion(
            verdict=Verdict.LIKELY,
            headline="The kiln has no fuel",
            root_cause=RootCause(component="kiln", fault="fuel_low", statement="No fuel"),
            claims=(Claim(text="It is cold", evidence=cited),),
        )

    async def remedy(self, investigation: Investigation) -> Action | None:
        self.briefings.append(brief(investigation))
        tried = {record.action.tool for record in investigation.actions.values() if record.remedies}
        left = [tool for tool in self.remedies if tool not in tried]
        return Action(id=investigation.next_id("A"), tool=left[0], components=("kiln",)) if left else None

    async def answer(self, investigation: Investigation, events: Sequence[Event], question: str) -> Answer:
        return answer(question, events, investigation)


@dataclass
class FakeToolbox:
    """Tools by name with their effect. What runs is written into ``calls``; ``behaviour`` may hang or fail."""

    effects: Mapping[str, Effect] = field(default_factory=lambda: {"look": Effect.READS, "refuel": Effect.WRITES})
    behaviour: Callable[[Action], Awaitable[float]] | None = None
    calls: list[Action] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    strange: frozenset[str] = frozenset()
    """Tools that nobody answers for."""

    def reach(self, action: Action) -> Reach:
        effect = self.effects.get(action.tool)
        arguments, components = action.arguments, action.components
        addresses = tuple(action.arguments.get("addresses", ()))
        known = action.tool not in self.strange
        return Reach(
            tool=action.tool,
            effect=effect,
            arguments=arguments,
            components=components,
            addresses=addresses,
            known=known,
        )

    async def prepare(self, action: Action, investigation: Investigation) -> Action:
        if action.tool not in self.effects:
            raise ToolError(f"There is no tool {action.tool}")
        return action.model_copy(update={"effect": self.effects[action.tool]})

    def undo(self, action: Action) -> str:
        return "Take the fuel out again." if self.effects.get(action.tool) is Effect.WRITES else ""

    def command(self, action: Action) -> str:
        return "shovel coal" if self.effects.get(action.tool) is Effect.WRITES else ""

    async def run(self, action: Action, key: str | None = None) -> Observation:
        self.calls.append(action)
        self.keys.append(key)
        celsius = await self.behaviour(action) if self.behaviour else 300.0
        data = Reading(celsius=celsius).model_dump()
        return Observation(
            action_id=action.id, tool=action.tool, source="look", summary="cold", output_type="Reading", data=data
        )

    async def output(self, observation: Observation) -> Value | None:
        return Reading.model_validate(observation.data)


@dataclass
class FakeMemory:
    """Remembers what it is given."""

    recollections: tuple[Recollection, ...] = ()

    async def recall(self, investigation: Investigation) -> MemoryRecalled:
        return MemoryRecalled(recollections=self.recollections)


def equipped(
    reasoner: FakeReasoner | None = None,
    tools: FakeToolbox | None = None,
    run_id: str = "run-1",
    now: Callable[[], datetime] = utc_now,
    policy: Policy | None = None,
) -> Investigator:
    """An investigator made of fakes."""
    return Investigator(
        reasoner=reasoner or FakeReasoner(),
        tools=tools or FakeToolbox(),
        memory=FakeMemory(),
        affected=lambda action: action.components,
        run_id=run_id,
        now=now,
        policy=policy or Policy(),
    )


class ListTimeline:
    """An open timeline in memory. Nobody else writes, so nothing is ever overtaken."""

    def __init__(self, events: Sequence[Event] = (), state: Investigation | None = None) -> None:
        self.events = list(events)
        self.state = state or fold("inv", self.events)

    def now(self) -> datetime:
        """One second after the last event."""
        return START + timedelta(seconds=self.state.seq + 1)

    async def unless_overtaken(self, step: Awaitable[Entry]) -> Entry | None:
        return await step

    async def append(self, entry: Entry) -> None:
        self.say(entry)

    def say(self, entry: Entry) -> Event:
        """Write down, one second after the last event. A person's entry must fit the state."""
        if entry.actor.startswith("person:") and not isinstance(entry.happening, AlertReceived):
            door.refuse(entry, self.state, self.now())
        return self.write(entry)

    def write(self, entry: Entry) -> Event:
        """Write down whatever it is."""
        seq = self.state.seq + 1
        at = self.now()
        event = Event(**dict(entry), id=f"event-{seq}", investigation_id="inv", seq=seq, at=at)
        self.state.apply(event)
        self.events.append(event)
        return event


async def run_until_turn_ends(at_hand: Investigator, opened: Entry = OPENED) -> ListTimeline:
    """Open an investigation and run the loop until somebody else must act."""
    timeline = ListTimeline()
    timeline.say(opened)
    await investigate(timeline, at_hand)
    return timeline


class Hang:
    """A behaviour that never comes back, and tells when it was called and when it was let go of."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.let_go = threading.Event()

    async def __call__(self, action: Action) -> float:
        self.called.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.let_go.set()
        raise AssertionError("never")


async def fail(action: Action) -> float:
    """A behaviour that never works."""
    raise ToolError("The thermometer is broken; buy a new one.")
