"""The timeline of a postmortem: what was seen to begin when, and what people and the workbench did about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sre_core import events as ev
from sre_core.events import Event
from sre_core.investigation import Investigation
from sre_core.postmortem.written import ALERT, Section, Sentence, changes, named, told, who


def timeline(state: Investigation, events: Sequence[Event]) -> Section:
    """What began, and what was said and done, in the order of time."""
    moments = [sentence for sentence in _moments(state, events) if sentence.at]
    return Section(heading="Timeline", sentences=tuple(sorted(moments, key=_when)))


def _when(sentence: Sentence) -> tuple[datetime, tuple[int, ...]]:
    assert sentence.at is not None
    return sentence.at, sentence.events


def _moments(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    if state.alert.starts_at:
        yield Sentence(text="The condition that the alert tells of began.", events=(ALERT,), at=state.alert.starts_at)
    for piece in state.evidence.values():
        where = f"`{piece.component}`: " if piece.component else ""
        yield Sentence(text=f"{where}{' '.join(piece.quote.split())}.", evidence=(piece.id,), at=piece.onset)
    for event in events:
        if text := _noted(event, state):
            yield Sentence(text=text, events=(event.seq,), at=event.at)


def _noted(event: Event, state: Investigation) -> str:
    """What of an event belongs into a postmortem's timeline; empty for the many that do not."""
    person = who(event.actor)
    match event.happening:
        case ev.AlertReceived():
            return "The investigation was opened."
        case ev.ConclusionReached(conclusion=conclusion):
            return f"Concluded: {conclusion.headline}"
        case ev.GuidanceGiven(text=text):
            return f"{person} redirected: “{text}”"
        case ev.FactStated(text=text):
            return f"{person} added a fact: “{text}”"
        case ev.ActionApproved(action_id=id_) if id_ in state.actions:
            return f"{person} approved {named(state.actions[id_])}."
        case ev.ActionRejected(action_id=id_, reason=reason) if id_ in state.actions:
            return f"{person} rejected {named(state.actions[id_])}: {reason}"
        case ev.ActionSucceeded(action_id=id_) if id_ in state.actions and changes(state.actions[id_]):
            outcome = state.actions[id_].observation
            return f"{named(state.actions[id_])} ran: {outcome.summary if outcome else 'no outcome is known'}"
        case ev.ConclusionRated() as rated:
            return f"{person} rated the conclusion {rated.rating.value}{told(rated)}"
        case ev.ConclusionRefuted(reason=reason):
            return f"{person} knew that it is not that: {reason}"
        case ev.InvestigationStopped(reason=reason):
            return f"{person} stopped the investigation. {reason}".strip()
        case _:
            return ""
