"""Whether a process is still there."""

from __future__ import annotations

import threading
from pathlib import Path


def gone(pid: int) -> bool:
    """It ended, or waits to be forgotten by a parent that does not care."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def gone_soon(pid: int) -> bool:
    """A signal takes its time to arrive on a busy machine."""
    tick = threading.Event()
    return any(gone(pid) or tick.wait(0.05) for _ in range(200))
