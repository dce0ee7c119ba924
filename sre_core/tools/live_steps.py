"""What a tool says while it runs, for whoever looks on: the last few steps of its action, and nothing of it is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from sre_core.redaction import redact

SHOWN = 6
"""Steps of an action that are shown at a time."""
LONGEST = 300
"""Characters of a step."""

Show = Callable[[Mapping[str, Any]], None]


class LiveSteps:
    """Collects the steps of the action that runs. Called in the thread of the loop; returns at once.

    Each time the last few are shown together: a viewer who was slow to look misses none of them.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._action = ""
        self._last: deque[str] = deque(maxlen=SHOWN)
        self._told = 0

    def __call__(self, action_id: str, said: str) -> None:
        """One more step."""
        if action_id != self._action:
            self._action, self._told = action_id, 0
            self._last.clear()
        self._last.append(_line(said))
        self._told += 1
        self._show({"action": action_id, "steps": list(self._last), "before": self._told - len(self._last)})


def _line(said: str) -> str:
    line = redact(" ".join(said.split())[: 2 * LONGEST]).text
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2]} …"
