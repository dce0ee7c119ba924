"""What a thousand investigations cost that wait for a person, and what fifty cost that run at once.

``python -m benchmarks.waiting [--where]``; ``--where`` also prints which lines hold the memory that was added.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.overhead import Tireless
from benchmarks.tables import percentile, table
from sre_core.bootstrap import Workbench
from sre_core.domain import Alert, Autonomy, Limits
from sre_core.engine import Engine
from sre_core.events import AlertReceived, Entry, Event, entry
from sre_core.settings import Settings
from sre_core.store import open_database
from sre_core.timeline import Timeline
from tests.fakes import PERSON, FakeToolbox, equipped

WAITING = 1000
WARM = 20
AT_ONCE, LOOKS = 50, 10
IDLE_SECONDS = 10.0
PATIENCE = 300.0
MB = 1024 * 1024


class Cost(NamedTuple):
    """What the process holds."""

    resident: float
    """MB"""
    threads: int

    @classmethod
    def now(cls) -> Cost:
        """After a collection of garbage."""
        gc.collect()
        with open("/proc/self/statm", encoding="ascii") as statm:
            pages = int(statm.read().split()[1])
        return cls(pages * os.sysconf("SC_PAGE_SIZE") / MB, len(os.listdir("/proc/self/task")))


class Counter:
    """Counts the events of some kinds, and tells when there are enough."""

    def __init__(self, *types: str) -> None:
        self._types = types
        self._news = threading.Condition()
        self._count = 0

    def hear(self, event: Event) -> None:
        if event.happening.type in self._types:
            with self._news:
                self._count += 1
                self._news.notify_all()

    def wait(self, times: int) -> None:
        """Raises ``TimeoutError``."""
        with self._news:
            if not self._news.wait_for(lambda: self._count >= times, PATIENCE):
                raise TimeoutError(f"{self._count} of {times}")


def bring(bench: Workbench, many: int) -> float:
    """Open this many investigations that are asked about at their first look; seconds until all wait."""
    asked = Counter("ApprovalRequested")
    stop = bench.subscribe(asked.hear)
    began = time.perf_counter()
    for number in range(many):
        alert = Alert(title=f"Checkout {number} is slow", component="checkout")
        bench.open(alert, by=PERSON, autonomy=Autonomy.ASK_ALL)
    asked.wait(many)
    stop()
    return time.perf_counter() - began


def idle() -> float:
    """Share of one core that the process uses while nothing happens."""
    began = time.process_time()
    time.sleep(IDLE_SECONDS)
    return (time.process_time() - began) / IDLE_SECONDS


def waiting(where: bool) -> list[tuple[object, ...]]:
    """Rows of the table of those that wait."""
    with tempfile.TemporaryDirectory() as home:
        bench = Workbench(Settings(home=Path(home)))
        bench.start()
        bring(bench, WARM)
        bench.investigations()
        time.sleep(6)  # the warm-up of the process is over
        before, idle_before = Cost.now(), idle()
        shown = _watch(where)
        seconds = bring(bench, WAITING)
        after, idle_after = Cost.now(), idle()
        shown()
        bench.investigations()
        listed = Cost.now()
        bench.close()
    return [
        (
            "memory, MB",
            f"{before.resident:.0f}",
            f"{after.resident:.0f}",
            f"+{after.resident - before.resident:.1f}",
            "<= 20 more",
        ),
        (
            "... once a page has listed them",
            "",
            f"{listed.resident:.0f}",
            f"+{listed.resident - before.resident:.1f}",
            "",
        ),
        ("idle CPU, % of a core", f"{idle_before * 100:.2f}", f"{idle_after * 100:.2f}", "", "<= 0.5"),
        ("threads", before.threads, after.threads, f"+{after.threads - before.threads}", ""),
        ("seconds to bring all there", "", f"{seconds:.1f}", "", ""),
    ]


def _watch(where: bool) -> Callable[[], None]:
    if not where:
        return lambda: None
    tracemalloc.start(8)
    before = tracemalloc.take_snapshot()

    def show() -> None:
        gc.collect()
        for line in tracemalloc.take_snapshot().compare_to(before, "lineno")[:15]:
            print(line)
        tracemalloc.stop()

    return show


class Timed(Timeline):
    """Notes how long each append took, from asking for it to everybody being told."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.milliseconds: list[float] = []

    def append(self, investigation_id: str, seq: int, entry: Entry) -> Event:
        began = time.perf_counter()
        event = super().append(investigation_id, seq, entry)
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        return event


def at_once(many: int) -> tuple[object, ...]:
    """So many investigations that run at the same time: a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "workbench.db")
        timeline = Timed(database)
        closed = Counter("InvestigationClosed")
        timeline.subscribe(closed.hear)
        engine = Engine(timeline, lambda state: equipped(Tireless(LOOKS), FakeToolbox()))
        engine.start()
        opened = AlertReceived(alert=Alert(title="cold"), limits=Limits(max_actions=LOOKS + 1))
        began = time.perf_counter()
        for number in range(many):
            timeline.append(f"inv-{number}", 1, entry(PERSON, opened))
            engine.wake(f"inv-{number}")
        closed.wait(many)
        seconds = time.perf_counter() - began
        engine.stop()
        database.dispose()
    taken = timeline.milliseconds
    p50, p95 = percentile(taken, 0.5), percentile(taken, 0.95)
    return (
        many,
        len(taken),
        f"{seconds:.1f}",
        f"{len(taken) / seconds:.0f}",
        f"{p50:.2f}",
        f"{p95:.2f}",
        f"{max(taken):.1f}",
    )


def main(arguments: list[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--where", action="store_true", help="also print where memory was added")
    options = parser.parse_args(arguments)
    rows = waiting(options.where)
    table(f"{WAITING} investigations that wait for a person", ("what", "before", "with them", "more", "goal"), rows)
    head = ("at once", "events", "seconds", "events a second", "append p50 ms", "p95 ms", "max ms")
    table("Investigations that run, with a reasoner and a tool that cost nothing", head, [at_once(1), at_once(AT_ONCE)])


if __name__ == "__main__":
    main()
