"""Repeats an investigation from its record: every step that the loop took then is taken again by the same code, and compared.

What came from outside is given as it was: people's words, what tools and memory brought back, what a model answered or how it
failed, and when. What the loop and the reasoner make of it is made anew, without network and without running a tool.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from pydantic import Field

from sre_core.domain import Value
from sre_core.errors import ContentGone, NotInRecord, WorkbenchError
from sre_core.events import (
    ActionFailed,
    ActionProposed,
    ActionSucceeded,
    ApprovalExpired,
    Entry,
    Event,
    ReasonerReplaced,
    is_fact,
)
from sre_core.gateway.asking import Deaf, Gateway, Listening
from sre_core.gateway.faults import FaultKind
from sre_core.gateway.record import CallRecord
from sre_core.investigation import Investigation, Phase, Status, Turn
from sre_core.investigator import Investigator, Reasoner
from sre_core.loop import next_entry
from sre_core.model_use import accounted
from sre_core.replay_differences import Parting, parting, told
from sre_core.replay_given import AnsweredAsThen, GivenMemory, GivenTools

log = logging.getLogger(__name__)

Records = Callable[[Event], Iterable[CallRecord]]
"""The records of an event's model calls; those that are gone are left out."""

Thinks = Callable[[Gateway, Listening], Reasoner]
"""Makes the reasoner that asks a model."""


def records_in(read: Callable[[str], str]) -> Records:
    """Records out of what is kept by digest. ``read`` raises ``ContentGone`` for what is not (any more)."""

    def of(event: Event) -> Iterable[CallRecord]:
        for kept in (call.record for call in event.calls if call.record):
            with suppress(ContentGone):
                yield CallRecord.model_validate_json(read(kept.digest))

    return of


def reaches_outside(events: Iterable[Event], origins: Collection[str]) -> bool:
    """Whether tools of others must be asked what they take: one was proposed, or a model was told of those there are."""
    return any(event.calls or _origin(event) in origins for event in events)


def _origin(event: Event) -> str:
    proposed = event.happening.action.tool if isinstance(event.happening, ActionProposed) else ""
    return proposed.partition(".")[0]


def thinking_beside(rules: Reasoner, shown: int) -> Thinks:
    """The model's reasoner beside these rules; ``shown``: characters of a case that it is shown.

    Nothing is looked up for it: what was looked up then is in its record, and is not compared.
    """
    from sre_core.reasoning.model.reasoner import ModelReasoner
    from sre_core.reasoning.rules import RuleReasoner

    if not isinstance(rules, RuleReasoner):
        raise TypeError("a model reasons beside the rules")
    return lambda gateway, listening: ModelReasoner(gateway, listening, rules, budget=shown)


class Replayed(Value):
    """How a repetition went."""

    investigation: str
    events: int = Field(description="How many the record holds.")
    repeated: int = Field(description="Steps that were taken again, up to where they part.")
    given: int = Field(description="Events that were given as they were.")
    parting: Parting | None = Field(default=None, description="The first difference; None: it is the same.")
    ending: str = Field(default="", description="Where it ended: the conclusion, or that there was none.")

    @property
    def same(self) -> bool:
        """The same decisions, the same evidence, the same conclusion."""
        return self.parting is None


async def replay(
    events: Sequence[Event], at_hand: Investigator, records: Records = lambda _: (), thinks: Thinks | None = None
) -> Replayed:
    """Take each step again as things stood then; ends at the first that comes out differently.

    ``at_hand``: what the investigation's workspace offers today; its tools are asked what they take, and never run.
    ``thinks``: the model's reasoner, where a model may have reasoned. Raises ``ValueError`` when the events cannot have happened.
    """
    state = Investigation(events[-1].investigation_id if events else "")
    repeated, differs = 0, None
    for then in events:
        if not is_given(then, state):
            repeated += 1
            if differs := await _taken_again(then, state, _as_then(then, state, at_hand, records, thinks)):
                break
        state.apply(then)
    ending = state.conclusion.headline if state.conclusion else "There was no conclusion."
    return Replayed(
        investigation=state.id,
        events=len(events),
        repeated=repeated,
        given=state.seq + bool(differs) - repeated,
        parting=differs,
        ending=ending,
    )


def is_given(event: Event, state: Investigation) -> bool:
    """Whether it came from outside the loop. ``state``: just before it."""
    match event.happening:
        case ActionSucceeded(action_id=action_id) | ActionFailed(action_id=action_id):
            runs = state.open_action if state.phase is Phase.ACT else None
            return runs is None or runs.action.id != action_id  # news had let go of it when it came back
        case ApprovalExpired(action_id=action_id):
            return state.actions[action_id].status is Status.WAITING  # an answer that came too late said so
        case happening:
            return event.actor.startswith("person:") or is_fact(happening)


async def _taken_again(then: Event, state: Investigation, at_hand: Investigator) -> Parting | None:
    """How the step comes out differently now; None when it does not."""
    if state.turn is not Turn.LOOP:
        waits = "nothing is left to do" if state.turn is Turn.NOBODY else "a person is waited for"
        return Parting(seq=then.seq, what="who goes on", then=told(then), now=waits)
    try:
        now: Entry = await accounted(next_entry(state, at_hand), state, at_hand)
    except Exception as error:
        expected = isinstance(error, WorkbenchError)
        log.log(logging.INFO if expected else logging.ERROR, "event %s came out differently", then.seq, exc_info=error)
        broke = str(error) if expected else f"it broke: {type(error).__name__}: {error}"
        lacking = isinstance(error, NotInRecord)
        return Parting(seq=then.seq, what="what happened", then=told(then), now=broke, lacking=lacking)
    if isinstance(now.happening, ReasonerReplaced) and now.happening.kind == FaultKind.NOT_RECORDED:
        because = now.happening.because
        return Parting(seq=then.seq, what="what a model is asked", then=told(then), now=because, lacking=True)
    return parting(then, now)


def _as_then(
    then: Event, state: Investigation, at_hand: Investigator, records: Records, thinks: Thinks | None
) -> Investigator:
    """What the loop had at hand when it wrote this."""
    gateway = AnsweredAsThen(records(then), then)
    return replace(
        at_hand,
        model=thinks(gateway, Deaf()) if thinks else at_hand.model,
        tools=GivenTools(at_hand.tools, then, state.erased),
        memory=GivenMemory(then),
        run_id=getattr(then.happening, "run_id", "another run"),
        now=lambda: then.at,
        calls=tuple,
    )
