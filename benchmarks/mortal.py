"""A process that may be killed at any moment: one investigation with two gates, and the person who answers at them.

Engine, timeline, store and lock are the product's; reasoner and tools are fakes. What its tools did and what its person was told
is also written into a notebook beside the database, so that it is known without asking the timeline.
``python -m benchmarks.mortal FOLDER`` lives one life on this state folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import mmap
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from sre_core.domain import Action, Effect
from sre_core.engine import Engine
from sre_core.errors import StaleDecision
from sre_core.events import ActionApproved, ActionRejected, Entry, Event, entry
from sre_core.home import StateFolder
from sre_core.investigation import ActionRecord, Investigation, Phase
from sre_core.policy import RISKY_COST, UNKNOWN_OUTCOME
from sre_core.store import open_database
from sre_core.timeline import Timeline, new_id
from tests.fakes import OPENED, PERSON, FakeReasoner, FakeToolbox, approval, equipped

INV = "inv"
LOOKS = 5
WRITE = "refuel"
TOOL_SECONDS = {"look": 0.005, "look deep": 0.005, WRITE: 0.015}
EFFECTS = {"look": Effect.READS, "look deep": Effect.READS, WRITE: Effect.WRITES}
PLACES = ("starting", "tool", "write", "append", "recording")
"""Where a blow may find it: starting, a look runs, a write runs, an event is appended, the person's word is on its way."""


class Blow(NamedTuple):
    """Where the process kills itself: before, inside or after the transaction of the event with this seq."""

    moment: str
    seq: int


class Notebook:
    """Lines of JSON beside the database, each on the disk before anything else happens."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "notebook"
        self._file = os.open(self._path, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def note(self, what: str, **more: Any) -> None:
        """Write one line."""
        os.write(self._file, (json.dumps({"what": what, "at": time.monotonic(), **more}) + "\n").encode())
        os.fsync(self._file)

    def told(self, by: str, event: Event) -> None:
        """Somebody was told that this is written."""
        body = hashlib.sha256(event.model_dump_json().encode()).hexdigest()
        self.note("told", by=by, seq=event.seq, id=event.id, body=body, type=event.happening.type)

    def began(self, action_id: str) -> bool:
        """Whether the tool of this action was ever entered, in this life or an earlier one."""
        return any(line["what"] == "begins" and line["action"] == action_id for line in notes(self._path.parent))


def notes(folder: Path) -> list[dict[str, Any]]:
    """The lines of the notebook, oldest first; none when nothing was ever noted."""
    path = folder / "notebook"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


class Whereabouts:
    """Where the process is right now, in memory that outlives it: per place how often it was entered, and how often left."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 2 * len(PLACES))
        self._lock = threading.Lock()

    @contextmanager
    def inside(self, place: str) -> Iterator[None]:
        """For as long as it is there."""
        at = PLACES.index(place)
        self._count(at)
        try:
            yield
        finally:
            self._count(at + len(PLACES))

    def _count(self, at: int) -> None:
        with self._lock:
            self._shared[at] += 1

    def entered(self, place: str) -> int:
        """How often so far."""
        return self._shared[PLACES.index(place)]

    def now(self) -> list[str]:
        """The places that it is in."""
        return [name for at, name in enumerate(PLACES) if self._shared[at] > self._shared[at + len(PLACES)]]


class Mortal(Timeline):
    """The product's timeline, which notes where it is and may die there."""

    def __init__(self, database: Database, blow: Blow | None, where: Whereabouts, book: Notebook) -> None:
        super().__init__(database)
        self._blow, self._where, self._book = blow, where, book
        self.subscribe(self._hear)

    def append(self, investigation_id: str, seq: int, entry: Entry) -> Event:
        self._die(Blow("before", seq))
        with self._where.inside("append"):
            return super().append(investigation_id, seq, entry)

    def record(self, investigation_id: str, entry: Entry) -> Event:
        with self._where.inside("recording"):
            return super().record(investigation_id, entry)

    def _write(self, connection: Connection, investigation_id: str, seq: int, entry: Entry) -> Event:
        event = super()._write(connection, investigation_id, seq, entry)
        self._die(Blow("inside", seq))
        return event

    def _hear(self, event: Event) -> None:
        self._book.told("listener", event)
        self._die(Blow("after", event.seq))

    def _die(self, here: Blow) -> None:
        if here == self._blow:
            os.kill(os.getpid(), signal.SIGKILL)


class Stoker(FakeReasoner):
    """Looks five times, the third time at a price that has to be approved; then wants to refuel."""

    def __init__(self) -> None:
        super().__init__(looks=LOOKS, remedies=(WRITE,))

    async def choose(self, investigation: Investigation) -> Action | None:
        if investigation.waiting or len(investigation.actions) >= LOOKS:
            return None
        number = len(investigation.actions)
        tool, cost = ("look deep", RISKY_COST) if number == 2 else ("look", 1.0)
        return Action(id=f"A{number + 1}", tool=tool, arguments={"nth": number}, components=("kiln",), cost=cost)


@dataclass
class Kiln(FakeToolbox):
    """Tools that take a few milliseconds and note before and after what they do."""

    book: Notebook | None = None
    where: Whereabouts | None = None

    async def use(self, action: Action) -> float:
        """A tool's behaviour."""
        assert self.book is not None
        assert self.where is not None
        with self.where.inside("write" if action.tool == WRITE else "tool"):
            self.book.note("begins", action=action.id, tool=action.tool)
            await asyncio.sleep(TOOL_SECONDS[action.tool])
            self.book.note("did", action=action.id, tool=action.tool)
        return 300.0


@dataclass(frozen=True)
class Parts:
    """What a life is made of; the self-check puts in parts with a bug."""

    timeline: type[Mortal] = Mortal
    engine: type[Engine] = Engine
    tools: type[Kiln] = Kiln


def live(folder: Path, blow: Blow | None = None, where: Whereabouts | None = None, parts: Parts | None = None) -> None:
    """Go on with what is in the folder, or begin; return when the investigation is closed."""
    parts, where = parts or Parts(), where or Whereabouts()
    home, book = StateFolder(folder), Notebook(folder)
    with where.inside("starting"):
        home.take()
        timeline = parts.timeline(open_database(home.database), blow, where, book)
    tools = parts.tools(effects=EFFECTS, book=book, where=where)
    tools.behaviour = tools.use
    news = threading.Event()
    timeline.subscribe(lambda event: news.set())
    engine = parts.engine(timeline, lambda state: equipped(Stoker(), tools, run_id=new_id()))
    engine.start()
    if not timeline.read(INV):
        book.told("person", timeline.append(INV, 1, OPENED))
        engine.wake(INV)
    _answer_until_closed(timeline, engine, book, news)
    engine.stop()
    home.release()


def _answer_until_closed(timeline: Timeline, engine: Engine, book: Notebook, news: threading.Event) -> None:
    """What a person does: look, decide, and remember what they were told."""
    while (state := timeline.state(INV)).phase is not Phase.CLOSED:
        if state.pending:
            try:
                event = timeline.record(INV, entry(PERSON, _decision(state.pending, book)))
            except StaleDecision:
                continue
            book.told("person", event)
            engine.wake(INV)
        news.wait(0.05)
        news.clear()


def _decision(record: ActionRecord, book: Notebook) -> ActionApproved | ActionRejected:
    """Yes, unless it may have run already: the person has looked, and knows."""
    if record.request and record.request.reason == UNKNOWN_OUTCOME and book.began(record.action.id):
        return ActionRejected(action_id=record.action.id, reason="it was done already")
    return approval(record)


def main() -> None:
    """Live one life."""
    live(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
