"""A full disk, a locked database, a clock that jumps, a folder that cannot be written: what was said is kept, and it goes on.

What was acknowledged stays. What a person says and cannot be written is refused with a sentence. What a tool brought back is
kept at hand until it can be written. And once the store is back, the investigation goes on by itself.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event as database_event
from sqlalchemy import text

from sre_core import report
from sre_core.api.hub import Hub
from sre_core.bootstrap import Workbench
from sre_core.domain import Action, Alert, Autonomy, Observation
from sre_core.engine import Engine
from sre_core.errors import ApprovalTooLate, ContentGone, StoreUnavailable
from sre_core.events import AlertReceived, Entry, Event, GuidanceGiven, QuestionAsked, entry
from sre_core.investigation import Investigation, Phase, Status
from sre_core.investigator import Investigator
from sre_core.settings import Settings
from sre_core.store import open_database
from sre_core.timeline import Contents, Timeline
from tests.core.test_engine import PATIENCE, Bell
from tests.fakes import ADMIN, PERSON, START, FakeReasoner, FakeToolbox, approval, equipped

SOON = 0.01
LONG = "the door was open. " * 1000
"""More than there can be room for on a page of the database that is there already."""

ROOT = Path(__file__).parents[2]
WRITE = "refuel"
OPENED = entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold"), autonomy=Autonomy.AUTO))
ONE_AT_A_TIME = entry(PERSON, AlertReceived(alert=Alert(title="The kiln is too cold"), autonomy=Autonomy.ASK_ALL))


# -- what goes wrong ---------------------------------------------------------------------------------------------------


class Disk:
    """The disk under a database: while it is full, SQLite may not make the file any longer."""

    def __init__(self, database: Database) -> None:
        self.full = False
        database_event.listen(database, "checkout", self._limit)

    def _limit(self, connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {1 if self.full else 2**30}")


class OtherProgram:
    """Holds the database file: nobody else can write, and with ``all_of_it`` nobody can even read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None

    def take(self, *, all_of_it: bool = False) -> None:
        self._database.dispose()  # whoever has it open could go on reading
        self._connection = sqlite3.connect(
            str(self._database.url.database), isolation_level=None, check_same_thread=False
        )
        if all_of_it:
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("BEGIN EXCLUSIVE")

    def let_go(self) -> None:
        if self._connection:
            self._connection.close()


class Watched(Timeline):
    """Tells when it was refused."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.not_written, self.not_read = threading.Event(), threading.Event()

    def append(self, investigation_id: str, seq: int, entry: Entry) -> Event:
        try:
            return super().append(investigation_id, seq, entry)
        except StoreUnavailable:
            self.not_written.set()
            raise

    def read(self, investigation_id: str, since: int = 0) -> list[Event]:
        try:
            return super().read(investigation_id, since)
        except StoreUnavailable:
            self.not_read.set()
            raise


class Bulky(FakeToolbox):
    """Brings back more than fits on a page."""

    async def run(self, action: Action, key: str | None = None) -> Observation:
        return (await super().run(action, key)).model_copy(update={"excerpt": LONG})


class Clock:
    """Stands until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


# -- what it is done to ------------------------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "workbench.db", patience=0.05)
    yield database
    database.dispose()


@pytest.fixture
def timeline(database: Database) -> Watched:
    return Watched(database)


@pytest.fixture
def disk(database: Database) -> Disk:
    return Disk(database)


@pytest.fixture
def other(database: Database) -> Iterator[OtherProgram]:
    other = OtherProgram(database)
    yield other
    other.let_go()


Start = Callable[..., Engine]


@pytest.fixture
def start(timeline: Watched) -> Iterator[Start]:
    """Starts an engine on the timeline that tries again soon."""
    engines = []

    def start(tools: FakeToolbox | None = None, tool: str = "look") -> Engine:
        reasoner = FakeReasoner(looks=1, tool=tool)
        runs = iter(range(1000))

        def equip(state: Investigation) -> Investigator:
            return equipped(reasoner, tools, f"run-{next(runs)}")

        engines.append(Engine(timeline, equip, patience=SOON))
        engines[-1].start()
        return engines[-1]

    yield start
    for engine in engines:
        engine.stop()


def stored(database: Database) -> list[tuple[Any, ...]]:
    """All rows exactly as they are in the file."""
    with database.connect() as connection:
        return [
            tuple(row) for row in connection.execute(text("SELECT * FROM wb_events ORDER BY investigation_id, seq"))
        ]


def guidance(words: str = LONG) -> Entry:
    return entry(PERSON, GuidanceGiven(text=words))


def approve(timeline: Timeline, engine: Engine) -> None:
    timeline.record("inv", entry(PERSON, approval(timeline.state("inv").pending)))
    engine.wake("inv")


def succeeded(timeline: Timeline) -> int:
    return sum(event.happening.type == "ActionSucceeded" for event in timeline.read("inv"))


# -- the disk is full --------------------------------------------------------------------------------------------------


def test_a_full_disk_refuses_a_persons_word_with_a_sentence_and_keeps_what_was_there(
    timeline: Watched, database: Database, disk: Disk
) -> None:
    timeline.append("inv", 1, OPENED)
    before = stored(database)
    disk.full = True
    with pytest.raises(StoreUnavailable, match=r"Nothing can be written to the state folder: .*full"):
        timeline.record("inv", guidance())
    assert stored(database) == before
    assert timeline.state("inv").guidance == []
    disk.full = False
    assert timeline.record("inv", guidance()).seq == 2


def test_what_a_write_brought_back_on_a_full_disk_is_written_later_and_the_write_is_not_run_again(
    timeline: Watched, disk: Disk, start: Start
) -> None:
    async def fill_the_disk(action: Action) -> float:
        disk.full = True
        return 300.0

    bell, tools = Bell(timeline), Bulky(behaviour=fill_the_disk)
    engine = start(tools, WRITE)
    timeline.append("inv", 1, ONE_AT_A_TIME)
    engine.wake("inv")
    bell.wait("ApprovalRequested")
    approve(timeline, engine)
    assert timeline.not_written.wait(PATIENCE)
    assert timeline.state("inv").actions["A1"].status is Status.RUNNING
    disk.full = False
    bell.wait("InvestigationClosed")
    assert len(tools.calls) == succeeded(timeline) == 1


async def test_a_bulky_output_is_stored_once_there_is_room(database: Database, disk: Disk) -> None:
    contents = Contents(database, patience=SOON)
    output = os.urandom(50_000).hex()
    disk.full = True
    keeping = asyncio.create_task(contents.keep(output))
    await asyncio.wait({keeping}, timeout=10 * SOON)
    assert not keeping.done()
    disk.full = False
    assert await contents.read((await keeping).digest) == output


def test_an_output_that_was_erased_but_not_written_down_as_such_can_be_erased_again(tmp_path: Path) -> None:
    bench = Workbench(Settings(home=tmp_path / "home"))
    bench.timeline.append("inv", 1, OPENED)
    kept = bench.contents.keep_now("a password")
    bench.contents.erase(kept.digest, "it held a password")  # and here the disk is full, or the process is killed
    bench.erase("inv", kept.digest, because="it held a password", by=ADMIN)
    assert bench.state("inv").erased == {kept.digest: "it held a password"}
    with pytest.raises(ContentGone, match="already"):
        bench.erase("inv", kept.digest, because="it held a password", by=ADMIN)
    bench.close()


# -- another program holds the file ------------------------------------------------------------------------------------


def test_a_locked_database_refuses_a_persons_word_with_a_sentence_and_can_still_be_read(
    timeline: Watched, database: Database, other: OtherProgram
) -> None:
    timeline.append("inv", 1, OPENED)
    before = stored(database)
    other.take()
    with pytest.raises(StoreUnavailable, match="locked"):
        timeline.record("inv", guidance())
    assert timeline.state("inv").phase is Phase.RECALL
    other.let_go()
    assert stored(database) == before
    assert timeline.record("inv", guidance()).seq == 2


def test_a_judgement_that_cannot_be_written_is_made_again(timeline: Watched, other: OtherProgram, start: Start) -> None:
    bell, engine = Bell(timeline), start()
    timeline.append("inv", 1, OPENED)
    other.take()
    engine.wake("inv")
    assert timeline.not_written.wait(PATIENCE)
    assert timeline.state("inv").seq == 1
    other.let_go()
    bell.wait("InvestigationClosed")


def test_what_a_tool_brought_back_while_the_database_was_locked_is_written_later_and_the_tool_is_not_run_again(
    timeline: Watched, other: OtherProgram, start: Start
) -> None:
    async def lock(action: Action) -> float:
        other.take()
        return 300.0

    bell, tools = Bell(timeline), FakeToolbox(behaviour=lock)
    engine = start(tools)
    timeline.append("inv", 1, OPENED)
    engine.wake("inv")
    assert timeline.not_written.wait(PATIENCE)
    other.let_go()
    bell.wait("InvestigationClosed")
    assert len(tools.calls) == succeeded(timeline) == 1


# -- it cannot even be read --------------------------------------------------------------------------------------------


def test_an_investigation_that_cannot_be_read_goes_on_by_itself_when_it_can(
    timeline: Watched, other: OtherProgram, start: Start
) -> None:
    bell, engine = Bell(timeline), start()
    timeline.append("inv", 1, OPENED)
    other.take(all_of_it=True)
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        timeline.state("inv")
    timeline.not_read.clear()
    engine.wake("inv")
    assert timeline.not_read.wait(PATIENCE)
    other.let_go()
    bell.wait("InvestigationClosed")


def test_a_write_that_runs_is_not_let_go_of_when_news_cannot_be_read(
    timeline: Watched, other: OtherProgram, start: Start
) -> None:
    engines: list[Engine] = []

    async def news_come_meanwhile(action: Action) -> float:
        other.take(all_of_it=True)
        engines[0].wake("inv")
        await asyncio.to_thread(timeline.not_read.wait, PATIENCE)
        other.let_go()
        return 300.0

    bell, tools = Bell(timeline), FakeToolbox(behaviour=news_come_meanwhile)
    engines.append(start(tools, WRITE))
    timeline.append("inv", 1, ONE_AT_A_TIME)
    engines[0].wake("inv")
    bell.wait("ApprovalRequested")
    approve(timeline, engines[0])
    bell.wait("InvestigationClosed")
    assert timeline.not_read.is_set()
    assert timeline.state("inv").actions["A1"].status is Status.SUCCEEDED
    assert len(tools.calls) == 1


def test_a_question_is_answered_when_the_store_is_back(timeline: Watched) -> None:
    troubles = iter([StoreUnavailable("The state folder cannot be read: locked.")] * 3)

    def equip(state: Investigation) -> Investigator:
        if state.control.unanswered and (trouble := next(troubles, None)):
            raise trouble
        return equipped()

    bell = Bell(timeline)
    engine = Engine(timeline, equip, patience=SOON)
    engine.start()
    timeline.append("inv", 1, OPENED)
    engine.wake("inv")
    bell.wait("InvestigationClosed")
    timeline.record("inv", entry(PERSON, QuestionAsked(text="Why?")))
    engine.wake("inv")
    bell.wait("QuestionAnswered")
    engine.stop()
    assert next(troubles, None) is None


class LastEventOnly:
    """Shows what happened last."""

    def __init__(self, investigation_id: str) -> None:
        self._last = ""

    def take(self, event: Event) -> dict[str, Any]:
        self._last = event.happening.type
        return {}

    def sections(self) -> dict[str, Any]:
        return {"last": self._last}


async def test_viewers_are_shown_what_could_not_be_read_at_first(timeline: Watched, other: OtherProgram) -> None:
    timeline.append("inv", 1, OPENED)
    hub = Hub(LastEventOnly, patience=SOON)
    hub.start(timeline)
    viewer = hub.follow("inv", 0)
    async with asyncio.timeout(PATIENCE):
        assert (await anext(viewer)) is not None
        timeline.subscribe(lambda event: other.take(all_of_it=True))
        timeline.append("inv", 2, guidance())
        coming = asyncio.ensure_future(anext(viewer))
        await asyncio.to_thread(timeline.not_read.wait, PATIENCE)
        other.let_go()
        message = await coming
    hub.close()
    assert message is not None
    assert (message.last, "GuidanceGiven" in message.body) == (2, True)


# -- the clock is set back ---------------------------------------------------------------------------------------------

DAY = timedelta(days=1)


def test_a_clock_that_jumps_back_a_day_makes_no_time_negative_and_no_order_wrong(database: Database) -> None:
    clock = Clock()
    timeline = Timeline(database, now=clock)

    async def jump(action: Action) -> float:
        clock.now -= DAY
        return 300.0

    bell, tools = Bell(timeline), FakeToolbox(behaviour=jump)
    engine = Engine(timeline, lambda state: equipped(tools=tools, now=clock))
    engine.start()
    timeline.append("inv", 1, OPENED)
    engine.wake("inv")
    bell.wait("InvestigationClosed")
    engine.stop()
    state, events = timeline.state("inv"), timeline.read("inv")
    assert [event.seq for event in events] == list(range(1, state.seq + 1))
    assert events[-1].at < events[0].at
    assert state.worked >= timedelta()
    assert report.build(state)["seconds"] >= 0


def test_a_request_does_not_live_longer_because_the_clock_was_set_back(database: Database) -> None:
    clock = Clock()
    timeline = Timeline(database, now=clock)
    bell, tools = Bell(timeline), FakeToolbox()
    engine = Engine(timeline, lambda state: equipped(FakeReasoner(looks=1, tool=WRITE), tools, now=clock))
    engine.start()
    timeline.append("inv", 1, ONE_AT_A_TIME)
    engine.wake("inv")
    bell.wait("ApprovalRequested")
    clock.now -= DAY
    with pytest.raises(ApprovalTooLate):
        approve(timeline, engine)
    clock.now += DAY
    timeline.record("inv", entry(PERSON, approval(timeline.state("inv").pending)))
    clock.now -= DAY
    engine.wake("inv")
    bell.wait("ApprovalExpired")
    bell.wait("ApprovalRequested", times=2)
    assert tools.calls == []
    approve(timeline, engine)
    bell.wait("InvestigationClosed")
    engine.stop()
    assert len(tools.calls) == 1


# -- a folder that cannot be written -----------------------------------------------------------------------------------

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
PR_CAPBSET_DROP = 24


def as_anybody() -> None:
    """Root may write everywhere; without these capabilities, its programs are asked for permission like anybody's."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def without_room() -> None:
    """No file may grow: what a disk without a free block does to whoever writes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def with_little_room() -> None:
    """Enough for the lock, not for the database."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))


def the_folder_above(home: Path) -> None:
    home.parent.chmod(stat.S_IREAD | stat.S_IEXEC)


def the_folder(home: Path) -> None:
    home.mkdir()
    home.chmod(stat.S_IREAD | stat.S_IEXEC)


def the_database(home: Path) -> None:
    home.mkdir()
    open_database(home / "workbench.db").dispose()
    (home / "workbench.db").chmod(stat.S_IREAD)


def nothing(home: Path) -> None:
    """All may be written, if there is room."""


TROUBLES = [
    pytest.param(the_folder_above, as_anybody, id="read-only parent"),
    pytest.param(the_folder, as_anybody, id="read-only folder"),
    pytest.param(the_database, as_anybody, id="read-only database"),
    pytest.param(nothing, without_room, id="no room"),
    pytest.param(nothing, with_little_room, id="little room"),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    above = tmp_path / "above"
    above.mkdir()
    yield above / "home"
    for path in (above, above / "home"):
        if path.exists():
            path.chmod(stat.S_IRWXU)


def run(
    command: list[str], before: Callable[[], None], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        preexec_fn=before,  # nothing else runs in this process that a fork could meet
        capture_output=True,
        text=True,
        timeout=60,
    )


def said_in_one_line(error: str) -> str:
    assert "Traceback" not in error
    lines = error.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "before"), TROUBLES)
def test_the_command_line_says_in_one_line_that_the_folder_cannot_be_written(
    home: Path, spoil: Callable[[Path], None], before: Callable[[], None]
) -> None:
    spoil(home)
    alert = ROOT / "data" / "sample_alerts" / "checkout_crashloop.json"
    ended = run(["sre_core", "investigate", "--alert", str(alert), "--home", str(home)], before)
    assert ended.returncode == 2, ended.stderr
    assert "cannot be written" in said_in_one_line(ended.stderr)
    assert "SRE_HOME" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("spoil", "before"), TROUBLES)
def test_the_server_says_in_one_line_that_the_folder_cannot_be_written_and_ends(
    home: Path, spoil: Callable[[Path], None], before: Callable[[], None]
) -> None:
    spoil(home)
    ended = run(["app"], before, {"SRE_HOME": str(home), "STREAMLIT_SERVER_PORT": "0"})
    assert ended.returncode == 1, ended.stderr
    assert said_in_one_line(ended.stderr).startswith("sre-workbench: ")
    assert "cannot be written" in ended.stderr
