"""Where people have an answer put together from what the documents say: watched while the model writes, and cancelled."""

from __future__ import annotations

from collections.abc import Callable

from sre_core.background import Background, Standing
from sre_core.gateway.asking import AskRole, ModelCall
from sre_core.gateway.drafts import readable
from sre_core.gateway.faults import FaultKind, ModelFault
from sre_core.knowledge.ask import Answered
from sre_core.knowledge.composed import Composed
from sre_core.people import Person
from sre_core.reasoning.model.alone import Noting, Opened
from sre_core.reasoning.model.knowledge_answers import KnowledgeAnswers, TextOf
from sre_core.timeline import new_id


class Writing(Noting):
    """Tells what is being written, so that somebody can look on. Implements ``Listening``."""

    def __init__(self, tell: Callable[[str], None], calls: list[ModelCall]) -> None:
        super().__init__(calls)
        self._tell = tell

    def draft(self, call_id: str, role: AskRole, text: str) -> None:
        self._tell(readable(text))

    def waiting(self, call_id: str, seconds: float, why: str) -> None:
        if seconds:
            self._tell(f"{why} Asked again in {seconds:.0f} s.")


def unheard(_: str) -> None:
    """Nobody looks on."""


class AnswerDesk:
    """Thread-safe. Everybody may ask. ``opened``: the model, while an answer is put together."""

    def __init__(self, text_of: TextOf, opened: Opened) -> None:
        self._text_of = text_of
        self._opened = opened
        self._jobs: Background[Composed, str] = Background("answer", steps_kept=1)

    async def compose(self, found: Answered, tell: Callable[[str], None] = unheard) -> Composed:
        """An answer from what was found. Raises ``ModelFault``, also when no model is there."""
        async with self._opened() as gateway:
            if gateway is None:
                raise ModelFault(FaultKind.NOT_SET_UP, "No model is set up.")
            calls: list[ModelCall] = []
            answers = KnowledgeAnswers(gateway, Writing(tell, calls), self._text_of, f"ask-{new_id()}")
            return (await answers.compose(found)).model_copy(update={"calls": tuple(calls)})

    def begin(self, found: Answered, by: Person) -> str:
        """The same in the background; returns its id. Raises ``RefusedInput``."""
        return self._jobs.begin(lambda tell: self.compose(found, tell), by)

    def standing(self, id_: str, by: Person) -> Standing[Composed, str] | None:
        """How one's own stands; what it told last is what was written so far."""
        return self._jobs.standing(id_, by)

    def cancel(self, id_: str, by: Person) -> None:
        """Let one's own end at once; the connection is closed."""
        self._jobs.cancel(id_, by)

    def wait(self, id_: str, seconds: float | None = None) -> bool:
        """Wait for its end; False when it still runs after so long."""
        return self._jobs.wait(id_, seconds)

    def close(self) -> None:
        """Cancel everything."""
        self._jobs.close()
