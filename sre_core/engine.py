"""Runs the loops: one event-loop thread, many investigations, each woken by news. ``wake(id)`` is the whole interface."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Awaitable, Callable, Sequence

from sre_core.control import Question
from sre_core.domain import Answer, Pace
from sre_core.errors import SeqTaken, StoreUnavailable, UnreadableTimeline, WorkbenchError
from sre_core.events import Entry, Event, InvestigationFailed, QuestionAnswered, entry, is_fact
from sre_core.gateway.faults import ModelFault
from sre_core.investigation import FINISHED, Investigation, Phase, Status, Turn, fold
from sre_core.investigator import Investigator
from sre_core.loop import investigate
from sre_core.timeline import PATIENCE, Timeline

log = logging.getLogger(__name__)

Equip = Callable[[Investigation], Investigator]
"""Picks what one run of the loop has at hand. May block; may raise ``WorkbenchError``."""

LINGER_SECONDS = 0.9
"""How long each event stands before the next one, at the slow pace."""

STOP_SECONDS = 5.0

LONGEST_ERROR = 2000


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
                        return _fact_of(task)
            return task.result()
        finally:
            for unfinished in (task, bell):
                unfinished.cancel()
            await asyncio.gather(task, bell, return_exceptions=True)

    async def append(self, entry: Entry) -> None:
        """A fact finds its place; a judgement on an older state is dropped, and so made again.

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


def _fact_of(task: asyncio.Future[Entry]) -> Entry | None:
    """A step that became pointless may have come back by now: what a tool brought is never thrown away."""
    if not task.done() or task.cancelled() or task.exception():
        return None
    return task.result() if is_fact(task.result().happening) else None


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
        self._answering: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Start the thread, and wake everything that was running when the last process ended."""
        self._thread.start()
        for investigation_id in self._timeline.unfinished():
            self.wake(investigation_id)

    def wake(self, investigation_id: str) -> None:
        """There is something new: run the loop until it is a person's turn. Any thread; returns at once."""
        self._loop.call_soon_threadsafe(self._wake, investigation_id)

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
        timeline = OpenTimeline(self._timeline, investigation_id, self._patience, self._answer_soon)
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
        doing = "getting ready"
        try:
            at_hand = await asyncio.to_thread(self._equip, timeline.state)
            doing = ""
            await investigate(timeline, at_hand)
        except StoreUnavailable:
            raise  # an event that says so could not be written either
        except Exception as error:
            doing = doing or timeline.state.phase.value
            await self._fail(timeline, error, doing)

    async def _fail(self, timeline: OpenTimeline, error: Exception, doing: str) -> None:
        error_id = uuid.uuid4().hex[:8]
        log.error("investigation %s failed while %s [%s]", timeline.state.id, doing, error_id, exc_info=error)
        failed = InvestigationFailed(error_id=error_id, error=_in_words(error), doing=doing)
        await timeline.append(entry("engine", failed))

    def _answer_soon(self, state: Investigation) -> None:
        """Questions are answered beside the loop: whatever it is doing, they change nothing and wait for nothing."""
        if state.control.unanswered and state.id not in self._answering:
            self._answering[state.id] = self._loop.create_task(self._answer(state.id))

    async def _answer(self, investigation_id: str) -> None:
        timeline = OpenTimeline(self._timeline, investigation_id, self._patience)
        try:
            await timeline.catch_up()
            while unanswered := timeline.state.control.unanswered:
                await timeline.append(await self._answer_to(unanswered[0], timeline.state))
        except StoreUnavailable as error:
            log.error("questions about investigation %s wait %g s: %s", investigation_id, self._patience, error)
            self._loop.call_later(self._patience, self._wake, investigation_id)
        except Exception:
            log.exception("a question about investigation %s stays unanswered until the next start", investigation_id)
        finally:
            del self._answering[investigation_id]

    async def _answer_to(self, question: Question, state: Investigation) -> Entry:
        """What the reasoner says; that it cannot say anything is an answer too."""
        try:
            at_hand = await asyncio.to_thread(self._equip, state)
            events = await asyncio.to_thread(self._timeline.read, state.id)
            answer, by = await answered(question.text, state, events, at_hand)
            calls = at_hand.calls()
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("event %s of investigation %s could not be answered", question.seq, state.id)
            answer, by, calls = Answer(text=f"This could not be answered: {_in_words(error)}"), "engine", ()
        return entry(by, QuestionAnswered(question=question.seq, answer=answer)).model_copy(update={"calls": calls})

    async def _cancel_all(self) -> None:
        tasks = [*(task for task, _ in self._jobs.values()), *self._answering.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def answered(
    question: str, state: Investigation, events: Sequence[Event], at_hand: Investigator
) -> tuple[Answer, str]:
    """An answer and who gave it. Where a model cannot, the rules do, and say so."""
    thinker, rules = at_hand.thinker(state), at_hand.reasoner
    try:
        return await thinker.answer(state, events, question), f"reasoner:{thinker.name}"
    except ModelFault as fault:
        answer = await rules.answer(state, events, question)
        said = f"{answer.text} (The model could not be asked: {fault.what_happened})"
        return answer.model_copy(update={"text": said}), f"reasoner:{rules.name}"


def _in_words(error: Exception) -> str:
    said = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
    return said[:LONGEST_ERROR]
