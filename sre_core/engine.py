"""Runs the loops: one event-loop thread, many investigations, each woken by news. ``wake(id)`` is the whole interface."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid

from sre_core.beside import Beside, Equip, in_words
from sre_core.errors import StoreUnavailable, UnreadableTimeline
from sre_core.events import InvestigationFailed, entry
from sre_core.investigation import Turn
from sre_core.investigator import Investigator
from sre_core.loop import investigate
from sre_core.model_use import in_vain
from sre_core.open_timeline import OpenTimeline
from sre_core.timeline import PATIENCE, Timeline

__all__ = ["Engine", "Equip", "OpenTimeline"]

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0


class Engine:
    """Embedded engine of one process. Nothing is parked: an investigation that waits for a person costs its rows only."""

    def __init__(self, timeline: Timeline, equip: Equip, patience: float = PATIENCE) -> None:
        """``patience``: seconds until an investigation is tried again whose events could not be written."""
        self._timeline = timeline
        self._equip = equip
        self._patience = patience
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._jobs: dict[str, tuple[asyncio.Task[None], OpenTimeline]] = {}
        self._beside = Beside(timeline, equip, patience, self._wake)

    def start(self) -> None:
        """Start the thread, and wake everything that was running when the last process ended."""
        self._thread.start()
        for investigation_id in self._timeline.unfinished():
            self.wake(investigation_id)

    def wake(self, investigation_id: str) -> None:
        """There is something new: run the loop until it is a person's turn. Any thread; returns at once."""
        self._loop.call_soon_threadsafe(self._wake, investigation_id)

    def is_at_work(self, investigation_id: str) -> bool:
        """Whether its loop runs, or a question or a second opinion is being answered. Any thread."""
        return investigation_id in self._jobs or self._beside.is_at_work(investigation_id)

    def stop(self) -> None:
        """Cancel what runs and end the thread; the next start goes on from the timeline."""
        if not self._thread.is_alive():
            return
        try:
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(timeout=STOP_SECONDS)
        except TimeoutError:
            log.warning("a step does not let go within %g s; it ends with the process", STOP_SECONDS)
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=STOP_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _wake(self, investigation_id: str) -> None:
        if job := self._jobs.get(investigation_id):
            job[1].news.set()
            return
        timeline = OpenTimeline(self._timeline, investigation_id, self._patience, self._beside.hear)
        timeline.news.set()
        self._jobs[investigation_id] = (self._loop.create_task(self._job(timeline)), timeline)

    async def _job(self, timeline: OpenTimeline) -> None:
        try:
            while timeline.news.is_set():
                await timeline.catch_up()
                await self._work(timeline)
        except StoreUnavailable as error:
            log.error("investigation %s waits %g s: %s", timeline.state.id, self._patience, error)
            self._loop.call_later(self._patience, self._wake, timeline.state.id)
        except UnreadableTimeline as error:
            log.error("investigation %s stands still: %s", timeline.state.id, error)
        except Exception:
            log.exception("the timeline of investigation %s cannot be read or written", timeline.state.id)
        finally:
            del self._jobs[timeline.state.id]

    async def _work(self, timeline: OpenTimeline) -> None:
        """One run of the loop. What goes wrong on our side becomes an event and a person's turn, never silence."""
        if timeline.state.turn is not Turn.LOOP:
            return
        at_hand: Investigator | None = None
        try:
            at_hand = await asyncio.to_thread(self._equip, timeline.state)
            await investigate(timeline, at_hand)
        except StoreUnavailable:
            raise  # an event that says so could not be written either
        except Exception as error:
            doing = timeline.state.phase.value if at_hand else "getting ready"
            await self._fail(timeline, error, doing)
        finally:
            if at_hand and (account := in_vain(at_hand.calls())):
                await timeline.append(account)

    async def _fail(self, timeline: OpenTimeline, error: Exception, doing: str) -> None:
        error_id = uuid.uuid4().hex[:8]
        log.error("investigation %s failed while %s [%s]", timeline.state.id, doing, error_id, exc_info=error)
        failed = InvestigationFailed(error_id=error_id, error=in_words(error), doing=doing)
        await timeline.append(entry("engine", failed))

    async def _cancel_all(self) -> None:
        for task in (tasks := [task for task, _ in self._jobs.values()]):
            task.cancel()
        await asyncio.gather(*tasks, self._beside.stop(), return_exceptions=True)
