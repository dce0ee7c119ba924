"""What people and the policy decided, and what people said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sre_core import events as ev
from sre_core.domain import Value
from sre_core.investigation import Status
from sre_core.reasoning.answering.passages import NO_LONGER, Kind, Passage
from sre_core.reasoning.answering.phrases import arguments, at, spoken, who
from sre_core.reasoning.answering.standing import Standing


def of_request(request: ev.ApprovalRequested, seq: int, now: Standing) -> Iterator[Passage]:
    """What a person must decide, or was asked to."""
    id_ = request.action_id
    record = now.state.actions.get(id_)
    waits = record is not None and record.status is Status.WAITING and record.asked_seq == seq
    lead = f"{'A person must decide' if waits else 'A person was asked'} about {now.call(id_)}"
    about = f"approval {request.reason} {' '.join(request.affected)} {now.about(id_)}"
    kind, weight = (Kind.ASKED, 1.0) if waits else (Kind.DECISION, NO_LONGER)
    yield Passage(kind, seq, f"{id_}: {request.reason}", lead, about, action_id=id_, weight=weight)
    if request.undo:
        yield Passage(Kind.REMEDY, seq, request.undo, "To undo it", about, action_id=id_, weight=NO_LONGER)


def of_decision(
    decision: ev.ActionApproved | ev.ActionRejected | ev.ActionDenied | ev.ActionEdited,
    event: ev.Event,
    now: Standing,
) -> Passage:
    """Who decided what about an action, when, and why."""
    kind, detail = Kind.DECISION, ""
    match decision:
        case ev.ActionRejected(reason=reason) | ev.ActionDenied(reason=reason):
            kind, detail = Kind.REFUSAL, reason
        case ev.ActionEdited(arguments=given):
            detail = arguments(given)
    id_, verb = decision.action_id, spoken(decision.type).removeprefix("action ")
    text = f"{who(event)} {verb} {id_}: {detail}".rstrip(": ")
    return Passage(kind, event.seq, text, f"{at(event)}, {now.call(id_)}", now.about(id_), action_id=id_)


def of_suggestion(suggested: ev.ActionSuggested, event: ev.Event, now: Standing) -> Iterator[Passage]:
    """That it was left to a person, and how they would do and undo it."""
    id_ = suggested.action_id
    about = f"suggest only {' '.join(suggested.affected)} {now.about(id_)}"
    text, lead = f"{id_}: {suggested.reason}", f"{at(event)}, suggested: {now.call(id_)}"
    yield Passage(Kind.DECISION, event.seq, text, lead, about, action_id=id_)
    for how, said_so in (("To do it", suggested.command), ("To undo it", suggested.undo)):
        if said_so:
            yield Passage(Kind.REMEDY, event.seq, said_so, how, about, action_id=id_, weight=NO_LONGER)


def of_start(started: ev.ActionStarted, event: ev.Event, now: Standing) -> Iterator[Passage]:
    """Who let it run, where nobody was asked; and that it runs."""
    id_ = started.action_id
    if (record := now.state.actions.get(id_)) is None:
        return
    ran = Passage(Kind.NOW, event.seq, f"{event.actor} started {id_}", "", now.about(id_), action_id=id_)
    if started.standing is not None:
        by_whom = f"By the standing approval of event {started.standing}"
        yield replace(ran, kind=Kind.DECISION, lead=f"{by_whom}, {now.call(id_)}", weight=0.4)
    elif not record.decided_by:
        yield replace(ran, kind=Kind.DECISION, lead=f"Nobody was asked, {now.call(id_)}", weight=0.4)
    if record.status is Status.RUNNING and record.run_id == started.run_id:
        yield replace(ran, lead=f"Running now, {now.call(id_)}")


def by_a_person(event: ev.Event, text: str, about: str = "") -> Passage:
    """A decision about the investigation."""
    lead = f"{at(event)}{f', {about}' if about else ''}"
    return Passage(Kind.DECISION, event.seq, f"{who(event)}, {text}".rstrip(": "), lead, about, weight=0.7)


def in_its_words(plain: Value, event: ev.Event) -> Passage:
    """A decision that nothing more is known of than its name and what it was given."""
    given = plain.model_dump(mode="json", exclude={"type", "digest"}, exclude_none=True)
    return by_a_person(event, f"{spoken(type(plain).__name__)}: {arguments(given)}")


def said(event: ev.Event, text: str, verb: str, about: str = "") -> Passage:
    """Words of a person."""
    return Passage(Kind.SAID, event.seq, text, f"{who(event)} {verb}, {at(event)}", f"{event.actor} {about}")


def of_fact(fact: ev.FactStated, event: ev.Event, now: Standing) -> Passage:
    """What a person stated, with the id it has as evidence."""
    stated = said(event, fact.text, "stated", f"{fact.component or ''} fact")
    known = (piece.id for piece in now.state.evidence.values() if piece.action_id == f"said-{event.seq}")
    if (id_ := next(known, None)) is None:
        return replace(stated, lead=f"Corrected since: {stated.lead}", weight=NO_LONGER)
    return replace(stated, evidence_id=id_)
