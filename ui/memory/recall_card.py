"""The card that comes first: whether this happened before, and what came of it then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sre_core.domain import Recollection, Standing
from sre_core.events import MemoryRecalled
from ui import words
from ui.memory import said
from ui.words import cut

LEAD = "A lead, not a verdict: it is put up as an explanation and must be borne out by what is looked at now."
MOST_FACTS = 10

Told = dict[str, Any]


def title(recalled: MemoryRecalled) -> str:
    """The heading of the card says it at once."""
    return "This happened before" if any(one.claimed for one in recalled.recollections) else "Did this happen before?"


def body(recalled: MemoryRecalled) -> Told:
    """Claimed ones in full, the same alert's that do not count, what is merely alike, what was left out; facts and dead ends."""
    claimed = [one for one in recalled.recollections if one.claimed]
    near = [one for one in recalled.recollections if not one.claimed]
    same = [one for one in near if one.same_alert]
    return {
        "claimed": [_told(one) for one in claimed],
        "same": [_told(one) for one in same],
        "near": [_told(one) for one in near if one not in same],
        "lead": LEAD if claimed else "",
        "tone": "blue" if claimed else None,
        "text": "" if claimed else _nothing_claimed(recalled, near),
        "own_left_out": recalled.own_left_out,
        "left_out": _left_out(recalled.own_left_out),
        "counts": _counts(recalled.memory_counts),
        "facts": [f"{one.component}: {cut(one.text, 600)} — {one.by}" for one in recalled.facts[:MOST_FACTS]],
        "dead_ends": [
            f"{words.tool(one.tool)} · {one.target}: {said.counted(one.runs, 'time')} for nothing"
            + (f" ({one.note})" if one.note else "")
            for one in recalled.dead_ends
        ],
    }


def _told(one: Recollection) -> Told:
    incident = one.incident
    called, tone = said.STANDING[one.standing]
    return {
        "id": incident.id,
        "title": incident.title,
        "investigation": incident.investigation_id,
        "source": incident.source,
        "similarity": round(one.similarity, 3),
        "same_alert": one.same_alert,
        "shared": words.listed(one.shared, most=8),
        "matched": list(one.matched),
        "differs": list(one.differs),
        "cautions": list(one.cautions),
        "standing": None if one.recommended else {"text": called, "tone": tone},
        "pinned": incident.pinned,
        "when": said.when(incident),
        "cause": said.cause(incident),
        "statement": cut(said.sentence(incident), 600),
        "resolution": cut(incident.resolution, 600),
        "fix": said.fix(incident),
        "held": said.held(incident) if incident.resolution or incident.fix_held is not None else "",
        "runbooks": list(incident.runbooks[:4]),
        "by": incident.resolved_by or "",
        "told": said.told(incident),
        "note": cut(incident.note, 600),
        "examined": words.listed(incident.examined, most=6),
        "ruled_out": words.listed(incident.ruled_out, most=4),
        "took": said.took(incident),
    }


def _nothing_claimed(recalled: MemoryRecalled, near: Sequence[Recollection]) -> str:
    compared = f" Compared with {said.counted(recalled.compared, 'memory', 'memories')}." if recalled.compared else ""
    if not near:
        nothing = "Nothing is remembered yet." if recalled.compared == 0 else "Nothing in memory resembles it."
        return f"{nothing}{compared}"
    standing = {one.standing for one in near if one.same_alert}
    if standing == {Standing.UNSOLVED}:
        return f"This very alert was looked into before, and the cause was not found.{compared}"
    if standing:
        return f"Nothing is claimed: what is remembered of this very alert does not count any more.{compared}"
    return f"Nothing is claimed: what is remembered is not alike enough.{compared}"


def _left_out(number: int) -> str:
    if not number:
        return ""
    was, it = ("was", "it") if number == 1 else ("were", "them")
    memories = said.counted(number, "memory", "memories")
    return (
        f"{memories} of this very recording {was} left out, so that nobody is handed the answer. You can look at {it}:"
    )


def _counts(factor: float) -> str:
    if factor == 1.0:
        return ""
    return f"Memory counts ×{factor:.2f}, by how often it was right when people rated (Incidents, Memory, Calibration)."
