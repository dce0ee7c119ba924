"""What the loop, the fold and the store cost per event, with a reasoner and a tool that cost nothing."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.tables import percentile, table
from sre_core.domain import (
    Action,
    Alert,
    Conclusion,
    Evidence,
    Limits,
    Next,
    Plan,
    Reflection,
    Step,
    Value,
    Verdict,
    Weight,
)
from sre_core.domain import Hypothesis as H
from sre_core.engine import Engine
from sre_core.events import AlertReceived, Event, entry
from sre_core.investigation import ActionRecord, Investigation
from sre_core.investigator import Proposal
from sre_core.store import open_database
from sre_core.timeline import Timeline
from tests.fakes import PERSON, FakeToolbox, equipped

LENGTHS = (20, 200, 1000)
EVENTS_A_LOOK = 4
GOAL_MS = 3.0


class Tireless:
    """Looks as often as it is told to, and thinks nothing of it."""

    name = "tireless"

    def __init__(self, looks: int) -> None:
        self._looks = looks

    async def plan(self, investigation: Investigation) -> Proposal:
        hypotheses = tuple(H(id=f"H{n}", component=f"c{n}", statement=f"c{n} is broken") for n in range(1, 16))
        return Proposal(plan=Plan(revision=1, steps=(Step(id="S1", question="?"),)), hypotheses=hypotheses)

    async def choose(self, investigation: Investigation) -> Action | None:
        if len(investigation.actions) >= self._looks:
            return None
        return Action(id=investigation.next_id("A"), tool="look", arguments={"n": len(investigation.actions)})

    async def reflect(self, investigation: Investigation, record: ActionRecord, output: Value | None) -> Reflection:
        id_ = investigation.next_id("E")
        piece = Evidence(id=id_, action_id=record.action.id, source="look", finding="x", quote="a line of a log " * 8)
        weights = tuple(Weight(evidence_id=id_, hypothesis_id=f"H{n}", log_odds=0.01) for n in range(1, 4))
        return Reflection(
            action_id=record.action.id, thought="x", evidence=(piece,), weights=weights, next=Next.CONTINUE
        )

    async def conclude(self, investigation: Investigation) -> Conclusion:
        return Conclusion(verdict=Verdict.INCONCLUSIVE, headline="nothing")

    async def remedy(self, investigation: Investigation) -> Action | None:
        return None


def gaps(length: int, folder: Path) -> list[float]:
    """Milliseconds from each event to the next, over a run of about ``length`` events."""
    database = open_database(folder / f"{length}.db")
    timeline = Timeline(database)
    looks = max(1, length // EVENTS_A_LOOK)
    engine = Engine(timeline, lambda state: equipped(Tireless(looks), FakeToolbox()))
    times: list[float] = []
    done = threading.Event()

    def hear(event: Event) -> None:
        times.append(time.perf_counter())
        if event.happening.type == "InvestigationClosed":
            done.set()

    timeline.subscribe(hear)
    opened = AlertReceived(alert=Alert(title="cold"), limits=Limits(max_actions=looks + 1))
    engine.start()
    timeline.append("inv", 1, entry(PERSON, opened))
    engine.wake("inv")
    done.wait(600)
    engine.stop()
    database.dispose()
    return [(later - earlier) * 1000 for earlier, later in itertools.pairwise(times)]


def main() -> None:
    """Print the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for length in LENGTHS:
            measured = gaps(length, Path(folder))
            last = measured[-len(measured) // 4 :]
            rows.append(
                (
                    f"{len(measured)} events",
                    f"{sum(measured) / len(measured):.2f}",
                    f"{percentile(measured, 0.5):.2f}",
                    f"{percentile(measured, 0.95):.2f}",
                    f"{sum(last) / len(last):.2f}",
                )
            )
    table(
        f"Overhead per event, ms (goal: <= {GOAL_MS:.0f} at any length)",
        ("run", "mean", "p50", "p95", "last quarter"),
        rows,
    )


if __name__ == "__main__":
    main()
