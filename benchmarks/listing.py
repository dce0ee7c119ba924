"""The list of all investigations with thousands of closed ones: the first reading, and each look after it."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from benchmarks.tables import table
from sre_core import events as ev
from sre_core.domain import Alert, Conclusion, Plan, RootCause, Verdict
from sre_core.events import entry
from sre_core.investigator import utc_now
from sre_core.people import Person, Role
from sre_core.store import open_database, writing
from sre_core.summaries import Summaries
from sre_core.timeline import Timeline
from ui.incidents.narrowing import Narrowing, facets

CLOSED = 5_000
LOOKS = 50
ADA = Person(name="ada", role=Role.ADMIN)
COPY = text(
    "INSERT INTO wb_events SELECT :id, seq, type, at, body, chain FROM wb_events WHERE investigation_id = 'first'"
)


def _filled(timeline: Timeline, database: Engine) -> None:
    cause = RootCause(component="cart", fault="memory_leak", statement="cart leaks")
    conclusion = Conclusion(
        verdict=Verdict.CONFIRMED, headline="cart leaks", root_cause=cause, blast_radius=("shop", "web")
    )
    told = (
        (ADA, ev.AlertReceived(alert=Alert(title="cart is down", component="shop"))),
        ("memory", ev.MemoryRecalled()),
        ("reasoner:x", ev.PlanProposed(plan=Plan(revision=1, steps=()))),
        ("reasoner:x", ev.ConclusionReached(conclusion=conclusion)),
        ("engine", ev.InvestigationClosed()),
    )
    for seq, (by, happening) in enumerate(told, start=1):
        timeline.append("first", seq, entry(by, happening))
    with writing(database) as connection:
        connection.execute(COPY, [{"id": f"copy-{number}"} for number in range(CLOSED - 1)])


def _median_ms(do: Callable[[], object]) -> float:
    took = []
    for _ in range(LOOKS):
        began = time.process_time()
        do()
        took.append((time.process_time() - began) * 1000)
    return statistics.median(took)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(os.path.join(folder, "workbench.db")))
        timeline = Timeline(database)
        _filled(timeline, database)
        summaries, seq = Summaries(timeline), 5
        began = time.process_time()
        every = summaries.all()
        first = (time.process_time() - began) * 1000

        def after_a_change() -> None:
            nonlocal seq
            seq += 1
            timeline.append("first", seq, entry(ADA, ev.QuestionAsked(text="why?")))
            summaries.all()

        narrowing = Narrowing(q="cart", component=("shop",), verdict=("confirmed",), sort="severity")
        rows = [
            ("all of them for the first time in a process", f"{first:.0f}"),
            ("once more, nothing has changed", f"{_median_ms(summaries.all):.3f}"),
            ("once more after one event, its writing included", f"{_median_ms(after_a_change):.1f}"),
            (
                "narrowed by three things and a word, and ordered",
                f"{_median_ms(lambda: narrowing.chosen(every, utc_now())):.1f}",
            ),
            ("what there is to narrow by, counted", f"{_median_ms(lambda: facets(every)):.1f}"),
        ]
        database.dispose()
    table(f"The list of {CLOSED:,} closed investigations, median of {LOOKS}, ms of one processor", ("what", "ms"), rows)


if __name__ == "__main__":
    main()
