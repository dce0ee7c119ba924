"""One look that could be taken next: tool and arguments, what it can tell apart, how sharply, and at what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVERYTHING: frozenset[str] = frozenset()
"""A reach that means all components."""


@dataclass(frozen=True)
class Look:
    """One candidate. ``sharpness``: the share of the doubt about its reach that it would usually end (0 to 1)."""

    tool: str
    arguments: Mapping[str, Any]
    step: str
    why: str
    sharpness: float
    reach: frozenset[str] = EVERYTHING
    faults: frozenset[str] = frozenset()
    """Only these faults (and unnamed ones) are told apart; empty is all."""
    cost: float = 1.0
    floor: float = 0.0
    """Worth at least this many nats: a question that is always asked, or an answer that is needed to act."""
    kind: str = ""
    """Looks of one kind at one component repeat each other."""
