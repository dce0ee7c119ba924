"""A postmortem draft from a timeline: every sentence names the evidence or the event that it rests on, and nothing else is said.

The sections are those that most published templates share (summary, impact, timeline, root cause, contributing factors,
actions). What a timeline cannot know (how many users, what to change in the organisation) is left as a question to its author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import Field

from sre_core import events as ev
from sre_core.domain import Evidence, Remediation, Value
from sre_core.events import Event
from sre_core.investigation import ActionRecord, Investigation, Status

ALERT = 1
"""seq of the event that every timeline begins with."""
NOT_EXCLUDED = 0.1
"""Probability from which another explanation is worth a sentence."""


class Sentence(Value):
    """One statement and what it rests on."""

    text: str
    evidence: tuple[str, ...] = Field(default=(), description="Ids of evidence.")
    events: tuple[int, ...] = Field(default=(), description="seq of events.")
    at: datetime | None = Field(default=None, description="When it happened, in the section on the timeline.")


class Section(Value):
    """A heading and its sentences; a question to the author where the timeline has nothing to say."""

    heading: str
    sentences: tuple[Sentence, ...] = ()
    question: str = ""


class PostmortemDraft(Value):
    """A draft: what is known, by section, and the evidence that the sentences name."""

    investigation_id: str
    title: str
    component: str | None
    fault: str | None
    started_at: datetime | None
    sections: tuple[Section, ...]
    evidence: tuple[Evidence, ...] = Field(description="All that is cited, in the order of its ids.")
    seen_at: tuple[tuple[str, int], ...] = Field(description="(id of evidence, seq of the event that has it)")


def draft(state: Investigation, events: Sequence[Event]) -> PostmortemDraft:
    """What the timeline has to say, whether it is concluded or not."""
    cause = state.conclusion.root_cause if state.conclusion else None
    sections = tuple(section(state, events) for section in (_summary, _impact, _timeline, _cause, _factors, _actions))
    cited = {id_ for section in sections for sentence in section.sentences for id_ in sentence.evidence}
    seen = [
        (piece.id, event.seq)
        for event in events
        if isinstance(event.happening, ev.ReflectionMade)
        for piece in event.happening.reflection.evidence
        if piece.id in cited
    ]
    return PostmortemDraft(
        investigation_id=state.id,
        title=state.alert.title,
        component=cause.component if cause else state.alert.component,
        fault=cause.fault if cause else None,
        started_at=state.alert.starts_at or state.opened_at,
        sections=sections,
        evidence=tuple(piece for id_, piece in sorted(_all_evidence(state).items(), key=_by_number) if id_ in cited),
        seen_at=tuple(seen),
    )


def _all_evidence(state: Investigation) -> dict[str, Evidence]:
    return {**state.superseded_evidence, **state.evidence}


def _by_number(item: tuple[str, Evidence]) -> tuple[int, str]:
    digits = "".join(letter for letter in item[0] if letter.isdigit())
    return int(digits or 0), item[0]


def _last(events: Sequence[Event], *kinds: type[Value]) -> int:
    """seq of the last event of these kinds; that of the alert when there is none."""
    return next((event.seq for event in reversed(events) if isinstance(event.happening, kinds)), ALERT)


def _summary(state: Investigation, events: Sequence[Event]) -> Section:
    return Section(heading="Summary", sentences=tuple(_summed_up(state, events)))


def _summed_up(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    began = f" at {state.alert.starts_at:%Y-%m-%d %H:%M:%S} UTC" if state.alert.starts_at else ""
    yield Sentence(text=f"The alert “{state.alert.title}” was raised{began}.", events=(ALERT,))
    if state.conclusion is None:
        yield Sentence(text="The investigation has reached no conclusion yet.", events=(events[-1].seq,))
        return
    concluded = _last(events, ev.ConclusionReached)
    verdict = state.conclusion.verdict.value.replace("_", " ")
    said = f"{state.conclusion.headline.rstrip('.')} (verdict: {verdict})."
    yield Sentence(text=said, evidence=_of_cause(state), events=(concluded,))
    if rated := state.control.rating:
        text = f"{_who(rated.said.by)} rated this conclusion {rated.rated.rating.value}."
        yield Sentence(text=text, events=(_last(events, ev.ConclusionRated),))


def _of_cause(state: Investigation) -> tuple[str, ...]:
    """Evidence that the claims about the cause cite."""
    claims = state.conclusion.claims if state.conclusion else ()
    return tuple(dict.fromkeys(id_ for claim in claims if claim.verified for id_ in claim.evidence))[:6]


def _impact(state: Investigation, events: Sequence[Event]) -> Section:
    sentences = [Sentence(text=f"The alert was of severity {state.alert.severity.value}.", events=(ALERT,))]
    conclusion = state.conclusion
    if conclusion and conclusion.blast_radius:
        named = ", ".join(f"`{component}`" for component in conclusion.blast_radius)
        sentences.append(
            Sentence(
                text=f"By what depends on what, it may have been felt in {named}.",
                events=(_last(events, ev.ConclusionReached),),
            )
        )
    cause = conclusion.root_cause.component if conclusion and conclusion.root_cause else None
    for component, pieces in _symptoms(state, but=cause).items():
        quote = " ".join(pieces[0].quote.split())
        sentences.append(
            Sentence(text=f"`{component}` was affected: {quote}.", evidence=tuple(p.id for p in pieces[:3]))
        )
    return Section(
        heading="Impact", sentences=tuple(sentences), question="Who was affected, how many of them, and for how long?"
    )


def _symptoms(state: Investigation, but: str | None) -> dict[str, list[Evidence]]:
    """Components other than the cause in which telemetry showed something, and what; at most five."""
    found: dict[str, list[Evidence]] = {}
    speaking = {weight.evidence_id for weight in state.weights if weight.log_odds > 0}
    for piece in state.evidence.values():
        if piece.component and piece.component != but and piece.onset and piece.id in speaking:
            found.setdefault(piece.component, []).append(piece)
    return dict(list(found.items())[:5])


def _timeline(state: Investigation, events: Sequence[Event]) -> Section:
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
    who = _who(event.actor)
    match event.happening:
        case ev.AlertReceived():
            return "The investigation was opened."
        case ev.ConclusionReached(conclusion=conclusion):
            return f"Concluded: {conclusion.headline}"
        case ev.GuidanceGiven(text=text):
            return f"{who} redirected: “{text}”"
        case ev.FactStated(text=text):
            return f"{who} added a fact: “{text}”"
        case ev.ActionApproved(action_id=id_) if id_ in state.actions:
            return f"{who} approved {_named(state.actions[id_])}."
        case ev.ActionRejected(action_id=id_, reason=reason) if id_ in state.actions:
            return f"{who} rejected {_named(state.actions[id_])}: {reason}"
        case ev.ActionSucceeded(action_id=id_) if id_ in state.actions and _changes(state.actions[id_]):
            outcome = state.actions[id_].observation
            return f"{_named(state.actions[id_])} ran: {outcome.summary if outcome else 'no outcome is known'}"
        case ev.ConclusionRefuted(reason=reason):
            return f"{who} knew that it is not that: {reason}"
        case ev.InvestigationStopped(reason=reason):
            return f"{who} stopped the investigation. {reason}".strip()
        case _:
            return ""


def _changes(record: ActionRecord) -> bool:
    return record.action.effect.value == "writes"


def _named(record: ActionRecord) -> str:
    arguments = ", ".join(f"{name}={value}" for name, value in record.action.arguments.items())
    return f"`{record.action.tool}` ({arguments})"


def _who(actor: str) -> str:
    return actor.removeprefix("person:")


def _cause(state: Investigation, events: Sequence[Event]) -> Section:
    conclusion = state.conclusion
    concluded = (_last(events, ev.ConclusionReached),)
    sentences: list[Sentence] = []
    if conclusion and conclusion.root_cause:
        sentences.append(Sentence(text=conclusion.root_cause.statement, evidence=_of_cause(state), events=concluded))
    for claim in conclusion.claims if conclusion else ():
        unverified = "" if claim.verified else " (this could not be verified)"
        sentences.append(Sentence(text=claim.text + unverified, evidence=claim.evidence, events=concluded))
    told = state.control.rating.rated if state.control.rating else None
    if told and told.component:
        what = told.component if told.fault is None else f"{told.component}: {told.fault.replace('_', ' ')}"
        text = f"A person later told the true cause: {what}. {told.note}".strip()
        sentences.append(Sentence(text=text, events=(_last(events, ev.ConclusionRated),)))
    return Section(
        heading="Root cause", sentences=tuple(sentences), question="" if sentences else "What was the root cause?"
    )


def _factors(state: Investigation, events: Sequence[Event]) -> Section:
    return Section(
        heading="Contributing factors",
        sentences=tuple(_contributing(state, events)),
        question="What made it possible, what made it worse, and what let it go unnoticed?",
    )


def _contributing(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    conclusion = state.conclusion
    if conclusion is None:
        return
    concluded = (_last(events, ev.ConclusionReached),)
    if conclusion.root_cause and conclusion.root_cause.change_id:
        yield Sentence(text=f"The change `{conclusion.root_cause.change_id}` is held responsible.", events=concluded)
    for hypothesis, chance in state.ranked:
        ours = conclusion.root_cause and hypothesis.component == conclusion.root_cause.component
        if chance >= NOT_EXCLUDED and not ours:
            yield Sentence(text=f"Not excluded ({chance:.0%}): {hypothesis.statement}", events=concluded)
    for gap in conclusion.not_examined:
        of = f" of `{gap.component}`" if gap.component else ""
        yield Sentence(text=f"Not examined: {gap.source}{of} ({gap.reason}).", events=concluded)
    failed = [(event.seq, event.happening) for event in events if isinstance(event.happening, ev.ActionFailed)]
    for seq, failure in failed[:5]:
        if failure.action_id in state.actions:
            tool = state.actions[failure.action_id].action.tool
            yield Sentence(text=f"While looking, `{tool}` failed: {failure.error}", events=(seq,))


def _actions(state: Investigation, events: Sequence[Event]) -> Section:
    return Section(
        heading="Actions",
        sentences=tuple(_to_do(state, events)),
        question="Who does what until when, so that it does not happen again?",
    )


def _to_do(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    conclusion = state.conclusion
    concluded = (_last(events, ev.ConclusionReached),)
    done = [record for record in state.actions.values() if _changes(record) and record.status is Status.SUCCEEDED]
    for record in done:
        outcome = record.observation.summary if record.observation else "no outcome is known"
        seq = next(
            e.seq
            for e in events
            if isinstance(e.happening, ev.ActionSucceeded) and e.happening.action_id == record.action.id
        )
        yield Sentence(text=f"Done: {_named(record)}: {outcome}", events=(seq,))
    for item in conclusion.remediation if conclusion else ():
        if not any(_is_done(item, record) for record in done):
            first = "first, " if item.first else ""
            command = f" (`{item.command}`)" if item.command else ""
            text = f"To do ({first}risk {item.risk.value}): {item.action}{command}"
            yield Sentence(text=text, evidence=item.evidence, events=concluded)
    for text in conclusion.would_settle if conclusion else ():
        yield Sentence(text=f"Would settle it: {text}", events=concluded)


def _is_done(item: Remediation, record: ActionRecord) -> bool:
    return item.tool == record.action.tool and dict(item.arguments) == dict(record.action.arguments)
