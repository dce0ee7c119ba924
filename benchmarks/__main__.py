"""All tables: ``python -m benchmarks`` (what needs a browser last)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

TABLES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("crash", (["--quick"],)),  # first: it forks, which is safe while nothing that was imported has started a thread
    ("overhead", ()),
    ("waiting", ([],)),
    ("reading", ([],)),
    ("safety", ()),
    ("gateway", ()),
    ("knowledge", (["--quick"],)),
    ("listing", ()),
    ("memory", ([],)),
    ("samples", ()),
    ("viewers", ()),
    ("start", ()),
    ("opening", ()),
    ("topology", ()),
    ("moments", ()),
    ("live", ()),
)
"""Module -> what its ``main`` is called with. Each is imported when it is its turn."""


def main() -> None:
    """Print them one after the other."""
    for name, arguments in TABLES:
        import_module(f"benchmarks.{name}").main(*arguments)


if __name__ == "__main__":
    main()
