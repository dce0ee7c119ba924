"""All tables: ``python -m benchmarks`` (what needs a browser last)."""

from __future__ import annotations

from benchmarks import (
    crash,
    gateway,
    knowledge,
    live,
    memory,
    overhead,
    reading,
    safety,
    samples,
    start,
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
    memory.main([])
    for module in (samples, viewers, start, live):
        module.main()


if __name__ == "__main__":
    main()
