"""A connection is tried on a thread of its own: one trial at a time, which can be watched and let go."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sre_core.errors import NotAllowed, WorkbenchError
from sre_core.investigator import utc_now
from sre_core.people import Person, Role

log = logging.getLogger(__name__)

T = TypeVar("T")

Tell = Callable[[str], None]
"""Says in a few words what is being tried now."""


def nobody_hears(_: str) -> None:
    """A ``Tell`` for when nobody waits."""


@dataclass(frozen=True)
class TrialStanding(Generic[T]):
    """How a trial stands, or how it ended."""

    began: datetime
    doing: str = ""
    ended: datetime | None = None
    """None while it goes on."""
    stopped: bool = False
    """Somebody let it go."""
    outcome: T | None = None
    problem: str | None = None
    """Why there is no outcome, and what to do."""


class Trial(Generic[T]):
    """Tries one connection when somebody asks for it. Thread-safe."""

    def __init__(self, attempt: Callable[[Tell], Awaitable[T]], now: Callable[[], datetime] = utc_now) -> None:
        """``attempt`` runs on an event loop of its own; a ``WorkbenchError`` that it raises is the trial's problem."""
        self._attempt = attempt
        self._now = now
        self._lock = threading.Lock()
        self._last: _Run[T] | None = None

    @property
    def standing(self) -> TrialStanding[T] | None:
        """The last one; None when none was begun in this process."""
        return self._last.standing if self._last else None

    @property
    def is_running(self) -> bool:
        """Whether one goes on."""
        standing = self.standing
        return standing is not None and standing.ended is None

    def begin(self, by: Person) -> None:
        """Begin; while one goes on, that one is it. Raises ``NotAllowed``."""
        _refuse_viewers(by)
        with self._lock:
            if not self.is_running:
                self._last = _Run(self._attempt, self._now)
                self._last.start()

    def stop(self, by: Person) -> None:
        """Let go of the one that goes on, if there is one. Raises ``NotAllowed``."""
        _refuse_viewers(by)
        self.let_go()

    def let_go(self) -> None:
        """The same, when the workbench ends."""
        if self._last:
            self._last.let_go()

    def wait(self, seconds: float | None = None) -> TrialStanding[T] | None:
        """How the last one stands when it has ended, or after so long."""
        if self._last:
            self._last.join(seconds)
        return self.standing


class _Run(Generic[T]):
    """One trial."""

    def __init__(self, attempt: Callable[[Tell], Awaitable[T]], now: Callable[[], datetime]) -> None:
        self.standing: TrialStanding[T] = TrialStanding(began=now())
        self._attempt = attempt
        self._now = now
        self._lock = threading.Lock()
        self._stop: Callable[[], object] | None = None
        thread = threading.Thread(target=lambda: asyncio.run(self._tried()), name="connection trial", daemon=True)
        self.start, self.join = thread.start, thread.join

    def let_go(self) -> None:
        self._end(stopped=True)
        with self._lock:
            if self._stop:
                self._stop()
                self._stop = None

    async def _tried(self) -> None:
        trying = asyncio.ensure_future(self._attempt(self._tell))
        loop = asyncio.get_running_loop()
        with self._lock:
            self._stop = lambda: loop.call_soon_threadsafe(trying.cancel)
            if self.standing.ended is not None:
                trying.cancel()
        try:
            self._end(outcome=await trying)
        except asyncio.CancelledError:
            self._end(stopped=True)
        except WorkbenchError as refused:
            self._end(problem=str(refused))
        except Exception:  # a page says that it broke, and goes on
            error_id = uuid.uuid4().hex[:8]
            log.exception("the trial of a connection broke [%s]", error_id)
            self._end(problem=f"The test itself broke on our side (for the log: {error_id}). Report the id.")
        finally:
            with self._lock:
                self._stop = None

    def _tell(self, doing: str) -> None:
        self._change(doing=doing)

    def _end(self, **how: Any) -> None:
        self._change(ended=self._now(), **how)

    def _change(self, **changed: Any) -> None:
        """What has ended stays as it is."""
        with self._lock:
            if self.standing.ended is None:
                self.standing = replace(self.standing, **changed)


def _refuse_viewers(by: Person) -> None:
    if not by.role.covers(Role.RESPONDER):
        raise NotAllowed(f"{by.name} is {by.role.value}; to test a connection takes a responder. Ask one of them.")
