"""What an endpoint was found to be able to do, in words and as settings (see ``probe``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sre_core.domain import Moment, Value
from sre_core.gateway.asking import Mode
from sre_core.gateway.endpoint import ModelEndpoint


class Capabilities(Value):
    """What an endpoint could do with a model when it was asked."""

    base_url: str
    model: str
    checked_at: Moment
    modes: tuple[Mode, ...] = Field(description="Those that gave a valid answer, best first.")
    streams: bool
    usage_in_streams: bool
    answer_limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    models: tuple[str, ...] | None = Field(default=None, description="None: it does not list them.")
    context_tokens: int | None = Field(default=None, description="None: it does not tell.")
    seconds: float | None = Field(default=None, ge=0, description="What one short answer took.")
    fault: str | None = Field(default=None, description="Why it cannot be used, and what to do; None: it can.")

    @property
    def usable(self) -> bool:
        """Whether it answered in some form."""
        return bool(self.modes)

    def fitted(self, endpoint: ModelEndpoint) -> ModelEndpoint:
        """The endpoint, used the way that works. What a person has set stays; an unusable one is left as it is."""
        if not self.usable:
            return endpoint
        found = {
            "mode": self.modes[0],
            "streams": self.streams,
            "usage_in_streams": self.usage_in_streams,
            "answer_limit": self.answer_limit,
            "context_tokens": endpoint.context_tokens or self.context_tokens,
        }
        return endpoint.model_copy(update=found)

    def sentences(self) -> tuple[str, ...]:
        """For a person."""
        if not self.usable:
            return (self.fault or "It gave no answer that can be used.", *self._about_models())
        took = f" in {self.seconds:.1f} s" if self.seconds is not None else ""
        return (f"{self.model} answers{took}.", *self._about_form(), *self._about_streams(), *self._about_models())

    def _about_form(self) -> tuple[str, ...]:
        words = {
            Mode.JSON_SCHEMA: "It answers by a JSON schema: the most reliable form.",
            Mode.TOOLS: "It takes no JSON schema, but answers by calling a tool.",
            Mode.MARKDOWN: "It takes neither a schema nor tools; answers are read from its text, and need repeating more often.",
        }
        also = " It can call tools, too." if self.modes[0] is Mode.JSON_SCHEMA and Mode.TOOLS in self.modes else ""
        return (words[self.modes[0]] + also,)

    def _about_streams(self) -> tuple[str, ...]:
        if not self.streams:
            return ("It sends answers only when they are complete.",)
        counts = (
            "counts tokens"
            if self.usage_in_streams
            else "does not count tokens, so they are guessed and cost is not known"
        )
        return (f"It streams, and {counts}.",)

    def _about_models(self) -> tuple[str, ...]:
        told = []
        if self.models is None:
            told.append("It does not list its models.")
        elif self.model in self.models:
            told.append(f"It lists {len(self.models)} model{'s' * (len(self.models) != 1)}.")
        else:
            told.append(f"It lists {len(self.models)} models, and {self.model} is not among them.")
        if self.context_tokens:
            told.append(f"It says that it reads {self.context_tokens:,} tokens at once.")
        return tuple(told)
