"""All tables: ``python -m benchmarks`` (what needs a browser last)."""

from __future__ import annotations

from benchmarks import (
    crash,
    gateway,
    knowledge,
    listing,
    live,
    memory,
    moments,
    opening,
    overhead,
    reading,
    safety,
    samples,
    start,
    topology,
    viewers,
    waiting,
)


def main() -> None:
    """Print them one after the other."""
    crash.main(["--quick"])  # first: it forks, which is safe while nothing has started a thread
    overhead.main()
    waiting.main([])
    reading.main([])
    safety.main()
    gateway.main()
    knowledge.main(["--quick"])
    listing.main()
    memory.main([])
    for module in (samples, viewers, start, opening, topology, moments, live):
        module.main()


if __name__ == "__main__":
    main()
