"""A finished investigation of any length: what it would have written, without running it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sre_core.domain import (
    Action,
    Alert,
    Claim,
    Conclusion,
    Evidence,
    Examination,
    Examined,
    Hypothesis,
    Observation,
    Plan,
    Reflection,
    RootCause,
    Series,
    Severity,
    Step,
    Verdict,
    Weight,
)
from sre_core.events import (
    ActionProposed,
    ActionStarted,
    ActionSucceeded,
    AlertReceived,
    ConclusionReached,
    Happening,
    InvestigationClosed,
    PlanProposed,
    ReflectionMade,
)

EVENTS_A_LOOK = 4
AROUND = 4
"""The alert, the plan, the conclusion and the close."""
COMPONENTS = tuple(f"service-{n}" for n in range(1, 31))
BEGAN = datetime(2026, 3, 1, 14, 2, tzinfo=UTC)


def story(events: int) -> Iterator[Happening]:
    """The happenings of about this many events: looks at 30 components, with evidence, and every third one with a picture."""
    looks = max(1, (events - AROUND) // EVENTS_A_LOOK)
    yield AlertReceived(alert=Alert(title=f"checkout fails ({events} events)", severity=Severity.HIGH))
    hypotheses = tuple(
        Hypothesis(id=f"H{n}", component=name, fault="memory_exhaustion", statement=f"{name} runs out of memory")
        for n, name in enumerate(COMPONENTS, start=1)
    )
    steps = tuple(Step(id=f"S{n}", question=f"Did {name} leave the ordinary?") for n, name in enumerate(COMPONENTS[:8]))
    yield PlanProposed(plan=Plan(revision=1, steps=steps), hypotheses=hypotheses, components_known=len(COMPONENTS))
    for number in range(1, looks + 1):
        yield from _look(number)
    cause = RootCause(component=COMPONENTS[0], fault="memory_exhaustion", statement="it runs out of memory")
    claims = (Claim(text="Memory climbs to its limit.", evidence=("E1", "E2")),)
    headline = f"{COMPONENTS[0]} runs out of memory"
    yield ConclusionReached(
        conclusion=Conclusion(verdict=Verdict.LIKELY, headline=headline, root_cause=cause, claims=claims)
    )
    yield InvestigationClosed(reason="nothing more is proposed")


def _look(number: int) -> Iterator[Happening]:
    id_, component = f"A{number}", COMPONENTS[number % len(COMPONENTS)]
    yield ActionProposed(
        action=Action(
            id=id_,
            tool="query_metrics",
            arguments={"components": [component], "metrics": ["memory_working_set"]},
            why=f"Memory of {component} tells a leak from a sudden jump.",
            components=(component,),
        )
    )
    yield ActionStarted(action_id=id_, run_id="bench")
    summary = f"1 series of {component}: memory_working_set leaves its normal range at 14:02:10."
    seen = Observation(
        action_id=id_,
        tool="query_metrics",
        source="metrics",
        summary=summary,
        output_type="Readings",
        components=(component,),
        seconds=0.2,
    )
    yield ActionSucceeded(action_id=id_, run_id="bench", observation=seen)
    yield ReflectionMade(reflection=_made_of_it(number, component, summary))


def _made_of_it(number: int, component: str, quote: str) -> Reflection:
    piece = Evidence(
        id=f"E{number}",
        action_id=f"A{number}",
        source="metrics",
        component=component,
        finding="anomalous_series",
        quote=quote,
        onset=BEGAN,
        series=_series() if number % 3 == 0 else None,
    )
    weights = tuple(
        Weight(evidence_id=piece.id, hypothesis_id=f"H{n}", log_odds=0.02 if n == 1 else -0.01) for n in range(1, 4)
    )
    return Reflection(
        action_id=f"A{number}",
        thought=f"Memory of {component} climbs, drops and climbs again: the saw-tooth of a container being killed.",
        evidence=(piece,),
        weights=weights,
        examined=(Examination(component=component, source="metrics", showed=Examined.BAD),),
    )


def _series() -> Series:
    times = tuple(BEGAN + timedelta(minutes=m) for m in range(-60, 41))
    values = tuple(410.0 + (m % 13) * 40.0 for m in range(-60, 41))
    return Series(name="memory_working_set", unit="MiB", times=times, values=values, onset=BEGAN, baseline=418.0)
