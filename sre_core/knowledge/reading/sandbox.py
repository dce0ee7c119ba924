"""The workbench's end of the process that reads foreign files: started when needed, used again, killed when it hangs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from sre_core.knowledge.reading.given import ReadLimits, ReadOutcome, Refused, megabytes, shown_name
from sre_core.knowledge.reading.wire import Reply, Request, received, send

_PACKAGES = Path(__file__).parents[3]
_STARTING = 60.0
"""Seconds that the process may take, beyond those for the file, to start."""
MOST_LOSSES = 3
"""After so many files of one archive that brought the process down, the rest is left out."""


class Sandbox:
    """A process of one's own for foreign files. Not for two threads at once; ``close`` it, or use it in ``with``."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process else None

    def read(self, name: str, content: bytes) -> Iterator[ReadOutcome]:
        """One outcome, or for an archive one for each file in it. Never hangs, and never raises because of the file."""
        read, losses = 0, 0
        while True:
            reading = None
            try:
                for reply in self._replies(
                    Request(name=name, size=len(content), limits=self._limits, start=read), content
                ):
                    reading = reply.about_to_read or reading
                    if outcome := reply.document or reply.refused:
                        read, reading = read + 1, None
                        yield outcome
                return
            except (OSError, EOFError, ValidationError) as error:
                reason = self._lost(error)
            except BaseException:
                self.close()  # in the middle of an answer: nobody will read the rest of it
                raise
            yield Refused(name=shown_name(reading or name), reason=reason)
            read, losses = read + 1, losses + 1
            if reading in (None, name):
                return
            if losses >= MOST_LOSSES:
                yield Refused(
                    name=shown_name(name),
                    reason=f"{losses} of its files could not be read within the limits; the rest was left out. "
                    "Give the others by themselves.",
                )
                return

    def close(self) -> None:
        """Kill the process, if there is one."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._channel = None

    def _replies(self, request: Request, content: bytes) -> Iterator[Reply]:
        channel = self._started()
        patience = self._limits.seconds + _STARTING
        channel.settimeout(patience)
        send(channel, request, content)
        while True:
            reply = Reply.model_validate_json(received(channel, within=patience))
            yield reply
            patience = self._limits.seconds
            if reply.worn:
                self.close()
            if reply.done:
                return

    def _started(self) -> socket.socket:
        if self._channel is not None and self._process is not None and self._process.poll() is None:
            return self._channel
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-P", "-m", "sre_core.knowledge.reading.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={
                    "PYTHONPATH": str(_PACKAGES),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PATH": os.defpath,
                    "LC_ALL": "C.UTF-8",
                },
                start_new_session=True,
            )
        self._channel = ours
        return ours

    def _lost(self, error: Exception) -> str:
        """Why the process is lost; it is killed, if it was not dead."""
        limits = self._limits
        process = self._process
        if isinstance(error, TimeoutError):
            self.close()
            return f"Reading it takes longer than {limits.seconds:g} seconds. Split it, or save it as text."
        try:
            code = process.wait(timeout=1) if process else 0
        except subprocess.TimeoutExpired:
            code = 0
        self.close()
        if code == -signal.SIGXCPU:
            return f"Reading it takes longer than {limits.seconds:g} seconds. Split it, or save it as text."
        most = megabytes(limits.memory_bytes)
        return f"It broke its reader: it is damaged, or needs more than {most} of memory. Save it again, or as text."
