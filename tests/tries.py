"""How often the laws are tried: ``TRIES=10 make test`` tries each of them ten times as often."""

from __future__ import annotations

import os

from hypothesis import settings

TIMES = int(os.environ.get("TRIES", "1"))


def tried(usually: int) -> settings:
    """So many examples, times what the environment says."""
    return settings(max_examples=usually * TIMES)
