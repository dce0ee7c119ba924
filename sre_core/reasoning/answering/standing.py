"""What the end of a timeline tells about its events: what became of an action, what still stands, what weighed most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sre_core import events as ev
from sre_core.domain import Conclusion, Evidence, RootCause, Value
from sre_core.investigation import Investigation
from sre_core.reasoning.answering.passages import Kind
from sre_core.reasoning.answering.phrases import call


@dataclass(frozen=True)
class Standing:
    """A timeline, with the state that is the fold of exactly its events."""

    events: Sequence[ev.Event]
    state: Investigation

    def last(self, *kinds: type[Value]) -> int:
        """seq of the last event of these kinds."""
        return max(event.seq for event in self.events if isinstance(event.happening, kinds))

    def concluded_before(self, seq: int) -> Conclusion | None:
        """The conclusion that stood at an event."""
        earlier = (event.happening for event in reversed(self.events) if event.seq < seq)
        return next((one.conclusion for one in earlier if isinstance(one, ev.ConclusionReached)), None)

    def call(self, action_id: str) -> str:
        """'read_logs component=cart-redis', or the id of an action that is not known."""
        record = self.state.actions.get(action_id)
        return call(record.action) if record else action_id

    def about(self, action_id: str) -> str:
        """All that an action can be found by."""
        record = self.state.actions.get(action_id)
        if record is None:
            return action_id
        return " ".join((call(record.action), action_id, record.action.effect.value, *record.action.components))

    def what(self, hypothesis_id: str) -> str:
        """'cart-redis memory exhaustion', or the id of a hypothesis that is not known."""
        one = self.state.hypotheses.get(hypothesis_id)
        return blamed(one.component, one.fault) if one else hypothesis_id

    @property
    def cause(self) -> RootCause | None:
        """What the conclusion that stands blames."""
        return self.state.conclusion.root_cause if self.state.conclusion else None

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """Hypotheses in the race, the leader at 0."""
        in_race = (one.id for one, _ in self.state.ranked if one.id not in self.state.ruled_out)
        return {id_: rank for rank, id_ in enumerate(in_race)}

    def weight_of(self, piece: Evidence) -> float:
        """Evidence that moved beliefs, and that the conclusion cites or blames, comes first; long lists of what is well, last."""
        change = self.cause.change_id if self.cause else None
        moved = min(self._moved.get(piece.id, 0.0), 3.0) / 3
        cited = piece.id in self._cited or (change is not None and change in piece.quote)
        return (0.9 + 0.2 * moved + 0.5 * cited) * (0.6 if piece.finding.startswith("clean_") else 1.0)

    @cached_property
    def _moved(self) -> Mapping[str, float]:
        moved: dict[str, float] = {}
        for weight in self.state.weights:
            moved[weight.evidence_id] = max(moved.get(weight.evidence_id, 0.0), abs(weight.log_odds))
        return moved

    @cached_property
    def _cited(self) -> frozenset[str]:
        claims = self.state.conclusion.claims if self.state.conclusion else ()
        return frozenset(id_ for claim in claims for id_ in claim.evidence)

    @cached_property
    def dated(self) -> Mapping[str, float]:
        """Evidence that tells since when, with its weight: the cause's own first, then the earliest."""
        cause = self.cause
        dated = [
            (cause is None or e.component != cause.component, e.onset, number, e.id)
            for number, e in enumerate(self.state.evidence.values())
            if e.onset and kind_of(e) is Kind.EVIDENCE and e.finding != "passed_anomaly"
        ]
        return {id_: 1 / math.sqrt(rank) for rank, (*_, id_) in enumerate(sorted(dated), start=1)}


def kind_of(piece: Evidence) -> Kind:
    """Whether it tells of a change, and whether that came too late to be the cause."""
    if piece.finding == "change_after_onset":
        return Kind.LATER_CHANGE
    return Kind.CHANGE if piece.source == "changes" or piece.finding.startswith("change_") else Kind.EVIDENCE


def blamed(component: str, fault: str) -> str:
    """'cart-redis memory exhaustion'."""
    return f"{component} {fault.replace('_', ' ')}"
