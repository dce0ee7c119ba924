"""What a model is asked to fill in: plain JSON, every field required, a literal that tells the members of a union apart.

Words stand for figures everywhere: a model is no judge of log-odds. ``PRIORS`` and ``domain.STRENGTHS`` say what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sre_core.domain import UNKNOWN_FAULT, RemediationKind, Risk

PriorWord = Literal["remote", "unlikely", "possible", "probable"]
PRIORS: Mapping[PriorWord, float] = {"remote": -2.5, "unlikely": -1.5, "possible": -0.6, "probable": 0.2}
"""Log-odds before any look, beside 'something else' at 0. Judgement, in the range of what the rules give (``rules_plan``)."""

Word = Literal["weak", "moderate", "strong"]
Line = Annotated[str, Field(max_length=600)]


class Wire(BaseModel):
    """An answer or a part of one. What was not asked for is ignored: some models add it."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Suspect(Wire):
    """One explanation to test: this component has this fault."""

    component: Line = Field(description="Id of a component, exactly as listed under Components.")
    fault: Line = Field(description=f"A term listed under Faults, or '{UNKNOWN_FAULT}'.")
    statement: Line = Field(description="The explanation in one sentence.")
    prior: PriorWord = Field(description="How probable before anything was looked at.")
    predicts: Line = Field(description="What should be seen if it is true, and not otherwise.")


class Question(Wire):
    """One step of the plan: something to find out."""

    question: Line
    why: Line = Field(description="Which hypotheses it tells apart.")
    tools: list[str] = Field(description="Names of the tools that can answer it.", max_length=6)


class PlanAnswer(Wire):
    """What it could be, and what to find out, in order."""

    thinking: str = Field(description="What the alert and what is known suggest, in a few sentences.", max_length=4000)
    hypotheses: list[Suspect] = Field(max_length=12)
    steps: list[Question] = Field(min_length=1, max_length=10)


class Stop(Wire):
    """Nothing more is worth looking at: write the conclusion."""

    tool: Literal["conclude"]
    why: Line


class Judged(Wire):
    """What one piece of evidence does to one hypothesis."""

    evidence: str = Field(
        description="Id of a piece of evidence of this observation, such as E7; or N1 for your first note."
    )
    hypothesis: str = Field(description="Id of a hypothesis, such as H3; or S1 for your first new suspect.")
    direction: Literal["for", "against"]
    strength: Word
    because: Line


class Noted(Wire):
    """Something in the observation that is not among the evidence yet."""

    quote: str = Field(description="The words or figures exactly as they stand in the observation.", max_length=400)
    component: str = Field(description="Id of the component it is about; empty when none.")
    shows: Line = Field(description="What it shows, in a few words.")


class ReflectionAnswer(Wire):
    """What the observation means."""

    thought: str = Field(description="What changed, in two or three sentences.", max_length=2000)
    notes: list[Noted] = Field(max_length=6)
    new_suspects: list[Suspect] = Field(max_length=4)
    judged: list[Judged] = Field(max_length=40)
    step_answered: bool = Field(description="Whether the question of the step is answered now.")
    pruned: list[str] = Field(description="Ids of steps that are not worth doing any more.", max_length=10)
    next: Literal["continue", "replan", "conclude"]


class Sentence(Wire):
    """One claim of the report."""

    text: Line = Field(description="One sentence. Figures and quoted words must stand in the evidence that is cited.")
    evidence: list[str] = Field(description="Ids of the evidence that says so.", max_length=8)


class Remedy(Wire):
    """Something to do about it."""

    action: Line
    kind: RemediationKind
    first: bool = Field(description="Whether it stops the bleeding; else it mends the cause.")
    risk: Risk
    command: str = Field(description="The command that does it; empty when there is none.", max_length=500)
    evidence: list[str] = Field(max_length=8)


class ConclusionAnswer(Wire):
    """The report."""

    cause: str = Field(description="Id of the hypothesis that is the root cause; 'none' when it is not settled.")
    settled: Literal["confirmed", "likely", "not settled"] = Field(
        description="'confirmed' only where the mechanism itself was seen at work and a second look agrees."
    )
    headline: Line
    statement: Line = Field(description="Where it is broken, and how, in one sentence.")
    claims: list[Sentence] = Field(max_length=10)
    remedies: list[Remedy] = Field(max_length=8)
    would_settle: list[Line] = Field(description="What would settle it, when it is not.", max_length=6)
    why: str = Field(description="Why this and not another one.", max_length=2000)


class Quoted(Wire):
    """What an answer rests on."""

    event: int = Field(description="Number of the event that says so.")
    quote: str = Field(description="Its words, exactly.", max_length=400)


class AnswerAnswer(Wire):
    """An answer to a person's question."""

    answer: str = Field(
        description="In plain sentences; 'The timeline does not say.' when it does not.", max_length=3000
    )
    quotes: list[Quoted] = Field(max_length=8)
    looks: list[Line] = Field(
        description="Where the timeline says too little: what to look at, such as 'look at the logs of cart since 14:05'.",
        max_length=3,
    )
