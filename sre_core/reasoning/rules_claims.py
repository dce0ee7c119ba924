"""What happened, as sentences that a person reads at three in the morning; each stands in the evidence it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sre_core.diagnosis.roles import Role, role_of
from sre_core.domain import Claim, Evidence, Hypothesis, Verdict
from sre_core.investigation import Investigation
from sre_core.reasoning.case import Case
from sre_core.reasoning.rules_dismiss import in_race
from sre_core.reasoning.rules_remedies import change_of, ordered_support

LONGEST = 180
MOST_NAMES = 4
LOADED = frozenset(
    {
        "memory_exhaustion",
        "cpu_saturation",
        "thread_pool_exhaustion",
        "connection_pool_exhaustion",
        "queue_backlog",
        "traffic_surge",
    }
)
"""Faults that more traffic brings about."""
STAMP = re.compile(
    r"^(<\d{1,3}>)?\W{0,2}(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z| UTC|[+-]\d\d:?\d\d)?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)\W*"
)
"""The time at the head of a log line: the sentence says it already."""


def claims(case: Case, investigation: Investigation, verdict: Verdict) -> Iterator[Claim]:
    """The strongest evidence first, then what was changed, then who suffers."""
    leader, _ = next(iter(in_race(investigation)), (None, 0.0))
    if verdict is Verdict.NO_INCIDENT:
        clean = [e for e in investigation.evidence.values() if role_of(e.finding) is Role.CLEAN]
        yield from (Claim(text=_healthy(piece), evidence=(piece.id,)) for piece in clean[:4])
        return
    if leader is None:
        return
    for piece in ordered_support(investigation, leader)[:3]:
        yield Claim(text=sentence(piece), evidence=(piece.id,))
    if more := surge(case, investigation, leader):
        yield Claim(text=f"More traffic came in. {sentence(more)}", evidence=(more.id,))
    if change := change_of(investigation, leader):
        piece = investigation.evidence[change[1]]
        yield Claim(text=f"Changed before it began: {quoted(piece.quote.split('; ')[0])}.", evidence=(piece.id,))
    for piece in sufferers(case, investigation, leader):
        yield Claim(text=f"Suffers from it. {sentence(piece)}", evidence=(piece.id,))


def sentence(piece: Evidence) -> str:
    """One piece of evidence in plain words: figures as they are, spoken words between quotation marks."""
    where = piece.component or piece.source
    match piece.source:
        case "metrics" | "traces":
            said = piece.quote.removeprefix(f"{where}:").removeprefix(f"{where} ").strip()
            return f"{where}: {said[:LONGEST].rstrip('.')}."
        case "logs":
            return f"{where} logged {quoted(piece.quote)}."
        case "signals":
            return f"Another alert at {where}: {quoted(piece.quote)}."
        case _:
            return f"{where}: {quoted(piece.quote)}."


def _healthy(piece: Evidence) -> str:
    names = piece.locator.removeprefix("healthy: ").split(", ") if piece.locator.startswith("healthy: ") else []
    shown = ", ".join(names[:MOST_NAMES]) or piece.component or ""
    more = " and others" if len(names) > MOST_NAMES else ""
    first = piece.quote.split("; ")[0]
    figures = f" For instance {first}." if piece.source == "metrics" and names and len(first) <= LONGEST else ""
    return f"As usual in {piece.source}: {shown}{more}.{figures}"


def sufferers(case: Case, investigation: Investigation, leader: Hypothesis) -> list[Evidence]:
    """Two of those above the leader that are out of the ordinary, the alerting ones first."""
    above, alerting = case.topology.upstream(leader.component), case.alerting(investigation.alert)
    found = [e for e in investigation.evidence.values() if e.component in above and e.finding == "anomalous_series"]
    return sorted(found, key=lambda e: (e.component not in alerting, e.id))[:2]


def surge(case: Case, investigation: Investigation, leader: Hypothesis) -> Evidence | None:
    """More traffic at the component or at those that call it, where that is what such a fault comes from."""
    above = {leader.component, *case.topology.upstream(leader.component)}
    found = [e for e in investigation.evidence.values() if e.finding == "traffic_up" and e.component in above]
    return min(found, key=lambda e: (e.onset is None, e.onset, e.id)) if found and leader.fault in LOADED else None


def quoted(text: str, length: int = LONGEST) -> str:
    """Words between quotation marks: the longest stretch that holds none itself, without its time, cut between words."""
    parts = [part.strip() for part in re.split(r'["“”]', STAMP.sub("", text))]
    longest = max(parts, key=len, default="").lstrip(" :;,.-|")
    cut = longest if len(longest) <= length else longest[:length].rsplit(" ", 1)[0]
    more = " …" if len(cut) < len(longest) else ""
    return f"“{cut.rstrip(' .,;:')}”{more}" if len(cut) >= 3 else text[:length]
