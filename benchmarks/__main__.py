"""All tables: ``python -m benchmarks`` (what needs a browser last). Each is made by a process of its own, as if it were alone."""

from __future__ import annotations

import subprocess
import sys

TABLES = (
    ("crash", "--quick"),
    ("overhead",),
    ("waiting",),
    ("reading",),
    ("safety",),
    ("gateway",),
    ("knowledge", "--quick"),
    ("listing",),
    ("memory",),
    ("samples",),
    ("viewers",),
    ("start",),
    ("opening",),
    ("topology",),
    ("moments",),
    ("live",),
)
"""A module, and what is asked of it."""


def main() -> int:
    """Print them one after the other; returns how many failed."""
    failed = []
    for name, *arguments in TABLES:
        sys.stdout.flush()
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
