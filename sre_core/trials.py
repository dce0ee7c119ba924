"""A connection is tried on a thread of its own: one trial at a time, which can be watched and let go."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sre_core.background import Background
from sre_core.errors import NotAllowed
from sre_core.investigator import utc_now
from sre_core.people import Person, Role

MOST_TIDYING = 20
"""Trials that were let go of and have not come back yet; more are refused."""

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
    """Tries one connection when somebody asks for it. Thread-safe; everybody sees the last one."""

    def __init__(self, attempt: Callable[[Tell], Awaitable[T]], now: Callable[[], datetime] = utc_now) -> None:
        """``attempt`` runs on an event loop of its own; a ``WorkbenchError`` that it raises is the trial's problem."""
        self._attempt = attempt
        self._now = now
        self._lock = threading.Lock()
        self._runs: Background[T, str] = Background("connection trial", steps_kept=1, at_once=MOST_TIDYING, now=now)
        self._last: _Run | None = None

    @property
    def standing(self) -> TrialStanding[T] | None:
        """The last one; None when none was begun in this process."""
        run = self._last
        told = self._runs.standing(run.id, run.by) if run else None
        if run is None or told is None:
            return None
        doing = told.steps[-1] if told.steps else ""
        if run.stopped is not None:
            return TrialStanding(began=told.began, doing=doing, ended=run.stopped, stopped=True)
        return TrialStanding(
            began=told.began, doing=doing, ended=told.ended, outcome=told.outcome, problem=told.problem
        )

    @property
    def is_running(self) -> bool:
        """Whether one goes on."""
        standing = self.standing
        return standing is not None and standing.ended is None

    def begin(self, by: Person) -> None:
        """Begin; while one goes on, that one is it. Raises ``NotAllowed``, ``RefusedInput``."""
        _refuse_viewers(by)
        with self._lock:
            if not self.is_running:
                self._last = _Run(self._runs.begin(self._attempt, by), by)

    def stop(self, by: Person) -> None:
        """Let go of the one that goes on, if there is one. Raises ``NotAllowed``."""
        _refuse_viewers(by)
        self.let_go()

    def let_go(self) -> None:
        """The same, when the workbench ends."""
        with self._lock:
            if self._last and self.is_running:
                self._last.stopped = self._now()
                self._runs.cancel(self._last.id, self._last.by)

    def wait(self, seconds: float | None = None) -> TrialStanding[T] | None:
        """How the last one stands when it has ended, or after so long."""
        if self._last:
            self._runs.wait(self._last.id, seconds)
        return self.standing


@dataclass
class _Run:
    """The last trial."""

    id: str
    by: Person
    stopped: datetime | None = None
    """When somebody let it go; it may still be tidying up."""


def _refuse_viewers(by: Person) -> None:
    if not by.role.covers(Role.RESPONDER):
        raise NotAllowed(f"{by.name} is {by.role.value}; to test a connection takes a responder. Ask one of them.")
