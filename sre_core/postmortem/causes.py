"""What a postmortem says about the cause: what is believed of it, what contributed, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sre_core import events as ev
from sre_core.domain import Rating
from sre_core.events import Event
from sre_core.investigation import Investigation
from sre_core.postmortem.written import Correction, Section, Sentence, last, of_cause, told, who

NOT_EXCLUDED = 0.1
"""Probability from which another explanation is worth a sentence."""


def root_cause(state: Investigation, events: Sequence[Event], corrected: Correction | None) -> Section:
    """What is believed last comes first: a correction in memory, what a person told, what was concluded."""
    sentences = (*_told_by_people(state, events, corrected), *_concluded(state, events))
    return Section(heading="Root cause", sentences=sentences, question="" if sentences else "What was the root cause?")


def _told_by_people(state: Investigation, events: Sequence[Event], corrected: Correction | None) -> Iterator[Sentence]:
    if corrected:
        one = corrected.believed
        where = ": ".join(part for part in (one.component, (one.fault or "").replace("_", " ")) if part)
        what = ". ".join(part.rstrip(".") for part in (where, one.statement) if part)
        text = f"{corrected.by} corrected this in memory on {corrected.at:%Y-%m-%d}: {what or 'no cause is known'}."
        yield Sentence(text=text, revision=corrected.revision)
    rated = state.control.rating
    if rated and rated.rated.tells_cause:
        text = f"{who(rated.said.by)} told the true cause later{told(rated.rated)}"
        yield Sentence(text=text, events=(last(events, ev.ConclusionRated),))


def _concluded(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    conclusion, rated = state.conclusion, state.control.rating
    concluded = (last(events, ev.ConclusionReached),)
    if conclusion and conclusion.root_cause:
        wrong = rated is not None and rated.rated.rating is Rating.WRONG
        first = "Concluded at first, and called wrong: " if wrong else ""
        text = first + conclusion.root_cause.statement
        yield Sentence(text=text, evidence=of_cause(state), events=concluded)
    for claim in conclusion.claims if conclusion else ():
        unverified = "" if claim.verified else " (this could not be verified)"
        yield Sentence(text=claim.text + unverified, evidence=claim.evidence, events=concluded)


def contributing_factors(state: Investigation, events: Sequence[Event]) -> Section:
    """What may have had a part in it, and is not excluded."""
    return Section(
        heading="Contributing factors",
        sentences=tuple(_contributing(state, events)),
        question="What made it possible, what made it worse, and what let it go unnoticed?",
    )


def _contributing(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    conclusion = state.conclusion
    if conclusion is None:
        return
    concluded = (last(events, ev.ConclusionReached),)
    if conclusion.root_cause and conclusion.root_cause.change_id:
        yield Sentence(text=f"The change `{conclusion.root_cause.change_id}` is held responsible.", events=concluded)
    for hypothesis, chance in state.ranked:
        ours = conclusion.root_cause and hypothesis.component == conclusion.root_cause.component
        if chance >= NOT_EXCLUDED and not ours:
            yield Sentence(text=f"Not excluded ({chance:.0%}): {hypothesis.statement}", events=concluded)


def not_examined(state: Investigation, events: Sequence[Event]) -> Section:
    """What nobody looked at, or could not: it says nothing about the cause. Left out where there is nothing of it."""
    return Section(heading="Not examined", sentences=tuple(_gaps(state, events)))


def _gaps(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    for gap in state.conclusion.not_examined if state.conclusion else ():
        of = f" of `{gap.component}`" if gap.component else ""
        text = f"{gap.source[:1].upper()}{gap.source[1:]}{of}: {gap.reason}."
        yield Sentence(text=text, events=(last(events, ev.ConclusionReached),))
    failed = [(event.seq, event.happening) for event in events if isinstance(event.happening, ev.ActionFailed)]
    for seq, failure in failed[:5]:
        if failure.action_id in state.actions:
            tool = state.actions[failure.action_id].action.tool
            yield Sentence(text=f"While looking, `{tool}` failed: {failure.error}", events=(seq,))
