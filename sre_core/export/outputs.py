"""Which stored outputs an event names: bulky outputs of tools, and what was asked of a model."""

from __future__ import annotations

import re
from collections.abc import Iterator

NAMED = re.compile(rb'"(?:content|record)":\{"digest":"([0-9a-f]{64})"')
"""As events write a ``ContentRef``; found in an event's body as it is stored, whether or not the event can still be read."""


def named_in(body: bytes) -> Iterator[str]:
    """Their digests, in the order in which the event names them."""
    return (found.group(1).decode() for found in NAMED.finditer(body))
