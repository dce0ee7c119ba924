"""THE loop: look at the state, do the one next thing, write down what happened. Everything else serves this file."""

from sre_core import claims, limits, picked, policy
from sre_core import events as ev
from sre_core.domain import Action
from sre_core.errors import ToolError
from sre_core.investigation import ActionRecord, Investigation, Phase, Turn
from sre_core.investigator import Investigator, OpenTimeline
from sre_core.model_use import accounted, in_vain


async def investigate(timeline: OpenTimeline, at_hand: Investigator) -> None:
    """Append events until the investigation closes or a person must decide."""
    while timeline.state.turn is Turn.LOOP:
        step = next_entry(timeline.state, at_hand)
        entry = await timeline.unless_overtaken(accounted(step, timeline.state, at_hand))
        if entry := entry or in_vain(at_hand.calls()):
            await timeline.append(entry)


async def next_entry(state: Investigation, at_hand: Investigator) -> ev.Entry:
    """Do the one next thing."""
    reasoner, record = at_hand.thinker(state), state.open_action
    thinker = f"reasoner:{reasoner.name}"
    match state.phase:
        case Phase.RECALL:
            return ev.entry("memory", await at_hand.memory.recall(state))
        case Phase.PLAN:
            proposal = await reasoner.plan(state)
            seen = tuple(guidance.seq for guidance in state.unapplied_guidance)
            return ev.entry(thinker, ev.PlanProposed(**dict(proposal), applied_guidance=seen))
        case Phase.CHOOSE if check := next(iter(state.control.picked), None):
            wanted = picked.action_of(check, state, at_hand.tools)
            return ev.entry("engine", await propose(wanted, state, at_hand, check.seq))
        case Phase.CHOOSE if limit := limits.reached(state):
            return ev.entry("policy", limit)
        case Phase.CHOOSE if action := await reasoner.choose(state):
            return ev.entry(thinker, await propose(action, state, at_hand))
        case Phase.CHOOSE if state.waiting:
            return ev.entry(thinker, ev.DecisionAwaited(actions=tuple(waits.action.id for waits in state.waiting)))
        case Phase.REVISE if record:
            return ev.entry("policy", await propose(record.action, state, at_hand))
        case Phase.GATE if record:
            return ev.entry("policy", policy.rule(record, state, at_hand))
        case Phase.ACT if record and record.run_id != at_hand.run_id:
            return ev.entry("engine", policy.reopen(record, state, at_hand))
        case Phase.ACT if record:
            return ev.entry(f"tool:{record.action.tool}", await act(record, at_hand))
        case Phase.REFLECT if record:
            output = await at_hand.tools.output(record.observation) if record.observation else None
            return ev.entry(thinker, ev.ReflectionMade(reflection=await reasoner.reflect(state, record, output)))
        case Phase.CHOOSE | Phase.CONCLUDE:
            conclusion = claims.check(await reasoner.conclude(state), state)
            return ev.entry(thinker, ev.ConclusionReached(conclusion=conclusion))
        case Phase.REMEDY if limits.may_propose(state) and (remedy := await reasoner.remedy(state)):
            return ev.entry(thinker, await propose(remedy, state, at_hand))
        case Phase.REMEDY:
            return ev.entry("engine", ev.InvestigationClosed(reason="Nothing more is proposed."))
        case phase:
            raise AssertionError(f"it is not the loop's turn in phase {phase}")


async def propose(
    action: Action, state: Investigation, at_hand: Investigator, by: int | None = None
) -> ev.ActionProposed:
    """The action with exact arguments; one that cannot run says so before anybody is asked. ``by``: seq of who picked it."""
    try:
        return ev.ActionProposed(action=await at_hand.tools.prepare(action, state), picked=by)
    except ToolError as error:
        return ev.ActionProposed(action=action, cannot_run=str(error), picked=by)


async def act(record: ActionRecord, at_hand: Investigator) -> ev.Happening:
    """Run the tool. That it could not is a fact like any other."""
    action = record.action
    try:
        observation = await at_hand.tools.run(action, record.key)
        return ev.ActionSucceeded(action_id=action.id, run_id=at_hand.run_id, observation=observation)
    except ToolError as error:
        return ev.ActionFailed(action_id=action.id, run_id=at_hand.run_id, error=str(error))
