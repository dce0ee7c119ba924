"""What was concluded, how the investigation ended, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sre_core import agreement
from sre_core import events as ev
from sre_core.domain import Conclusion
from sre_core.investigation import Phase
from sre_core.reasoning.answering.findings import of_ruled_out
from sre_core.reasoning.answering.passages import NO_LONGER, Kind, Passage
from sre_core.reasoning.answering.phrases import at, of_component, spoken, who
from sre_core.reasoning.answering.standing import Standing


def of_conclusion(end: Conclusion, seq: int, now: Standing) -> Iterator[Passage]:
    """All of it when it stands, its headline when it does not."""
    if end != now.state.conclusion:
        yield Passage(Kind.VERDICT, seq, end.headline, "Concluded once, and no longer", weight=NO_LONGER)
        return
    yield from _of_verdict(end, seq)
    for claim in end.claims:
        first = next(iter(claim.evidence), None)
        lead = "Claimed" if claim.verified else "Claimed, unverified"
        yield Passage(Kind.CLAIM, seq, claim.text, lead, evidence_id=first)
    for out in end.ruled_out:
        yield of_ruled_out(out, seq, True, now)
    for gap in end.not_examined:
        text = f"{of_component(gap.source, gap.component)}: {gap.reason}"
        yield Passage(Kind.NOT_EXAMINED, seq, text, "Not examined")
    yield from _of_advice(end, seq)


def of_second_opinion(given: ev.SecondOpinionGiven, event: ev.Event, now: Standing) -> Passage:
    """How far two agreed. It is no verdict."""
    said = agreement.in_words(given, now.state.hypotheses)
    return Passage(Kind.DECISION, event.seq, said, "A second opinion", "second opinion agree agreement", weight=0.7)


def _of_verdict(end: Conclusion, seq: int) -> Iterator[Passage]:
    cause, verdict = end.root_cause, end.verdict.value
    about = f"{cause.component} {cause.fault} {cause.change_id or ''}" if cause else ""
    yield Passage(Kind.VERDICT, seq, end.headline, f"Concluded, {spoken(verdict)}", f"{verdict} {about}", weight=1.2)
    if end.why:
        yield Passage(Kind.VERDICT, seq, end.why, "The reason given", about)
    if cause:
        yield Passage(Kind.VERDICT, seq, cause.statement, "Root cause", about)


def _of_advice(end: Conclusion, seq: int) -> Iterator[Passage]:
    for item in end.remediation:
        text = f"{item.action} {item.command or ''}".strip()
        lead, weight = ("First", 1.2) if item.first else ("To do", 1.0)
        yield Passage(Kind.REMEDY, seq, text, lead, item.kind.value, weight=weight)
    for settles in end.would_settle:
        yield Passage(Kind.SETTLES, seq, settles, "What would settle it")
    if end.blast_radius:
        yield Passage(Kind.BLAST, seq, ", ".join(end.blast_radius), "Affected", "blast radius affected")


# -- where it stands ---------------------------------------------------------------------------------------------------


def of_end(
    ended: ev.InvestigationClosed | ev.InvestigationStopped, event: ev.Event, now: Standing
) -> Iterator[Passage]:
    """Who closed or stopped it; to stop it is a decision."""
    stopped = isinstance(ended, ev.InvestigationStopped)
    word = "stopped" if stopped else "closed"
    over = now.state.phase in (Phase.CLOSED, Phase.STOPPED) and event.seq == now.last(type(ended))
    lead = f"{word.capitalize()} by {who(event)}, {at(event)}"
    told = in_the_way(event, ended.reason or f"investigation {word}", lead, over)
    yield told
    if stopped:
        yield replace(told, kind=Kind.DECISION, weight=0.7)


def held(event: ev.Event, now: Standing) -> Iterator[Passage]:
    """That a person's go is waited for, said by the last event that set the pace."""
    if now.state.phase is Phase.HELD and event.seq == now.last(ev.AlertReceived, ev.PaceSet):
        yield in_the_way(event, f"pace {now.state.pace}", "Held until a person says go on", stands=True)


def in_the_way(event: ev.Event, text: str, lead: str, stands: bool) -> Passage:
    """Why nothing happens, or happened for a while."""
    if stands:
        return Passage(Kind.NOW, event.seq, text, lead, lead)
    return Passage(Kind.NOW, event.seq, text, f"Once: {lead}", lead, weight=NO_LONGER / 2)
