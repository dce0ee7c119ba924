"""The courses of two investigations after they part, side by side: what both did, what differs, what only one did."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from pydantic import Field

from sre_core.beliefs import percent
from sre_core.domain import Moment, Plan, Reflection, Value
from sre_core.events import (
    ActionFailed,
    ActionProposed,
    ActionRejected,
    ActionSucceeded,
    AlertReceived,
    ConclusionReached,
    Event,
    GuidanceGiven,
    InvestigationFailed,
    InvestigationForked,
    InvestigationStopped,
    PlanProposed,
    ReflectionMade,
)
from sre_core.investigation import Investigation

LONGEST = 300
"""Characters of a text that a line bears."""

StopKind = Literal["plan", "action", "finding", "person", "conclusion", "trouble"]
Likeness = Literal["same", "differs", "only one", "only other"]

BESIDE: tuple[StopKind, ...] = ("plan", "conclusion")
"""Of these, one on each side makes a line, however different they are."""


class Stop(Value):
    """One thing worth telling of one course."""

    seq: int = Field(description="The event to look at: for an action, its outcome or, without one, its proposal.")
    at: Moment
    kind: StopKind
    text: str = Field(description="In words.")
    tool: str = Field(default="", description="Of an action.")
    outcome: str = Field(default="", description="What came back, how sure, or what was ruled out.")
    alike: str = Field(description="The same on both sides for what is the same step, whatever came of it.")


class Abreast(Value):
    """What stands beside each other; None on the side that has no such step there."""

    one: Stop | None
    other: Stop | None
    likeness: Likeness


def abreast(one: Sequence[Stop], other: Sequence[Stop]) -> tuple[Abreast, ...]:
    """Both courses, in order: the same step in one line, and where they differ, what is of a kind in one line."""
    matcher = SequenceMatcher(None, [stop.alike for stop in one], [stop.alike for stop in other], autojunk=False)
    lines: list[Abreast] = []
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        mine, theirs = one[i1:i2], other[j1:j2]
        lines += [
            _line(a, b) for a, b in (zip(mine, theirs, strict=True) if what == "equal" else _by_kind(mine, theirs))
        ]
    return tuple(lines)


def _by_kind(mine: Sequence[Stop], theirs: Sequence[Stop]) -> list[tuple[Stop | None, Stop | None]]:
    """Different steps: a plan beside a plan, an end beside an end; everything else stands alone, in its order."""
    pairs: list[tuple[Stop | None, Stop | None]] = []
    for kind in BESIDE:
        pairs += zip_longest(_of(mine, kind), _of(theirs, kind))
    pairs += [(stop, None) for stop in mine if stop.kind not in BESIDE]
    pairs += [(None, stop) for stop in theirs if stop.kind not in BESIDE]
    return sorted(pairs, key=lambda pair: next(stop.seq for stop in pair if stop))


def _of(stops: Sequence[Stop], kind: StopKind) -> list[Stop]:
    return [stop for stop in stops if stop.kind == kind]


def _line(one: Stop | None, other: Stop | None) -> Abreast:
    if one is None or other is None:
        return Abreast(one=one, other=other, likeness="only other" if one is None else "only one")
    same = (one.alike, one.text, one.outcome) == (other.alike, other.text, other.outcome)
    return Abreast(one=one, other=other, likeness="same" if same else "differs")


# -- one course --------------------------------------------------------------------------------------------------------


def course(own: Sequence[Event], state: Investigation) -> tuple[Stop, ...]:
    """What these events of an investigation tell, in order; ``state`` is its end."""
    ended = {_action_of(event): event for event in own if isinstance(event.happening, ActionSucceeded | ActionFailed)}
    return tuple(stop for event in own if (stop := _stop(event, state, ended.get(_action_of(event), event))))


def _action_of(event: Event) -> str:
    happening = event.happening
    return happening.action.id if isinstance(happening, ActionProposed) else getattr(happening, "action_id", "")


def _stop(event: Event, state: Investigation, end: Event) -> Stop | None:
    match event.happening:
        case AlertReceived() | InvestigationForked():
            return None
        case PlanProposed(plan=plan):
            return _plan(event, plan)
        case ActionProposed(action=action) if action.id in state.actions:
            return _action(event, end, state)
        case ReflectionMade(reflection=reflection):
            return _reflection(event, reflection, state)
        case ConclusionReached(conclusion=end_):
            sure = end_.verdict.value.replace("_", " ")
            return _told(event, "conclusion", end_.headline, f"end {end_.headline}", sure)
        case InvestigationFailed(error=error):
            return _told(event, "trouble", "Something broke on our side", "failure", error)
        case InvestigationStopped():
            return _told(event, "person", f"{_person(event)} stopped it", "stopped")
        case GuidanceGiven(text=text):
            return _told(event, "person", f"{_person(event)}: {text}", f"said {text}")
        case ActionRejected(action_id=id_, reason=reason) if id_ in state.actions:
            said = f"{_person(event)} rejected {state.actions[id_].action.tool}"
            return _told(event, "person", said, f"rejected {state.actions[id_].digest}", reason)
        case _:
            return None


def _plan(event: Event, plan: Plan) -> Stop:
    questions = "; ".join(step.question for step in plan.steps)
    count = len(plan.steps)
    return _told(
        event, "plan", f"A plan of {count} {'step' if count == 1 else 'steps'}", f"plan {questions}", questions
    )


def _action(event: Event, end: Event, state: Investigation) -> Stop:
    record = state.actions[_action_of(event)]
    action, seen = record.action, record.observation
    given = ", ".join(f"{name}={value}" for name, value in action.arguments.items() if value not in (None, "", [], {}))
    outcome = seen.summary if seen else record.error or record.reason or record.cannot_run or record.status.value
    stop = _told(event, "action", given, f"action {record.digest}", outcome)
    return stop.model_copy(update={"tool": action.tool, "seq": end.seq})


def _reflection(event: Event, reflection: Reflection, state: Investigation) -> Stop:
    record = state.actions.get(reflection.action_id)
    about = record.digest if record else reflection.action_id
    found = len(reflection.evidence)
    outcome = f"{found} {'finding' if found == 1 else 'findings'}"
    if reflection.ruled_out:
        outcome += f", {len(reflection.ruled_out)} ruled out"
    return _told(event, "finding", reflection.thought, f"reflection {about}", outcome)


def _told(event: Event, kind: StopKind, text: str, alike: str, outcome: str = "") -> Stop:
    text, outcome = (" ".join(words.split())[:LONGEST] for words in (text, outcome))
    return Stop(seq=event.seq, at=event.at, kind=kind, text=text, outcome=outcome, alike=alike)


def _person(event: Event) -> str:
    return event.actor.removeprefix("person:")


def difference(one: float | None, other: float | None, names: tuple[str, str]) -> str:
    """'same', 'only in the fork', 'likelier in the fork': how two probabilities differ, in words."""
    if one is None or other is None:
        return "same" if one is other else f"only in {names[0] if other is None else names[1]}"
    if percent(one) == percent(other):
        return "same"
    return f"likelier in {names[0] if one > other else names[1]}"
