"""One investigation's timeline while a loop works on it: its state, a bell for news, and how an entry finds its place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sre_core.domain import Pace
from sre_core.errors import SeqTaken, StoreUnavailable
from sre_core.events import Entry, is_fact
from sre_core.investigation import FINISHED, Investigation, Phase, Status, Turn, fold
from sre_core.model_use import in_vain
from sre_core.timeline import PATIENCE, Timeline

log = logging.getLogger(__name__)

LINGER_SECONDS = 0.9
"""How long each event stands before the next one, at the slow pace."""


class OpenTimeline:
    """One investigation's timeline while a loop works on it: its state folded so far, and a bell for news."""

    def __init__(
        self,
        timeline: Timeline,
        investigation_id: str,
        patience: float = PATIENCE,
        heard: Callable[[Investigation], None] = lambda _: None,
    ) -> None:
        """``patience``: seconds until a fact that could not be written is tried again; ``heard``: told after each reading."""
        self.state = Investigation(investigation_id)
        self.news = asyncio.Event()
        self._timeline = timeline
        self._patience = patience
        self._heard = heard

    async def catch_up(self) -> None:
        """Fold what others have appended."""
        self.news.clear()
        since = self.state.seq
        fold(self.state.id, await asyncio.to_thread(self._timeline.read, self.state.id, since), self.state)
        self._heard(self.state)

    async def _catch_up_if_possible(self) -> None:
        """What runs must not be let go of because news cannot be read; they are news again in a while."""
        try:
            await self.catch_up()
        except StoreUnavailable as error:
            log.error("news of %s are read again in %g s: %s", self.state.id, self._patience, error)
            asyncio.get_running_loop().call_later(self._patience, self.news.set)

    async def unless_overtaken(self, step: Awaitable[Entry]) -> Entry | None:
        """The step's entry; None when news made the step pointless while it ran (it is cancelled then)."""
        phase, seq, record = self.state.phase, self.state.seq, self.state.open_action
        task = asyncio.ensure_future(step)
        bell = asyncio.ensure_future(self.news.wait())
        try:
            while not task.done():
                await asyncio.wait({task, bell}, return_when=asyncio.FIRST_COMPLETED)
                if bell.done() and not task.done():
                    await self._catch_up_if_possible()
                    bell = asyncio.ensure_future(self.news.wait())
                    running = phase is Phase.ACT and record is not None and record.status is Status.RUNNING
                    if self.state.stopped or (self.state.seq != seq and not running):
                        return _left_of(task)
            return task.result()
        finally:
            for unfinished in (task, bell):
                unfinished.cancel()
            await asyncio.gather(task, bell, return_exceptions=True)

    async def append(self, entry: Entry) -> None:
        """A fact finds its place; a judgement on an older state is dropped, and so made again. What it cost is kept.

        While the store is out of reach, a fact is kept at hand and tried again: what a tool brought back must not be lost.
        """
        written = False
        while not (written or self._is_known(entry)):
            try:
                written = await self._write(entry)
            except StoreUnavailable as error:
                if not is_fact(entry.happening):
                    raise
                log.error("%s of %s is tried again in %g s: %s", entry.actor, self.state.id, self._patience, error)
                await asyncio.sleep(self._patience)
            else:
                if not is_fact(entry.happening):
                    break
        if not written and not is_fact(entry.happening) and (account := in_vain(entry.calls)):
            await self.append(account)
        if written and self.state.pace is Pace.SLOW and self.state.turn is Turn.LOOP:
            await self._linger()

    async def _write(self, entry: Entry) -> bool:
        """Whether it found its place; if not, somebody else's event is there, and is known now."""
        try:
            event = await asyncio.to_thread(self._timeline.append, self.state.id, self.state.seq + 1, entry)
        except SeqTaken:
            await self.catch_up()
            return False
        self.state.apply(event)
        return True

    def _is_known(self, entry: Entry) -> bool:
        """Whether another run has brought this action to its end already."""
        record = self.state.actions.get(getattr(entry.happening, "action_id", ""))
        return record is not None and record.status in FINISHED

    async def _linger(self) -> None:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                await self.news.wait()
        except TimeoutError:
            return
        await self.catch_up()


def _left_of(task: asyncio.Future[Entry]) -> Entry | None:
    """A step that became pointless may have come back by now: what a tool brought, and what it cost, is never thrown away."""
    if not task.done() or task.cancelled() or task.exception():
        return None
    entry = task.result()
    return entry if is_fact(entry.happening) else in_vain(entry.calls)
