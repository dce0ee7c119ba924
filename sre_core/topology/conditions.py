"""What an investigation knows of each component: one word for each, from its fold alone. What is not named here is blind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import Field

from sre_core.domain import Examined, Value
from sre_core.investigation import Investigation

SUSPECTED_FROM = 0.10
"""A component is suspected while its explanations together have at least this probability. Judgement, not measured."""
MOST_CITED = 12


class Condition(StrEnum):
    """The one word for a component, the strongest that holds; in the order of their strength."""

    CAUSE = "cause"
    SUSPECTED = "suspected"
    BAD = "bad"
    CLEAN = "clean"
    BLIND = "blind"


class ComponentCondition(Value):
    """What is known of one component."""

    condition: Condition
    chance: float = Field(
        default=0.0, ge=0, le=1, description="Of all its explanations that are in the race, together."
    )
    looks: Mapping[str, Examined] = Field(default_factory=dict, description="Source -> the worst that it showed.")
    evidence: tuple[str, ...] = Field(default=(), description="Ids of what was found at it, the latest last.")
    hypotheses: tuple[str, ...] = Field(default=(), description="Ids of its explanations, the likeliest first.")


def conditions(state: Investigation) -> dict[str, ComponentCondition]:
    """Component -> what is known of it, for every component that the investigation has named."""
    chances, hypotheses = _suspicions(state)
    looks, evidence = _looks(state), _evidence(state)
    found = state.conclusion.root_cause if state.conclusion else None
    cause = found.component if found else None
    named = {*hypotheses, *looks, *evidence, *(state.alerting or ()), *([cause] if cause else ())}
    return {
        one: ComponentCondition(
            condition=_condition(one == cause, chances.get(one, 0.0), looks.get(one, {}).values()),
            chance=min(1.0, chances.get(one, 0.0)),
            looks=looks.get(one, {}),
            evidence=tuple(evidence.get(one, ())[-MOST_CITED:]),
            hypotheses=tuple(hypotheses.get(one, ())[:MOST_CITED]),
        )
        for one in sorted(named)
    }


def affected(state: Investigation) -> tuple[str, ...]:
    """Where it is felt, as far as is known: what alerted, the conclusion's word, else what looked bad; each once."""
    alerting = state.alerting or ((state.alert.component,) if state.alert.component else ())
    said = state.conclusion.blast_radius if state.conclusion else ()
    bad = () if said else (look.component for look in state.examined if look.showed is Examined.BAD)
    return tuple(dict.fromkeys((*alerting, *said, *bad)))


def towards(state: Investigation) -> str | None:
    """The cause, or what is suspected most; None while nothing is. An affected path leads there."""
    if state.conclusion and state.conclusion.root_cause:
        return state.conclusion.root_cause.component
    chances, _ = _suspicions(state)
    best = max(chances, key=lambda one: (chances[one], one), default=None)
    return best if best is not None and chances[best] >= SUSPECTED_FROM else None


def _condition(is_cause: bool, chance: float, looks: Iterable[Examined]) -> Condition:
    showed = set(looks)
    if is_cause:
        return Condition.CAUSE
    if chance >= SUSPECTED_FROM:
        return Condition.SUSPECTED
    if Examined.BAD in showed:
        return Condition.BAD
    return Condition.CLEAN if Examined.CLEAN in showed else Condition.BLIND


def _suspicions(state: Investigation) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Component -> how likely it is the cause, and by which explanations; what a person dismissed is neither."""
    chances, ids = defaultdict[str, float](float), defaultdict[str, list[str]](list)
    for hypothesis, chance in state.ranked:
        ids[hypothesis.component].append(hypothesis.id)
        if hypothesis.id not in state.dismissed_ids:
            chances[hypothesis.component] += chance
    return chances, ids


def _looks(state: Investigation) -> dict[str, dict[str, Examined]]:
    """Component -> source -> the worst that any look through it showed: bad, else clean, else no data."""
    rank = {Examined.BAD: 2, Examined.CLEAN: 1, Examined.NO_DATA: 0}
    found: dict[str, dict[str, Examined]] = {}
    for look in state.examined:
        by_source = found.setdefault(look.component, {})
        before = by_source.get(look.source)
        if before is None or rank[look.showed] > rank[before]:
            by_source[look.source] = look.showed
    return found


def _evidence(state: Investigation) -> dict[str, list[str]]:
    ids = defaultdict[str, list[str]](list)
    for piece in state.evidence.values():
        if piece.component:
            ids[piece.component].append(piece.id)
    return ids
