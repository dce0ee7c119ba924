"""Work in a thread of its own that can be cancelled and waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass
class Work:
    """Begin it with ``begin``; what it does looks at ``cancelled`` now and then."""

    cancelled: threading.Event = field(default_factory=threading.Event, kw_only=True)
    thread: threading.Thread | None = field(default=None, kw_only=True)

    def begin(self, run: Callable[[], None], name: str) -> None:
        """Run it in its thread, which does not keep the process alive."""
        self.thread = threading.Thread(target=run, name=name, daemon=True)
        self.thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; False when it still runs after so long."""
        if self.thread is None:
            return True
        self.thread.join(seconds)
        return not self.thread.is_alive()


def end(works: Iterable[Work], seconds: float) -> None:
    """Cancel all of it, and wait so long for each to end."""
    those = list(works)
    for work in those:
        work.cancelled.set()
    for work in those:
        work.wait(seconds)
