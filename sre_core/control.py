"""What people have said that holds until they say otherwise: standing approvals, breakpoints, checks, ratings, questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from sre_core.domain import Action, Answer, Effect, ReasonerName
from sre_core.events import (
    BreakpointCleared,
    BreakpointSet,
    CheckDropped,
    CheckPicked,
    ConclusionRated,
    Event,
    QuestionAnswered,
    QuestionAsked,
    SecondOpinionAsked,
    SecondOpinionGiven,
    StandingApprovalGiven,
    StandingApprovalRevoked,
)
from sre_core.progress import Said

Controls = (
    StandingApprovalGiven
    | StandingApprovalRevoked
    | BreakpointSet
    | BreakpointCleared
    | CheckPicked
    | CheckDropped
    | ConclusionRated
    | QuestionAsked
    | QuestionAnswered
    | SecondOpinionAsked
    | SecondOpinionGiven
)


@dataclass
class StandingApproval:
    """All like this may run, until revoked. ``seq`` is its name."""

    seq: int
    scope: StandingApprovalGiven
    said: Said

    def covers(self, action: Action) -> bool:
        """Whether this look is within the scope. What changes something never is."""
        if action.effect is not Effect.READS or self.scope.effect is not Effect.READS:
            return False
        in_place = self.scope.component is None or set(action.components) == {self.scope.component}
        return self.scope.tool in (None, action.tool) and in_place


@dataclass
class PersonsCheck:
    """One look by its exact call, as a person spoke of it. ``reason`` is empty where they want it."""

    seq: int
    tool: str
    arguments: Mapping[str, Any]
    said: Said
    reason: str = ""

    def is_call(self, tool: str, arguments: Mapping[str, Any]) -> bool:
        """Whether this is that call: 72 and 72.0 are the same argument, however it was written down."""
        return self.tool == tool and dict(self.arguments) == dict(arguments)


@dataclass
class Question:
    """What somebody asked, and what came back."""

    seq: int
    text: str
    said: Said
    answer: Answer | None = None


@dataclass
class SecondOpinion:
    """That somebody wants one, and what came of it."""

    seq: int
    of: ReasonerName | None
    said: Said
    given: SecondOpinionGiven | None = None


@dataclass
class Rated:
    """What somebody thinks of the conclusion."""

    rated: ConclusionRated
    said: Said


@dataclass
class Control:
    """Folded with the investigation; changes only by ``take``."""

    standing: dict[int, StandingApproval] = field(default_factory=dict)
    breakpoints: set[str] = field(default_factory=set)
    picked: list[PersonsCheck] = field(default_factory=list)
    """Checks that people want next and nobody has proposed yet, the first one first."""
    dropped: list[PersonsCheck] = field(default_factory=list)
    """Checks that people do not want taken."""
    questions: dict[int, Question] = field(default_factory=dict)
    opinions: dict[int, SecondOpinion] = field(default_factory=dict)
    rating: Rated | None = None

    def why_dropped(self, tool: str, arguments: Mapping[str, Any]) -> PersonsCheck | None:
        """Who does not want this very call made, and why; None when nobody said so."""
        return next((check for check in self.dropped if check.is_call(tool, arguments)), None)

    @property
    def unanswered(self) -> list[Question]:
        """Questions that wait for an answer, the oldest first."""
        return [question for question in self.questions.values() if question.answer is None]

    @property
    def opinion_wanted(self) -> SecondOpinion | None:
        """The second opinion that is being made, if one is."""
        return next((opinion for opinion in self.opinions.values() if opinion.given is None), None)

    def take(self, happening: Controls, event: Event) -> None:
        """Take in one of the things that hold until further notice."""
        said = said_in(event)
        match happening:
            case StandingApprovalGiven() as scope:
                self.standing[event.seq] = StandingApproval(event.seq, scope, said)
            case StandingApprovalRevoked(given=given):
                self.standing.pop(given, None)
            case BreakpointSet(tool=tool):
                self.breakpoints.add(tool)
            case BreakpointCleared(tool=tool):
                self.breakpoints.discard(tool)
            case CheckPicked(tool=tool, arguments=arguments):
                self._forget(tool, arguments)
                self.picked.append(PersonsCheck(event.seq, tool, arguments, said))
            case CheckDropped(tool=tool, arguments=arguments, reason=reason):
                self._forget(tool, arguments)
                self.dropped.append(PersonsCheck(event.seq, tool, arguments, said, reason))
            case ConclusionRated() as rated:
                self.rating = Rated(rated, said)
            case QuestionAsked(text=text):
                self.questions[event.seq] = Question(event.seq, text, said)
            case QuestionAnswered(question=seq, answer=answer):
                self.questions[seq].answer = answer
            case SecondOpinionAsked(of=of):
                self.opinions[event.seq] = SecondOpinion(event.seq, of, said)
            case SecondOpinionGiven(asked=asked) as given:
                self.opinions[asked].given = given
            case _ as never:
                assert_never(never)

    def _forget(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """The last word about a check counts."""
        self.picked = [check for check in self.picked if not check.is_call(tool, arguments)]
        self.dropped = [check for check in self.dropped if not check.is_call(tool, arguments)]


def said_in(event: Event) -> Said:
    """Who said it, when and from where."""
    return Said(event.seq, event.actor, event.at, event.role, event.via)
