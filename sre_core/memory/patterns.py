"""What keeps happening: by component and fault, how far apart, how long it takes to find; and runbooks that are out of date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

from pydantic import Field

from sre_core.domain import Incident, Moment, Value

FEWEST = 2


class Pattern(Value):
    """The same cause, again and again."""

    component: str
    fault: str
    times: int
    occurred: tuple[Moment, ...] = Field(description="Oldest first; those without a known time are left out.")
    days_between: float | None = Field(description="Median; None below two known times.")
    seconds_to_cause: float | None = Field(description="Median of those that are known; None when none is.")
    held: int = Field(description="How often the fix is known to have held.")
    failed: int
    incidents: tuple[str, ...] = Field(description="Ids of the memories.")


class CitedRunbook(Value):
    """A document that investigations cited."""

    path: str
    times: int
    last_at: Moment | None
    held: int = Field(description="Of those incidents, in how many the fix is known to have held.")
    failed: int


class StaleRunbook(Value):
    """A document about components that no longer exist."""

    path: str
    missing: tuple[str, ...] = Field(description="Components that it names and nobody knows any more.")
    cited: int = Field(description="How often it was cited nevertheless.")


def patterns(incidents: Iterable[Incident]) -> list[Pattern]:
    """Causes that came at least twice, the most frequent first, then the latest."""
    groups: dict[tuple[str, str], list[Incident]] = {}
    for incident in incidents:
        if incident.cause:
            groups.setdefault(incident.cause, []).append(incident)
    found = [_pattern(cause, group) for cause, group in groups.items()]
    return sorted(
        (one for one in found if one.times >= FEWEST),
        key=lambda one: (
            -one.times,
            -(one.occurred[-1].timestamp() if one.occurred else 0.0),
            one.component,
            one.fault,
        ),
    )


def _pattern(cause: tuple[str, str], group: Sequence[Incident]) -> Pattern:
    occurred = sorted(moment for one in group for moment in _times(one))
    gaps = [(later - earlier).total_seconds() / 86_400 for earlier, later in pairwise(occurred)]
    known = [one.took_to_cause for one in group if one.took_to_cause is not None]
    return Pattern(
        component=cause[0],
        fault=cause[1],
        times=sum(max(len(_times(one)), 1) for one in group),
        occurred=tuple(occurred),
        days_between=round(median(gaps), 2) if gaps else None,
        seconds_to_cause=round(median(known), 1) if known else None,
        held=sum(one.held_times or int(one.fix_held is True) for one in group),
        failed=sum(one.failed_times or int(one.fix_held is False) for one in group),
        incidents=tuple(one.id for one in group),
    )


def _times(incident: Incident) -> tuple[Moment, ...]:
    return incident.occurred or ((incident.started_at,) if incident.started_at else ())


def cited_runbooks(incidents: Iterable[Incident]) -> list[CitedRunbook]:
    """Documents that incidents cite, the most cited first."""
    citing: dict[str, list[Incident]] = {}
    for incident in incidents:
        for path in incident.runbooks:
            citing.setdefault(path, []).append(incident)
    found = [
        CitedRunbook(
            path=path,
            times=sum(max(len(_times(one)), 1) for one in group),
            last_at=max((moment for one in group for moment in _times(one)), default=None),
            held=sum(one.fix_held is True for one in group),
            failed=sum(one.fix_held is False for one in group),
        )
        for path, group in citing.items()
    ]
    return sorted(found, key=lambda one: (-one.times, one.path))


def stale_runbooks(
    documents: Mapping[str, Iterable[str | None]], known: Collection[str], incidents: Iterable[Incident] = ()
) -> list[StaleRunbook]:
    """Documents that name components nobody knows. ``documents``: path -> the components it names; ``known``: those there are.

    Nothing is stale while no component is known at all.
    """
    cited = {one.path: one.times for one in cited_runbooks(incidents)}
    gone = {path: tuple(dict.fromkeys(n for n in names if n and n not in known)) for path, names in documents.items()}
    found = [StaleRunbook(path=p, missing=names, cited=cited.get(p, 0)) for p, names in gone.items() if names and known]
    return sorted(found, key=lambda one: (-one.cited, one.path))
