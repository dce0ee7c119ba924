"""One trial of ``benchmarks.crash``: a process is born, dies by SIGKILL, another goes on in its state folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.autopsy import Verdict, examine
from benchmarks.mortal import Blow, Parts, Whereabouts, live, notes

PATIENCE = 20.0
STUCK = -signal.SIGTERM

Strike = Callable[[int, Whereabouts], None]
"""Kills a process, by its id, when it is somewhere."""


@dataclass
class Kill:
    """One death, and what came after it."""

    how: str
    places: list[str]
    """Where it was at that moment."""
    verdict: Verdict
    seconds: float | None
    """From the start of the second process to its next event; None when nothing was left to do."""


def trial(
    how: str,
    blow: Blow | None = None,
    strike: Strike | None = None,
    parts: Parts | None = None,
    deaths: int = 1,
    patience: float = PATIENCE,
) -> Kill | None:
    """A fresh investigation, killed and started again; None when it ended before the blow.

    One that gets stuck before the blow is not started again: its verdict says that it did not come to its end.
    """
    with state_folder() as folder:
        for _ in range(deaths):
            where = Whereabouts()
            doomed = born(lambda: live(folder, blow, where, parts))  # noqa: B023 - it runs before the next one is made
            if strike:
                strike(doomed, where)
            status = ended(doomed, patience)
            if status == STUCK:
                return Kill(how, where.now(), examine(folder), None)
            if status != -signal.SIGKILL:
                return None
        places, began = where.now(), time.monotonic()
        ended(born(lambda: live(folder, parts=parts)), patience)
        return Kill(how, places, examine(folder), _first_news(folder, began))


def whole_process(how: str, delay: float) -> Kill | None:
    """The same with a process that starts from nothing, killed some time after it has written its first line."""
    with state_folder() as folder:
        first = _started(folder)
        while not notes(folder) and first.poll() is None:
            time.sleep(0.002)
        time.sleep(delay)
        first.kill()
        if first.wait() != -signal.SIGKILL:
            return None
        began = time.monotonic()
        again = _started(folder)
        try:
            again.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            again.kill()
            again.wait()
        return Kill(how, [], examine(folder), _first_news(folder, began))


def _started(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.mortal", str(folder)])


@contextmanager
def state_folder() -> Iterator[Path]:
    """A fresh one, on a disk."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        yield Path(folder)


def born(life: Callable[[], None]) -> int:
    """A process of its own that begins with everything imported; its id. Raises ``RuntimeError`` when a fork is not safe."""
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("this process has threads, and a fork would take none of them along")
    sys.stdout.flush()
    if pid := os.fork():
        return pid
    try:
        life()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(pid: int, patience: float = PATIENCE) -> int:
    """Its exit status, minus the signal that killed it; one that does not end within ``patience`` is ended, and ``STUCK``."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return STUCK


def _first_news(folder: Path, began: float) -> float | None:
    told = (line["at"] for line in notes(folder) if line["what"] == "told" and line["at"] > began)
    first = next(told, None)
    return None if first is None else first - began


def after(seconds: float) -> Strike:
    """Some time after its start."""

    def strike(pid: int, where: Whereabouts) -> None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)

    return strike


def within(place: str, nth: int, seconds: float) -> Strike:
    """Some time after it came to a place for the nth time; not at all when it never does."""

    def strike(pid: int, where: Whereabouts) -> None:
        while where.entered(place) < nth:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)

    return strike
