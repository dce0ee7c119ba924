"""Where a model can be asked: one OpenAI-compatible endpoint, as an operator describes it. Its key is never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from sre_core.domain import Value
from sre_core.gateway.asking import AskRole, Mode

NO_KEY = "none"
"""What is sent as a key to an endpoint that needs none: the client refuses to send nothing."""


class ModelPrice(Value):
    """US dollars for a million tokens."""

    tokens_in: Decimal = Field(ge=0)
    tokens_out: Decimal = Field(ge=0)
    tokens_cached: Decimal | None = Field(default=None, ge=0, description="None: as ``tokens_in``.")


class Patience(Value):
    """How long is waited, in seconds, before a request is given up."""

    connect: float = Field(default=5.0, gt=0)
    first_token: float = Field(
        default=90.0, gt=0, description="From sending to the first token; a model may have to load."
    )
    between_tokens: float = Field(default=30.0, gt=0)
    total: float = Field(default=300.0, gt=0, description="From sending to the last token of one request.")
    longest_retry_after: float = Field(
        default=30.0, ge=0, description="An endpoint that wants more is left to a person."
    )


class ModelEndpoint(Value):
    """An endpoint and how it is to be used."""

    name: str = Field(default="model", min_length=1, description="What people call it.")
    base_url: str = Field(description="Such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.")
    key: SecretStr | None = Field(default=None, repr=False, exclude=True, description="None: it needs none.")
    model: str = Field(min_length=1, description="The model for every role that has none of its own.")
    models: Mapping[AskRole, str] = Field(default_factory=dict, description="Other models for some roles.")
    mode: Mode = Field(
        default=Mode.JSON_SCHEMA, description="How it is made to answer in a form; 'Test connection' finds it."
    )
    streams: bool = Field(default=True, description="Whether it can send an answer while it is being written.")
    usage_in_streams: bool = Field(default=True, description="Whether it can be asked to count tokens in a stream.")
    context_tokens: int | None = Field(default=None, gt=0, description="Prompt and answer together; None: not known.")
    answer_tokens: int | None = Field(default=None, gt=0, description="Longest answer; None: the endpoint decides.")
    answer_limit: Literal["max_tokens", "max_completion_tokens"] = Field(
        default="max_tokens", description="What the endpoint calls that; the other one is tried when it refuses this."
    )
    temperature: float | None = Field(default=None, ge=0, le=2, description="None: the endpoint decides.")
    patience: Patience = Patience()
    prices: Mapping[str, ModelPrice] = Field(default_factory=dict, description="By model, instead of the list prices.")

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, given: str) -> str:
        given = given.strip().rstrip("/")
        try:
            parts = urlsplit(given)
            usable = (
                parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.username or parts.password)
            )
        except ValueError:
            usable = False
        if not usable or parts.query or parts.fragment or re.search(r"\s", given):
            raise ValueError(
                "an endpoint's address looks like https://host/v1, without a name, password, query or fragment in it"
            )
        return given

    @field_validator("key")
    @classmethod
    def _fits_in_a_header(cls, given: SecretStr | None) -> SecretStr | None:
        key = given.get_secret_value().strip() if given else ""
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("its key holds signs that no key has, such as a line end within it; copy it once more")
        return SecretStr(key) if key else None

    @property
    def on_this_machine(self) -> bool:
        """Whether it is asked over loopback, where no proxy has any business."""
        name = urlsplit(self.base_url).hostname or ""
        return name == "localhost" or name == "::1" or name.startswith("127.")

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.base_url).netloc

    def model_for(self, role: AskRole) -> str:
        """The model that a question of this role goes to."""
        return self.models.get(role, self.model)
