"""What a reflection says: the evidence with its pictures, how the hypotheses moved, what is out of the race."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sre_core.domain import SOMETHING_ELSE, Evidence, Reflection, Series, Weight
from sre_core.investigation import Investigation
from ui import citations, words
from ui.words import cut

MOST_POINTS = 90
MOST_WEIGHTS = 4
MOST_DELTAS = 5
WORTH_TELLING = 0.005
"""Changes of probability below this are not shown."""


def reflection_body(reflection: Reflection, before: Mapping[str, float], state: Investigation) -> dict[str, Any]:
    """The part of its card that only a reflection has. ``before`` are the probabilities until then."""
    return {
        "action": reflection.action_id,
        "text": cut(reflection.thought),
        "deltas": deltas(before, state),
        "evidence": [evidence(piece, reflection.weights, state) for piece in reflection.evidence],
        "new": [one.statement for one in reflection.new_hypotheses],
        "ruled_out": [{"statement": out.statement, "reason": out.reason} for out in reflection.ruled_out],
        "answered": _questions(reflection.steps_answered, state),
        "dropped": _questions(reflection.steps_pruned, state),
        "next": reflection.next.value,
    }


def _questions(step_ids: tuple[str, ...], state: Investigation) -> list[str]:
    known = {step.id: step.question for step in state.plan.steps} if state.plan else {}
    return [known.get(id_, id_) for id_ in step_ids]


def deltas(before: Mapping[str, float], state: Investigation) -> list[dict[str, Any]]:
    """Which hypotheses moved, most first."""
    pairs = ((id_, before.get(id_, 0.0), after) for id_, after in state.chances.items())
    moved = sorted((pair for pair in pairs if abs(pair[2] - pair[1]) >= WORTH_TELLING), key=lambda p: -abs(p[2] - p[1]))
    return [
        {"id": id_, "name": _name(id_, state), "before": round(was, 4), "after": round(now, 4)}
        for id_, was, now in moved[:MOST_DELTAS]
    ]


def _name(hypothesis_id: str, state: Investigation) -> str:
    known = state.hypotheses.get(hypothesis_id)
    return words.hypothesis(known) if known else "something else" if hypothesis_id == SOMETHING_ELSE else hypothesis_id


def evidence(piece: Evidence, weights: tuple[Weight, ...], state: Investigation) -> dict[str, Any]:
    """One finding, with its picture and what it does to each hypothesis."""
    its_own = sorted((w for w in weights if w.evidence_id == piece.id), key=lambda weight: -abs(weight.log_odds))
    strongest = {(_name(w.hypothesis_id, state), w.log_odds > 0): w for w in reversed(its_own)}
    told = sorted(strongest.items(), key=lambda pair: -abs(pair[1].log_odds))[:MOST_WEIGHTS]
    return {
        "id": piece.id,
        "source": piece.source,
        "component": piece.component,
        "finding": words.plain(piece.finding),
        "quote": cut(_quote(piece, state), 1500),
        "locator": piece.locator,
        "cites": citations.of_evidence(piece),
        "onset": piece.onset.isoformat() if piece.onset else None,
        "series": series(piece.series) if piece.series else None,
        "weights": [
            {"name": name, "log_odds": round(weight.log_odds, 2)}
            for (name, _), weight in sorted(told, key=lambda pair: -pair[1].log_odds)
        ],
        "strength": round(abs(its_own[0].log_odds), 2) if its_own else 0,
    }


def _quote(piece: Evidence, state: Investigation) -> str:
    record = state.actions.get(piece.action_id)
    return citations.in_its_lines(piece, record.observation if record else None)


def series(one: Series) -> dict[str, Any]:
    """A metric to be drawn: ``from`` and the marks in milliseconds, ``at`` in seconds after ``from``, gaps as null."""
    stride = max(1, math.ceil(len(one.times) / MOST_POINTS))
    times = one.times[::stride]
    return {
        "name": one.name,
        "unit": one.unit,
        "from": _ms(times[0]) if times else 0,
        "at": [round((moment - times[0]).total_seconds()) for moment in times],
        "values": [_finite(value) for value in one.values[::stride]],
        "onset": _ms(one.onset) if one.onset else None,
        "changes": [_ms(moment) for moment in one.changes],
        "baseline": _finite(one.baseline),
    }


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _finite(value: float | None) -> float | None:
    return float(f"{value:.4g}") if value is not None and math.isfinite(value) else None
