"""How long a question about a long investigation takes to answer without a model."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.tables import percentile, table
from sre_core.bootstrap import Workbench
from sre_core.events import EVENT, Event
from sre_core.investigation import Turn, fold
from sre_core.reasoning.answers import answer
from sre_core.settings import Settings
from sre_core.workspaces import sample_incidents
from tests.fakes import PERSON

QUESTIONS = ("why was payments ruled out?", "what changed?", "what about swordfish?", "who approved the rollback?")
LENGTHS = (200, 1000)
TIMES = 20
GOAL_MS = 100.0


def lengthened(events: Sequence[Event], length: int) -> list[Event]:
    """The same looks over and over, each time with ids of their own, up to about ``length`` events."""
    end = next(event.seq for event in events if event.happening.type == "ConclusionReached")
    longer, looks = list(events[: end - 1]), events[3 : end - 1]
    for turn in range(1, length // len(looks) + 1):
        for event in looks:
            text = re.sub(r'"([AE])(\d+)"', rf'"\g<1>{turn}00\2"', event.model_dump_json())
            longer.append(EVENT.validate_json(text).model_copy(update={"seq": len(longer) + 1}))
    return longer


def a_sample() -> list[Event]:
    """A whole investigation of a shipped sample."""
    sample = next(each for each in sample_incidents() if each.id == "orders-503")
    with tempfile.TemporaryDirectory() as home:
        bench = Workbench(Settings(home=Path(home)))
        bench.engine.start()
        id_ = bench.open(sample.alert(), by=PERSON, workspace=sample.workspace, attended=False)
        while bench.state(id_).turn is Turn.LOOP:
            time.sleep(0.05)
        events = bench.read(id_)
        bench.close()
    return events


def main() -> None:
    """Print the table."""
    rows, sample = [], a_sample()
    for length in LENGTHS:
        events = lengthened(sample, length)
        state = fold("bench", events)
        for question in QUESTIONS:
            taken = []
            for _ in range(TIMES):
                began = time.process_time()
                answer(question, events, state)
                taken.append((time.process_time() - began) * 1000)
            rows.append((str(len(events)), question, f"{percentile(taken, 0.5):.0f}", f"{percentile(taken, 0.95):.0f}"))
    table(
        f"An answer from the timeline, ms of processor (goal: p50 <= {GOAL_MS:.0f})",
        ("events", "question", "p50", "p95"),
        rows,
    )


if __name__ == "__main__":
    main()
