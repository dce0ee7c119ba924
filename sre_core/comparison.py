"""Two investigations beside each other, usually a fork and its origin: what they share, what each did, where they ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from sre_core.beliefs import percent
from sre_core.course import Abreast, abreast, course
from sre_core.domain import Evidence, Moment, RootCause, Value, Verdict
from sre_core.events import (
    ActionApproved,
    ActionEdited,
    ActionRejected,
    AlertReceived,
    Event,
    FactStated,
    GuidanceGiven,
    InvestigationForked,
    QuestionAsked,
)
from sre_core.investigation import ActionRecord, Investigation, fold

LONGEST_WORDS = 120
"""Characters of a person's words, a call or an outcome that a line bears."""


class SaidByPerson(Value):
    """What a person said or decided."""

    seq: int
    by: str
    at: Moment
    type: str = Field(description="The event's type.")
    text: str = Field(description="In words: what was said, or what was decided about.")


class ComparedAction(Value):
    """One tool call and what became of it."""

    action_id: str
    tool: str
    arguments: Mapping[str, Any]
    status: str
    ran: bool = Field(description="It was started, whatever came of it.")
    outcome: str = Field(default="", description="What it brought back, its error, or why it did not run.")


class ActionInBoth(Value):
    """The same call on both sides."""

    one: ComparedAction
    other: ComparedAction


class HypothesisBeside(Value):
    """What both sides think of one explanation; None where it is not in the race."""

    component: str
    fault: str
    one: float | None = Field(ge=0, le=1, description="Probability.")
    other: float | None = Field(ge=0, le=1, description="Probability.")


class Side(Value):
    """One of the two, and what only it has."""

    id: str
    called: str = Field(description="'the fork', 'the original', 'the first' or 'the second'.")
    events: int
    said: tuple[SaidByPerson, ...] = Field(default=(), description="By people, after what is shared.")
    actions_only_here: tuple[ComparedAction, ...] = ()
    evidence_only_here: tuple[Evidence, ...] = Field(
        default=(), description="That counts, and says what no evidence of the other side says."
    )
    verdict: Verdict | None = Field(default=None, description="None: it has not concluded.")
    headline: str = ""
    root_cause: RootCause | None = None
    chance: float | None = Field(default=None, description="Probability of the root cause; None when it names none.")
    actions: int = Field(description="How many were started.")
    seconds: float = Field(description="Time at work, waiting for people left out.")
    effective_candidates: float


class Comparison(Value):
    """How two investigations differ."""

    shared: int = Field(ge=0, description="Leading events that are the same, byte by byte.")
    one: Side
    other: Side
    actions_in_both: tuple[ActionInBoth, ...] = ()
    hypotheses: tuple[HypothesisBeside, ...] = Field(default=(), description="The most probable on either side first.")
    courses: tuple[Abreast, ...] = Field(default=(), description="What each did after what is shared, side by side.")
    in_words: str


def compare(one: Sequence[Event], other: Sequence[Event]) -> Comparison:
    """Two timelines side by side. Actions are the same when tool and arguments are; evidence, when it says the same."""
    shared = _shared(one, other)
    mine, theirs = fold(_id(one), one), fold(_id(other), other)
    names = _names(mine, theirs)
    sides = _side(names[0], one[shared:], mine, theirs), _side(names[1], other[shared:], theirs, mine)
    return Comparison(
        shared=shared,
        one=sides[0],
        other=sides[1],
        actions_in_both=_in_both(mine, theirs),
        hypotheses=_beside(mine, theirs),
        courses=abreast(course(one[shared:], mine), course(other[shared:], theirs)),
        in_words=_in_words(shared, *sides),
    )


def _shared(one: Sequence[Event], other: Sequence[Event]) -> int:
    pairs = zip(one, other, strict=False)
    same = (mine.model_dump_json() == theirs.model_dump_json() for mine, theirs in pairs)
    return next((number for number, alike in enumerate(same) if not alike), min(len(one), len(other)))


def _id(events: Sequence[Event]) -> str:
    """The last event tells: in a fork, the first ones name the original."""
    return events[-1].investigation_id if events else ""


def _names(one: Investigation, other: Investigation) -> tuple[str, str]:
    if one.origin and one.origin[0] == other.id and one.id != other.id:
        return "the fork", "the original"
    if other.origin and other.origin[0] == one.id and one.id != other.id:
        return "the original", "the fork"
    return "the first", "the second"


def _side(called: str, own: Sequence[Event], state: Investigation, beside: Investigation) -> Side:
    actions, known = _actions(beside), {_says(piece) for piece in beside.evidence.values()}
    end = state.conclusion
    cause = end.root_cause if end else None
    return Side(
        id=state.id,
        called=called,
        events=state.seq,
        said=tuple(_said(own, state)),
        actions_only_here=tuple(done for digest, done in _actions(state).items() if digest not in actions),
        evidence_only_here=tuple(piece for piece in state.evidence.values() if _says(piece) not in known),
        verdict=end.verdict if end else None,
        headline=end.headline if end else "",
        root_cause=cause,
        chance=_chances(state).get((cause.component, cause.fault)) if cause else None,
        actions=state.started,
        seconds=round(state.worked.total_seconds(), 3),
        effective_candidates=round(state.effective_candidates, 3),
    )


def _says(piece: Evidence) -> tuple[str | None, ...]:
    return piece.source, piece.component, piece.finding, piece.quote, piece.locator


def _actions(state: Investigation) -> dict[str, ComparedAction]:
    """Digest -> the last call with it."""
    return {record.digest: _compared(record) for record in state.actions.values()}


def _in_both(one: Investigation, other: Investigation) -> tuple[ActionInBoth, ...]:
    mine, theirs = _actions(one), _actions(other)
    return tuple(ActionInBoth(one=mine[digest], other=theirs[digest]) for digest in mine if digest in theirs)


def _compared(record: ActionRecord) -> ComparedAction:
    seen = record.observation
    return ComparedAction(
        action_id=record.action.id,
        tool=record.action.tool,
        arguments=record.action.arguments,
        status=record.status.value,
        ran=record.starts > 0,
        outcome=seen.summary if seen else record.error or record.reason or record.cannot_run or "",
    )


def _chances(state: Investigation) -> dict[tuple[str, str], float]:
    """(component, fault) -> probability, of all hypotheses that say so."""
    chances: dict[tuple[str, str], float] = {}
    for hypothesis, chance in state.ranked:
        key = (hypothesis.component, hypothesis.fault)
        chances[key] = min(chances.get(key, 0.0) + chance, 1.0)
    return chances


def _beside(one: Investigation, other: Investigation) -> tuple[HypothesisBeside, ...]:
    mine, theirs = _chances(one), _chances(other)
    ranked = sorted(mine.keys() | theirs.keys(), key=lambda key: (-max(mine.get(key, 0.0), theirs.get(key, 0.0)), key))
    return tuple(
        HypothesisBeside(component=key[0], fault=key[1], one=mine.get(key), other=theirs.get(key)) for key in ranked
    )


# -- what people said --------------------------------------------------------------------------------------------------


def _said(events: Iterable[Event], state: Investigation) -> Iterable[SaidByPerson]:
    for event in events:
        if event.actor.startswith("person:") and not isinstance(event.happening, AlertReceived | InvestigationForked):
            yield SaidByPerson(
                seq=event.seq,
                by=event.actor.removeprefix("person:"),
                at=event.at,
                type=event.happening.type,
                text=_text(event, state),
            )


def _text(event: Event, state: Investigation) -> str:
    match event.happening:
        case GuidanceGiven(text=text) | FactStated(text=text):
            return text
        case QuestionAsked(text=text):
            return f"asked: {text}"
        case ActionApproved(action_id=id_):
            return f"approved {_call_of(id_, state)}"
        case ActionRejected(action_id=id_, reason=reason):
            return f"rejected {_call_of(id_, state)}: {reason}"
        case ActionEdited(action_id=id_, arguments=arguments):
            return f"edited {id_} to {_arguments(arguments)}"
        case happening:
            fields = happening.model_dump(mode="json", exclude={"type"}, exclude_none=True)
            return f"{spoken(happening.type)}: {_arguments(fields)}".removesuffix(": ")


def _call_of(action_id: str, state: Investigation) -> str:
    record = state.actions.get(action_id)
    return f"{action_id}, {call(record.action.tool, record.action.arguments)}" if record else action_id


def call(tool: str, arguments: Mapping[str, Any]) -> str:
    """'read_logs (component=cart-redis)'."""
    return f"{tool} ({cut(_arguments(arguments))})" if arguments else tool


def _arguments(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in arguments.items() if value not in (None, "", [], {}))


def spoken(name: str) -> str:
    """'PaceSet' -> 'pace set'."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def cut(text: str) -> str:
    """One line, not longer than a line bears."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]}…"


# -- in words ----------------------------------------------------------------------------------------------------------


def _in_words(shared: int, one: Side, other: Side) -> str:
    if shared == one.events == other.events:
        return f"Both are the same, event by event, to event {shared}." if shared else "Neither has begun."
    sides = ((one, other), (other, one))
    did = [*_told(sides, _spoke), *_told(sides, _ran)]
    sentences = (_where_they_part(shared, one, other), "; ".join(did), "; ".join(_endings(one, other)))
    return " ".join(f"{sentence[:1].upper()}{sentence[1:]}." for sentence in sentences if sentence)


def _where_they_part(shared: int, one: Side, other: Side) -> str:
    if not shared:
        return "they share no event"
    over = next((side.called for side in (one, other) if side.events == shared), None)
    return f"same to event {shared}" + (f", which is {over}'s last" if over else "")


def _told(sides: Iterable[tuple[Side, Side]], tell: Callable[[Side, Side], str]) -> Iterable[str]:
    return filter(None, (tell(mine, theirs) for mine, theirs in sides))


def _spoke(mine: Side, _: Side) -> str:
    words = [said for said in mine.said if said.type in ("GuidanceGiven", "FactStated")]
    return f"in {mine.called}, {words[0].by} said “{cut(words[0].text)}”{_more(words)}" if words else ""


def _ran(mine: Side, theirs: Side) -> str:
    ran = [done for done in mine.actions_only_here if done.ran]
    if not ran:
        return ""
    first = min(ran, key=lambda done: len(_arguments(done.arguments)))
    return f"{mine.called} ran {call(first.tool, first.arguments)}{_more(ran)}, which {theirs.called} did not"


def _more(listed: Sequence[object]) -> str:
    return f" and {len(listed) - 1} more" if len(listed) > 1 else ""


def _endings(one: Side, other: Side) -> list[str]:
    first, second = one.root_cause, other.root_cause
    if not first or not second:
        return ["neither has concluded"] if one.verdict is other.verdict is None else [_ending(one), _ending(other)]
    where = f"{first.component}: {plain(first.fault)}"
    if (first.component, first.fault) != (second.component, second.fault):
        return [_ending(one), _ending(other)]
    chances = (_chance(one), _chance(other))
    if chances[0] == chances[1]:
        return [f"both name {where}, with {chances[0]}"]
    return [f"both name {where}, {one.called} with {chances[0]} against {chances[1]}"]


def _ending(side: Side) -> str:
    if side.verdict is None:
        return f"{side.called} has not concluded"
    if side.root_cause is None:
        return f"{side.called} names no cause ({plain(side.verdict.value)})"
    return f"{side.called} names {side.root_cause.component}: {plain(side.root_cause.fault)}, with {_chance(side)}"


def _chance(side: Side) -> str:
    return "an unknown probability" if side.chance is None else percent(side.chance)


def plain(identifier: str) -> str:
    """'memory_exhaustion' -> 'memory exhaustion'."""
    return identifier.replace("_", " ")
