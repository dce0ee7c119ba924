"""What is done beside the loops, and changes nothing: questions are answered, and second opinions given."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sre_core.control import Question, SecondOpinion
from sre_core.domain import Answer
from sre_core.errors import StoreUnavailable, WorkbenchError
from sre_core.events import Entry, Event, QuestionAnswered, SecondOpinionGiven, entry
from sre_core.gateway.faults import ModelFault
from sre_core.investigation import Investigation
from sre_core.investigator import Investigator
from sre_core.open_timeline import OpenTimeline
from sre_core.second_opinion import second_opinion
from sre_core.timeline import Timeline

log = logging.getLogger(__name__)

Equip = Callable[[Investigation], Investigator]
"""Picks what one run of the loop has at hand. May block; may raise ``WorkbenchError``."""

LONGEST_ERROR = 2000
STOPPED = "The investigation was stopped before it was given."


class Beside:
    """Of one event loop: at most one task for the questions of an investigation, and one for its second opinions."""

    def __init__(self, timeline: Timeline, equip: Equip, patience: float, wake: Callable[[str], None]) -> None:
        """``patience``: seconds until ``wake`` is called for what could not be written."""
        self._timeline = timeline
        self._equip = equip
        self._patience = patience
        self._wake = wake
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._giving: dict[str, asyncio.Future[SecondOpinionGiven]] = {}
        """Opinions that a stop takes back. One that is asked for after the stop is not among them."""

    def hear(self, state: Investigation) -> None:
        """See to what somebody asked for; let go of what a stop takes back."""
        if state.control.unanswered:
            self._begin("answers", state.id, self._answer_all)
        if state.control.opinion_wanted:
            self._begin("opinions", state.id, self._give_all)
        if state.stopped and (giving := self._giving.get(state.id)):
            giving.cancel()

    def is_at_work(self, investigation_id: str) -> bool:
        """Whether something is being answered about it. Any thread."""
        return any(id_ == investigation_id for _, id_ in list(self._tasks))

    async def stop(self) -> None:
        """Let go of everything; it is begun again at the next start."""
        for task in (tasks := list(self._tasks.values())):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, what: str, investigation_id: str, do: Callable[[OpenTimeline], Awaitable[None]]) -> None:
        if (what, investigation_id) not in self._tasks:
            task = asyncio.get_running_loop().create_task(self._do(what, investigation_id, do))
            self._tasks[what, investigation_id] = task

    async def _do(self, what: str, investigation_id: str, do: Callable[[OpenTimeline], Awaitable[None]]) -> None:
        timeline = OpenTimeline(self._timeline, investigation_id, self._patience)
        try:
            await timeline.catch_up()
            await do(timeline)
        except StoreUnavailable as error:
            log.error("%s about investigation %s wait %g s: %s", what, investigation_id, self._patience, error)
            asyncio.get_running_loop().call_later(self._patience, self._wake, investigation_id)
        except Exception:
            log.exception("%s about investigation %s are not given until the next start", what, investigation_id)
        finally:
            del self._tasks[what, investigation_id]

    # -- questions -----------------------------------------------------------------------------------------------------

    async def _answer_all(self, timeline: OpenTimeline) -> None:
        while unanswered := timeline.state.control.unanswered:
            await timeline.append(await self._answer_to(unanswered[0], timeline.state))

    async def _answer_to(self, question: Question, state: Investigation) -> Entry:
        """What the reasoner says; that it cannot say anything is an answer too."""
        at_hand: Investigator | None = None
        try:
            at_hand, events = await self._ready(state)
            answer, by = await answered(question.text, state, events, at_hand)
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("event %s of investigation %s could not be answered", question.seq, state.id)
            answer, by = Answer(text=f"This could not be answered: {in_words(error)}"), "engine"
        return _with_calls(entry(by, QuestionAnswered(question=question.seq, answer=answer)), at_hand)

    # -- second opinions -----------------------------------------------------------------------------------------------

    async def _give_all(self, timeline: OpenTimeline) -> None:
        while wanted := timeline.state.control.opinion_wanted:
            await timeline.append(await self._opinion(wanted, timeline.state))

    async def _opinion(self, wanted: SecondOpinion, state: Investigation) -> Entry:
        """What two conclude, or why they cannot."""
        at_hand: Investigator | None = None
        try:
            at_hand, events = await self._ready(state)
            given = await self._unless_stopped(second_opinion(wanted, events, at_hand.blind), wanted, state)
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("event %s of investigation %s: no second opinion", wanted.seq, state.id)
            given = SecondOpinionGiven(asked=wanted.seq, upto=wanted.seq, trouble=f"It failed: {in_words(error)}")
        return _with_calls(entry("engine", given), at_hand)

    async def _unless_stopped(
        self, giving: Awaitable[SecondOpinionGiven], wanted: SecondOpinion, state: Investigation
    ) -> SecondOpinionGiven:
        work = asyncio.ensure_future(giving)
        if not state.stopped:
            self._giving[state.id] = work
        try:
            return await work
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                work.cancel()
                raise
            return SecondOpinionGiven(asked=wanted.seq, upto=wanted.seq, trouble=STOPPED)
        finally:
            self._giving.pop(state.id, None)

    async def _ready(self, state: Investigation) -> tuple[Investigator, Sequence[Event]]:
        at_hand = await asyncio.to_thread(self._equip, state)
        return at_hand, await asyncio.to_thread(self._timeline.read, state.id)


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


def _with_calls(said: Entry, at_hand: Investigator | None) -> Entry:
    return said.model_copy(update={"calls": at_hand.calls()}) if at_hand else said


def in_words(error: Exception) -> str:
    """An error as a person is told of it."""
    said = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
    return said[:LONGEST_ERROR]
