"""Values as they may be kept: without secrets in any of their texts."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from sre_core.domain import Value
from sre_core.gateway.record import json_without_secrets, value_without_secrets

V = TypeVar("V", bound=Value)

LONG = 100_000
"""Characters of JSON from which on it takes a thread: redaction takes time in proportion."""


def cleaned(value: V) -> V:
    """The same value, or, where a text of it held a secret, one without. Texts that are JSON themselves stay JSON."""
    given = value.model_dump(mode="json")
    kept = value_without_secrets(_texts_of_json(given))
    return value if kept == given else type(value).model_validate(kept)


async def cleaned_output(value: V) -> V:
    """The same for what may be long, without holding up an event loop."""
    text = value.model_dump_json()
    return await asyncio.to_thread(cleaned, value) if len(text) > LONG else cleaned(value)


def _texts_of_json(given: dict[str, object]) -> dict[str, object]:
    """A payload that was kept as it came hides the beginnings of its lines behind escapes."""
    raw = given.get("raw")
    return given | {"raw": json_without_secrets(raw)} if isinstance(raw, str) and raw[:1] in ("{", "[") else given
