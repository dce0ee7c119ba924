"""What a page showed after any event: each part is kept once for as long as it stood, so that a moment is looked up."""

from __future__ import annotations

import json
import threading
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from sre_core.errors import RefusedInput, UnknownInvestigation
from sre_core.events import Event

MOST_BYTES = 64 * 2**20
"""What all recordings of a process may take; the one that was asked for last is kept whatever it takes."""
MOST_KEPT = 32
"""Recordings: each holds a fold of its investigation, too, which nobody weighs."""

FAST = 1
"""Of zlib: as good as the best here, at a third of the time."""


class Picture(Protocol):
    """What a page shows of one investigation, taken further event by event."""

    def take(self, event: Event) -> dict[str, Any]:
        """What this event adds or changes."""

    def sections(self) -> dict[str, Any]:
        """The small parts that are always shown whole, as they stand now."""


Read = Callable[[str, int], Iterable[Event]]
"""Events of an investigation after a seq, in order."""


class Stood(NamedTuple):
    """How one part looked from an event on, until the next of them; ``body`` is packed JSON."""

    since: int
    body: bytes


class Recording:
    """One investigation: every part as it was after every event so far."""

    def __init__(self, picture: Picture) -> None:
        self.seq = 0
        self.size = 0
        self.turning = threading.Lock()
        self._picture = picture
        self._stood: dict[str, list[Stood]] = {}
        self._last: dict[str, tuple[Any, str]] = {}
        """Each part as it was handed over, and as JSON."""

    def advance(self, events: Iterable[Event]) -> None:
        """Take in what is new. Called by one thread at a time."""
        for event in events:
            self._picture.take(event)
            self.seq = event.seq
            for name, part in self._picture.sections().items():
                self._note(name, part)

    def _note(self, name: str, part: Any) -> None:
        before, written = self._last.get(name, (None, ""))
        if written and part is before:
            return
        body = json.dumps(part, separators=(",", ":"), ensure_ascii=False, default=str)
        self._last[name] = part, body
        if body == written:
            return
        packed = zlib.compress(body.encode(), FAST)
        self._stood.setdefault(name, []).append(Stood(self.seq, packed))
        self.size += len(packed) + len(body) - len(written)

    def at(self, seq: int) -> str:
        """All parts as they stood after this event, as JSON."""
        there = list(self._stood.items())  # another thread may be taking in what is new
        bodies = ((name, _standing(stood, seq)) for name, stood in there)
        parts = ",".join(f'"{name}":{zlib.decompress(body).decode()}' for name, body in bodies if body)
        return f'{{"at":{seq},"state":{{{parts}}}}}'


def _standing(stood: list[Stood], seq: int) -> bytes:
    """Empty when there was none yet."""
    place = bisect_right(stood, seq, key=lambda one: one.since)
    return stood[place - 1].body if place else b""


class Moments:
    """The recordings of this process, most recently asked for last; the oldest go when they take too much."""

    def __init__(self, picture: Callable[[str], Picture], most_bytes: int = MOST_BYTES) -> None:
        self._picture = picture
        self._most_bytes = most_bytes
        self._recordings: dict[str, Recording] = {}
        self._choosing = threading.Lock()

    def at(self, investigation_id: str, seq: int, read: Read) -> str:
        """Every part as it stood after event ``seq``, as JSON. Blocks for as long as it takes to read what is new.

        Raises ``UnknownInvestigation``, and ``RefusedInput`` when there is no such event.
        """
        recording = self._recording(investigation_id)
        with recording.turning:
            if seq > recording.seq or not recording.seq:
                recording.advance(read(investigation_id, recording.seq))
        self._forget_oldest()
        if not recording.seq:
            raise UnknownInvestigation(f"There is no investigation {investigation_id!r} in this state folder.")
        if not 1 <= seq <= recording.seq:
            raise RefusedInput(
                f"This investigation has events 1 to {recording.seq}; ask for one of them, not for {seq}."
            )
        return recording.at(seq)

    def forget(self, investigation_id: str) -> None:
        """It was erased."""
        with self._choosing:
            self._recordings.pop(investigation_id, None)

    @property
    def size(self) -> int:
        """Bytes that all recordings take."""
        with self._choosing:
            return sum(recording.size for recording in self._recordings.values())

    def _recording(self, investigation_id: str) -> Recording:
        with self._choosing:
            recording = self._recordings.pop(investigation_id, None) or Recording(self._picture(investigation_id))
            self._recordings[investigation_id] = recording
            return recording

    def _forget_oldest(self) -> None:
        taken = self.size
        with self._choosing:
            for id_ in [id_ for id_, each in self._recordings.items() if not each.seq]:
                del self._recordings[id_]
            for id_ in list(self._recordings)[:-1]:
                if taken <= self._most_bytes and len(self._recordings) <= MOST_KEPT:
                    return
                taken -= self._recordings.pop(id_).size
