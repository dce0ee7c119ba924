"""The hash chain that ties an investigation's events together.

A chain finds what was changed by somebody who did not make all later hashes anew. Whoever did so leaves a chain that fits;
only something kept elsewhere finds that: a seal, an export, or the last hash.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from sre_core.domain import Moment

FIRST = "0" * 64
"""What the first event of an investigation follows on."""


def chained(previous: str, body: str | bytes) -> str:
    """The hash of an event: SHA-256 over the hash of the event before it, a line feed, and its body exactly as stored."""
    raw = body if isinstance(body, bytes) else body.encode()
    return hashlib.sha256(previous.encode() + b"\n" + raw).hexdigest()


class _Happening(BaseModel):
    type: str


class Said(BaseModel):
    """What an event says of itself; whatever else is in it may be of a newer version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seq: int
    investigation_id: str
    at: Moment
    happening: _Happening


@dataclass(frozen=True)
class Link:
    """One event as it was found: the hash recorded with it, and its body exactly as stored."""

    chain: str
    body: bytes

    @cached_property
    def said(self) -> Said | None:
        """What it says of itself; None when that cannot be read."""
        try:
            return Said.model_validate_json(self.body)
        except ValidationError:
            return None

    @property
    def seq(self) -> int | None:
        """The number it says it has."""
        return self.said.seq if self.said else None

    def follows(self, previous: str | None) -> bool:
        """Whether its hash fits; nothing can be said against it where the hash before it is not known."""
        return previous is None or chained(previous, self.body) == self.chain


class End(NamedTuple):
    """How many events there should be, and the hash of the last one."""

    events: int
    head: str
