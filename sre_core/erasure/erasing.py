"""One erasure, from the first investigation to the last trace of it on the disk.

What is at work, or waits for somebody, is stopped first where that is wished, and is left alone otherwise.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine as Database

from sre_core.erasure import rows, tombstones
from sre_core.erasure.tombstones import Erased
from sre_core.erasure.wanted import Outcome, Progress, Wanted
from sre_core.errors import StaleDecision, UnreadableTimeline, WorkbenchError
from sre_core.events import Entry, Event, InvestigationStopped, entry
from sre_core.gateway.record import without_secrets
from sre_core.investigation import Phase
from sre_core.people import Person
from sre_core.store import writing
from sre_core.timeline import Timeline

log = logging.getLogger(__name__)

OVER = (Phase.CLOSED, Phase.STOPPED)
LETS_GO_WITHIN, LOOK_AGAIN = 10.0, 0.05
"""Seconds: until a stopped investigation must have ended, and between two looks."""
MOST_LEFT = 20
STILL_OPEN = "it is still open: stop it first, or have it stopped"


class Besides(Protocol):
    """What is kept beside the timelines."""

    def forget(self, investigation_id: str, by: Person, *, memory: bool, postmortem: bool) -> tuple[int, int, int]:
        """Forget what was learned from it; how many memories, facts and postmortems that were."""

    def forget_everything(self, by: Person) -> int:
        """All memories, documents, alerts, capsules, pages; how many."""

    def discard_copies(self) -> None:
        """Exports that lie here, or are being made, hold what is erased."""

    def scrub(self) -> None:
        """Nothing that was forgotten is in a file of the database any more."""


class Investigations(Protocol):
    """What the workbench does with investigations."""

    def record(self, investigation_id: str, said: Entry) -> Event:
        """Append what a person said."""

    def is_at_work(self, investigation_id: str) -> bool:
        """Whether something is still being done for it."""

    def forgotten(self, investigation_id: str) -> None:
        """It is gone: nobody is to be shown it any more."""

    def every(self) -> Iterable[str]:
        """The ids of all of them."""


class Erasing:
    """Erases what is ``wanted`` in the name of a person, who must be allowed to, and tells how far it has come."""

    def __init__(
        self,
        database: Database,
        timeline: Timeline,
        investigations: Investigations,
        besides: Besides,
        now: Callable[[], datetime],
        *,
        wanted: Wanted,
        by: Person,
        tell: Callable[[Progress], None],
    ) -> None:
        self._database = database
        self._timeline = timeline
        self._investigations = investigations
        self._besides = besides
        self._now = now
        self._wanted = wanted
        self._by = by
        self._tell = tell
        self._counts = dict.fromkeys(("investigations", "events", "memories", "facts", "postmortems"), 0)
        self._left: list[str] = []

    async def run(self) -> Outcome:
        """All of it. Where it is let go of, what is erased until then is erased to the last trace."""
        everything = self._wanted.everything
        ids = tuple(self._investigations.every() if everything else dict.fromkeys(self._wanted.investigations))
        outputs = others = 0
        self._besides.discard_copies()
        try:
            for done, id_ in enumerate(ids):
                self._tell(Progress(done=done, of=len(ids), doing=id_))
                await asyncio.sleep(0)  # where it is let go of
                await self._one(id_)
            if everything and not self._left:
                self._tell(Progress(done=len(ids), of=len(ids), doing="memories, documents and files"))
                others = self._besides.forget_everything(self._by)
        finally:
            self._tell(Progress(done=len(ids), of=len(ids), doing="outputs that nothing names any more"))
            outputs = self._last_traces()
        return Outcome(
            **self._counts,
            outputs=outputs,
            others=others,
            left=tuple(self._left[:MOST_LEFT]),
            many_left=len(self._left),
            rest_stays=everything and bool(self._left),
        )

    def _last_traces(self) -> int:
        """Outputs, exports that were made meanwhile, what is left in the database's files; how many outputs there were."""
        outputs = rows.let_go_of_outputs(self._database, self._now())
        self._besides.discard_copies()
        rows.scrub_database(self._database)
        self._besides.scrub()
        return outputs

    async def _one(self, id_: str) -> None:
        """What cannot be erased is left, with why: the others must not suffer."""
        try:
            seq = await self._over(id_)
            erased = self._take_out(id_, seq)
        except WorkbenchError as error:
            self._left.append(f"{id_}: {str(error).rstrip('.')}")
            return
        self._investigations.forgotten(id_)
        self._counts["investigations"] += 1
        self._counts["events"] += erased.events
        try:
            self._forget_besides(id_)
        except WorkbenchError as error:
            self._left.append(f"{id_} itself is erased, and what was learned from it is not: {str(error).rstrip('.')}")

    def _forget_besides(self, id_: str) -> None:
        wanted = self._wanted
        gone = self._besides.forget(id_, self._by, memory=wanted.memory, postmortem=wanted.postmortems)
        for name, count in zip(("memories", "facts", "postmortems"), gone, strict=True):
            self._counts[name] += count

    async def _over(self, id_: str) -> int | None:
        """seq of its last event once nothing is left to do; None where it cannot be read. Raises ``StaleDecision``."""
        try:
            state = self._timeline.state(id_)
        except UnreadableTimeline:
            return None
        if state.phase not in OVER:
            if not self._wanted.stop_open:
                raise StaleDecision(STILL_OPEN)
            stopped = InvestigationStopped(reason="It is to be erased.")
            self._investigations.record(id_, entry(self._by, stopped))
        await self._let_go(id_)
        return self._timeline.state(id_).seq

    async def _let_go(self, id_: str) -> None:
        """A step that runs, or an answer that is being made, ends first."""
        for _ in range(int(LETS_GO_WITHIN / LOOK_AGAIN)):
            if not self._investigations.is_at_work(id_):
                return
            await asyncio.sleep(LOOK_AGAIN)
        raise StaleDecision("something is still being done for it; try again in a moment")

    def _take_out(self, id_: str, seq: int | None) -> Erased:
        with writing(self._database) as connection:
            taken = rows.take_out(connection, id_, seq)
            if taken is None:
                raise StaleDecision("something happened in it at this very moment; try again")
            erased = Erased(
                investigation=id_,
                **dict(taken),
                at=self._now(),
                by=self._by.actor,
                via=self._by.via,
                because=without_secrets(self._wanted.because.strip()),
                memory=self._wanted.memory,
                postmortem=self._wanted.postmortems,
            )
            tombstones.put(connection, erased)
        log.info("investigation %s was erased by %s", id_, self._by.name)
        return erased
