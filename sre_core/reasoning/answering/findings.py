"""What was made of the observations: evidence, hypotheses in the race, and those that were ruled out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sre_core import events as ev
from sre_core.beliefs import percent
from sre_core.domain import Evidence, Examined, Hypothesis, Reflection, RuledOut
from sre_core.reasoning.answering.decisions import said
from sre_core.reasoning.answering.passages import NO_LONGER, Kind, Passage
from sre_core.reasoning.answering.phrases import at, of_component, utc, who
from sre_core.reasoning.answering.standing import Standing, blamed, kind_of


def of_reflection(reflection: Reflection, seq: int, now: Standing) -> Iterator[Passage]:
    """The thought, and all that it rests on or leads to."""
    id_ = reflection.action_id
    yield Passage(Kind.THOUGHT, seq, reflection.thought, "What was made of it", id_ or "", action_id=id_)
    for piece in reflection.evidence:
        yield from _of_evidence(piece, seq, now)
    for out in reflection.ruled_out:
        yield of_ruled_out(out, seq, out.hypothesis_id in now.state.ruled_out, now)
    yield from of_hypotheses(reflection.new_hypotheses, seq, now)
    for look in reflection.examined:
        text = f"{look.component}: {look.source} {look.showed.value}"
        kind = Kind.NO_DATA if look.showed is Examined.NO_DATA else Kind.EXAMINED
        yield Passage(kind, seq, text, "Looked at", action_id=id_, weight=0.9)


def _of_evidence(piece: Evidence, seq: int, now: Standing) -> Iterator[Passage]:
    about = " ".join((piece.component or "", piece.source, piece.finding, piece.locator, piece.id))
    place = of_component(piece.source, piece.component)
    corrected = now.state.superseded.get(piece.id)
    told = Passage(
        kind_of(piece),
        seq,
        piece.quote,
        f"{place[:1].upper()}{place[1:]}" if corrected is None else f"Corrected at event {corrected}, {place}",
        about,
        evidence_id=piece.id,
        action_id=piece.action_id,
        weight=now.weight_of(piece) if corrected is None else NO_LONGER,
        beside=piece.locator,
    )
    yield told
    if piece.onset and piece.id in now.dated:
        yield replace(told, kind=Kind.ONSET, lead=f"{utc(piece.onset)}, {place}", weight=now.dated[piece.id])


# -- hypotheses --------------------------------------------------------------------------------------------------------


def of_hypotheses(hypotheses: Iterable[Hypothesis], seq: int, now: Standing) -> Iterator[Passage]:
    """Those in the race, with their probability now; what was ruled out is said by its reason."""
    for one in hypotheses:
        if (rank := now.rank.get(one.id)) is None:
            continue
        kind = Kind.RIVAL if rank else Kind.LEADER
        lead = f"In the race at {percent(now.state.chances.get(one.id, 0.0))}"
        about = f"{one.component} {one.fault} {one.change_id or ''} {one.origin} {one.id}"
        yield Passage(kind, seq, one.statement, lead, about, weight=1 / math.sqrt(max(rank, 1)))


def of_persons_hypothesis(proposed: ev.HypothesisProposed, event: ev.Event, now: Standing) -> Iterator[Passage]:
    """Who put it up, and how it does."""
    yield said(event, proposed.statement, "put up", f"{proposed.component} {proposed.fault}")
    known = now.state.hypothesis_of(proposed.component, proposed.fault)
    if known and known.statement == proposed.statement:
        yield from of_hypotheses([known], event.seq, now)


def of_ruled_out(out: RuledOut, seq: int, stands: bool, now: Standing) -> Passage:
    """What was ruled out, and why."""
    text = f"{out.statement.rstrip('.')}: {out.reason}"
    lead = "Ruled out" if stands else "Ruled out once, and no longer"
    about = f"{out.statement} {now.what(out.hypothesis_id)}"
    first = next((id_ for id_ in out.because if id_ in now.state.evidence), None)
    return Passage(Kind.RULED_OUT, seq, text, lead, about, evidence_id=first, weight=1.0 if stands else NO_LONGER)


def of_dismissal(dismissed: ev.HypothesisDismissed, event: ev.Event, now: Standing) -> Passage:
    """What a person ruled out, and why."""
    id_ = dismissed.hypothesis_id
    return _by_a_person(event, dismissed.reason, now.what(id_), id_ in now.state.ruled_out)


def of_refutation(refuted: ev.ConclusionRefuted, event: ev.Event, now: Standing) -> Passage:
    """A person rules out what was concluded."""
    concluded = now.concluded_before(event.seq)
    cause = concluded.root_cause if concluded else None
    what = blamed(cause.component, cause.fault) if cause else "the conclusion"
    return _by_a_person(event, refuted.reason or "conclusion refuted", what, stands=True)


def _by_a_person(event: ev.Event, reason: str, what: str, stands: bool) -> Passage:
    lead = f"{who(event)} ruled out {what}{'' if stands else ' once, and it is back'}, {at(event)}"
    weight = 1.2 if stands else NO_LONGER
    return Passage(Kind.RULED_OUT, event.seq, reason, lead, f"{who(event)} {what}", weight=weight)
