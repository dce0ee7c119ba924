"""Another program, run with a limit of time, a limit of output, and an ear for whoever wants it to end."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sre_core.errors import RefusedInput
from sre_core.knowledge.feeds.base import Cancelled, RefreshCancelled

LISTEN_EVERY_SECONDS = 0.2
MOST_ERRORS = 20_000


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended."""

    fine: bool
    output: bytes
    errors: bytes
    cut: bool
    """There was more output than is taken; the program was ended there."""


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    given: bytes,
    most: int,
    seconds: float,
    cancelled: Cancelled,
) -> Ended:
    """Run a program, with ``given`` as its standard input. It and all that it starts are ended by time, size or cancellation.

    Raises ``RefreshCancelled``, and ``RefusedInput`` when it is not there or takes too long.
    """
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as errors:
        asked.write(given)
        asked.seek(0)
        process = _start(command, folder, environment, asked.fileno(), errors.fileno())
        watch = _Watch(process, seconds, cancelled)
        try:
            assert process.stdout is not None
            output = process.stdout.read(most + 1)
            if len(output) > most:
                _kill(process)
            process.wait()
        finally:
            watch.over()
            _kill(process)  # whatever of it is still there
            process.communicate()
        if cancelled():
            raise RefreshCancelled("The refresh was cancelled.")
        if watch.too_long:
            raise RefusedInput(f"{command[0]} took longer than {seconds:g} seconds and was ended.")
        errors.seek(0)
        return Ended(process.returncode == 0, output[:most], errors.read(MOST_ERRORS), len(output) > most)


def _start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], asked: int, errors: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - a list, no shell, and its arguments are checked by who asks
            command,
            cwd=folder,
            env=environment,
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        raise RefusedInput(f"{command[0]} cannot be run ({error.strerror}). Is it installed?") from error


class _Watch:
    """Ends a program that takes too long, or that nobody wants any more, while its output is waited for."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, cancelled: Cancelled) -> None:
        self.too_long = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(process, seconds, cancelled), daemon=True)
        self._thread.start()

    def over(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self, process: subprocess.Popen[bytes], seconds: float, cancelled: Cancelled) -> None:
        left = seconds
        while not self._over.wait(min(left, LISTEN_EVERY_SECONDS)):
            left -= LISTEN_EVERY_SECONDS
            self.too_long = left <= 0
            if self.too_long or cancelled():
                _kill(process)
                return


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
