"""A postmortem draft from a timeline: every sentence names the evidence or the event that it rests on, and nothing else is said.

The sections are those that most published templates share (summary, impact, timeline, root cause, contributing factors,
actions). What a timeline cannot know (how many users, what to change in the organisation) is left as a question to its author.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sre_core import events as ev
from sre_core.domain import Evidence, Remediation
from sre_core.events import Event
from sre_core.investigation import ActionRecord, Investigation, Status
from sre_core.memory.told import cause_of
from sre_core.postmortem.causes import contributing_factors, not_examined, root_cause
from sre_core.postmortem.chronicle import timeline
from sre_core.postmortem.written import (
    ALERT,
    Correction,
    PostmortemDraft,
    Section,
    Sentence,
    changes,
    fix_in_words,
    last,
    named,
    of_cause,
    who,
)


def draft(state: Investigation, events: Sequence[Event], corrected: Correction | None = None) -> PostmortemDraft:
    """What the timeline has to say, whether it is concluded or not; ``corrected``: what a person made of it in memory since."""
    made = (
        _summary(state, events),
        _impact(state, events),
        timeline(state, events),
        root_cause(state, events, corrected),
        contributing_factors(state, events),
        not_examined(state, events),
        _actions(state, events, corrected),
    )
    sections = tuple(section for section in made if section.sentences or section.question)
    component, fault = _where(state, corrected)
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
        component=component,
        fault=fault,
        started_at=state.alert.starts_at or state.opened_at,
        sections=sections,
        evidence=tuple(piece for id_, piece in sorted(_all_evidence(state).items(), key=_by_number) if id_ in cited),
        seen_at=tuple(seen),
    )


def _where(state: Investigation, corrected: Correction | None) -> tuple[str | None, str | None]:
    """Component and fault: as corrected, else as told by whoever rated it, else as concluded, else as the alert says."""
    if corrected:
        return corrected.believed.component, corrected.believed.fault
    rated = state.control.rating.rated if state.control.rating else None
    conclusion = state.conclusion
    told = cause_of(conclusion, rated, None) if conclusion else {}
    return told.get("component") or state.alert.component, told.get("fault")


def _all_evidence(state: Investigation) -> dict[str, Evidence]:
    return {**state.superseded_evidence, **state.evidence}


def _by_number(item: tuple[str, Evidence]) -> tuple[int, str]:
    digits = "".join(letter for letter in item[0] if letter.isdigit())
    return int(digits or 0), item[0]


def _summary(state: Investigation, events: Sequence[Event]) -> Section:
    return Section(heading="Summary", sentences=tuple(_summed_up(state, events)))


def _summed_up(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    began = f" at {state.alert.starts_at:%Y-%m-%d %H:%M:%S} UTC" if state.alert.starts_at else ""
    yield Sentence(text=f"The alert “{state.alert.title}” was raised{began}.", events=(ALERT,))
    if state.conclusion is None:
        yield Sentence(text="The investigation has reached no conclusion yet.", events=(events[-1].seq,))
        return
    concluded = last(events, ev.ConclusionReached)
    verdict = state.conclusion.verdict.value.replace("_", " ")
    said = f"{state.conclusion.headline.rstrip('.')} (verdict: {verdict})."
    yield Sentence(text=said, evidence=of_cause(state), events=(concluded,))
    if rated := state.control.rating:
        text = f"{who(rated.said.by)} rated this conclusion {rated.rated.rating.value}."
        yield Sentence(text=text, events=(last(events, ev.ConclusionRated),))


def _impact(state: Investigation, events: Sequence[Event]) -> Section:
    sentences = [Sentence(text=f"The alert was of severity {state.alert.severity.value}.", events=(ALERT,))]
    conclusion = state.conclusion
    if conclusion and conclusion.blast_radius:
        named = ", ".join(f"`{component}`" for component in conclusion.blast_radius)
        sentences.append(
            Sentence(
                text=f"By what depends on what, it may have been felt in {named}.",
                events=(last(events, ev.ConclusionReached),),
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


def _actions(state: Investigation, events: Sequence[Event], corrected: Correction | None) -> Section:
    return Section(
        heading="Actions",
        sentences=(*_done_by_people(state, events, corrected), *_to_do(state, events)),
        question="Who does what until when, so that it does not happen again?",
    )


def _done_by_people(state: Investigation, events: Sequence[Event], corrected: Correction | None) -> Iterator[Sentence]:
    rated = state.control.rating
    if rated and (fix := fix_in_words(rated.rated.fix, rated.rated.fix_held)):
        yield Sentence(text=f"{who(rated.said.by)} tells: {fix}", events=(last(events, ev.ConclusionRated),))
    if corrected and corrected.believed.done and corrected.believed.resolution:
        fix = fix_in_words(corrected.believed.resolution, corrected.believed.fix_held)
        yield Sentence(text=f"As corrected in memory: {fix}", revision=corrected.revision)


def _to_do(state: Investigation, events: Sequence[Event]) -> Iterator[Sentence]:
    conclusion = state.conclusion
    concluded = (last(events, ev.ConclusionReached),)
    done = [record for record in state.actions.values() if changes(record) and record.status is Status.SUCCEEDED]
    for record in done:
        outcome = record.observation.summary if record.observation else "no outcome is known"
        seq = next(
            e.seq
            for e in events
            if isinstance(e.happening, ev.ActionSucceeded) and e.happening.action_id == record.action.id
        )
        yield Sentence(text=f"Done: {named(record)}: {outcome}", events=(seq,))
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
