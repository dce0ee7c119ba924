"""What goes on behind the knowledge base: documents are cut anew, vectors computed, deleted text is taken off the disk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

TRY_AGAIN = 10.0
"""Seconds after which upkeep that failed is tried again, if nothing changes before."""

_log = logging.getLogger(__name__)


class Kept(Protocol):
    """What there is to do. All of it can be interrupted at any moment, and is found undone at the next start."""

    def cut_again(self) -> int:
        """Documents that an older cutter took apart are taken apart anew."""

    def embed_pending(self, *, cancelled: Callable[[], bool]) -> int:
        """Vectors that are missing are computed."""

    def must_scrub(self) -> bool:
        """Whether something was deleted that may still be on the disk."""

    def scrub(self) -> None:
        """What was deleted is gone from the disk, the vector index included."""

    def scrub_database(self) -> None:
        """The same for the database alone, which takes a moment; the rest stays to be done."""


class Upkeep:
    """One thread that follows what changed."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._woken = threading.Event()
        self._scrub = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.problem: str | None = None
        """Why it does not get on now; None when it does."""

    def start(self) -> None:
        """Begin, once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="knowledge-upkeep", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Something changed."""
        self._woken.set()

    def scrub(self) -> None:
        """Something was deleted: that comes before the vectors that are still to be computed."""
        self._scrub.set()
        self._woken.set()

    def stop(self) -> None:
        """End after the batch that runs. What was deleted is taken off the disk before; without a thread, all of it."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        if self._kept.must_scrub():
            self._kept.scrub_database() if self._thread is not None else self._kept.scrub()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
                self.problem = None
            except (
                Exception
            ) as error:  # a full disk, a database that is held, a model that fails: none may end the upkeep
                _log.exception("the upkeep of the knowledge base failed; it is tried again")
                self.problem = f"Upkeep failed ({error}). It is tried again every {TRY_AGAIN:.0f} seconds."
            self._woken.wait(TRY_AGAIN if self.problem else None)
            self._woken.clear()

    def _follow(self) -> None:
        self._kept.cut_again()
        while not self._stopped.is_set():
            self._scrub.clear()
            if self._kept.must_scrub():
                self._kept.scrub()
            self._kept.embed_pending(cancelled=lambda: self._stopped.is_set() or self._scrub.is_set())
            if not self._scrub.is_set():
                return
