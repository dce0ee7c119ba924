"""Uploads in threads of their own: they go on while the person who gave the files looks elsewhere, and can be cancelled."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from sre_core.domain import Moment, Value
from sre_core.errors import WorkbenchError
from sre_core.knowledge.documents import IngestOutcome
from sre_core.knowledge.reading.given import FileGiven, Refused
from sre_core.knowledge.work import Work, end
from sre_core.people import Person

KEPT = 20
"""Finished uploads that can still be looked at."""

Status = Literal["running", "done", "cancelled", "failed"]
Take = Callable[[Iterable[FileGiven], Person], Iterator[IngestOutcome | Refused]]

_log = logging.getLogger(__name__)


class UploadStanding(Value):
    """How far an upload has come."""

    id: str
    by: str
    began: Moment
    status: Status
    files: tuple[str, ...]
    begun: int = 0
    """How many of the files were handed to the reader, in the order given."""
    outcomes: tuple[IngestOutcome | Refused, ...] = ()
    problem: str | None = None


@dataclass
class _Upload(Work):
    standing: UploadStanding
    """But for its outcomes."""
    outcomes: list[IngestOutcome | Refused] = field(default_factory=list)


class Uploads:
    """Uploads that run while the caller goes on, and the last that ended. Thread-safe."""

    def __init__(self, take: Take, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._take = take
        self._now = now
        self._works: dict[str, _Upload] = {}
        self._lock = threading.Lock()

    def start(self, files: Sequence[FileGiven], by: Person) -> str:
        """Begin; returns the upload's id. Raises what taking in raises at once, such as ``NotAllowed``."""
        id_ = uuid.uuid4().hex[:12]
        names = tuple(file.name for file in files)
        work = _Upload(UploadStanding(id=id_, by=by.actor, began=self._now(), status="running", files=names))
        outcomes = self._take(self._handed_over(files, work), by)
        with self._lock:
            self._works[id_] = work
            over = [key for key, each in self._works.items() if each.standing.status != "running"]
            for key in over[:-KEPT]:
                del self._works[key]
            work.begin(partial(self._run, outcomes, work), name=f"upload {id_}")
        return id_

    def of(self, by: Person) -> tuple[UploadStanding, ...]:
        """What somebody has uploaded since the workbench was started and not put away, the latest first."""
        with self._lock:
            mine = [work for work in reversed(self._works.values()) if work.standing.by == by.actor]
            return tuple(work.standing.model_copy(update={"outcomes": tuple(work.outcomes)}) for work in mine)

    def cancel(self, id_: str, by: Person) -> None:
        """Let one's own upload end after the document at hand; what was stored stays."""
        if work := self._own(id_, by):
            work.cancelled.set()

    def put_away(self, id_: str, by: Person) -> None:
        """Show one's own upload no more, once it has ended."""
        work = self._own(id_, by)
        if work and work.standing.status != "running":
            with self._lock:
                self._works.pop(id_, None)

    def wait(self, id_: str, seconds: float | None = None) -> bool:
        """Wait for an upload; False when it still runs after so long."""
        with self._lock:
            work = self._works.get(id_)
        return work is None or work.wait(seconds)

    def close(self, seconds: float = 10.0) -> None:
        """Cancel everything, and wait so long for each to end."""
        with self._lock:
            works = list(self._works.values())
        end(works, seconds)

    def _own(self, id_: str, by: Person) -> _Upload | None:
        with self._lock:
            work = self._works.get(id_)
        return work if work and work.standing.by == by.actor else None

    def _handed_over(self, files: Sequence[FileGiven], work: _Upload) -> Iterator[FileGiven]:
        for file in files:
            if work.cancelled.is_set():
                return
            self._note(work, begun=work.standing.begun + 1)
            yield file

    def _run(self, outcomes: Iterator[IngestOutcome | Refused], work: _Upload) -> None:
        try:
            for outcome in outcomes:
                with self._lock:
                    work.outcomes.append(outcome)
                if work.cancelled.is_set():
                    break
            self._note(work, status="cancelled" if work.cancelled.is_set() else "done")
        except WorkbenchError as error:
            self._note(work, status="failed", problem=str(error))
        except Exception:
            _log.exception("upload %s failed", work.standing.id)
            self._note(
                work,
                status="failed",
                problem="The upload broke on our side. What is listed as taken in is stored; give the rest again.",
            )

    def _note(self, work: _Upload, **news: object) -> None:
        with self._lock:
            work.standing = work.standing.model_copy(update=news)
