"""How right stated confidence turned out to be, and what that does to how much memory counts.

A correction is smoothed: each bucket starts with ``SMOOTHING`` imagined ratings that agree with what was stated, so a few ratings
change little, and none change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import Field
from sqlalchemy import Engine, text

from sre_core.domain import Moment, Rating, Value, Verdict
from sre_core.investigation import Investigation
from sre_core.investigator import utc_now
from sre_core.memory.conclusions import incident_id, stated_confidence
from sre_core.memory.incident_rows import changing, is_forgotten
from sre_core.store import reading, upsert

EDGES = (0.0, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)
SMOOTHING = 8
"""Imagined ratings a bucket that agree with what was stated. Judgement, not measured."""
CLAIMS_EXPECTED, CLAIMS_SMOOTHING = 0.8, 5
"""How often "this happened before" is expected to name the cause, and how many imagined ratings say so."""
LEAST, MOST = 0.25, 1.25
"""What ratings can do to the weight of memory at most."""
WORTH = {Rating.RIGHT: 1.0, Rating.PARTLY: 0.5, Rating.WRONG: 0.0}


_KEEP = upsert("wb_ratings", "investigation_id", "at, by, verdict, confidence, rating, claimed_right")


class RatedVerdict(Value):
    """A verdict, how sure it was, and what a person thought of it."""

    investigation_id: str
    at: Moment
    by: str
    verdict: Verdict
    confidence: float = Field(ge=0, le=1, description="The probability that was stated of the cause.")
    rating: Rating
    claimed_right: bool | None = Field(
        default=None,
        description="Whether what was claimed to have happened before was the cause; None: nothing was claimed.",
    )


class Bucket(Value):
    """Verdicts stated about as surely."""

    low: float
    high: float
    count: int
    stated: float | None = Field(description="Mean of what was stated; None without ratings.")
    right: float | None = Field(
        description="How many turned out right, partly right counting half; None without ratings."
    )
    factor: float = Field(description="Smoothed: what a confidence in here is multiplied with.")


class Calibration(Value):
    """Stated confidence against ratings."""

    rated: int = 0
    brier: float | None = Field(default=None, description="Mean squared difference, 0 is best; None without ratings.")
    buckets: tuple[Bucket, ...] = ()
    claims: int = Field(
        default=0, description="Rated investigations in which something was claimed to have happened before."
    )
    claims_right: int = 0
    memory_counts: float = Field(default=1.0, description="What the weight of memory is multiplied with.")

    def bucket_of(self, confidence: float) -> Bucket | None:
        """The bucket that a confidence falls in; None before anything was rated."""
        return next((b for b in reversed(self.buckets) if confidence >= b.low), None)

    def corrected(self, confidence: float) -> float:
        """What a stated confidence is worth after all; the same where nothing was rated."""
        bucket = self.bucket_of(confidence)
        return min(confidence * bucket.factor, 1.0) if bucket else confidence


def calibrate(rated: Sequence[RatedVerdict]) -> Calibration:
    """The table, and the correction that follows from it."""
    if not rated:
        return Calibration()
    claims = [one.claimed_right for one in rated if one.claimed_right is not None]
    squares = [(one.confidence - WORTH[one.rating]) ** 2 for one in rated]
    return Calibration(
        rated=len(rated),
        brier=round(sum(squares) / len(squares), 4),
        buckets=tuple(_bucket(low, high, rated) for low, high in pairwise(EDGES)),
        claims=len(claims),
        claims_right=sum(claims),
        memory_counts=_memory_counts(len(claims), sum(claims)),
    )


def _bucket(low: float, high: float, rated: Sequence[RatedVerdict]) -> Bucket:
    inside = [one for one in rated if low <= one.confidence < high or (high == EDGES[-1] and one.confidence == high)]
    if not inside:
        return Bucket(low=low, high=high, count=0, stated=None, right=None, factor=1.0)
    stated = sum(one.confidence for one in inside) / len(inside)
    right = sum(WORTH[one.rating] for one in inside) / len(inside)
    smoothed = (len(inside) * right + SMOOTHING * stated) / (len(inside) + SMOOTHING)
    factor = smoothed / stated if stated else 1.0
    return Bucket(
        low=low, high=high, count=len(inside), stated=round(stated, 4), right=round(right, 4), factor=round(factor, 4)
    )


def _memory_counts(claims: int, right: int) -> float:
    share = (right + CLAIMS_SMOOTHING * CLAIMS_EXPECTED) / (claims + CLAIMS_SMOOTHING)
    return round(min(max(share / CLAIMS_EXPECTED, LEAST), MOST), 4)


class Ratings:
    """What people thought of verdicts. Thread-safe."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def learn(self, state: Investigation) -> None:
        """Take in an investigation's rating; take it out where it holds no more, or no cause was stated."""
        rated = rated_verdict(state)
        if rated is None:
            self.erase(state.id)
            return
        claimed_right = None if rated.claimed_right is None else int(rated.claimed_right)
        with changing(self._engine) as connection:
            if not is_forgotten(connection, incident_id(state.id)):
                connection.execute(_KEEP, rated.model_dump(mode="json") | {"claimed_right": claimed_right})

    def all(self) -> list[RatedVerdict]:
        """Every rated verdict, the oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(text("SELECT * FROM wb_ratings ORDER BY at, investigation_id")).mappings()
            return [RatedVerdict(**{**row, "claimed_right": _truth(row["claimed_right"])}) for row in rows]

    def erase(self, investigation_id: str) -> bool:
        """Take a rating out; False when there was none."""
        with reading(self._engine) as connection:
            query = text("SELECT 1 FROM wb_ratings WHERE investigation_id = :id")
            if connection.scalar(query, {"id": investigation_id}) is None:
                return False
        with changing(self._engine) as connection:
            query = text("DELETE FROM wb_ratings WHERE investigation_id = :id")
            return connection.execute(query, {"id": investigation_id}).rowcount > 0

    def calibration(self) -> Calibration:
        """Stated confidence against all ratings so far."""
        return calibrate(self.all())


def rated_verdict(state: Investigation) -> RatedVerdict | None:
    """What a person thought of the verdict; None when nobody rated it, or it stated no cause."""
    rating, confidence = state.control.rating, stated_confidence(state)
    if state.conclusion is None or rating is None or confidence is None:
        return None
    return RatedVerdict(
        investigation_id=state.id,
        at=rating.said.at,
        by=rating.said.by.removeprefix("person:"),
        verdict=state.conclusion.verdict,
        confidence=confidence,
        rating=rating.rated.rating,
        claimed_right=_claimed_right(state),
    )


def _claimed_right(state: Investigation) -> bool | None:
    """Whether one of the claimed memories had the true cause; None when none was claimed, or the truth is not known."""
    claimed = [one.incident for one in state.recollections or () if one.claimed]
    rating, conclusion = state.control.rating, state.conclusion
    if not claimed or state.recall_own or rating is None or conclusion is None:
        return None
    told, cause = rating.rated, conclusion.root_cause
    if told.component:
        there = [one for one in claimed if one.component == told.component]
        if there and told.cause and told.fault is None:
            return None  # the right place; whether it is the same in words, nobody can tell
        return any(told.fault in (None, one.fault) for one in there)
    if cause is None or told.rating is Rating.PARTLY:
        return None
    had_it = any(one.cause == (cause.component, cause.fault) for one in claimed)
    if told.rating is Rating.RIGHT:
        return had_it
    return False if had_it else None


def _truth(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)
