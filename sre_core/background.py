"""What people let run while they look on: in a thread and an event loop of its own, watched, cancelled, kept for a while."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Generic, Literal, TypeVar

from sre_core.errors import RefusedInput, WorkbenchError
from sre_core.knowledge.work import Work, end
from sre_core.people import Person

KEPT = 20
"""Of those that have ended, how many can still be looked at."""
AT_ONCE = 3
"""Of one person."""

T = TypeVar("T")
S = TypeVar("S")

Status = Literal["running", "done", "cancelled", "failed"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing(Generic[T, S]):
    """How far it has come."""

    id: str
    by: str
    began: datetime
    status: Status = "running"
    steps: tuple[S, ...] = ()
    """What was told on the way, in order."""
    outcome: T | None = None
    problem: str | None = None
    """Why there is no outcome, and what to do."""
    ended: datetime | None = None
    """None while it goes on."""


@dataclass
class _Job(Work, Generic[T, S]):
    standing: Standing[T, S]
    """But for its steps."""
    steps: deque[S]
    stop: Callable[[], object] | None = None


class Background(Generic[T, S]):
    """Jobs of one kind: each tells steps of type ``S`` and comes to a ``T``. Thread-safe; everybody sees their own only."""

    def __init__(
        self,
        what: str,
        steps_kept: int = 500,
        at_once: int = AT_ONCE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``what``: the name of such a job, for its thread, the log, and who has too many; ``steps_kept``: the last of each;
        ``at_once``: how many one person may have under way."""
        self._what = what
        self._steps_kept = steps_kept
        self._at_once = at_once
        self._now = now
        self._jobs: dict[str, _Job[T, S]] = {}
        self._lock = threading.Lock()

    def begin(self, work: Callable[[Callable[[S], None]], Awaitable[T]], by: Person) -> str:
        """Begin; returns its id. A ``WorkbenchError`` that it raises is its problem. Raises ``RefusedInput`` when somebody has
        too many under way."""
        job: _Job[T, S] = _Job(
            Standing(id=uuid.uuid4().hex[:12], by=by.actor, began=self._now()), deque(maxlen=self._steps_kept)
        )
        with self._lock:
            own = [one for one in self._jobs.values() if one.standing.by == by.actor]
            if sum(one.standing.status == "running" for one in own) >= self._at_once:
                raise RefusedInput(
                    f"{self._at_once} of yours are under way ({self._what}). Wait for one, or cancel it."
                )
            self._jobs[job.standing.id] = job
            for key in [key for key, one in self._jobs.items() if one.standing.status != "running"][:-KEPT]:
                del self._jobs[key]
            job.begin(partial(self._run, job, work), name=f"{self._what} {job.standing.id}")
        return job.standing.id

    def standing(self, id_: str, by: Person) -> Standing[T, S] | None:
        """How one's own stands; None when there is none of that id (any more)."""
        with self._lock:
            job = self._jobs.get(id_)
            if job is None or job.standing.by != by.actor:
                return None
            return replace(job.standing, steps=tuple(job.steps))

    def cancel(self, id_: str, by: Person) -> None:
        """Let one's own end at once; its connections are closed."""
        with self._lock:
            job = self._jobs.get(id_)
        if job and job.standing.by == by.actor:
            self._cancel(job)

    def wait(self, id_: str, seconds: float | None = None) -> bool:
        """Wait for its end; False when it still runs after so long."""
        with self._lock:
            job = self._jobs.get(id_)
        return job is None or job.wait(seconds)

    def close(self, seconds: float = 5.0) -> None:
        """Cancel everything, and wait so long for each to end."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            self._cancel(job)
        end(jobs, seconds)

    def _cancel(self, job: _Job[T, S]) -> None:
        job.cancelled.set()
        with self._lock:
            if job.stop is not None:
                job.stop()
                job.stop = None

    def _run(self, job: _Job[T, S], work: Callable[[Callable[[S], None]], Awaitable[T]]) -> None:
        try:
            self._note(job, status="done", outcome=asyncio.run(self._worked(job, work)))
        except asyncio.CancelledError:
            self._note(job, status="cancelled")
        except WorkbenchError as error:
            self._note(job, status="failed", problem=str(error))
        except Exception:  # a page says that it broke, and goes on
            error_id = uuid.uuid4().hex[:8]
            _log.exception("%s %s broke [%s]", self._what, job.standing.id, error_id)
            self._note(job, status="failed", problem=f"It broke on our side (for the log: {error_id}). Report the id.")

    async def _worked(self, job: _Job[T, S], work: Callable[[Callable[[S], None]], Awaitable[T]]) -> T:
        working, loop = asyncio.ensure_future(work(partial(self._told, job))), asyncio.get_running_loop()
        with self._lock:
            job.stop = lambda: loop.call_soon_threadsafe(working.cancel)
        if job.cancelled.is_set():
            working.cancel()
        try:
            return await working
        finally:
            with self._lock:
                job.stop = None

    def _told(self, job: _Job[T, S], step: S) -> None:
        with self._lock:
            job.steps.append(step)

    def _note(self, job: _Job[T, S], **news: object) -> None:
        """It has ended, in this way."""
        with self._lock:
            job.standing = replace(job.standing, ended=self._now(), **news)  # type: ignore[arg-type]
