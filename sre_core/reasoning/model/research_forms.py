"""What a model is asked to fill in for research and for answers from documents. The rules of ``wire`` hold here, too."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sre_core.reasoning.model.wire import Line, Wire

About = Literal["cause", "remedy", "versions", "status", "other"]
Quote = Annotated[str, Field(max_length=600, description="Its words, exactly as they stand there.")]


class Queries(Wire):
    """What to search the web for next."""

    queries: list[Annotated[str, Field(max_length=300)]] = Field(max_length=3)


class Enough(Wire):
    """Whether the pages answer the question."""

    sufficient: bool
    why: Line
    missing: Line = Field(description="What is still to be found, in words to search for; empty when nothing is.")


class OnPage(Wire):
    """Where it says so."""

    page: int = Field(description="The number of the page.")
    quote: Quote


class Said(Wire):
    """One thing that pages say."""

    about: About
    text: Line = Field(description="One sentence. Figures in it must stand in a quote.")
    citations: list[OnPage] = Field(max_length=4)


class Opposed(Wire):
    """Pages that do not say the same."""

    text: Line
    citations: list[OnPage] = Field(description="A quote of each side.", max_length=4)


class WrittenUp(Wire):
    """What the pages come to."""

    statements: list[Said] = Field(max_length=12)
    contradictions: list[Opposed] = Field(max_length=4)
    follow_ups: list[Line] = Field(description="Questions that this raises.", max_length=4)


class InPassage(Wire):
    """Which passage says so."""

    passage: int = Field(description="The number of the passage.")
    quote: Quote


class Cited(Wire):
    """One sentence of the answer."""

    text: Line
    citations: list[InPassage] = Field(max_length=4)


class FromDocuments(Wire):
    """The answer, or that the documents have none."""

    answered: bool = Field(description="Whether the passages answer the question.")
    sentences: list[Cited] = Field(description="Empty when they do not.", max_length=10)
