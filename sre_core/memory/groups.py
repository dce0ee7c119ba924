"""The same thing at several times is one memory: which incidents belong together, and how they are told as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sre_core.domain import Incident
from sre_core.memory.standing import certainty

BY_ITSELF = "memory"
"""Who merged what was merged because alert and cause are the same."""
NO_CAUSE = ("", "")
"""What those have in common in which no cause was found."""


@dataclass(frozen=True)
class Kept:
    """One incident as it stands in the database."""

    derived: Incident
    """As its investigation or its document tells it."""
    edits: Mapping[str, Any] = field(default_factory=dict)
    """What a person changed, by field."""
    pinned: bool = False
    merged_into: str | None = None
    merged_by: str | None = None
    apart: bool = False
    """A person took it out of a group: it is not put back by itself."""
    revision: int = 1

    @property
    def id(self) -> str:
        """The incident's."""
        return self.derived.id

    @cached_property
    def believed(self) -> Incident:
        """With what a person changed."""
        return Incident.model_validate({**dict(self.derived), **self.edits, "pinned": self.pinned})


def grouped(rows: Iterable[Kept]) -> dict[str, str | None]:
    """Id -> the incident that it is told with, for all of one alert: the same cause, or none found, belongs to the first.

    What a person merged, or took apart, stays as they left it.
    """
    kept = list(rows)
    by_hand = {row.merged_into for row in kept if row.merged_by not in (None, BY_ITSELF)}
    first: dict[tuple[str, str, str], str] = {}
    found: dict[str, str | None] = {}
    for row in sorted(kept, key=lambda row: (row.id not in by_hand, _began(row.derived), row.id)):
        told = row.believed
        cause = told.cause or _without_fault(told)
        if row.merged_by not in (None, BY_ITSELF):
            found[row.id] = row.merged_into
        elif row.apart or not cause or not told.fingerprint:
            found[row.id] = None
        else:
            head = first.setdefault((told.fingerprint, *cause), row.id)
            found[row.id] = None if head == row.id else head
    return found


def _without_fault(told: Incident) -> tuple[str, str] | None:
    """What stands for the cause where no kind of fault is known: an investigation and its postmortem are the same."""
    if told.has_cause:
        return (told.component or "", f"as told of {told.investigation_id}") if told.investigation_id else None
    return None if told.refuted else NO_CAUSE


def together(rows: Iterable[Kept]) -> list[Incident]:
    """All memories, each with what was merged into it; those whose first is missing stand for themselves."""
    kept = {row.id: row for row in rows}
    members: dict[str, list[Kept]] = {}
    for row in kept.values():
        head = _head(row, kept)
        members.setdefault(head, []).append(row)
    return [told_as_one(kept[head], [row for row in group if row.id != head]) for head, group in members.items()]


def _head(row: Kept, kept: Mapping[str, Kept]) -> str:
    """The end of the chain, in case a head was merged itself; a member of somebody missing goes with its first sibling."""
    seen = {row.id}
    while (above := kept.get(row.merged_into or "")) and above.id not in seen:
        row = above
        seen.add(row.id)
    if row.merged_into is None or row.merged_into in kept:
        return row.id
    siblings = (other.id for other in kept.values() if other.merged_into == row.merged_into)
    return min(siblings, key=lambda id_: (_began(kept[id_].derived), id_))


def told_as_one(head: Kept, members: Sequence[Kept]) -> Incident:
    """The first one's id, the best founded one's story, and the times of all. A fork or a second run is no other time."""
    if not members:
        return _with_times(head.believed, [head.believed], ())
    all_ = [head.believed, *(member.believed for member in members)]
    best = max(all_, key=lambda one: (one.has_cause, one.fix_held is True, certainty(one), one.id == head.id))
    update = {"id": head.id, "pinned": any(one.pinned for one in all_)}
    return _with_times(best.model_copy(update=update), all_, tuple(member.id for member in members))


def _with_times(told: Incident, all_: Sequence[Incident], merged: tuple[str, ...]) -> Incident:
    once: dict[str, list[Incident]] = {}
    capsules = {one.workspace: one.capsule for one in all_ if one.capsule and one.workspace}
    for one in sorted(all_, key=_began):
        capsule = one.capsule or capsules.get(one.workspace or "", "")
        once.setdefault(capsule or one.occurrence or one.id, []).append(one)
    held = [_held(one_time) for one_time in once.values()]
    update = {
        "merged": merged,
        "occurred": tuple(one_time[0].started_at for one_time in once.values() if one_time[0].started_at),
        "held_times": held.count(True),
        "failed_times": held.count(False),
    }
    return told.model_copy(update=update)


def _held(one_time: Sequence[Incident]) -> bool | None:
    """Whether the fix held that one time, as whoever settled it last says; None when nobody knows."""
    known = [one for one in one_time if one.fix_held is not None]
    last = max(known, key=lambda one: one.settled_at.timestamp() if one.settled_at else 0.0, default=None)
    return last.fix_held if last else None


def _began(incident: Incident) -> float:
    return incident.started_at.timestamp() if incident.started_at else float("inf")
