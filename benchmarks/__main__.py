"""All tables: ``python -m benchmarks`` (what needs a browser last)."""

from __future__ import annotations

from benchmarks import live, overhead, samples, start, viewers


def main() -> None:
    """Print them one after the other."""
    for module in (overhead, samples, viewers, start, live):
        module.main()


if __name__ == "__main__":
    main()
