"""The upkeep follows what changed, puts deletion first, and survives whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sre_core.knowledge.upkeep import Upkeep

PATIENCE = 10.0


class FakeKept:
    """Fails at its first embedding, then gets on; remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.due = False
        self.failed = threading.Event()
        self.embedded = threading.Event()

    def cut_again(self) -> int:
        return 0

    def embed_pending(self, *, cancelled: Callable[[], bool]) -> int:
        self.asked.append("embed")
        if not self.failed.is_set():
            self.failed.set()
            raise OSError("no space left on device")
        self.embedded.set()
        return 0

    def must_scrub(self) -> bool:
        return self.due

    def scrub(self) -> None:
        self.asked.append("scrub")
        self.due = False

    def scrub_database(self) -> None:
        self.asked.append("scrub database")


def test_what_fails_is_tried_again_and_said_meanwhile() -> None:
    kept = FakeKept()
    upkeep = Upkeep(kept)
    upkeep.start()
    assert kept.failed.wait(PATIENCE)
    upkeep.wake()
    assert kept.embedded.wait(PATIENCE)
    upkeep.stop()
    assert upkeep.problem is None


def test_what_was_deleted_is_seen_to_before_vectors() -> None:
    kept = FakeKept()
    kept.failed.set()
    kept.due = True
    upkeep = Upkeep(kept)
    upkeep.start()
    assert kept.embedded.wait(PATIENCE)
    upkeep.stop()
    assert kept.asked[:2] == ["scrub", "embed"]


def test_without_a_thread_the_end_sees_to_what_was_deleted() -> None:
    kept = FakeKept()
    kept.due = True
    Upkeep(kept).stop()
    assert kept.asked == ["scrub"]
