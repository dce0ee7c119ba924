"""Where people have things erased: what would go is said before, it runs in the background, and a record of it stays.

Only an admin may. What is at work, or waits for somebody, is stopped first where that is wished, and is left alone otherwise.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from pydantic import Field
from sqlalchemy import Engine as Database

from sre_core.background import Background, Standing
from sre_core.counting import counted
from sre_core.domain import Value
from sre_core.erasure import rows, tombstones
from sre_core.erasure.tombstones import Erased
from sre_core.errors import NotAllowed, RefusedInput, StaleDecision, UnreadableTimeline, WorkbenchError
from sre_core.events import Entry, Event, InvestigationStopped, entry
from sre_core.investigation import Phase
from sre_core.investigator import utc_now
from sre_core.people import Person, Role
from sre_core.store import writing
from sre_core.timeline import Timeline

log = logging.getLogger(__name__)

OVER = (Phase.CLOSED, Phase.STOPPED)
LETS_GO_WITHIN, LOOK_AGAIN = 10.0, 0.05
"""Seconds: until a stopped investigation must have ended, and between two looks."""
MOST_LEFT = 20
STILL_OPEN = "it is still open: stop it first, or have it stopped"


class Wanted(Value):
    """What somebody wants erased."""

    investigations: tuple[str, ...] = ()
    everything: bool = Field(
        default=False, description="All that is kept here: every investigation, memory, document, alert."
    )
    memory: bool = Field(default=True, description="Also what was remembered of these investigations.")
    postmortems: bool = Field(default=True, description="Also their saved postmortems.")
    stop_open: bool = Field(default=False, description="Stop those that are still open, rather than leave them.")
    because: str = Field(default="", max_length=500)


class Progress(Value):
    """How far it has come."""

    done: int
    of: int
    doing: str = ""


class Outcome(Value):
    """What was erased, and what was not."""

    investigations: int = 0
    events: int = 0
    outputs: int = 0
    memories: int = 0
    facts: int = 0
    postmortems: int = 0
    others: int = Field(
        default=0, description="Further things that went with everything: documents, alerts, capsules, pages."
    )
    left: tuple[str, ...] = Field(default=(), description="What was left, with why; the first of them.")
    many_left: int = 0

    def in_words(self) -> str:
        """'Erased: 2 investigations with 120 events, 14 outputs.'; a line for what was left."""
        told = [
            f"{counted(self.investigations, 'investigation')} with {counted(self.events, 'event')}",
            *(counted(number, one, many) for number, one, many in self._others() if number),
        ]
        lines = [f"Erased: {', '.join(told)}."]
        if self.many_left:
            lines += [f"Left: {counted(self.many_left, 'investigation')}.", *(f"  {one}" for one in self.left)]
        return "\n".join(lines)

    def _others(self) -> tuple[tuple[int, str, str], ...]:
        return (
            (self.outputs, "output", ""),
            (self.memories, "memory", "memories"),
            (self.facts, "fact", ""),
            (self.postmortems, "postmortem", ""),
            (self.others, "other thing", ""),
        )


class Besides(Protocol):
    """What is kept beside the timelines."""

    def forget(self, investigation_id: str, by: Person, *, memory: bool, postmortem: bool) -> tuple[int, int, int]:
        """Forget what was learned from it; how many memories, facts and postmortems that were."""

    def forget_everything(self, by: Person) -> int:
        """All memories, documents, alerts, capsules, pages; how many."""

    def discard_copies(self) -> None:
        """Exports that lie here hold what is erased."""


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


ErasureStanding = Standing[Outcome, Progress]


class ErasureDesk:
    """Thread-safe; one erasure at a time."""

    def __init__(
        self,
        database: Database,
        timeline: Timeline,
        investigations: Investigations,
        besides: Besides,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._timeline = timeline
        self._investigations = investigations
        self._besides = besides
        self._now = now
        self._one_at_a_time = threading.Lock()
        self._jobs: Background[Outcome, Progress] = Background("erasure", steps_kept=1, at_once=1)

    def begin(self, wanted: Wanted, by: Person) -> str:
        """Begin; returns its id. Raises ``NotAllowed``, ``RefusedInput``."""
        refuse_unless_admin(by)
        if not (wanted.investigations or wanted.everything):
            raise RefusedInput("There is no investigation to erase. Choose one at least. Nothing was erased.")

        async def work(tell: Callable[[Progress], None]) -> Outcome:
            return await self.erase(wanted, by, tell)

        return self._jobs.begin(work, by)

    def standing(self, erasure_id: str, by: Person) -> ErasureStanding | None:
        """How one's own stands; None when there is none of that id (any more)."""
        return self._jobs.standing(erasure_id, by)

    def cancel(self, erasure_id: str, by: Person) -> None:
        """Let one's own end after the investigation at hand; what is erased stays erased."""
        self._jobs.cancel(erasure_id, by)

    def wait(self, erasure_id: str, seconds: float | None = None) -> bool:
        """Wait for its end; False when it still runs after so long."""
        return self._jobs.wait(erasure_id, seconds)

    def close(self) -> None:
        """End what runs, after the investigation at hand."""
        self._jobs.close()

    def records(self) -> list[Erased]:
        """What was erased, the latest first."""
        return list(reversed(tombstones.all_of(self._database)))

    async def erase(self, wanted: Wanted, by: Person, tell: Callable[[Progress], None]) -> Outcome:
        """Erase it now. Raises ``NotAllowed``, ``RefusedInput`` while another erasure runs."""
        refuse_unless_admin(by)
        if not self._one_at_a_time.acquire(blocking=False):
            raise RefusedInput("Something is being erased already. Wait until that is done. Nothing was erased.")
        try:
            return await _Erasing(self, wanted, by, tell).run()
        finally:
            self._one_at_a_time.release()


class _Erasing:
    """One erasure, from the first investigation to the last trace of it on the disk."""

    def __init__(self, desk: ErasureDesk, wanted: Wanted, by: Person, tell: Callable[[Progress], None]) -> None:
        self._desk = desk
        self._wanted = wanted
        self._by = by
        self._tell = tell
        self._counts = dict.fromkeys(("investigations", "events", "memories", "facts", "postmortems"), 0)
        self._left: list[str] = []

    async def run(self) -> Outcome:
        wanted, desk = self._wanted, self._desk
        ids = tuple(desk._investigations.every()) if wanted.everything else tuple(dict.fromkeys(wanted.investigations))
        desk._besides.discard_copies()
        outputs = others = 0
        try:
            for done, id_ in enumerate(ids):
                self._tell(Progress(done=done, of=len(ids), doing=id_))
                await asyncio.sleep(0)  # where it is let go of
                await self._one(id_)
        finally:
            self._tell(Progress(done=len(ids), of=len(ids), doing="outputs that nothing names any more"))
            outputs = rows.let_go_of_outputs(desk._database, desk._now())
        if wanted.everything and not self._left:
            self._tell(Progress(done=len(ids), of=len(ids), doing="memories, documents and files"))
            others = desk._besides.forget_everything(self._by)
        rows.scrub_database(desk._database)
        left = tuple(self._left[:MOST_LEFT])
        return Outcome(**self._counts, outputs=outputs, others=others, left=left, many_left=len(self._left))

    async def _one(self, id_: str) -> None:
        """What cannot be erased is left, with why: the others must not suffer."""
        try:
            seq = await self._over(id_)
            erased = self._take_out(id_, seq)
        except WorkbenchError as error:
            self._left.append(f"{id_}: {str(error).rstrip('.')}")
            return
        self._desk._investigations.forgotten(id_)
        memories, facts, postmortems = self._desk._besides.forget(
            id_, self._by, memory=self._wanted.memory, postmortem=self._wanted.postmortems
        )
        found = {"investigations": 1, "events": erased.events, "memories": memories, "facts": facts}
        for name, count in {**found, "postmortems": postmortems}.items():
            self._counts[name] += count

    async def _over(self, id_: str) -> int | None:
        """seq of its last event once nothing is left to do; None where it cannot be read. Raises ``StaleDecision``."""
        try:
            state = self._desk._timeline.state(id_)
        except UnreadableTimeline:
            return None
        if state.phase not in OVER:
            if not self._wanted.stop_open:
                raise StaleDecision(STILL_OPEN)
            stopped = InvestigationStopped(reason="It is to be erased.")
            self._desk._investigations.record(id_, entry(self._by, stopped))
        await self._let_go(id_)
        return self._desk._timeline.state(id_).seq

    async def _let_go(self, id_: str) -> None:
        """A step that runs, or an answer that is being made, ends first."""
        for _ in range(int(LETS_GO_WITHIN / LOOK_AGAIN)):
            if not self._desk._investigations.is_at_work(id_):
                return
            await asyncio.sleep(LOOK_AGAIN)
        raise StaleDecision("something is still being done for it; try again in a moment")

    def _take_out(self, id_: str, seq: int | None) -> Erased:
        with writing(self._desk._database) as connection:
            taken = rows.take_out(connection, id_, seq)
            if taken is None:
                raise StaleDecision("something happened in it at this very moment; try again")
            erased = Erased(
                investigation=id_,
                **dict(taken),
                at=self._desk._now(),
                by=self._by.actor,
                via=self._by.via,
                because=self._wanted.because.strip(),
                memory=self._wanted.memory,
                postmortem=self._wanted.postmortems,
            )
            tombstones.put(connection, erased)
        log.info("investigation %s was erased by %s", id_, self._by.name)
        return erased


def refuse_unless_admin(by: Person) -> None:
    """Raise ``NotAllowed``."""
    if not by.role.covers(Role.ADMIN):
        raise NotAllowed(f"{by.name} is {by.role.value}; to erase takes an admin. Nothing was erased. Ask one of them.")
