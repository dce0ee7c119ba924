"""How long the six samples take, and how long until the first finding."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.capsules import conclude
from benchmarks.tables import table
from sre_core.bootstrap import Workbench
from sre_core.events import ReflectionMade
from sre_core.settings import Settings, shipped


def main() -> None:
    """Print the table."""
    rows = []
    with tempfile.TemporaryDirectory() as home:
        bench = Workbench(Settings(home=Path(home)))
        bench.start()
        for path in sorted((shipped("data") / "sample_incidents").glob("*.zip")):
            finished, seconds = conclude(bench, path)
            events = bench.read(finished["investigation_id"])
            found = next(
                e for e in events if isinstance(e.happening, ReflectionMade) and e.happening.reflection.evidence
            )
            first = (found.at - events[0].at).total_seconds()
            rows.append((path.stem, finished["verdict"], len(events), f"{first:.2f}", f"{seconds:.2f}"))
        bench.close()
    table(
        "Samples with the rules reasoner (goal: <= 2 s each)",
        ("sample", "verdict", "events", "first finding s", "end s"),
        rows,
    )


if __name__ == "__main__":
    main()
